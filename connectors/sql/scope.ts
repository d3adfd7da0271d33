/** What the column ids of an expression stand for inside one SELECT. */

import type { ColumnId, Expr, Reason, Scan, Table } from '../contract.js';
import type { Operand, StoreColumn } from './style.js';

export interface PlacedColumn {
  readonly column: StoreColumn;
  readonly table: Table;
}

/** What a projection made, in terms of the columns below it. */
export interface Projected {
  readonly expr: Expr;
  readonly below: Scope;
}

export interface Scope {
  /** A column of one of the tables. */
  column(id: ColumnId): PlacedColumn | undefined;
  /** What a projection, a grouping or an aggregate made; a Reason where the store may not be asked for it. */
  made(id: ColumnId): Projected | Operand | Reason | undefined;
}

export function scanScope(scan: Scan, qualifier?: string): Scope {
  return {
    column(id) {
      const column = scan.columns.find((candidate) => candidate.id === id);
      return column && { column: qualifier === undefined ? column : { ...column, qualifier }, table: scan.table };
    },
    made: () => undefined,
  };
}

export function bothScopes(left: Scope, right: Scope): Scope {
  return {
    column: (id) => left.column(id) ?? right.column(id),
    made: (id) => left.made(id) ?? right.made(id),
  };
}

/** Nothing but what a projection made is left. */
export function projectedScope(below: Scope, columns: readonly { readonly id: ColumnId; readonly expr: Expr }[]): Scope {
  const made = new Map(columns.map(({ id, expr }) => [id, { expr, below }]));
  return { column: () => undefined, made: (id) => made.get(id) };
}

/** Nothing but groups and aggregates is left. */
export function groupedScope(made: ReadonlyMap<ColumnId, Operand>): Scope {
  return { column: () => undefined, made: (id) => made.get(id) };
}

/** Behind an outer join any column may be NULL. */
export function nullableScope(below: Scope): Scope {
  return {
    column(id) {
      const placed = below.column(id);
      return placed && { ...placed, column: { ...placed.column, column: { ...placed.column.column, nullable: true } } };
    },
    made: (id) => below.made(id),
  };
}
