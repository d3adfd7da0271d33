/** A plan: what each store is asked (fragments), which keys travel between them, and what runs locally (residual). */

import type { Expr, Rel, Table, Type } from '../algebra/index.js';
import type { CheckedStatement } from '../sql/contract.js';

export interface Plan {
  readonly statement: CheckedStatement;
  readonly fragments: readonly Fragment[];
  /** Candidates; the engine decides with the counts that come back, by `shouldShip`. */
  readonly shipments: readonly KeyShipment[];
  /** Run by the engine over the staged fragments. In the spine: the original statement over whole staged tables. */
  readonly residual: { readonly sql: string };
}

export interface Fragment {
  /** f1, f2, ... in the order of the statement. */
  readonly id: string;
  readonly service: string;
  /** SortLimit? over Filter? over Scan: accepted by the service's dialect, so compile(rel) succeeds. */
  readonly rel: Rel;
  /** The staged table the residual finds: it takes the base table's own place and name. */
  readonly table: Table;
  /** Names and types of the staged columns, in the order of the native query's. */
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
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
  readonly because: string;
}

export type { Expr };
