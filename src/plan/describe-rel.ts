/** What a store is asked to do, in SQL's words, for `explain`. */

import { inputs, outputOf, tableName, typeOf } from '../algebra/index.js';
import type { AggregateCall, ColumnId, Expr, Rel, SortKey, WindowCall } from '../algebra/index.js';
import { mapColumns } from './map-columns.js';
import { printExpr } from '../algebra/print.js';

export function describeRel(rel: Rel): string[] {
  const made = new Map<ColumnId, Expr>();
  collect(rel, made);
  const show = (expr: Expr): string => printExpr(resolve(expr));
  const resolve = (expr: Expr): Expr => mapColumns(expr, (column) => (made.has(column.id) ? resolve(made.get(column.id)!) : column));
  return steps(rel, show);
}

function collect(rel: Rel, made: Map<ColumnId, Expr>): void {
  const computed = rel.kind === 'project' ? rel.columns : rel.kind === 'aggregate' ? rel.groups : [];
  for (const { id, expr } of computed) if (expr.kind !== 'column' || expr.id !== id) made.set(id, expr);
  if (rel.kind === 'aggregate') {
    for (const call of rel.aggregates) made.set(call.id, { kind: 'call', name: nameOf(call), args: call.args, type: call.type });
  }
  if (rel.kind === 'window') for (const { id, name, args, type } of rel.calls) made.set(id, { kind: 'call', name: name === 'count_star' ? 'count' : name, args, type });
  if (rel.kind === 'setOperation') outputOf(rel.inputs[0]!)?.forEach(({ id, type }, i) => made.set(rel.ids[i]!, { kind: 'column', id, type }));
  for (const input of inputs(rel)) collect(input, made);
}

function nameOf({ name, distinct }: AggregateCall): string {
  return distinct ? `${name} distinct` : name === 'count_star' ? 'count' : name;
}

function steps(rel: Rel, show: (expr: Expr) => string): string[] {
  const below = inputs(rel).flatMap((input) => steps(input, show));
  switch (rel.kind) {
    case 'filter':
      return [...below, ...rel.conjuncts.map(show)];
    case 'join':
      return [...below, `${rel.type} join of ${inputs(rel).flatMap(tables).join(', ')} ON ${rel.on.map(show).join(' AND ')}`];
    case 'aggregate': {
      const calls = rel.aggregates.map(({ id, type }) => show({ kind: 'column', id, type }));
      const groups = rel.groups.map(({ id, expr }) => show({ kind: 'column', id, type: typeOf(expr) }));
      if (calls.length === 0) return [...below, `DISTINCT ${groups.join(', ')}`];
      return [...below, `${calls.join(', ')}${groups.length > 0 ? ` GROUP BY ${groups.join(', ')}` : ''}`];
    }
    case 'sortLimit': {
      const keys = rel.keys.map((key) => sortKey(key, show));
      return [...below, ...(keys.length > 0 ? [`ORDER BY ${keys.join(', ')}`] : []), `LIMIT ${rel.limit}${rel.offset ? ` OFFSET ${rel.offset}` : ''}`];
    }
    case 'window':
      return [...below, ...rel.calls.map((call) => overWindow(call, show))];
    case 'setOperation':
      return [...below, `${rel.op.toUpperCase()}${rel.all ? ' ALL' : ''} of ${rel.inputs.map((part) => tables(part).join(', ')).join(' and ')}`];
    default:
      return below;
  }
}

function overWindow({ name, args, partitions, orders }: WindowCall, show: (expr: Expr) => string): string {
  const over = [
    ...(partitions.length > 0 ? [`PARTITION BY ${partitions.map(show).join(', ')}`] : []),
    ...(orders.length > 0 ? [`ORDER BY ${orders.map((key) => sortKey(key, show)).join(', ')}`] : []),
  ];
  return `${name === 'count_star' ? 'count' : name}(${args.map(show).join(', ')}) OVER (${over.join(' ')})`;
}

function sortKey({ expr, descending, nullsFirst }: SortKey, show: (expr: Expr) => string): string {
  return `${show(expr)}${descending ? ' DESC' : ''} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
}

function tables(rel: Rel): string[] {
  return rel.kind === 'scan' ? [tableName(rel.table)] : inputs(rel).flatMap(tables);
}
