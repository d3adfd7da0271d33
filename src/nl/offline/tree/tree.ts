/**
 * The query tree: what a question comes to mean, before it is text. Readers build it, sql.ts prints it as DuckDB SQL,
 * english.ts prints it as one line of English. Nothing in it remembers the question's words.
 */

import type { Table, Type } from '../../../algebra/index.js';

/** One occurrence of a table, or of a query used as one. */
export interface Source {
  readonly alias: string;
  readonly table?: Table;
  readonly query?: Query;
  /** The query is one of the statement's WITH list: printed there once, and by its alias elsewhere. */
  readonly shared?: boolean;
  /** A whole statement as it was written, where it can't be taken apart. */
  readonly text?: string;
}

export type AggregateName = 'count' | 'sum' | 'avg' | 'min' | 'max';
export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

export type Scalar =
  | { readonly kind: 'column'; readonly source: Source; readonly path: readonly string[]; readonly type: Type }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** An ISO date, or an instant when zoned is set; typed so that the column's index can be used. */
  | { readonly kind: 'time'; readonly value: string; readonly as: 'DATE' | 'TIMESTAMP' | 'TIMESTAMPTZ' }
  /** No argument: count(*). A filter restricts the rows it sees. */
  | { readonly kind: 'aggregate'; readonly name: AggregateName; readonly arg?: Scalar; readonly distinct?: boolean; readonly filter?: Predicate }
  | { readonly kind: 'bucket'; readonly unit: Unit; readonly arg: Scalar }
  | { readonly kind: 'part'; readonly unit: Unit; readonly arg: Scalar }
  /** A row for every bucket from the first to the last, both included. */
  | { readonly kind: 'buckets'; readonly unit: Unit; readonly first: Scalar; readonly last: Scalar }
  | { readonly kind: 'call'; readonly name: 'coalesce' | 'round' | 'lower' | 'greatest'; readonly args: readonly Scalar[] }
  | { readonly kind: 'arithmetic'; readonly op: '+' | '-' | '*' | '/'; readonly left: Scalar; readonly right: Scalar }
  /** Pearson's correlation over all rows of the answer, repeated on each. */
  | { readonly kind: 'correlation'; readonly left: Scalar; readonly right: Scalar }
  /** Whether a condition holds. */
  | { readonly kind: 'test'; readonly of: Predicate }
  /** How long from one time to another: whole days between dates, else hours. */
  | { readonly kind: 'elapsed'; readonly unit: 'day' | 'hour'; readonly left: Scalar; readonly right: Scalar }
  /** Of all rows of the answer together, in percent. */
  | { readonly kind: 'share'; readonly of: Scalar }
  | { readonly kind: 'cast'; readonly arg: Scalar; readonly to: string }
  | { readonly kind: 'query'; readonly query: Query };

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Predicate =
  | { readonly kind: 'compare'; readonly op: Comparison; readonly left: Scalar; readonly right: Scalar }
  | { readonly kind: 'between'; readonly arg: Scalar; readonly low: Scalar; readonly high: Scalar; readonly negated?: boolean }
  | { readonly kind: 'like'; readonly arg: Scalar; readonly how: 'contains' | 'starts' | 'ends'; readonly value: string; readonly negated?: boolean }
  | { readonly kind: 'null'; readonly arg: Scalar; readonly negated: boolean }
  | { readonly kind: 'in'; readonly arg: Scalar; readonly values: readonly Scalar[] | Query; readonly negated: boolean; /** With `negated`: also where the argument is missing. */ readonly orMissing?: boolean }
  | { readonly kind: 'and' | 'or'; readonly args: readonly Predicate[] };

export interface Output {
  readonly expr: Scalar;
  readonly as?: string;
}

export interface Join {
  readonly kind: 'inner' | 'left' | 'full';
  readonly source: Source;
  readonly on: readonly { readonly left: Scalar; readonly right: Scalar }[];
}

export interface Query {
  readonly with?: readonly Source[];
  /** Empty: every column of the first source. */
  readonly select: readonly Output[];
  readonly distinct?: boolean;
  readonly from: Source;
  readonly joins: readonly Join[];
  readonly where: readonly Predicate[];
  readonly group: readonly Scalar[];
  readonly having: readonly Predicate[];
  readonly order: readonly { readonly expr: Scalar; readonly desc: boolean }[];
  readonly limit?: number;
  /** Only the rows that come first by the one order, all of them where several are equal. */
  readonly foremost?: boolean;
  /** With `foremost`: those that come first among the rows that are equal in these. */
  readonly per?: readonly Scalar[];
  readonly set?: { readonly op: 'INTERSECT' | 'EXCEPT' | 'UNION' | 'UNION ALL'; readonly right: Query };
}

export function query(from: Source, parts: Partial<Query> = {}): Query {
  return { select: [], joins: [], where: [], group: [], having: [], order: [], ...parts, from };
}

export const count: Scalar = { kind: 'aggregate', name: 'count' };

export function hasAggregate(expr: Scalar): boolean {
  switch (expr.kind) {
    case 'aggregate':
      return true;
    case 'bucket':
    case 'part':
    case 'cast':
      return hasAggregate(expr.arg);
    case 'call':
      return expr.args.some(hasAggregate);
    case 'share':
      return hasAggregate(expr.of);
    case 'test':
      return true;
    case 'buckets':
      return hasAggregate(expr.first) || hasAggregate(expr.last);
    case 'arithmetic':
    case 'elapsed':
    case 'correlation':
      return hasAggregate(expr.left) || hasAggregate(expr.right);
    default:
      return false;
  }
}

/** Nobody asked for an order: rows are as they come, or their groups follow each other in time. */
export function onlyInTime(q: Query): boolean {
  return q.order.every((o) => o.expr.kind === 'bucket' && !o.desc);
}

/** Rows or groups as they are: none chosen among them, in no order but that of time. */
export function isPlain(q: Query): boolean {
  return q.having.length === 0 && q.limit === undefined && q.foremost !== true && q.set === undefined && onlyInTime(q);
}
