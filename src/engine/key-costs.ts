/**
 * What shipping keys costs, in rows: reading one row of a table and moving it here counts one. From the store's counts
 * alone; which numbers were weighed is part of every decision, so that `explain` can show them.
 *
 *   plain     = rows
 *   with keys = keys * (lookup + rows found by one key), and another scan of the table for each further batch, where no
 *               index leads to the rows
 *
 * The break-even is the number of keys at which the two are equal.
 */

import { inputs } from '../algebra/index.js';
import type { Column, ColumnId, Rel, Scan } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import type { Fragment, KeyShipment } from '../plan/contract.js';

/** A table without a count is taken for one of this many rows. */
export const unknownRows = 1_000_000;
/** Fewer rows than this are read faster than keys are shipped. */
const fewRows = 1_000;
/** Sending a key and looking it up costs about as much as reading this many rows. */
const lookupCost = 4;
/**
 * Keys of a whole table, for a column that repeats: mostly every row has one of them, and nothing is saved. Worth a try
 * only where they are very few.
 */
const wholeTableCost = 100;
/** A store that scans a row and drops it does this part of the work that moving it is. */
const scanCost = 0.2;
/** Rows that one key finds, where nothing is known. */
const rowsPerKey = 10;
/** More batches than this and the store is asked too often. */
const mostBatches = 20;
const mostKeys = 1_000_000;
/** A try for keys may last as long as reading this part of the target's rows takes: 2,000 rows are read in a millisecond. */
const rowsPerProbeMs = 40_000;
const longestProbeMs = 250;

export interface BreakEven {
  /** The most keys that are worth shipping; 0 where none are. */
  readonly keys: number;
  /** What bounds it, in words. */
  readonly because: string;
}

/**
 * @param rows expected of the target without keys
 * @param narrows the keys are of only some of their table's rows
 * @param maxKeys that the target's store takes in one query
 */
export function breakEven(to: Fragment, rows: number, shipment: KeyShipment, narrows: boolean, maxKeys: number): BreakEven {
  if (rows < fewRows) return { keys: 0, because: `fewer than ${fewRows.toLocaleString('en-US')} rows are read faster than looked up` };
  const { scan, column } = targetColumn(to.rel, shipment);
  const values = distinctValues(scan, column);
  const perKey = values === undefined ? (narrows ? lookupCost : wholeTableCost) : lookupCost + rows / values;
  const worthwhile = Math.floor(rows / perKey);
  const batches = isIndexed(scan, column) ? mostBatches : Math.max(1, Math.min(mostBatches, scansWorth(scan, rows, perKey, maxKeys)));
  const most = Math.min(maxKeys * batches, mostKeys);
  if (worthwhile <= most) return { keys: worthwhile, because: values === undefined && !narrows ? 'keys of a whole table find most rows' : 'beyond that a scan is cheaper' };
  return { keys: most, because: batches < mostBatches ? `no index leads to ${column.name}, so that each batch is a scan` : 'beyond that there are too many batches' };
}

/** How many batches cost no more than reading all rows, each of them a scan. */
function scansWorth({ table }: Scan, rows: number, perKey: number, maxKeys: number): number {
  const scan = scanCost * Math.max(rows, table.rows?.count ?? 0);
  return Math.floor((rows + scan) / (scan + perKey * maxKeys));
}

/** Rows expected of the target once `keys` keys restrict it. */
export function restrictedRows(to: Fragment, rows: number, shipment: KeyShipment, keys: number): number {
  const { scan, column } = targetColumn(to.rel, shipment);
  const values = distinctValues(scan, column);
  return Math.min(rows, Math.ceil(keys * (values === undefined ? rowsPerKey : rows / values)));
}

/** Is it worth stopping a plain read that has given `read` of `rows` rows already? Only for a clear gain. */
export function paysToSwitch(to: Fragment, rows: number, read: number, shipment: KeyShipment, keys: number): boolean {
  return 2 * (fewRows + keys * lookupCost + restrictedRows(to, rows, shipment, keys)) < rows - read;
}

/** How long a plain read of so many rows may be held back for keys that are not expected to be few. */
export function probeMs(rows: number): number {
  return Math.min(longestProbeMs, rows / rowsPerProbeMs);
}

/** A fragment that holds only some of its table's rows. */
export function isNarrow(rel: Rel): boolean {
  return rel.kind === 'filter' || rel.kind === 'sortLimit' || rel.kind === 'join' || inputs(rel).some(isNarrow);
}

/** The scan's column that the keys are for. */
export function targetColumn(rel: Rel, { column: name, columnId }: Pick<KeyShipment, 'column' | 'columnId'>): { readonly scan: Scan; readonly id: ColumnId; readonly column: Column } {
  for (const scan of scansOf(rel)) {
    const found = scan.columns.find((candidate) => (columnId === undefined ? candidate.column.name === name : candidate.id === columnId));
    if (found !== undefined) return { scan, ...found };
  }
  throw new AishellError('internal', `Keys are shipped to '${name}', which is no column of the fragment.`, 'Please report this with the statement.');
}

function scansOf(rel: Rel): readonly Scan[] {
  return rel.kind === 'scan' ? [rel] : inputs(rel).flatMap(scansOf);
}

function isUnique({ table }: Scan, { name }: Column): boolean {
  return [table.primaryKey ?? [], ...(table.uniques ?? [])].some((key) => key.length === 1 && key[0] === name);
}

function isIndexed(scan: Scan, column: Column): boolean {
  return column.indexed === true || scan.table.primaryKey?.[0] === column.name || isUnique(scan, column);
}

function distinctValues(scan: Scan, column: Column): number | undefined {
  const known = isUnique(scan, column) ? scan.table.rows?.count : scan.table.distinct?.[column.nativeName ?? column.name];
  return known === undefined ? undefined : Math.max(1, known);
}
