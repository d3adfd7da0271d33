/** Conditions that must both hold, each for some row of its own, and the shape of what is built. */

import type { ColumnEntry, Schema } from '../link/catalog.js';
import type { Cond, Sketch } from '../read/sketch.js';
import type { Predicate, Query, Scalar } from '../tree/tree.js';
import type { Binding } from './bind.js';
import { NoReading } from './reading.js';
import { keyOf, labelOf } from './roles.js';

export interface Built {
  readonly query: Query;
  readonly assumptions: string[];
  /** Facts about how the query came to be, for the confidence. */
  readonly features: Record<string, number>;
}

export type Both = Extract<Cond, { kind: 'both' }>;

/** Makes a sketch a query; with a column, measured for each of its values. */
export type Make = (sketch: Sketch, perValue?: ColumnEntry) => Built;

/** "both A and B": rows that are found with the one and with the other. */
export function intersect(sketch: Sketch, both: Both, binding: Binding, schema: Schema, make: Make): Built {
  const counting = sketch.selects.every((t) => t.aggregate !== undefined);
  const others = sketch.conds.filter((c) => c !== both);
  if (counting) {
    const [first] = both.args;
    const column = first?.kind === 'value' ? binding.get(first)?.column : first?.kind === 'compare' && first.left.mention !== undefined ? binding.get(first.left.mention)?.column : undefined;
    const built = make({ ...sketch, conds: [...others, { kind: 'or', args: both.args }] }, sketch.groups.length === 0 ? column : undefined);
    return { ...built, assumptions: ['measured for each of the values that "and" joins'], features: { ...built.features, andAsOr: 1 } };
  }
  const keyed = byKey(sketch, both, others, schema, make);
  if (keyed !== undefined) return keyed;
  const parts = both.args.map((arg) => make({ ...sketch, orders: [], conds: [...others, arg] }));
  const [first, second] = parts as [Built, Built];
  if (parts.length > 2) throw new NoReading('more than two conditions that must all hold');
  if (sketch.orders.length > 0 || first.query.limit !== undefined || first.query.foremost === true) throw new NoReading('an order over a combination');
  return { query: { ...first.query, set: { op: 'INTERSECT', right: second.query } }, assumptions: first.assumptions, features: { ...first.features, intersect: 1 } };
}

/** Where it is rows that are shown, their keys are among those of the one and of the other: names need not be unique. */
function byKey(sketch: Sketch, both: Both, others: readonly Cond[], schema: Schema, make: Make): Built | undefined {
  const whole = make({ ...sketch, conds: [...others] });
  const { from } = whole.query;
  const main = schema.tables.find((t) => t.table === from.table)!;
  const key = keyOf(main);
  const names = [...labelOf(main), ...(key === undefined ? [] : [key])].map((c) => c.path.join('.'));
  if (key === undefined || !whole.query.select.some(({ expr }) => expr.kind === 'column' && expr.source.table === main.table && names.includes(expr.path.join('.')))) return undefined;
  const column = (source: Query['from']): Scalar => ({ kind: 'column', source, path: key.path, type: key.type });
  const found = both.args.map((arg): Predicate | undefined => {
    const part = make({ ...sketch, orders: [], conds: [arg] }).query;
    if (part.having.length > 0 || part.foremost === true || part.from.table !== main.table) return undefined;
    const { distinct: _, limit: __, ...rest } = part;
    return { kind: 'in', arg: column(from), values: { ...rest, select: [{ expr: column(part.from) }], group: [] }, negated: false };
  });
  if (found.some((p) => p === undefined)) return undefined;
  return { ...whole, query: { ...whole.query, where: [...whole.query.where, ...(found as Predicate[])] }, features: { ...whole.features, intersect: 1 } };
}

