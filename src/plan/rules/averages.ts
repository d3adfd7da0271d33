/**
 * AVG of integers and decimals as SUM and COUNT, which stores compute exactly, and a division here. Stores divide with
 * precisions of their own; DuckDB divides the exact sum by the count in floating point, and so does the expression that
 * stands for it: of a decimal the whole number of its smallest units, since the sum itself may be no double.
 */

import { columnIds, inputs, mapInputs } from '../../algebra/index.js';
import type { Aggregate, AggregateCall, ColumnId, Expr, OutputColumn, Rel, Type } from '../../algebra/index.js';
import type { BoundPlan } from '../bound-plan.js';

const double: Type = { kind: 'float', bits: 64 };
const text: Type = { kind: 'text' };
const int64: Type = { kind: 'int', bits: 64, signed: true };
const int128: Type = { kind: 'int', bits: 128, signed: true };

/** undefined where nothing is averaged. `sums`: the columns that stand for averages. */
export function withSums(plan: BoundPlan): { readonly plan: BoundPlan; readonly sums: ReadonlySet<ColumnId> } | undefined {
  const outputs = new Map(plan.outputs);
  const sums = new Set<ColumnId>();
  const rel = rewritten(plan.rel);
  return sums.size > 0 ? { plan: { ...plan, rel, outputs }, sums } : undefined;

  function rewritten(node: Rel): Rel {
    const below = new Map(inputs(node).map((input) => [input, rewritten(input)]));
    const moved = [...below].every(([input, result]) => input === result) ? node : mapInputs(node, (input) => below.get(input)!);
    const result = moved.kind === 'aggregate' ? split(moved, plan.outputs.get(node) ?? []) : moved;
    const output = plan.outputs.get(node);
    if (output !== undefined) outputs.set(result, output);
    return result;
  }

  function split(node: Aggregate, output: readonly OutputColumn[]): Rel {
    if (!node.aggregates.some(isExact)) return node;
    // Under ids of their own: a column that is defined by itself would be looked up without end.
    const below = (id: ColumnId): ColumnId => `below.${id}`;
    const groups = node.groups.map((group) => ({ ...group, id: below(group.id) }));
    const aggregates = node.aggregates.flatMap((call) => (isExact(call) ? [sumOf(call), countOf(call)] : [{ ...call, id: below(call.id) }]));
    const input: Aggregate = { ...node, groups, aggregates };
    outputs.set(input, [...output.slice(0, groups.length).map((column) => ({ ...column, id: below(column.id) })), ...aggregates.map(({ id, type }) => ({ id, name: id, type }))]);
    for (const call of node.aggregates.filter(isExact)) sums.add(sumOf(call).id);
    const averages = new Map(node.aggregates.filter(isExact).map((call) => [call.id, quotient(call)]));
    return { kind: 'project', input, columns: output.map(({ id, type }) => ({ id, expr: averages.get(id) ?? { kind: 'column', id: below(id), type } })) };
  }
}

/** For people: what a division stands for that was made here, the sum by the count; undefined of any other expression. */
export function quotientIn(expr: Expr): Expr | undefined {
  if (expr.kind !== 'call' || expr.name !== '/') return undefined;
  const [sum, count, ...more] = [...columnIds(expr)];
  if (sum === undefined || count === undefined || more.length > 0 || sum !== sumId(count.slice(countPrefix.length)) || !count.startsWith(countPrefix)) return undefined;
  return { ...expr, args: [sum, count].map((id) => ({ kind: 'column', id, type: expr.type })) };
}

const countPrefix = 'count.';

function sumId(average: ColumnId): ColumnId {
  return `sum.${average}`;
}

function isExact({ name, args: [arg] }: AggregateCall): boolean {
  const type = arg && argumentType(arg);
  return name === 'avg' && (type?.kind === 'int' || type?.kind === 'decimal');
}

function argumentType(arg: Expr): Type | undefined {
  return 'type' in arg ? arg.type : undefined;
}

function sumOf(call: AggregateCall): AggregateCall {
  const type = argumentType(call.args[0]!)!;
  return { ...call, id: sumId(call.id), name: 'sum', type: type.kind === 'decimal' ? { ...type, precision: 38 } : int128 };
}

function countOf(call: AggregateCall): AggregateCall {
  return { ...call, id: `${countPrefix}${call.id}`, name: 'count', type: int64 };
}

/** NULL over NULL where there was nothing to add up. */
function quotient(call: AggregateCall): Expr {
  const [sum, count] = [sumOf(call), countOf(call)].map(({ id, type }) => ({ kind: 'column', id, type }) as const);
  const { type } = sum!;
  if (type.kind !== 'decimal') return divided(as(sum!, double), as(count!, double));
  const digits: Expr = { kind: 'call', name: 'replace', args: [as(sum!, text), letters('.'), letters('')], type: text };
  const units: Expr = { kind: 'literal', value: 10n ** BigInt(type.scale), type: int128 };
  return divided(as(as(digits, int128), double), as({ kind: 'call', name: '*', args: [count!, units], type: int128 }, double));
}

function divided(left: Expr, right: Expr): Expr {
  return { kind: 'call', name: '/', args: [left, right], type: double };
}

function as(arg: Expr, type: Type): Expr {
  return { kind: 'cast', arg, type, try: false };
}

function letters(value: string): Expr {
  return { kind: 'literal', value, type: text };
}
