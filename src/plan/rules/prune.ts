/**
 * Leaves out what nobody looks at: columns of projections and references, aggregates, window functions. DuckDB's own rule
 * for that makes plans that do not serialize, so that `EXISTS (SELECT * ...)` still asks for every column.
 */

import { columnIds, inputs, mapInputs } from '../../algebra/index.js';
import type { ColumnId, OutputColumn, Rel } from '../../algebra/index.js';
import type { BoundPlan } from '../bound-plan.js';
import { expressionsOf } from './relation-expressions.js';

export function pruned(plan: BoundPlan): BoundPlan {
  const needed = wantedColumns(plan);
  const outputs = new Map(plan.outputs);
  const gone = new Set<ColumnId>();
  const rel = rewritten(plan.rel);
  if (gone.size === 0) return plan;
  return { ...plan, rel, outputs: new Map([...outputs].map(([node, columns]) => [node, left(columns)])) };

  function left(columns: readonly OutputColumn[]): readonly OutputColumn[] {
    return columns.some(({ id }) => gone.has(id)) ? columns.filter(({ id }) => !gone.has(id)) : columns;
  }

  function rewritten(node: Rel): Rel {
    const below = new Map(inputs(node).map((input) => [input, rewritten(input)]));
    const same = [...below].every(([input, result]) => input === result);
    const result = narrowed(same ? node : mapInputs(node, (input) => below.get(input)!));
    const output = plan.outputs.get(node);
    if (output !== undefined) outputs.set(result, output);
    return result;
  }

  function narrowed(node: Rel): Rel {
    switch (node.kind) {
      case 'project':
      case 'reference': {
        const columns = kept<(typeof node.columns)[number]>(node.columns, true);
        return columns === undefined ? node : ({ ...node, columns } as Rel);
      }
      case 'aggregate': {
        const aggregates = kept(node.aggregates, node.groups.length === 0);
        return aggregates === undefined ? node : { ...node, aggregates };
      }
      case 'window': {
        const calls = kept(node.calls, false);
        return calls === undefined ? node : calls.length === 0 ? node.input : { ...node, calls };
      }
      default:
        return node;
    }
  }

  /** undefined: all of them. */
  function kept<T extends { readonly id: ColumnId }>(columns: readonly T[], some: boolean): readonly T[] | undefined {
    let result = columns.filter(({ id }) => needed.has(id));
    if (result.length === 0 && some) result = columns.slice(0, 1);
    if (result.length === columns.length) return undefined;
    for (const column of columns) if (!result.includes(column)) gone.add(column.id);
    return result;
  }
}

/** Need starts at the result and at the operators, and spreads through what they are made of. */
function wantedColumns(plan: BoundPlan): ReadonlySet<ColumnId> {
  const made = new Map<ColumnId, readonly ColumnId[]>();
  const fresh: ColumnId[] = plan.output.map(({ id }) => id);
  look(plan.rel);
  const needed = new Set<ColumnId>();
  for (let id = fresh.pop(); id !== undefined; id = fresh.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    fresh.push(...(made.get(id) ?? []));
  }
  return needed;

  function look(node: Rel): void {
    if (node.kind === 'project') for (const { id, expr } of node.columns) made.set(id, [...columnIds(expr)]);
    else if (node.kind === 'reference') for (const { id, from } of node.columns) made.set(id, [from]);
    else for (const expr of expressionsOf(node)) fresh.push(...columnIds(expr));
    // These go by position, or nobody knows by what.
    if (node.kind === 'setOperation' || node.kind === 'opaque') for (const input of node.inputs) fresh.push(...(plan.outputs.get(input) ?? []).map(({ id }) => id));
    for (const input of inputs(node)) look(input);
  }
}
