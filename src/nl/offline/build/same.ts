/** When two outputs or keys are the same column. */

import type { Output, Scalar } from '../tree/tree.js';

export function same(a: Scalar, b: Scalar): boolean {
  return a.kind === 'column' && b.kind === 'column' ? a.source.alias === b.source.alias && a.path.join('.') === b.path.join('.') : a === b;
}

/** The same thing is shown once, however often it was named. */
export function unique(outputs: readonly Output[]): Output[] {
  return outputs.filter((o, i) => outputs.findIndex((p) => same(o.expr, p.expr)) === i);
}

export function distinct(list: readonly Scalar[]): Scalar[] {
  return list.filter((s, i) => list.findIndex((o) => same(s, o)) === i);
}
