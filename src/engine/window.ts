/**
 * What a statement over one log asks of it, window after window, read straight from its connector as cells: where all that
 * the statement does is name columns and ask for what its store answers exactly. Staging would give the same rows.
 */

import { columnIds } from '../algebra/index.js';
import type { Column, Expr, Rel, Scan } from '../algebra/index.js';
import type { Cell } from '../answer/contract.js';
import { isReason } from '../../connectors/contract.js';
import type { Coverage, Dialect, NativeQuery, Snapshot } from '../../connectors/contract.js';
import type { Plan } from '../plan/contract.js';
import { Budget } from './budget.js';
import { CellSink } from './cell-sink.js';
import { NotStraight } from './cell-values.js';
import { shortfall } from './shortfall.js';
import { sourceError } from './snapshots.js';

export interface WindowRows {
  /** By the columns that were asked for. */
  readonly rows: readonly (readonly Cell[])[];
  readonly coverage: readonly Coverage[];
  readonly warnings: readonly string[];
}

export class WindowReader {
  private constructor(
    private readonly query: NativeQuery,
    private readonly sink: CellSink,
    private readonly table: Scan['table'],
    /** Where the wanted columns stand among those that are read; undefined: they are the same. */
    private readonly positions: readonly number[] | undefined,
  ) {}

  /**
   * @param columns what the statement selects, in its order
   * @returns undefined where the statement is more than that, or its rows may not be what the engine would show
   */
  static of(plan: Plan, columns: readonly Column[], dialect: Dialect, timezone: string): WindowReader | undefined {
    const read = plan.residual.steps && conditionsOf(plan.residual.steps.rel);
    if (read === undefined) return undefined;
    const { scan, conjuncts } = read;
    if (conjuncts.some((conjunct) => dialect.filter(conjunct, scan) !== 'exact')) return undefined;
    const wanted = columns.map(({ name }) => scan.columns.find(({ column }) => column.name === name));
    if (wanted.includes(undefined)) return undefined;
    const filtered: Rel = conjuncts.length === 0 ? scan : { kind: 'filter', input: scan, conjuncts };
    const project: Rel = { kind: 'project', input: filtered, columns: wanted.map((one) => ({ id: one!.id, expr: { kind: 'column', id: one!.id, type: one!.column.type } })) };
    const isCut = !isReason(dialect.accepts(project));
    const query = dialect.compile(isCut ? project : filtered);
    try {
      const sink = new CellSink(query.columns, { table: scan.table, budget: new Budget({ movedRows: Infinity, movedBytes: Infinity }), timezone, accepts: () => true, most: Infinity, isEnough: () => false, onProgress: () => undefined });
      return new WindowReader(query, sink, scan.table, isCut ? undefined : wanted.map((one) => scan.columns.indexOf(one!)));
    } catch (error) {
      if (error instanceof NotStraight) return undefined;
      throw error;
    }
  }

  /** @returns undefined: these rows have to go through the engine, and the reader is of no more use */
  async read(snapshot: Snapshot, signal: AbortSignal): Promise<WindowRows | undefined> {
    const { sink, table, positions } = this;
    const before = sink.rows;
    try {
      const stats = await snapshot.read(this.query, sink, signal);
      if (sink.rows - before !== stats.rows) throw shortfall({ service: table.service, table }, sink.rows - before, stats.rows);
      sink.drain();
      if (stats.lacking !== undefined) throw stats.lacking;
      const rows = sink.takeKept();
      return { rows: positions === undefined ? rows : rows.map((cells) => positions.map((at) => cells[at]!)), coverage: stats.coverage ?? [], warnings: (stats.warnings ?? []).map((warning) => `${table.service}: ${warning}`) };
    } catch (error) {
      if (sink.isRefused) return undefined;
      throw signal.aborted ? error : sourceError(error, table.service);
    }
  }
}

/** Of a plan that names columns of one scan under conditions, and does nothing else. */
function conditionsOf(rel: Rel): { readonly scan: Scan; readonly conjuncts: readonly Expr[] } | undefined {
  if (rel.kind === 'scan') return { scan: rel, conjuncts: [] };
  if (rel.kind === 'project') return rel.columns.every(({ expr }) => expr.kind === 'column') ? conditionsOf(rel.input) : undefined;
  if (rel.kind !== 'filter') return undefined;
  const below = conditionsOf(rel.input);
  const isOfScan = (conjunct: Expr) => [...columnIds(conjunct)].every((id) => below?.scan.columns.some((column) => column.id === id));
  return below && rel.conjuncts.every(isOfScan) ? { scan: below.scan, conjuncts: [...below.conjuncts, ...rel.conjuncts] } : undefined;
}
