/**
 * Rows of one table straight from its connector, as cells: filtered by the store, or here by conditions that are as plain
 * for a cell as for DuckDB. Staging and a residual would give the same rows, and take ten times as long where there are
 * few. What is not that plain is undefined: it has to be asked as a statement.
 */

import { columnIds, sameType } from '../algebra/index.js';
import type { Column, Expr, OutputColumn, Rel, Scan, Table } from '../algebra/index.js';
import type { Cell, MissingSource } from '../answer/contract.js';
import { isReason } from '../../connectors/contract.js';
import type { Coverage, Dialect, ReadStats, Snapshot } from '../../connectors/contract.js';
import type { AishellError } from '../errors.js';
import { abortable, abortError, settle } from './abort.js';
import { Budget } from './budget.js';
import { CellSink } from './cell-sink.js';
import { NotStraight } from './cell-values.js';
import type { ProgressEvent, RunOptions } from './contract.js';
import { plainTest } from './plain-test.js';
import type { PlainTest } from './plain-test.js';
import { withoutRepeats } from './report.js';
import { shortfall } from './shortfall.js';
import { sourceError } from './snapshots.js';

/** Some rows of a table, in no order. Its conditions call a column by `readId`. */
export interface TableRead {
  readonly table: Table;
  readonly columns: readonly Column[];
  /** All must hold. */
  readonly where: readonly Expr[];
  /** Rows that are wanted at most. */
  readonly limit: number;
}

export interface StraightRows {
  readonly rows: readonly (readonly Cell[])[];
  /** There are more than were wanted. */
  readonly truncated: boolean;
  /** What the store was asked. */
  readonly native: string;
  readonly coverage: readonly Coverage[];
  readonly warnings: readonly string[];
  /** What the rows lack. */
  readonly missing: readonly MissingSource[];
}

export type StraightOptions = Pick<RunOptions, 'limits' | 'timezone' | 'signal' | 'isEnough' | 'onProgress'> & {
  readonly dialect: Dialect;
  /** A snapshot to read the table from, closed when that is done. */
  readonly open: (table: Table, signal: AbortSignal) => Promise<Snapshot>;
};

/** The one read of it, in progress events. */
export const straightId = 'f1';

interface Shape {
  readonly rel: Rel;
  /** Of the columns that are read; those that are wanted are among them. */
  readonly accepts: PlainTest;
  /** Where the wanted columns stand. */
  readonly positions: readonly number[];
}

/** @returns undefined: it has to be asked as a statement */
export async function readStraight(read: TableRead, options: StraightOptions): Promise<StraightRows | undefined> {
  const shape = shapeOf(read, options.dialect);
  if (shape === undefined) return undefined;
  const { service } = read.table;
  const { signal } = options;
  const query = options.dialect.compile(shape.rel);
  let progress = progressOf(read.table, options.onProgress);
  const sink = sinkOf(query.columns, read, shape, options, (rows, bytes, scan) => progress('reading', rows, bytes, scan));
  if (sink === undefined) return undefined;
  let snapshot: Promise<Snapshot> | undefined;
  try {
    progress('reading', 0, 0);
    snapshot = options.open(read.table, signal);
    const reading = (await abortable(snapshot, signal)).read(query, sink, signal);
    const stats = await abortable(reading, signal);
    if (sink.rows !== stats.rows) throw shortfall({ service, table: read.table }, sink.rows, stats.rows);
    sink.drain();
    progress('done', sink.rows, sink.bytes);
    return given(sink, shape, query.text, stats, service);
  } catch (error) {
    if (signal.aborted) throw abortError(signal);
    if (sink.isCut) return given(sink, shape, query.text, undefined, service);
    const failure = sourceError(error, service);
    // What its store can't compute for want of types that fit is asked otherwise, as a statement.
    if (sink.isRefused || failure.code === 'source.inexact') return undefined;
    progress('failed', 0, 0, undefined, failure.code);
    throw failure;
  } finally {
    progress = () => undefined;
    if (snapshot !== undefined) await settle([snapshot.then((opened) => opened.close())]);
  }
}

