/** The same condition or expression over other sources. Queries nested in it have sources of their own and stay as they are. */

import type { Predicate, Scalar, Source } from './tree.js';

export type Elsewhere = (source: Source) => Source;

export function movedScalar(s: Scalar, to: Elsewhere): Scalar {
  switch (s.kind) {
    case 'column':
      return { ...s, source: to(s.source) };
    case 'aggregate':
      return { ...s, ...(s.arg !== undefined && { arg: movedScalar(s.arg, to) }), ...(s.filter !== undefined && { filter: moved(s.filter, to) }) };
    case 'bucket':
    case 'part':
    case 'cast':
      return { ...s, arg: movedScalar(s.arg, to) };
    case 'test':
      return { ...s, of: moved(s.of, to) };
    case 'share':
      return { ...s, of: movedScalar(s.of, to) };
    case 'call':
      return { ...s, args: s.args.map((a) => movedScalar(a, to)) };
    case 'arithmetic':
    case 'elapsed':
    case 'correlation':
      return { ...s, left: movedScalar(s.left, to), right: movedScalar(s.right, to) };
    case 'buckets':
      return { ...s, first: movedScalar(s.first, to), last: movedScalar(s.last, to) };
    default:
      return s;
  }
}

export function moved(p: Predicate, to: Elsewhere): Predicate {
  switch (p.kind) {
    case 'compare':
      return { ...p, left: movedScalar(p.left, to), right: movedScalar(p.right, to) };
    case 'between':
      return { ...p, arg: movedScalar(p.arg, to), low: movedScalar(p.low, to), high: movedScalar(p.high, to) };
    case 'like':
    case 'null':
      return { ...p, arg: movedScalar(p.arg, to) };
    case 'in':
      return { ...p, arg: movedScalar(p.arg, to), values: Array.isArray(p.values) ? p.values.map((v: Scalar) => movedScalar(v, to)) : p.values };
    case 'and':
    case 'or':
      return { ...p, args: p.args.map((a) => moved(a, to)) };
  }
}
