/** Which columns of the scans anything above them looks at. */

import { columnIds, inputs } from '../../algebra/index.js';
import type { ColumnId, Expr, Rel } from '../../algebra/index.js';
import type { BoundPlan } from '../bound-plan.js';

/** Ids are unique in a plan, so that need spreads from column to column until nothing is new. */
export function neededColumns(plan: BoundPlan): ReadonlySet<ColumnId> {
  const computed = new Map<ColumnId, Expr>();
  const united = new Map<ColumnId, readonly ColumnId[]>();
  collect(plan.rel);

  const needed = new Set<ColumnId>();
  const fresh = [...plan.uses, ...plan.output.map((column) => column.id)];
  for (let id = fresh.pop(); id !== undefined; id = fresh.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    const expr = computed.get(id);
    if (expr !== undefined) fresh.push(...columnIds(expr));
    const copied = plan.copies.get(id);
    if (copied !== undefined) fresh.push(copied);
    fresh.push(...(united.get(id) ?? []));
  }
  return needed;

  function collect(rel: Rel): void {
    if (rel.kind === 'project') for (const { id, expr } of rel.columns) computed.set(id, expr);
    if (rel.kind === 'aggregate') for (const { id, expr } of rel.groups) computed.set(id, expr);
    if (rel.kind === 'setOperation') {
      rel.ids.forEach((id, i) => united.set(id, rel.inputs.flatMap((input) => plan.outputs.get(input)?.[i]?.id ?? [])));
    }
    for (const input of inputs(rel)) collect(input);
  }
}
