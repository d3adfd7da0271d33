/** An expression in terms of other columns. */

import type { Expr } from '../algebra/index.js';

export function mapColumns(expr: Expr, replace: (column: Extract<Expr, { kind: 'column' }>) => Expr): Expr {
  const again = (child: Expr) => mapColumns(child, replace);
  switch (expr.kind) {
    case 'column':
      return replace(expr);
    case 'literal':
      return expr;
    case 'compare':
      return { ...expr, left: again(expr.left), right: again(expr.right) };
    case 'and':
    case 'or':
    case 'call':
      return { ...expr, args: expr.args.map(again) };
    case 'not':
    case 'isNull':
    case 'cast':
      return { ...expr, arg: again(expr.arg) };
    case 'in':
      return { ...expr, arg: again(expr.arg), list: expr.list.map(again) };
    case 'case':
      return {
        ...expr,
        whens: expr.whens.map(({ when, then }) => ({ when: again(when), then: again(then) })),
        otherwise: again(expr.otherwise),
      };
  }
}
