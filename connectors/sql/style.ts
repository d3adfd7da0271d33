/** What one SQL store does its own way. Everything else of printing is in conditions.ts and select.ts. */

import type { CompareOp, KeyBatch, Literal, Reason, Scan, ScanColumn, SortKey, Table, Type } from '../contract.js';

/** Takes a value for a parameter and returns its placeholder. */
export type Bind = (value: unknown) => string;
export type Print = (bind: Bind) => string;

/** Types whose values compare with each other in the store as they do in DuckDB. */
export type Family = 'boolean' | 'integer' | 'decimal' | 'float' | 'text' | 'blob' | 'uuid' | 'date' | 'time' | 'timestamp' | 'instant';

/** One side of a comparison. */
export interface Operand {
  readonly type: Type;
  readonly family: Family;
  readonly print: Print;
  /** The scan's column that it reads, bare; absent for literals and casts. */
  readonly column?: ScanColumn;
  /** Present for literals. */
  readonly value?: Literal;
}

/** `exact` conditions have DuckDB's truth value for every row, NULL included, so they may stand below NOT. */
export interface Condition {
  readonly exact: boolean;
  readonly print: Print;
}

/** The text predicates of DuckDB that a store may have. The pattern is a literal. */
export type TextTest = 'like' | 'prefix' | 'suffix' | 'contains';

export interface SqlStyle {
  readonly language: string;
  readonly maxKeys: number;
  quote(name: string): string;
  /** The nth parameter, from 1. */
  placeholder(n: number): string;
  from(table: Table): string;
  /** The expression whose value is what is staged of a column: the column, or its cast. */
  read(column: ScanColumn, table: Table): string;
  /** What the SELECT list says instead, where a store compares the column itself but has to hand it over converted. */
  select?(column: ScanColumn, table: Table): string;
  /** Can values of the column be compared in the store as in DuckDB? Its family, or why not. */
  family(column: ScanColumn, table: Table): Family | Reason;
  /** Does the store order values of the family as DuckDB does? Absent: of all. (Text is ordered by compareText and orderBy.) */
  ordered?(family: Family): boolean;
  /** Why ORDER BY over the column would not be exact, if so. */
  unsorted?(column: ScanColumn): Reason | undefined;
  /** A typed parameter; a Reason where the store has no such value. */
  literal(value: Literal, type: Type, family: Family): Print | Reason;
  /** Comparisons of text; other families print alike everywhere. */
  compareText(op: CompareOp, left: Operand, right: Operand, scan: Scan): Condition | Reason;
  /** IN over literals without NULL, all of the argument's family. */
  inList(arg: Operand, values: readonly Operand[], scan: Scan): Condition | Reason;
  textTest(test: TextTest, arg: Operand, pattern: string, scan: Scan): Condition | Reason;
  compare(op: CompareOp, left: string, right: string, family: Family): string;
  /** A date read as a timestamp at midnight. */
  dateAsTimestamp(sql: string): string;
  /** `column IN keys` with the store's rows each once and none lost, for batches that are disjoint byte for byte. */
  keys(column: ScanColumn, keys: KeyBatch, scan: Scan, bind: Bind): string;
  acceptsKeys(column: ScanColumn, family: Family, keyFamily: Family, scan: Scan): true | Reason;
  /** One ORDER BY item in DuckDB's order, text by bytes, NULLs where asked. */
  orderBy(key: SortKey, operand: Operand, scan: Scan): string;
  /** LIMIT and OFFSET, with a leading space. */
  limit(limit: number | undefined, offset: number | undefined): string;
}
