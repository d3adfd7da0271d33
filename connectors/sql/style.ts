/** What one SQL store does its own way. Everything else of printing is in conditions.ts and select.ts. */

import type { CompareOp, KeyBatch, Literal, Reason, ScanColumn, SortKey, Table, Type } from '../contract.js';

/** Takes a value for a parameter and returns its placeholder. */
export type Bind = (value: unknown) => string;
export type Print = (bind: Bind) => string;

/** Types whose values compare with each other in the store as they do in DuckDB. */
export type Family = 'boolean' | 'integer' | 'decimal' | 'float' | 'text' | 'blob' | 'uuid' | 'date' | 'time' | 'timestamp' | 'instant';

/** A column of a scan, and where a SELECT has several tables, the name its own has there. */
export interface StoreColumn extends ScanColumn {
  readonly qualifier?: string;
  /** Its name there, where that is another: it is a derived table's, which has no indexes. */
  readonly as?: string;
}

/** One side of a comparison. */
export interface Operand {
  readonly type: Type;
  readonly family: Family;
  readonly print: Print;
  /** The scan's column that it reads, bare; absent for literals and casts. */
  readonly column?: StoreColumn;
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
  read(column: StoreColumn, table: Table): string;
  /** What the SELECT list says instead, where a store compares the column itself but has to hand it over converted. */
  select?(column: StoreColumn, table: Table): string;
  /** Can values of the column be compared in the store as in DuckDB? Its family, or why not. */
  family(column: StoreColumn, table: Table): Family | Reason;
  /** Does the store order values of the family as DuckDB does? Absent: of all. (Text is ordered by compareText and orderBy.) */
  ordered?(family: Family): boolean;
  /** Why ORDER BY over the column would not be exact, if so. */
  unsorted?(column: StoreColumn): Reason | undefined;
  /** A typed parameter; a Reason where the store has no such value. */
  literal(value: Literal, type: Type, family: Family): Print | Reason;
  /** Comparisons of text; other families print alike everywhere. */
  compareText(op: CompareOp, left: Operand, right: Operand): Condition | Reason;
  /** IN over literals without NULL, all of the argument's family. */
  inList(arg: Operand, values: readonly Operand[]): Condition | Reason;
  textTest(test: TextTest, arg: Operand, pattern: string): Condition | Reason;
  compare(op: CompareOp, left: string, right: string, family: Family): string;
  /** A date read as a timestamp at midnight. */
  dateAsTimestamp(sql: string): string;
  /** `column IN keys` with the store's rows each once and none lost, for batches that are disjoint byte for byte. */
  keys(column: StoreColumn, keys: KeyBatch, table: Table, bind: Bind): string;
  acceptsKeys(column: StoreColumn, family: Family, keyFamily: Family): true | Reason;
  /** One ORDER BY item in DuckDB's order, text by bytes, NULLs where asked. */
  orderBy(key: SortKey, operand: Operand): string;
  /** LIMIT and OFFSET, with a leading space. */
  limit(limit: number | undefined, offset: number | undefined): string;
  /** What the store may be asked to compute besides. Absent: nothing. */
  readonly computes?: Computes;
}

/**
 * Aggregates and expressions that mean in the store, for every value, what they mean in DuckDB. Whatever is not said to
 * be exact here is computed by the engine.
 */
export interface Computes {
  /** Joins that one SELECT may have: 'inner', 'left', 'semi', 'anti'. */
  readonly joins: ReadonlySet<string>;
  /** Joins that may have a SELECT of their own on a side. Absent: a SELECT has only tables in it. */
  readonly derived?: ReadonlySet<string>;
  /**
   * What stands between two tables that are joined by ON, where joins are written so: then only tables are joined to what
   * stands before them. Absent: CROSS JOIN with conditions, LEFT JOIN, and EXISTS.
   */
  readonly joinWords?: Readonly<Record<string, string>>;
  /** Why the store isn't asked for a join: it would take too long, say. From the columns of each equality; none where it is no such. */
  slowJoin?(equalities: readonly (readonly { readonly column: StoreColumn; readonly table: Table }[])[]): Reason | undefined;
  /** A group's key: `by` in GROUP BY, and `show` the value, where that differs from it. */
  group(operand: Operand): { readonly by: Print; readonly show: Print } | Reason;
  /** An argument of count(DISTINCT ...): equal where DuckDB says so. */
  distinct(operand: Operand): Print | Reason;
  /** min or max. */
  extreme(name: 'min' | 'max', operand: Operand): Print | Reason;
  /** The exact sum of integers or decimals, NULL over nothing, as a decimal of `scale`. */
  sum(operand: Operand, scale: number): Print | Reason;
  readonly count: (argument: string) => string;
  /** `+`, `-`, `*` over integers and decimals, exactly or with an error. */
  arithmetic?(op: '+' | '-' | '*', left: Operand, right: Operand): Print | Reason;
  /** Any other function, under DuckDB's name. */
  call?(name: string, args: readonly Operand[], type: Type): Print | Reason;
  /** CASE and coalesce over values of the family. */
  conditional?(family: Family): true | Reason;
  /** What is sent of a computed value: of the type that the wire has for `type`. */
  send(operand: Operand, type: Type): Print | Reason;
  /** Absent: windows are computed by the engine. */
  readonly windows?: Windows;
  /** Absent: set operations are computed by the engine. */
  readonly sets?: SetOperations;
  /** Names a computed column, where the store needs a name. */
  alias?(index: number): string;
}

export interface Windows {
  /** Of row_number, rank, dense_rank, ntile, lag, lead, first_value and last_value. */
  readonly functions: ReadonlySet<string>;
  /** Whether count, sum, min and max are taken over frames as over groups. */
  readonly aggregates: boolean;
  /** count() of an argument, where it is called in another way than over groups. */
  count?(argument: string): string;
  /**
   * A function that gives a value of another row, where it is called in another way.
   * @returns prints the call; `step` is the rest of the arguments
   */
  value?(name: string, argument: Operand): ((bind: Bind, step: string) => string) | Reason;
}

export interface SetOperations {
  admits(op: 'union' | 'intersect' | 'except', all: boolean): true | Reason;
  /**
   * A column of one part, such that all parts have the same type and collation.
   * @param compared rows are told apart by it
   */
  item(operand: Operand, type: Type, compared: boolean): Print | Reason;
}
