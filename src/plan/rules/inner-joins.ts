/** Inner joins taken apart: they may be made in any order. */

import { columnIds } from '../../algebra/index.js';
import type { Expr, OutputColumn, Rel } from '../../algebra/index.js';

/** What is joined, and by which conditions, however the joins are nested. */
export function flattened(rel: Rel): { readonly relations: readonly Rel[]; readonly predicates: readonly Expr[] } {
  if (rel.kind !== 'join' || rel.type !== 'inner') return { relations: [rel], predicates: [] };
  const [left, right] = [flattened(rel.left), flattened(rel.right)];
  return { relations: [...left.relations, ...right.relations], predicates: [...left.predicates, ...right.predicates, ...rel.on] };
}

export function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}

export function isOver(expr: Expr, columns: readonly OutputColumn[]): boolean {
  const known = new Set(columns.map(({ id }) => id));
  return [...columnIds(expr)].every((id) => known.has(id));
}

export function isEquality(expr: Expr): boolean {
  return expr.kind === 'compare' && expr.op === '=';
}
