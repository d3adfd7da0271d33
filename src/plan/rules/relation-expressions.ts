/** The expressions that an operator itself looks at. */

import type { Expr, Rel, WindowCall } from '../../algebra/index.js';

export function expressionsOf(rel: Rel): readonly Expr[] {
  switch (rel.kind) {
    case 'filter':
      return rel.conjuncts;
    case 'project':
      return rel.columns.map(({ expr }) => expr);
    case 'aggregate':
      return [...rel.groups.map(({ expr }) => expr), ...rel.aggregates.flatMap((call) => [...call.args, ...(call.filter ? [call.filter] : [])])];
    case 'join':
      return rel.on;
    case 'sortLimit':
      return rel.keys.map(({ expr }) => expr);
    case 'window':
      return rel.calls.flatMap(windowExpressions);
    case 'dependentJoin':
      return [...rel.on, ...rel.keys.map(({ expr }) => expr)];
    case 'reference':
      return rel.columns.map(({ from, type }): Expr => ({ kind: 'column', id: from, type }));
    default:
      return [];
  }
}

function windowExpressions({ args, partitions, orders, frame, filter }: WindowCall): readonly Expr[] {
  const offsets = [frame.start, frame.end].flatMap((bound) => ('offset' in bound ? [bound.offset] : []));
  return [...args, ...partitions, ...orders.map(({ expr }) => expr), ...offsets, ...(filter ? [filter] : [])];
}
