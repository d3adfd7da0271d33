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
  const own = oneColumn(both, binding);
  if (own !== undefined && isOwn(own, sketch, others, schema, make)) {
    // "owners from Graz and Linz": no row is from both, so it is those of the one and those of the other.
    if (sketch.words.has('both')) throw new NoReading(`no row has two values of ${own.path.join('.')}`);
    const built = make({ ...sketch, conds: [...others, { kind: 'or', args: both.args }] });
    return { ...built, assumptions: [...built.assumptions, '"and" joins the rows of the one and of the other: none is both'], features: { ...built.features, andAsOr: 1 } };
  }
  const keyed = byKey(sketch, both, others, schema, make);
  if (keyed !== undefined) return keyed;
  const parts = both.args.map((arg) => make({ ...sketch, orders: [], conds: [...others, arg] }));
  const [first, second] = parts as [Built, Built];
  if (parts.length > 2) throw new NoReading('more than two conditions that must all hold');
  if (sketch.orders.length > 0 || first.query.limit !== undefined || first.query.foremost === true) throw new NoReading('an order over a combination');
  return { query: { ...first.query, set: { op: 'INTERSECT', right: second.query } }, assumptions: first.assumptions, features: { ...first.features, intersect: 1 } };
}

/** The one column that both conditions ask a value of. */
function oneColumn(both: Both, binding: Binding): ColumnEntry | undefined {
  const columns = both.args.map((arg) => (arg.kind === 'value' && !arg.negated ? binding.get(arg)?.column : arg.kind === 'compare' && !arg.negated && arg.op === '=' && arg.right.kind !== 'target' && arg.left.mention !== undefined ? binding.get(arg.left.mention)?.column : undefined));
  const [first] = columns;
  return first !== undefined && first.type.kind !== 'list' && columns.every((c) => c === first) ? first : undefined;
}

/** The column is of the rows that are shown, each of which is told apart by what is shown of it. */
function isOwn(column: ColumnEntry, sketch: Sketch, others: readonly Cond[], schema: Schema, make: Make): boolean {
  const { from, select, joins } = make({ ...sketch, conds: [...others] }).query;
  const main = schema.tables.find((t) => t.table === from.table);
  if (main === undefined || column.table !== main || joins.length > 0) return false;
  const names = [...labelOf(main), ...(keyOf(main) === undefined ? [] : [keyOf(main)!])].map((c) => c.path.join('.'));
  return select.some(({ expr }) => expr.kind === 'column' && expr.source.table === main.table && names.includes(expr.path.join('.')));
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

