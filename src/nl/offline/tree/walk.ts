/** Walks and rewrites of one SELECT's expressions; queries nested in conditions have scopes of their own and are left alone. */

import type { Predicate, Query, Scalar } from './tree.js';

export function mapScalar(s: Scalar, f: (s: Scalar) => Scalar): Scalar {
  switch (s.kind) {
    case 'aggregate':
      return f(s.arg === undefined ? s : { ...s, arg: mapScalar(s.arg, f) });
    case 'bucket':
    case 'part':
    case 'cast':
      return f({ ...s, arg: mapScalar(s.arg, f) });
    case 'call':
      return f({ ...s, args: s.args.map((a) => mapScalar(a, f)) });
    case 'arithmetic':
    case 'correlation':
      return f({ ...s, left: mapScalar(s.left, f), right: mapScalar(s.right, f) });
    default:
      return f(s);
  }
}

export function mapPredicate(p: Predicate, f: (s: Scalar) => Scalar): Predicate {
  const map = (s: Scalar) => mapScalar(s, f);
  switch (p.kind) {
    case 'compare':
      return { ...p, left: map(p.left), right: map(p.right) };
    case 'between':
      return { ...p, arg: map(p.arg), low: map(p.low), high: map(p.high) };
    case 'like':
    case 'null':
    case 'in':
      return { ...p, arg: map(p.arg) };
    case 'and':
    case 'or':
      return { ...p, args: p.args.map((a) => mapPredicate(a, f)) };
  }
}

/** Every expression but those that join. */
export function mapQuery(q: Query, f: (s: Scalar) => Scalar): Query {
  const map = (s: Scalar) => mapScalar(s, f);
  return {
    ...q,
    select: q.select.map((o) => ({ ...o, expr: map(o.expr) })),
    where: q.where.map((p) => mapPredicate(p, f)),
    group: q.group.map(map),
    having: q.having.map((p) => mapPredicate(p, f)),
    order: q.order.map((o) => ({ ...o, expr: map(o.expr) })),
  };
}

/** Columns of the SELECT's own sources that it uses outside its joins. */
export function columnsOf(q: Query): Extract<Scalar, { kind: 'column' }>[] {
  const found: Extract<Scalar, { kind: 'column' }>[] = [];
  mapQuery(q, (s) => {
    if (s.kind === 'column') found.push(s);
    return s;
  });
  return found;
}

export function flatten(predicates: readonly Predicate[]): Predicate[] {
  return predicates.flatMap((p) => (p.kind === 'and' || p.kind === 'or' ? flatten(p.args) : [p]));
}
