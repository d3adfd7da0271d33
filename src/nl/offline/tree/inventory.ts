/** What a statement has in it, however deep: the other half of accounting for the words of a question. */

import type { Table } from '../../../algebra/index.js';
import type { AggregateName, Comparison, Predicate, Query, Scalar, Unit } from './tree.js';

export interface Inventory {
  readonly tables: Set<Table>;
  /** Table and path of every column, except those that only join. */
  readonly columns: Set<string>;
  /** Texts, numbers and times as they are written, in lower case. */
  readonly literals: string[];
  readonly aggregates: Set<AggregateName>;
  readonly units: Set<Unit>;
  readonly comparisons: Set<Comparison>;
  /** Conditions that hold for the rows that something is not said of. */
  negations: number;
  /** Conditions that a value is absent. */
  missing: number;
  alternatives: number;
  ranges: number;
  patterns: number;
  groups: number;
  orders: number;
  limits: number;
  /** Selections of the rows for which each of several things holds. */
  intersections: number;
  distinct: boolean;
  /** The first ones are chosen in each group. */
  each: boolean;
}

export function columnId(table: Table, path: readonly string[]): string {
  return [table.service, table.schema ?? '', table.name, ...path].join('\u0000');
}

export function inventory(query: Query): Inventory {
  const found: Inventory = {
    tables: new Set(), columns: new Set(), literals: [], aggregates: new Set(), units: new Set(), comparisons: new Set(),
    negations: 0, missing: 0, alternatives: 0, ranges: 0, patterns: 0, groups: 0, orders: 0, limits: 0, intersections: 0, distinct: false, each: false,
  };
  ofQuery(query, found);
  return found;
}

function ofQuery(query: Query, into: Inventory): void {
  for (const source of [query.from, ...query.joins.map((j) => j.source)]) {
    if (source.table !== undefined) into.tables.add(source.table);
    if (source.query !== undefined) ofQuery(source.query, into);
  }
  for (const { expr } of query.select) ofScalar(expr, into);
  for (const p of [...query.where, ...query.having]) ofPredicate(p, into);
  for (const g of query.group) ofScalar(g, into);
  for (const { expr } of query.order) ofScalar(expr, into);
  if (query.group.length > 0) into.groups++;
  if (query.order.length > 0) into.orders++;
  if (query.limit !== undefined) {
    into.limits++;
    into.literals.push(String(query.limit));
  }
  if (query.foremost === true) into.limits++;
  if (query.per !== undefined) {
    into.each = true;
    into.groups++;
    for (const key of query.per) ofScalar(key, into);
  }
  if (query.distinct === true) into.distinct = true;
  if (query.set !== undefined) {
    if (query.set.op === 'INTERSECT') into.intersections++;
    else if (query.set.op === 'EXCEPT') into.negations++;
    else into.alternatives++;
    ofQuery(query.set.right, into);
  }
}

function ofScalar(s: Scalar, into: Inventory): void {
  switch (s.kind) {
    case 'column':
      if (s.source.table !== undefined) into.columns.add(columnId(s.source.table, s.path));
      return;
    case 'text':
    case 'time':
      into.literals.push(s.value.toLowerCase());
      return;
    case 'number':
    case 'boolean':
      into.literals.push(String(s.value));
      return;
    case 'aggregate':
      into.aggregates.add(s.name);
      if (s.distinct === true) into.distinct = true;
      if (s.arg !== undefined) ofScalar(s.arg, into);
      if (s.filter !== undefined) ofPredicate(s.filter, into);
      return;
    case 'bucket':
    case 'part':
      into.units.add(s.unit);
      return ofScalar(s.arg, into);
    case 'call':
      return s.args.forEach((a) => ofScalar(a, into));
    case 'arithmetic':
    case 'elapsed':
    case 'correlation':
      ofScalar(s.left, into);
      return ofScalar(s.right, into);
    case 'test':
      return ofPredicate(s.of, into);
    case 'share':
      return ofScalar(s.of, into);
    case 'cast':
      return ofScalar(s.arg, into);
    case 'query':
      return ofQuery(s.query, into);
  }
}

function ofPredicate(p: Predicate, into: Inventory): void {
  if ('negated' in p && p.negated === true && p.kind !== 'null') into.negations++;
  switch (p.kind) {
    case 'compare':
      into.comparisons.add(p.op);
      if (p.op === '<>' || (p.right.kind === 'boolean' && !p.right.value)) into.negations++;
      ofScalar(p.left, into);
      return ofScalar(p.right, into);
    case 'between':
      into.ranges++;
      return [p.arg, p.low, p.high].forEach((s) => ofScalar(s, into));
    case 'like':
      into.patterns++;
      into.literals.push(p.value.toLowerCase());
      return ofScalar(p.arg, into);
    case 'null':
      if (!p.negated) into.missing++;
      return ofScalar(p.arg, into);
    case 'in':
      // The key that rows are found by is no column that was asked for, unless it is compared with values.
      if (Array.isArray(p.values)) {
        ofScalar(p.arg, into);
        if (p.values.length > 1) into.alternatives++;
        (p.values as readonly Scalar[]).forEach((s) => ofScalar(s, into));
        return;
      }
      return ofQuery(p.values as Query, into);
    case 'and':
    case 'or':
      if (p.kind === 'or') into.alternatives++;
      return p.args.forEach((a) => ofPredicate(a, into));
  }
}
