/** A plan: what each store is asked (fragments), which keys travel between them, and what runs locally (residual). */

import type { ColumnId, Expr, Rel, Table, Type } from '../algebra/index.js';
import type { Weighed } from '../answer/contract.js';
import type { CheckedStatement } from '../sql/contract.js';

export interface Plan {
  readonly statement: CheckedStatement;
  readonly fragments: readonly Fragment[];
  /** Candidates; the engine decides with the counts that come back, by `shouldShip`. */
  readonly shipments: readonly KeyShipment[];
  /** Run by the engine over the staged fragments: the statement itself over staged tables, or what is left of its plan. */
  readonly residual: {
    readonly sql: string;
    /** What it computes, for people: absent where the plan could not be read. */
    readonly steps?: ResidualSteps;
  };
  /**
   * Tables that the statement names but whose rows cannot change its result (WHERE false, LIMIT 0, a join that proved
   * redundant): nothing is asked of their stores, and the engine declares them empty under their own names, with all
   * of `table.columns`, so that the residual binds. Absent means none.
   */
  readonly unread?: readonly Table[];
  /**
   * Rows that the residual gives over a part of what is staged are rows of the answer, of which `limit` are wanted: once
   * they are there nothing more need be read. Absent: what comes later may change what was found.
   */
  readonly growing?: { readonly limit?: number; readonly united: boolean };
}

export interface ResidualSteps {
  /** Its scans are of the tables that are the keys of `leaves`. */
  readonly rel: Rel;
  readonly leaves: ReadonlyMap<Table, Fragment>;
  /** Why it is cut at filtered scans, where a store would have taken more. */
  readonly cut?: string;
}

export interface Fragment {
  /** f1, f2, ... in the order of the statement. */
  readonly id: string;
  readonly service: string;
  /** Accepted by the service's dialect, so compile(rel) succeeds. */
  readonly rel: Rel;
  /** The base table that it reads; the staged one takes its place and name. */
  readonly table: Table;
  /** Further tables of the service that are joined there. */
  readonly others?: readonly Table[];
  /** The rows are no table's own (an aggregate, a join): the residual finds them as `memory.staged.<id>`. */
  readonly alone?: boolean;
  /** Then: what \`rel\` calls each of the staged columns. */
  readonly outputIds?: readonly ColumnId[];
  /** Names and types of the staged columns, in the order of the native query's. */
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
  /**
   * What the residual must see under the table's name: all columns of the base table, in its own order, so that stars,
   * USING, NATURAL and positions bind as they did when the statement was planned. The staged `columns` are among them
   * (same names, same types); nobody reads the others, so the engine shows those as NULL of their type: a view
   * `SELECT a, NULL::T AS b, ...` over the staged columns. Absent means that `columns` are all.
   */
  readonly declared?: readonly { readonly name: string; readonly type: Type }[];
  /** Rows expected, from the catalogue's counts and the filters; undefined when nothing is known. */
  readonly estimate: number | undefined;
  /** In words or SQL, what the store does. */
  readonly pushed: readonly string[];
  /** What stays local and why. */
  readonly kept: readonly { readonly what: string; readonly reason: string }[];
}

/** Distinct values of `expr` over the staged fragment `from` restrict the bare column `column` of fragment `to`. */
export interface KeyShipment {
  readonly from: string;
  /** SQL over the staged table of `from`. */
  readonly keySql: string;
  readonly keyType: Type;
  readonly to: string;
  /** Name of the staged column of `to`. */
  readonly column: string;
  /** The scan's column that it is, where the fragment is more than a scan. */
  readonly columnId?: ColumnId;
  readonly because: string;
  /** Different values that the column of keys is known to have; there are no more keys than that. */
  readonly keys?: number;
}

/** Whether keys travel, and the numbers that say so: rows as estimated before anything is read, and counts once it was. */
export interface KeyDecision extends Weighed {
  readonly from: string;
  readonly to: string;
}

/** What came of a shipment that was tried. */
export interface KeyOutcome {
  readonly from: string;
  readonly to: string;
  /** Keys counted, one more than the break-even where there were too many; null where they were not counted. */
  readonly keys: number | null;
  readonly shipped: boolean;
  /** Why not. */
  readonly why: string;
}

/** `scans`: filters, columns, limits and keys alone; aggregates and joins are computed locally. */
export type Pushdown = 'all' | 'scans';

export type { Expr };
