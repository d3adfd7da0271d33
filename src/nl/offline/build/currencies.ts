/** Amounts in several currencies, which no sum adds up: each currency by itself, or none where an order would mix them. */

import { nameWords } from '../link/catalog.js';
import type { ColumnEntry, Schema } from '../link/catalog.js';
import type { Predicate, Query, Scalar } from '../tree/tree.js';
import type { Built } from './both.js';
import { isMeasure, isText } from './roles.js';
import { Undecided } from './reading.js';
import { same } from './same.js';

type ColumnScalar = Extract<Scalar, { kind: 'column' }>;

const money = new Set(['amount', 'total', 'subtotal', 'price', 'cost', 'fee', 'fare', 'revenue', 'value', 'sum', 'tax', 'discount', 'charge', 'payment', 'balance', 'budget', 'turnover', 'net', 'gross', 'refund', 'paid', 'due', 'rent', 'salary', 'wage', 'premium', 'commission', 'cent', 'pence', 'toll', 'deposit', 'tip']);

/** The text column beside an amount that says in which currency it is. */
export function currencyOf(column: ColumnEntry): ColumnEntry | undefined {
  const last = (c: ColumnEntry): string => nameWords(c.path.at(-1)!).at(-1) ?? '';
  const within = column.path.slice(0, -1).join('.');
  const beside = column.table.columns.filter((c) => isText(c.type) && c.path.slice(0, -1).join('.') === within && (last(c) === 'currency' || (last(c) === 'code' && nameWords(c.path.at(-1)!).at(-2) === 'currency')));
  const prefixed = beside.filter((c) => nameWords(c.path.at(-1)!)[0] === nameWords(column.path.at(-1)!)[0]);
  const [only] = prefixed.length === 1 ? prefixed : beside.length === 1 ? beside : [];
  const isMoney = isMeasure(column) && (prefixed.length > 0 || within !== '' || nameWords(column.path.at(-1)!).some((w) => money.has(w)));
  return only !== undefined && isMoney && new Set(only.values).size !== 1 ? only : undefined;
}

/** A key by which amounts are kept apart. */
export function isCurrency(key: Scalar): boolean {
  return key.kind === 'column' && /currency/i.test(key.path.at(-1)!);
}

/** Throws Undecided where amounts of several currencies would be added up for an order, a bound or a comparison. */
export function inCurrencies(built: Built, schema: Schema): Built {
  const q = built.query;
  const told = (arg: ColumnScalar): { column: ColumnScalar; values: readonly string[] } | undefined => {
    const entry = schema.tables.find((t) => t.table === arg.source.table)?.columns.find((c) => c.path.join('.') === arg.path.join('.'));
    const currency = entry === undefined ? undefined : currencyOf(entry);
    return currency === undefined ? undefined : { column: { kind: 'column', source: arg.source, path: currency.path, type: currency.type }, values: currency.values };
  };
  const mixed = (query: Query, exprs: readonly Scalar[]) =>
    exprs.flatMap(added).flatMap((arg) => {
      const currency = told(arg);
      return currency === undefined || query.group.some((g) => same(g, currency.column)) || query.where.some((p) => isOne(p, currency.column)) ? [] : [currency];
    });
  const unknown = mixed(q, q.select.map((o) => o.expr)).find(({ values }) => values.length === 0);
  if (unknown !== undefined) return { ...built, assumptions: [...built.assumptions, `added up whatever ${unknown.column.path.join('.')} is`] };
  const refuse = ({ values }: { values: readonly string[] }): never => {
    throw new Undecided(`amounts in several currencies (${[...values].sort().slice(0, 4).join(', ')}) can't be added up or compared; say which one`);
  };
  const several = (query: Query, exprs: readonly Scalar[]) => mixed(query, exprs).filter(({ values }) => values.length > 0);
  for (const nested of queriesIn(q)) several(nested, [...nested.select.map((o) => o.expr), ...nested.having.flatMap(scalarsOf), ...nested.order.map((o) => o.expr)]).forEach(refuse);
  several(q, [...q.having.flatMap(scalarsOf), ...q.order.map((o) => o.expr)]).forEach(refuse);
  // The most expensive of all, by numbers of different money.
  if (q.limit !== undefined || q.foremost === true) several(q, q.order.map((o): Scalar => ({ kind: 'aggregate', name: 'max', arg: o.expr }))).forEach(refuse);
  const [first, ...others] = mixed(q, q.select.map((o) => o.expr));
  if (first === undefined) return built;
  if (others.some((o) => !same(o.column, first.column)) || q.limit !== undefined || q.foremost === true || q.set !== undefined) refuse(first);
  const at = q.select.findIndex((o) => added(o.expr).length > 0);
  const select = [...q.select.slice(0, at), { expr: first.column }, ...q.select.slice(at)];
  return { ...built, query: { ...q, select, group: [...q.group, first.column] }, assumptions: [...built.assumptions, `each currency by itself (${[...first.values].sort().join(', ')})`] };
}

/** What is summed or averaged. */
function added(expr: Scalar): ColumnScalar[] {
  if (expr.kind === 'aggregate') return expr.name !== 'count' && expr.arg?.kind === 'column' ? [expr.arg] : [];
  if (expr.kind === 'arithmetic') return [...added(expr.left), ...added(expr.right)];
  if (expr.kind === 'cast') return added(expr.arg);
  return expr.kind === 'call' ? expr.args.flatMap(added) : [];
}

function scalarsOf(p: Predicate): Scalar[] {
  if (p.kind === 'and' || p.kind === 'or') return p.args.flatMap(scalarsOf);
  if (p.kind === 'compare') return [p.left, p.right];
  return p.kind === 'between' ? [p.arg, p.low, p.high] : [];
}

function isOne(p: Predicate, column: ColumnScalar): boolean {
  return p.kind === 'compare' && p.op === '=' && same(p.left, column);
}

function queriesIn(q: Query): Query[] {
  const conditions = (p: Predicate): Query[] => {
    if (p.kind === 'and' || p.kind === 'or') return p.args.flatMap(conditions);
    if (p.kind === 'in') return Array.isArray(p.values) ? [] : [p.values as Query];
    return scalarsOf(p).flatMap((s) => (s.kind === 'query' ? [s.query] : []));
  };
  const own = [...(q.with ?? []), q.from, ...q.joins.map((j) => j.source)].flatMap((s) => (s.query === undefined ? [] : [s.query]));
  const nested = [...own, ...[...q.where, ...q.having].flatMap(conditions), ...(q.set === undefined ? [] : [q.set.right])];
  return nested.flatMap((n) => [n, ...queriesIn(n)]);
}
