/** Relations: the logical plan that rules rewrite, fragments are cut from, and connectors compile. */

import { typeOf } from './expr.js';
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
  /** What a mark join says of each row of the left side: is there a match? NULL where it can't be told. */
  readonly mark?: ColumnId;
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

/** One end of a window's frame. Offsets are constants or columns, as the statement has them. */
export type FrameBound =
  | { readonly kind: 'unbounded preceding' | 'current row' | 'unbounded following' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: Expr };

export interface Frame {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end: FrameBound;
  readonly exclude?: 'current row' | 'group' | 'ties';
}

export interface WindowCall {
  readonly id: ColumnId;
  /** DuckDB's name: row_number, rank, dense_rank, lag, first_value, ..., or an aggregate's. */
  readonly name: string;
  readonly args: readonly Expr[];
  readonly partitions: readonly Expr[];
  readonly orders: readonly SortKey[];
  readonly frame: Frame;
  readonly distinct: boolean;
  readonly ignoreNulls: boolean;
  readonly filter?: Expr;
  readonly type: Type;
}

/** The input's columns, and one more for each call. */
export interface Window {
  readonly kind: 'window';
  readonly input: Rel;
  readonly calls: readonly WindowCall[];
}

/** WITH name AS (definition) body: the definition is evaluated once, and `reference`s in the body read it. */
export interface Cte {
  readonly kind: 'cte';
  readonly name: string;
  readonly definition: Rel;
  readonly body: Rel;
}

/**
 * A join whose one side is evaluated once for every distinct combination of `keys`, values of the other side, which it
 * reads by `reference`s: a correlated subquery (Neumann and Kemper, "Unnesting arbitrary queries", BTW 2015).
 */
export interface DependentJoin {
  readonly kind: 'dependentJoin';
  readonly name: string;
  readonly type: JoinType;
  readonly left: Rel;
  readonly right: Rel;
  readonly on: readonly Expr[];
  /** The side that hands out its keys. */
  readonly giver: 'left' | 'right';
  readonly keys: readonly Computed[];
  /** What a mark join says of each row of the left side. */
  readonly mark?: ColumnId;
}

/** Rows of a CTE's definition, or keys of a dependent join. */
export interface Reference {
  readonly kind: 'reference';
  readonly name: string;
  readonly columns: readonly { readonly id: ColumnId; readonly from: ColumnId; readonly type: Type }[];
}

/** An operator that is planned and run only locally; rules may go below it but never move anything through it. */
export interface Opaque {
  readonly kind: 'opaque';
  /** DuckDB's operator name: LOGICAL_UNNEST, LOGICAL_ASOF_JOIN, ... */
  readonly operator: string;
  readonly inputs: readonly Rel[];
}

export type Rel = Scan | Filter | Project | Aggregate | Join | SortLimit | SetOperation | Window | Cte | DependentJoin | Reference | Opaque;

export function inputs(rel: Rel): readonly Rel[] {
  switch (rel.kind) {
    case 'scan':
    case 'reference':
      return [];
    case 'join':
    case 'dependentJoin':
      return [rel.left, rel.right];
    case 'cte':
      return [rel.definition, rel.body];
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
    case 'reference':
      return rel;
    case 'cte':
      return { ...rel, definition: replace(rel.definition), body: replace(rel.body) };
    case 'join':
    case 'dependentJoin':
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

/** What a relation hands on, in order, where that can be told from the relation alone. */
export function outputOf(rel: Rel): readonly OutputColumn[] | undefined {
  switch (rel.kind) {
    case 'scan':
      return rel.columns.map(({ id, column }) => ({ id, name: column.name, type: column.type }));
    case 'project':
      return rel.columns.map(({ id, expr }) => ({ id, name: id, type: typeOf(expr) }));
    case 'aggregate':
      return [...rel.groups.map(({ id, expr }) => ({ id, name: id, type: typeOf(expr) })), ...rel.aggregates.map(({ id, type }) => ({ id, name: id, type }))];
    case 'window': {
      const below = outputOf(rel.input);
      return below && [...below, ...rel.calls.map(({ id, type }) => ({ id, name: id, type }))];
    }
    case 'filter':
    case 'sortLimit':
      return outputOf(rel.input);
    case 'cte':
      return outputOf(rel.body);
    case 'reference':
      return rel.columns.map(({ id, type }) => ({ id, name: id, type }));
    case 'setOperation': {
      const first = rel.inputs[0] && outputOf(rel.inputs[0]);
      return first && rel.ids.map((id, i) => ({ id, name: id, type: first[i]!.type }));
    }
    case 'join':
    case 'dependentJoin': {
      const [left, right] = [outputOf(rel.left), outputOf(rel.right)];
      if (left === undefined || right === undefined) return undefined;
      if (rel.type === 'mark') return [...left, { id: rel.mark!, name: rel.mark!, type: { kind: 'boolean' } }];
      return rel.type === 'semi' || rel.type === 'anti' ? left : [...left, ...right];
    }
    case 'opaque':
      return undefined;
  }
}
