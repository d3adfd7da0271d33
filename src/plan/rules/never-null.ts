/**
 * Equalities for comparisons that would let NULL find NULL. DuckDB makes `IS NOT DISTINCT FROM` of the equality that
 * ties an EXISTS to its outer row, and leaves NULL out below: without a NULL on one side both mean the same, and stores
 * join, look up and ship keys by `=`.
 */

import type { Expr, Join, Rel } from '../../algebra/index.js';

/** Of a join that asks for rows that match: what is not true of them makes no difference. */
export function withPlainEqualities(join: Join): Join {
  const { left, right } = join;
  if (join.type === 'mark') return join;
  const on = join.on.filter((expr) => !isImplied(expr, join.on)).map((expr): Expr => {
    if (expr.kind !== 'compare' || expr.op !== 'is not distinct from') return expr;
    const isPlain = [expr.left, expr.right].some((side) => isNeverNull(side, left) || isNeverNull(side, right));
    return isPlain ? { ...expr, op: '=' } : expr;
  });
  return on.length === join.on.length && on.every((expr, i) => expr === join.on[i]) ? join : { ...join, on };
}

/** Where they are equal, nothing is asked of NULL. */
function isImplied(expr: Expr, on: readonly Expr[]): boolean {
  if (expr.kind !== 'compare' || expr.op !== 'is not distinct from' || expr.left.kind !== 'column' || expr.right.kind !== 'column') return false;
  const [left, right] = [expr.left.id, expr.right.id];
  return on.some((other) => other.kind === 'compare' && other.op === '=' && ((isColumn(other.left, left) && isColumn(other.right, right)) || (isColumn(other.left, right) && isColumn(other.right, left))));
}

/** Is it a column of the relation, and NULL in none of its rows? */
function isNeverNull(expr: Expr, rel: Rel): boolean {
  if (expr.kind !== 'column') return false;
  switch (rel.kind) {
    case 'scan':
      return rel.columns.find(({ id }) => id === expr.id)?.column.nullable === false;
    case 'filter':
      return rel.conjuncts.some((conjunct) => leavesNullOut(conjunct, expr.id)) || isNeverNull(expr, rel.input);
    case 'project': {
      const made = rel.columns.find(({ id }) => id === expr.id)?.expr;
      return made !== undefined && isNeverNull(made, rel.input);
    }
    case 'aggregate': {
      const group = rel.groups.find(({ id }) => id === expr.id)?.expr;
      return group !== undefined && isNeverNull(group, rel.input);
    }
    case 'sortLimit':
    case 'window':
      return isNeverNull(expr, rel.input);
    case 'join':
      if (rel.type === 'inner') return isNeverNull(expr, rel.left) || isNeverNull(expr, rel.right);
      return ['left', 'semi', 'anti', 'mark', 'single'].includes(rel.type) && isNeverNull(expr, rel.left);
    default:
      return false;
  }
}

function leavesNullOut(conjunct: Expr, id: string): boolean {
  if (conjunct.kind === 'isNull') return conjunct.negated && isColumn(conjunct.arg, id);
  const compares = conjunct.kind === 'compare' && conjunct.op !== 'is distinct from' && conjunct.op !== 'is not distinct from';
  return compares && (isColumn(conjunct.left, id) || isColumn(conjunct.right, id));
}

function isColumn(expr: Expr, id: string): boolean {
  return expr.kind === 'column' && expr.id === id;
}
