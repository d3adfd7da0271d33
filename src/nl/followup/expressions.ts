/** Expressions and conditions of a serialized statement as parts of a query tree. */

import type { Type } from '../../algebra/index.js';
import type { AggregateName, Comparison, Join, Output, Predicate, Query, Scalar, Source, Unit } from '../offline/tree/tree.js';
import { typeAt } from './columns.js';

/** The statement has a part that the tree has no word for; the message names it. */
export class NotATree extends Error {}

export type Node = Readonly<Record<string, unknown>>;

export function nodeOf(value: unknown): Node {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new NotATree('a part of an unknown shape');
  return value as Node;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What names mean within one SELECT. */
export class Names {
  outputs: readonly Output[] = [];
  constructor(
    private readonly sources: readonly Source[],
    readonly inner: (node: unknown) => Query,
  ) {}

  column(path: readonly string[]): Scalar {
    const [first, ...rest] = path;
    const qualified = rest.length === 0 ? undefined : this.sources.find((s) => s.alias.toLowerCase() === first!.toLowerCase());
    const found = (qualified === undefined ? this.sources : [qualified]).flatMap((source) => within(source, qualified === undefined ? path : rest));
    const [only] = found;
    if (only === undefined || found.length > 1) throw new NotATree('a name of something else');
    return only;
  }

  /** In ORDER BY and GROUP BY a number is a place among the outputs, and an alias is what it names. */
  placed(node: unknown): Scalar {
    const { class: kind, column_names: path } = nodeOf(node);
    if (kind === 'CONSTANT') {
      const at = expression(node, this);
      const output = at.kind === 'number' ? this.outputs[at.value - 1] : undefined;
      if (output === undefined) throw new NotATree('a place among the outputs');
      return output.expr;
    }
    const alias = kind === 'COLUMN_REF' && listOf(path).length === 1 ? textOf(listOf(path)[0]).toLowerCase() : undefined;
    return this.outputs.find((o) => alias !== undefined && o.as?.toLowerCase() === alias)?.expr ?? expression(node, this);
  }

  equalities(node: unknown): Join['on'] {
    const { type, left, right, children } = nodeOf(node);
    if (type === 'CONJUNCTION_AND') return listOf(children).flatMap((child) => this.equalities(child));
    if (type !== 'COMPARE_EQUAL') throw new NotATree('a join by something else than equality');
    const sides = [left, right].map((side) => {
      const scalar = expression(side, this);
      return scalar.kind === 'cast' && scalar.to === 'VARCHAR' ? scalar.arg : scalar;
    });
    if (sides.some((s) => s.kind !== 'column')) throw new NotATree('a join by a computed value');
    return [{ left: sides[0]!, right: sides[1]! }];
  }
}

function within(source: Source, path: readonly string[]): Scalar[] {
  if (source.table !== undefined) {
    const found = typeAt(source.table, path);
    return found === undefined ? [] : [{ kind: 'column', source, ...found }];
  }
  const output = source.query?.select.find((o) => nameOf(o)?.toLowerCase() === path[0]?.toLowerCase());
  if (output === undefined || path.length > 1) return [];
  return [{ kind: 'column', source, path: [nameOf(output)!], type: typeOf(output.expr) }];
}

export function nameOf({ expr, as }: Output): string | undefined {
  return as ?? (expr.kind === 'column' ? expr.path.at(-1) : undefined);
}

export function typeOf(expr: Scalar): Type {
  if (expr.kind === 'column') return expr.type;
  if (expr.kind === 'aggregate' && expr.name !== 'count' && expr.name !== 'avg' && expr.arg !== undefined) return typeOf(expr.arg);
  if (expr.kind === 'bucket') return typeOf(expr.arg);
  return expr.kind === 'text' ? { kind: 'text' } : { kind: 'float', bits: 64 };
}

const aggregates = new Set(['count', 'sum', 'avg', 'min', 'max']);
const units = new Set(['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);
const times: Readonly<Record<string, 'DATE' | 'TIMESTAMP' | 'TIMESTAMPTZ'>> = { DATE: 'DATE', TIMESTAMP: 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE': 'TIMESTAMPTZ' };
const comparisons: Readonly<Record<string, Comparison>> = {
  COMPARE_EQUAL: '=', COMPARE_NOTEQUAL: '<>', COMPARE_LESSTHAN: '<', COMPARE_LESSTHANOREQUALTO: '<=', COMPARE_GREATERTHAN: '>', COMPARE_GREATERTHANOREQUALTO: '>=',
};

export function expression(item: unknown, names: Names): Scalar {
  const node = nodeOf(item);
  switch (node['class']) {
    case 'COLUMN_REF':
      return names.column(listOf(node['column_names']).map(textOf));
    case 'CONSTANT':
      return constant(nodeOf(node['value']));
    case 'FUNCTION':
      return call(node, names);
    case 'CAST':
      return cast(node, names);
    case 'OPERATOR':
      if (node['type'] === 'OPERATOR_COALESCE') return { kind: 'call', name: 'coalesce', args: listOf(node['children']).map((c) => expression(c, names)) };
      throw new NotATree('an operator');
    case 'SUBQUERY':
      if (textOf(node['subquery_type']) === 'SCALAR') return { kind: 'query', query: names.inner(nodeOf(node['subquery'])['node']) };
      throw new NotATree('a subquery');
    default:
      throw new NotATree(`an expression of kind ${textOf(node['class']).toLowerCase()}`);
  }
}

function constant(value: Node): Scalar {
  const type = textOf(nodeOf(value['type'])['id']);
  const raw = value['value'];
  if (value['is_null'] === true || raw === undefined) throw new NotATree('NULL');
  if (type === 'VARCHAR') return { kind: 'text', value: textOf(raw) };
  if (type === 'BOOLEAN') return { kind: 'boolean', value: raw === true };
  const number = Number(raw);
  if (!Number.isFinite(number) || (typeof raw === 'bigint' && BigInt(number) !== raw)) throw new NotATree('a number that large');
  const scale = type === 'DECIMAL' ? Number(nodeOf(nodeOf(value['type'])['type_info'])['scale'] ?? 0) : 0;
  return { kind: 'number', value: scale === 0 ? number : Number(`${number}e-${scale}`) };
}

function cast(node: Node, names: Names): Scalar {
  const to = textOf(nodeOf(node['cast_type'])['id']);
  const arg = expression(node['child'], names);
  if (node['try_cast'] === true || nodeOf(node['cast_type'])['type_info'] !== undefined) throw new NotATree('a cast');
  const time = times[to];
  if (arg.kind === 'text' && time !== undefined) return { kind: 'time', value: arg.value, as: time };
  if (arg.kind === 'text' && to === 'BOOLEAN') return { kind: 'boolean', value: /^t/i.test(arg.value) };
  return { kind: 'cast', arg, to: to === 'TIMESTAMP WITH TIME ZONE' ? 'TIMESTAMPTZ' : to };
}

function call(node: Node, names: Names): Scalar {
  const name = textOf(node['function_name']).toLowerCase();
  if (listOf(nodeOf(node['order_bys'])['orders']).length > 0) throw new NotATree('an ordered aggregate');
  const filter = node['filter'] === undefined ? {} : { filter: predicate(node['filter'], names) };
  if (name === 'count_star') return { kind: 'aggregate', name: 'count', ...filter };
  const share = name === '/' ? shareOf(listOf(node['children']), names) : undefined;
  if (share !== undefined) return share;
  const hours = name === '/' ? hoursOf(listOf(node['children']), names) : undefined;
  if (hours !== undefined) return hours;
  const args = listOf(node['children']).map((c) => expression(c, names));
  const [first, second] = args;
  if (aggregates.has(name)) {
    if (args.length !== 1) throw new NotATree('an aggregate of several things');
    return { kind: 'aggregate', name: name as AggregateName, arg: first!, ...(node['distinct'] === true ? { distinct: true } : {}), ...filter };
  }
  if (node['distinct'] === true || node['filter'] !== undefined) throw new NotATree(`the function ${name}`);
  if (name === 'date_trunc' && first?.kind === 'text' && units.has(first.value)) return { kind: 'bucket', unit: first.value as Unit, arg: second! };
  if (name === 'date_diff' && first?.kind === 'text' && first.value === 'day' && args.length === 3) return { kind: 'elapsed', unit: 'day', left: second!, right: args[2]! };
  if (units.has(name) && args.length === 1) return { kind: 'part', unit: name as Unit, arg: first! };
  if (name === 'round' || name === 'lower' || name === 'greatest') return { kind: 'call', name, args };
  if (['+', '-', '*', '/'].includes(name) && args.length === 2) return { kind: 'arithmetic', op: name as '+', left: first!, right: second! };
  throw new NotATree(`the function ${name}`);
}

/** date_diff('second', a, b) / 3600.0 */
function hoursOf(children: readonly unknown[], names: Names): Scalar | undefined {
  const [seconds, divisor] = children.map(nodeOf);
  if (textOf(seconds?.['function_name'] ?? '').toLowerCase() !== 'date_diff') return undefined;
  const [unit, left, right] = listOf(seconds!['children']).map((c) => expression(c, names));
  const by = expression(divisor, names);
  if (unit?.kind !== 'text' || unit.value !== 'second' || left === undefined || right === undefined || by.kind !== 'number' || by.value !== 3600) throw new NotATree('a span of time');
  return { kind: 'elapsed', unit: 'hour', left, right };
}

/** 100.0 * x / sum(x) OVER (). */
function shareOf(children: readonly unknown[], names: Names): Scalar | undefined {
  const [left, right] = children.map(nodeOf);
  if (right?.['type'] !== 'WINDOW_AGGREGATE') return undefined;
  const [factor, of] = listOf(left?.['children']);
  const hundred = left?.['function_name'] === '*' ? expression(factor, names) : undefined;
  const plain = right['function_name'] === 'sum' && listOf(right['partitions']).length === 0 && listOf(right['orders']).length === 0;
  if (hundred?.kind !== 'number' || hundred.value !== 100 || !plain) throw new NotATree('a window');
  return { kind: 'share', of: expression(of, names) };
}

export function predicate(item: unknown, names: Names): Predicate {
  const node = nodeOf(item);
  const type = textOf(node['type']);
  const children = listOf(node['children']);
  if (type === 'CONJUNCTION_AND' || type === 'CONJUNCTION_OR') {
    const kind = type === 'CONJUNCTION_AND' ? 'and' : 'or';
    return { kind, args: children.map((c) => predicate(c, names)).flatMap((p) => (p.kind === kind ? p.args : [p])) };
  }
  if (node['class'] === 'COMPARISON') {
    const op = comparisons[type];
    if (op === undefined) throw new NotATree('a comparison');
    return { kind: 'compare', op, left: expression(node['left'], names), right: expression(node['right'], names) };
  }
  if (type === 'COMPARE_BETWEEN') {
    return { kind: 'between', arg: expression(node['input'], names), low: expression(node['lower'], names), high: expression(node['upper'], names) };
  }
  if (type === 'OPERATOR_IS_NULL' || type === 'OPERATOR_IS_NOT_NULL') return { kind: 'null', arg: expression(children[0], names), negated: type === 'OPERATOR_IS_NOT_NULL' };
  if (type === 'COMPARE_IN' || type === 'COMPARE_NOT_IN') {
    const [arg, ...values] = children.map((c) => expression(c, names));
    return { kind: 'in', arg: arg!, values, negated: type === 'COMPARE_NOT_IN' };
  }
  if (type === 'SUBQUERY' && node['subquery_type'] === 'ANY' && (node['comparison_type'] ?? 'COMPARE_EQUAL') === 'COMPARE_EQUAL') {
    return { kind: 'in', arg: uncast(expression(node['child'], names)), values: plainKeys(names.inner(nodeOf(node['subquery'])['node'])), negated: false };
  }
  if (type === 'OPERATOR_NOT') return denied(predicate(children[0], names));
  if (node['class'] === 'FUNCTION') return pattern(node, names);
  if (node['class'] === 'COLUMN_REF') return { kind: 'compare', op: '=', left: expression(node, names), right: { kind: 'boolean', value: true } };
  throw new NotATree('a condition');
}

/** Keys of different types are compared as text: the printer sees to that by itself. */
function uncast(scalar: Scalar): Scalar {
  return scalar.kind === 'cast' && scalar.to === 'VARCHAR' ? scalar.arg : scalar;
}

function plainKeys(keys: Query): Query {
  return { ...keys, select: keys.select.map((o) => ({ ...o, expr: uncast(o.expr) })) };
}

function denied(p: Predicate): Predicate {
  switch (p.kind) {
    case 'in':
    case 'null':
      return { ...p, negated: !p.negated };
    case 'between':
    case 'like':
      return { ...p, negated: p.negated !== true };
    case 'compare':
      if (p.op === '=' && p.right.kind === 'boolean') return { ...p, right: { kind: 'boolean', value: !p.right.value } };
      break;
    default:
  }
  throw new NotATree('a denial');
}

/** ILIKE with a pattern that has wildcards at its ends alone. */
function pattern(node: Node, names: Names): Predicate {
  const name = textOf(node['function_name']).toLowerCase();
  const args = listOf(node['children']).map((c) => expression(c, names));
  const negated = name === '!~~*' || name === 'not_ilike_escape';
  const [arg, like] = args;
  if (!(negated || name === '~~*' || name === 'ilike_escape') || like?.kind !== 'text') throw new NotATree(`the function ${name}`);
  const match = /^(%?)((?:[^%_\\]|\\.)*?)(%?)$/s.exec(like.value);
  if (match === null || (match[1] === '' && match[3] === '')) throw new NotATree('a pattern');
  const value = match[2]!.replace(/\\(.)/gs, '$1');
  return { kind: 'like', arg: arg!, how: match[1] === '' ? 'starts' : match[3] === '' ? 'ends' : 'contains', value, ...(negated ? { negated } : {}) };
}
