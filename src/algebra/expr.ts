/** Scalar expressions of a checked, bound plan. Every column reference names a column id that some Rel below defines. */

import type { Literal, Type } from './types.js';

/** Unique in one plan: `t0.email` for a scan's column, `p3.0` and the like for computed ones. */
export type ColumnId = string;

export type CompareOp = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'is distinct from' | 'is not distinct from';

export type Expr =
  | { readonly kind: 'column'; readonly id: ColumnId; readonly type: Type }
  | { readonly kind: 'literal'; readonly value: Literal; readonly type: Type }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'and' | 'or'; readonly args: readonly Expr[] }
  | { readonly kind: 'not'; readonly arg: Expr }
  | { readonly kind: 'isNull'; readonly arg: Expr; readonly negated: boolean }
  | { readonly kind: 'in'; readonly arg: Expr; readonly list: readonly Expr[]; readonly negated: boolean }
  /** A cast inserted by the binder or written by hand; `try` gives NULL instead of an error. */
  | { readonly kind: 'cast'; readonly arg: Expr; readonly type: Type; readonly try: boolean }
  /** A function or operator under DuckDB's name in lower case: `lower`, `+`, `~~` (LIKE), `prefix`, `contains`. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly type: Type }
  | {
      readonly kind: 'case';
      readonly whens: readonly { readonly when: Expr; readonly then: Expr }[];
      readonly otherwise: Expr;
      readonly type: Type;
    };

/** Begins the name of every call that stands for something unknown; no dialect has such a function. */
export const unknownMark = '?';

/** Every column id that an expression reads. */
export function columnIds(expr: Expr, into: Set<ColumnId> = new Set()): Set<ColumnId> {
  if (expr.kind === 'column') into.add(expr.id);
  for (const child of children(expr)) columnIds(child, into);
  return into;
}

export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'column':
    case 'literal':
      return [];
    case 'compare':
      return [expr.left, expr.right];
    case 'and':
    case 'or':
    case 'call':
      return expr.args;
    case 'not':
    case 'isNull':
    case 'cast':
      return [expr.arg];
    case 'in':
      return [expr.arg, ...expr.list];
    case 'case':
      return [...expr.whens.flatMap((w) => [w.when, w.then]), expr.otherwise];
  }
}

export function typeOf(expr: Expr): Type {
  switch (expr.kind) {
    case 'column':
    case 'literal':
    case 'cast':
    case 'call':
    case 'case':
      return expr.type;
    default:
      return { kind: 'boolean' };
  }
}
