/** Relations: the logical plan that rules rewrite, fragments are cut from, and connectors compile. */

import type { ColumnId, Expr } from './expr.js';
import type { Column, Table } from './schema.js';
import type { Type } from './types.js';

export interface ScanColumn {
  readonly id: ColumnId;
  readonly column: Column;
}

/** One occurrence of a base table with the columns that the statement needs of it. */
export interface Scan {
  readonly kind: 'scan';
  readonly table: Table;
  readonly columns: readonly ScanColumn[];
}

export interface Filter {
  readonly kind: 'filter';
  readonly input: Rel;
  /** All must hold. */
  readonly conjuncts: readonly Expr[];
}

export interface Computed {
  readonly id: ColumnId;
  readonly expr: Expr;
}

export interface Project {
  readonly kind: 'project';
  readonly input: Rel;
  readonly columns: readonly Computed[];
}

export interface AggregateCall {
  readonly id: ColumnId;
  /** DuckDB's name: sum, count_star, count, min, max, avg, ... */
  readonly name: string;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly filter?: Expr;
  readonly type: Type;
}

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly input: Rel;
  readonly groups: readonly Computed[];
  readonly aggregates: readonly AggregateCall[];
}

export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'single' | 'mark';

export interface Join {
  readonly kind: 'join';
  readonly type: JoinType;
  readonly left: Rel;
  readonly right: Rel;
  readonly on: readonly Expr[];
}

export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Sort, limit or both (top-N). Bag order is kept when there are no keys. */
export interface SortLimit {
  readonly kind: 'sortLimit';
  readonly input: Rel;
  readonly keys: readonly SortKey[];
  readonly limit?: number;
  readonly offset?: number;
}

export interface SetOperation {
  readonly kind: 'setOperation';
  readonly op: 'union' | 'except' | 'intersect';
  readonly all: boolean;
  readonly inputs: readonly Rel[];
  /** Output ids, by position of the inputs' columns. */
  readonly ids: readonly ColumnId[];
}

/** An operator that is planned and run only locally; rules may go below it but never move anything through it. */
export interface Opaque {
  readonly kind: 'opaque';
  /** DuckDB's operator name: LOGICAL_WINDOW, LOGICAL_DELIM_JOIN, ... */
  readonly operator: string;
  readonly inputs: readonly Rel[];
}

export type Rel = Scan | Filter | Project | Aggregate | Join | SortLimit | SetOperation | Opaque;

export function inputs(rel: Rel): readonly Rel[] {
  switch (rel.kind) {
    case 'scan':
      return [];
    case 'join':
      return [rel.left, rel.right];
    case 'setOperation':
    case 'opaque':
      return rel.inputs;
    default:
      return [rel.input];
  }
}

/** The same operator over other inputs, each made of the one it stands for. */
export function mapInputs(rel: Rel, replace: (input: Rel) => Rel): Rel {
  switch (rel.kind) {
    case 'scan':
      return rel;
    case 'join':
      return { ...rel, left: replace(rel.left), right: replace(rel.right) };
    case 'setOperation':
    case 'opaque':
      return { ...rel, inputs: rel.inputs.map(replace) };
    default:
      return { ...rel, input: replace(rel.input) };
  }
}

export interface OutputColumn {
  readonly id: ColumnId;
  readonly name: string;
  readonly type: Type;
}
