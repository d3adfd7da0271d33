/** Does every row of a single join's left side meet at most one row of its right side? */

import type { ColumnId, DependentJoin, Expr, Join, Rel } from '../../algebra/index.js';

export function isAtMostOne({ on, right }: Join | DependentJoin): boolean {
  const fixed = new Set<ColumnId>();
  for (const expr of on) {
    if (expr.kind !== 'compare' || (expr.op !== '=' && expr.op !== 'is not distinct from')) continue;
    for (const side of [expr.left, expr.right]) if (side.kind === 'column') fixed.add(side.id);
  }
  return isUnique(right, fixed);
}

/** Are there no two rows of the relation with the same values of these columns? */
function isUnique(rel: Rel, fixed: ReadonlySet<ColumnId>): boolean {
  switch (rel.kind) {
    case 'filter':
    case 'sortLimit':
    case 'window':
      return isUnique(rel.input, fixed);
    case 'project':
      return isUnique(rel.input, passed(rel.columns, fixed));
    case 'aggregate':
      return rel.groups.every(({ id }) => fixed.has(id));
    default:
      return false;
  }
}

function passed(columns: readonly { readonly id: ColumnId; readonly expr: Expr }[], fixed: ReadonlySet<ColumnId>): ReadonlySet<ColumnId> {
  return new Set(columns.flatMap(({ id, expr }) => (fixed.has(id) && expr.kind === 'column' ? [expr.id] : [])));
}