/** How the conditions call a column. */
export function readId(column: Column): string {
  return `t.${column.name}`;
}

function shapeOf({ table, columns, where, limit }: TableRead, dialect: Dialect): Shape | undefined {
  if (!where.every(isTyped)) return undefined;
  const named = new Set(where.flatMap((condition) => [...columnIds(condition)]));
  const all = [...columns, ...table.columns.filter((column) => named.has(readId(column)) && !columns.includes(column))];
  const scan: Scan = { kind: 'scan', table, columns: all.map((column) => ({ id: readId(column), column })) };
  const verdicts = where.map((condition) => dialect.filter(condition, scan));
  const pushed = where.filter((_, i) => verdicts[i] === 'exact' || verdicts[i] === 'superset');
  const local = where.filter((_, i) => verdicts[i] !== 'exact');
  const tests = local.map((condition) => plainTest(condition, (id) => scan.columns.findIndex((column) => column.id === id)));
  if (tests.includes(undefined)) return undefined;
  const filtered: Rel = pushed.length === 0 ? scan : { kind: 'filter', input: scan, conjuncts: pushed };
  const positions = columns.map((_, i) => i);
  if (local.length > 0) return { rel: filtered, accepts: (cells) => tests.every((test) => test!(cells)), positions };
  const project: Rel = { kind: 'project', input: filtered, columns: columns.map((column) => ({ id: readId(column), expr: { kind: 'column', id: readId(column), type: column.type } })) };
  const projected = all.length > columns.length && !isReason(dialect.accepts(project)) ? project : filtered;
  const limited: Rel = { kind: 'sortLimit', input: projected, keys: [], limit: limit + 1 };
  return { rel: isReason(dialect.accepts(limited)) ? projected : limited, accepts: () => true, positions };
}

/** Constants of the column's own type: what is converted first is a statement's. */
function isTyped(expr: Expr): boolean {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return expr.args.every(isTyped);
    case 'compare':
      return expr.left.kind === 'column' && expr.right.kind === 'literal' && sameType(expr.left.type, expr.right.type);
    case 'in':
      return expr.arg.kind === 'column' && expr.list.every((item) => item.kind === 'literal' && sameType(item.type, (expr.arg as Extract<Expr, { kind: 'column' }>).type));
    default:
      return expr.kind === 'call';
  }
}

function sinkOf(columns: readonly OutputColumn[], { table, limit }: TableRead, { accepts }: Shape, { limits, timezone, isEnough = () => false }: StraightOptions, onProgress: ConstructorParameters<typeof CellSink>[1]['onProgress']): CellSink | undefined {
  try {
    return new CellSink(columns, { table, budget: new Budget(limits), timezone, accepts, most: limit, isEnough, onProgress });
  } catch (error) {
    if (error instanceof NotStraight) return undefined;
    throw error;
  }
}

/** @param stats absent where the read was ended since there was enough */
function given(sink: CellSink, { positions }: Shape, native: string, stats: ReadStats | undefined, service: string): StraightRows {
  const lacking: AishellError | undefined = stats?.lacking;
  return {
    rows: sink.kept.map((cells) => positions.map((position) => cells[position]!)),
    truncated: sink.isCut,
    native: withoutRepeats(native),
    coverage: stats?.coverage ?? [],
    warnings: (stats?.warnings ?? []).map((warning) => `${service}: ${warning}`),
    missing: lacking === undefined ? [] : [{ service, reason: lacking.message, remedy: lacking.remedy }],
  };
}

function progressOf({ service, schema, name }: Table, tell: RunOptions['onProgress']) {
  const table = schema === undefined ? name : `${schema}.${name}`;
  return (state: ProgressEvent['state'], rows: number, bytes: number, scan?: ProgressEvent['scan'], error?: AishellError['code']): void =>
    tell?.({ fragment: straightId, service, table, state, rows, bytes, ...(scan !== undefined && { scan }), ...(error !== undefined && { error }) });
}
