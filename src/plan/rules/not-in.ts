/**
 * `x NOT IN (SELECT y ...)` as joins that a store may make. It is true if no y equals x and neither is NULL, so where both
 * are declared NOT NULL it is an anti join. Where they are not, and all of it lies in one store, it is up to three:
 *
 *   no y equals x;  no y is NULL;  x is not NULL, unless there is no y at all
 */

import { columnIds, inputs, mapInputs, outputOf } from '../../algebra/index.js';
import type { ColumnId, Computed, Expr, Filter, Join, Rel, Type } from '../../algebra/index.js';
import type { Dialect } from '../../../connectors/contract.js';
import type { BoundPlan } from '../bound-plan.js';
import { mapColumns } from '../map-columns.js';
import { expressionsOf } from './relation-expressions.js';

export function withoutMarks(plan: BoundPlan, dialectOf: (service: string) => Dialect): BoundPlan {
  const outputs = new Map(plan.outputs);
  const uses = new Map<ColumnId, number>(plan.output.map(({ id }) => [id, 1]));
  count(plan.rel);
  const rel = rewritten(plan.rel);
  return rel === plan.rel ? plan : { ...plan, rel, outputs };

  function count(node: Rel): void {
    for (const expr of expressionsOf(node)) for (const id of columnIds(expr)) uses.set(id, (uses.get(id) ?? 0) + 1);
    // By position, so every column counts.
    if (node.kind === 'setOperation' || node.kind === 'opaque') for (const input of node.inputs) for (const { id } of outputs.get(input) ?? []) uses.set(id, (uses.get(id) ?? 0) + 1);
    for (const input of inputs(node)) count(input);
  }

  function rewritten(node: Rel): Rel {
    const below = inputs(node);
    const replaced = new Map(below.map((input) => [input, rewritten(input)]));
    const same = below.every((input) => replaced.get(input) === input);
    const over = same ? node : mapInputs(node, (input) => replaced.get(input)!);
    const result = (over.kind === 'filter' ? antiJoin(over) : undefined) ?? over;
    if (result !== node) {
      const gone = node.kind === 'filter' && result !== over ? markOf(node)?.id : undefined;
      outputs.set(result, (plan.outputs.get(node) ?? []).filter(({ id }) => id !== gone));
    }
    return result;
  }

  function antiJoin(filter: Filter): Rel | undefined {
    const found = markOf(filter);
    if (found === undefined || (uses.get(found.id) ?? 0) > 1) return undefined;
    const { join, left, right } = found;
    const anti = (of: Rel, asked: Rel, on: Expr): Rel => named({ kind: 'join', type: 'anti', left: of, right: asked, on: [on] }, of);
    const known = { left: neverNull(join.left, left), right: neverNull(join.right, right) };
    let result = anti(join.left, join.right, join.on[0]!);
    if (!known.left || !known.right) {
      const nullable = (side: Expr, at: string): Expr => ({ kind: 'isNull', arg: mapColumns(side, (column) => ({ ...column, id: `${at}${column.id}` })), negated: false });
      if (!known.right) {
        const copy = copyOf(join.right, 'null ');
        if (copy === undefined) return undefined;
        result = anti(result, copy, nullable(right, 'null '));
      }
      if (!known.left) {
        const copy = copyOf(join.right, 'any ');
        if (copy === undefined) return undefined;
        result = anti(result, copy, nullable(left, ''));
      }
      const services = new Set(servicesOf(result));
      const [service] = services;
      if (service === undefined || services.size > 1 || dialectOf(service).accepts(result) !== true) return undefined;
    }
    const rest = filter.conjuncts.filter((conjunct) => conjunct !== found.conjunct);
    return rest.length === 0 ? result : { ...filter, input: result, conjuncts: rest };
  }

  /** An anti join hands on what its left side does. */
  function named(join: Join, of: Rel): Join {
    outputs.set(join, outputs.get(of) ?? []);
    return join;
  }

  /** The same rows again, under other ids; of the plainest operators alone. */
  function copyOf(rel: Rel, prefix: string): Rel | undefined {
    const id = (of: ColumnId) => `${prefix}${of}`;
    const expr = (of: Expr) => mapColumns(of, (column) => ({ ...column, id: id(column.id) }));
    const computed = (columns: readonly Computed[]) => columns.map((column) => ({ id: id(column.id), expr: expr(column.expr) }));
    const copied = plain(rel);
    if (copied !== undefined) outputs.set(copied, (outputs.get(rel) ?? outputOf(rel) ?? []).map((column) => ({ ...column, id: id(column.id) })));
    return copied;

    function plain(node: Rel): Rel | undefined {
      if (node.kind === 'scan') return { ...node, columns: node.columns.map((column) => ({ ...column, id: id(column.id) })) };
      if (node.kind !== 'filter' && node.kind !== 'project') return undefined;
      const input = copyOf(node.input, prefix);
      if (input === undefined) return undefined;
      return node.kind === 'filter' ? { ...node, input, conjuncts: node.conjuncts.map(expr) } : { ...node, input, columns: computed(node.columns) };
    }
  }
}

/** NOT of the mark of a join by one equality. */
function markOf({ input, conjuncts }: Filter) {
  if (input.kind !== 'join' || input.type !== 'mark') return undefined;
  const [on] = input.on;
  if (input.on.length !== 1 || on?.kind !== 'compare' || on.op !== '=') return undefined;
  const conjunct = conjuncts.find((expr) => expr.kind === 'not' && expr.arg.kind === 'column' && expr.arg.id === input.mark);
  return conjunct && { id: input.mark!, conjunct, join: input, left: on.left, right: on.right };
}

function servicesOf(rel: Rel): readonly string[] {
  return rel.kind === 'scan' ? [rel.table.service] : inputs(rel).flatMap(servicesOf);
}

/** Kinds of which a store's NOT NULL is the last word: a forbidden date, for one, may be read as NULL. */
const declared = new Set<Type['kind']>(['int', 'decimal', 'text', 'uuid', 'boolean']);

function neverNull(rel: Rel, expr: Expr): boolean {
  if (expr.kind !== 'column') return false;
  switch (rel.kind) {
    case 'scan': {
      const column = rel.columns.find(({ id }) => id === expr.id)?.column;
      return column !== undefined && !column.nullable && declared.has(column.type.kind);
    }
    case 'filter': {
      const excluded = rel.conjuncts.some((conjunct) => conjunct.kind === 'isNull' && conjunct.negated && conjunct.arg.kind === 'column' && conjunct.arg.id === expr.id);
      return excluded || neverNull(rel.input, expr);
    }
    case 'sortLimit':
    case 'window':
      return neverNull(rel.input, expr);
    case 'project':
    case 'aggregate': {
      const made = (rel.kind === 'project' ? rel.columns : rel.groups).find(({ id }) => id === expr.id)?.expr;
      return made !== undefined && neverNull(rel.input, made);
    }
    case 'join': {
      const sides = { inner: [rel.left, rel.right], left: [rel.left], semi: [rel.left], anti: [rel.left], mark: [rel.left], single: [rel.left], right: [rel.right], full: [] }[rel.type];
      return sides.some((side) => neverNull(side, expr));
    }
    default:
      return false;
  }
}
