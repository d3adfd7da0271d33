/** Scan-level fragments: each base table once, with what every occurrence of it needs, as far as its store can answer. */

import { columnIds, tableName } from '../algebra/index.js';
import type { ColumnId, Expr, Rel, Scan, Table } from '../algebra/index.js';
import { isReason } from '../../connectors/contract.js';
import type { Dialect, Reason } from '../../connectors/contract.js';
import type { Fragment, KeyShipment } from './contract.js';
import { distinctValues, estimateRows } from './estimate.js';
import { printExpr } from '../algebra/print.js';
import type { BoundPlan } from './bound-plan.js';
import { mergeScans } from './rules/merge-scans.js';
import type { Occurrence } from './rules/occurrences.js';
import { pushFilters } from './rules/push-filters.js';
import { pushLimit } from './rules/push-limit.js';
import type { KeySource } from './rules/key-source.js';
import { idOf, keyTarget } from './rules/key-target.js';
import type { KeyTarget } from './rules/key-target.js';
import { describeJoin, findShipments } from './rules/ship-keys.js';
import type { ShipmentCandidate } from './rules/ship-keys.js';

type Kept = Fragment['kept'];

export interface CutOptions {
  readonly table: Table;
  readonly occurrences: readonly Occurrence[];
  readonly plan: Rel;
  readonly needed: ReadonlySet<ColumnId>;
  readonly dialect: Dialect;
}

export function cutFragment(id: string, { table, occurrences, plan, needed, dialect }: CutOptions): Fragment {
  const merged = mergeScans(table, occurrences, needed);
  const filters = pushFilters(occurrences, merged, dialect);
  const filtered: Rel = filters.conjuncts.length === 0 ? merged.scan : { kind: 'filter', input: merged.scan, conjuncts: filters.conjuncts };
  const only = occurrences.length === 1 ? occurrences[0] : undefined;
  const limit = only && pushLimit(plan, only, merged, filters, filtered, dialect);
  return fragment(id, merged.scan, limit?.rel ?? filtered, filters.conjuncts, [...filters.kept, ...(limit?.kept ?? [])]);
}

/** All rows and columns, where the plan can't be read. */
export function wholeTable(id: string, table: Table, reason: string): Fragment {
  const scan: Scan = { kind: 'scan', table, columns: table.columns.map((column) => ({ id: `t.${column.name}`, column })) };
  return fragment(id, scan, scan, [], [{ what: 'all filters', reason }]);
}

function fragment(id: string, scan: Scan, rel: Rel, conjuncts: readonly Expr[], kept: Kept): Fragment {
  const { table } = scan;
  const shape = ({ name, type }: Table['columns'][number]) => ({ name, type });
  const limit = rel.kind === 'sortLimit' ? rel.limit : undefined;
  return {
    id,
    service: table.service,
    rel,
    table,
    columns: scan.columns.map(({ column }) => shape(column)),
    declared: table.columns.map(shape),
    estimate: estimateRows(scan, conjuncts, limit),
    pushed: [...conjuncts.map((conjunct) => printExpr(conjunct)), ...(rel.kind === 'sortLimit' ? printLimit(rel) : [])],
    kept,
  };
}

function printLimit({ keys, limit }: Extract<Rel, { kind: 'sortLimit' }>): string[] {
  const order = keys.map(({ expr, descending, nullsFirst }) => `${printExpr(expr)}${descending ? ' DESC' : ''} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`);
  return [...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []), `LIMIT ${limit}`];
}

export interface Shipments {
  readonly shipments: readonly KeyShipment[];
  /** Fragment id -> what could not be shipped to it, and why. */
  readonly kept: ReadonlyMap<string, Kept>;
}

/** A shipment is legal only if every occurrence of the table would be restricted in the same way. */
export function shipKeys(
  plan: BoundPlan,
  occurrences: ReadonlyMap<Table, readonly Occurrence[]>,
  fragments: ReadonlyMap<Table, Fragment>,
  dialectOf: (service: string) => Dialect,
): Shipments {
  const conjunctsOf = new Map([...occurrences.values()].flat().map(({ scan, conjuncts }) => [scan, conjuncts] as const));
  const groups = new Map<string, ShipmentCandidate[]>();
  for (const candidate of findShipments(plan, conjunctsOf)) {
    const key = JSON.stringify([tableName(candidate.to.scan.table), candidate.to.column.column.name, candidate.from.sql]);
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  const shipments: KeyShipment[] = [];
  const kept = new Map<string, Kept[number][]>();
  for (const candidates of groups.values()) {
    const { from, to, join } = candidates[0]!;
    const target = fragments.get(to.scan.table)!;
    const restricted = new Set(candidates.map((candidate) => candidate.to.scan));
    if (occurrences.get(to.scan.table)!.some(({ scan }) => !restricted.has(scan))) continue;
    const { name, type } = to.column.column;
    const source = fragments.get(from.scan.table)!;
    const place = keyTarget(target.rel, target.alone === true ? idOf(target, name) : undefined, name);
    const base = baseColumn(from, source);
    const column = isReason(place) ? `${target.id}.${name}` : `${tableName(place.scan.table)}.${place.column.column.name}`;
    const because = `${column} = ${sourceName(from, source, base)} (${describeJoin(join)})`;
    const keys = base && distinctValues(base.column.column, base.scan);
    const refused = candidates.find((candidate) => candidate.refused !== undefined)?.refused;
    const verdict = refused !== undefined ? { reason: refused } : isReason(place) ? place : dialectOf(target.service).acceptsKeys(place.column.id, type, place.scan);
    if (isReason(verdict) || isReason(place)) {
      const { reason } = isReason(verdict) ? verdict : (place as Reason);
      kept.set(target.id, [...(kept.get(target.id) ?? []), { what: `keys for ${because}`, reason }]);
    } else {
      shipments.push({ from: source.id, keySql: from.sql, keyType: type, to: target.id, column: name, columnId: place.column.id, because, ...(keys !== undefined && { keys }) });
    }
  }
  return { shipments, kept };
}

/** By the base table, where it is a column of one. */
function sourceName({ scan, expr, shown }: KeySource, source: Fragment, base: KeyTarget | undefined): string {
  if (source.alone !== true) return `${tableName(scan.table)}.${shown}`;
  return base === undefined || expr.kind !== 'column' ? `${source.id}.${shown}` : `${tableName(base.scan.table)}.${base.column.column.name}`;
}

/** The column of a base table that the keys are values of, casts aside. */
function baseColumn({ scan, expr }: KeySource, source: Fragment): KeyTarget | undefined {
  const [id] = columnIds(expr);
  const column = scan.columns.find((candidate) => candidate.id === id);
  if (column === undefined) return undefined;
  const base = source.alone === true ? keyTarget(source.rel, idOf(source, column.column.name), '') : { scan, column };
  return isReason(base) ? undefined : base;
}
