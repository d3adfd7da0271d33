/** Walks of one SELECT's expressions; queries nested in conditions have scopes of their own and are left alone. */

import type { Predicate, Query, Scalar } from './tree.js';

type ColumnScalar = Extract<Scalar, { kind: 'column' }>;

/** Columns of the SELECT's own sources that it uses outside its joins. */
export function columnsOf(q: Query): ColumnScalar[] {
  return [
    ...q.select.flatMap((o) => ofScalar(o.expr)),
    ...q.where.flatMap(ofPredicate),
    ...q.group.flatMap(ofScalar),
    ...q.having.flatMap(ofPredicate),
    ...q.order.flatMap((o) => ofScalar(o.expr)),
    ...(q.per ?? []).flatMap(ofScalar),
  ];
}

function ofScalar(s: Scalar): ColumnScalar[] {
  switch (s.kind) {
    case 'column':
      return [s];
    case 'aggregate':
      return s.arg === undefined ? [] : ofScalar(s.arg);
    case 'bucket':
    case 'part':
    case 'cast':
      return ofScalar(s.arg);
    case 'call':
      return s.args.flatMap(ofScalar);
    case 'test':
      return ofPredicate(s.of);
    case 'share':
      return ofScalar(s.of);
    case 'arithmetic':
    case 'elapsed':
    case 'correlation':
      return [...ofScalar(s.left), ...ofScalar(s.right)];
    default:
      return [];
  }
}

function ofPredicate(p: Predicate): ColumnScalar[] {
  switch (p.kind) {
    case 'compare':
      return [...ofScalar(p.left), ...ofScalar(p.right)];
    case 'between':
    case 'like':
    case 'null':
    case 'in':
      return ofScalar(p.arg);
    case 'and':
    case 'or':
      return p.args.flatMap(ofPredicate);
  }
}

export function flatten(predicates: readonly Predicate[]): Predicate[] {
  return predicates.flatMap((p) => (p.kind === 'and' || p.kind === 'or' ? flatten(p.args) : [p]));
}
