/** Query tree -> one line of English. Made from the tree alone, so that it says what the SQL does and not what was asked. */

import type { Predicate, Query, Scalar, Source } from './tree.js';
import { hasAggregate } from './tree.js';

export function english(query: Query): string {
  if (query.set?.op === 'UNION ALL') return union(query);
  const single = query.joins.length === 0;
  const say = (s: Scalar) => scalar(s, single);
  const outputs = query.select.length === 0 ? ['every column'] : query.select.map((o) => say(o.expr));
  const every = query.select.length === 1 ? query.select[0]!.expr : undefined;
  if (every?.kind === 'buckets') return `every ${every.unit} from the first to the last`;
  const aggregated = query.group.length === 0 && query.select.length > 0 && query.select.every((o) => hasAggregate(o.expr));
  const rows = [source(query.from), ...query.joins.map((j) => joined(j.kind, j.source))].join(' ');
  const parts = [`${query.distinct === true ? 'the distinct ' : ''}${list(outputs)} ${aggregated ? 'over' : 'of'} ${rows}`];
  if (query.where.length > 0) parts.push(`where ${query.where.map((p) => predicate(p, single)).join(' and ')}`);
  if (query.group.length > 0) parts.push(`for each ${list(query.group.map(say))}`);
  if (query.having.length > 0) parts.push(`keeping groups whose ${query.having.map((p) => predicate(p, single)).join(' and ')}`);
  if (query.set !== undefined) {
    const how = { INTERSECT: 'that are also among', EXCEPT: 'that are not among', UNION: 'together with', 'UNION ALL': 'together with' }[query.set.op];
    parts.push(`${how} ${english(query.set.right)}`);
  }
  const [first] = query.order;
  if (query.foremost === true && first !== undefined) {
    parts.push(`only where ${say(first.expr)} is ${first.desc ? 'highest' : 'lowest'}${query.per === undefined ? '' : ` for each ${list(query.per.map(say))}`}, ties included`);
    return parts.join(', ');
  }
  if (query.order.length > 0) parts.push(`by ${list(query.order.map((o) => `${say(o.expr)}${o.desc ? ', highest first' : ''}`))}`);
  if (query.limit !== undefined) parts.push(query.limit === 1 ? 'the first one only' : `the first ${query.limit}`);
  return parts.join(', ');
}

/** The same asked of many tables, said once. */
function union(query: Query): string {
  const parts: Query[] = [];
  for (let at: Query | undefined = query; at !== undefined; at = at.set?.right) parts.push(at);
  const outputs = query.select.map((o) => o.expr).filter((e) => e.kind !== 'text').map((e) => scalar(e, true));
  return `${list(outputs)} of each of ${list(parts.map((p) => source(p.from)))}`;
}

function joined(kind: 'inner' | 'left' | 'full', s: Source): string {
  return { inner: 'with their', left: 'with, where there are any, their', full: 'side by side with' }[kind] + ` ${source(s)}`;
}

function source(s: Source): string {
  if (s.text !== undefined) return 'the answer before';
  if (s.query !== undefined) return `(${english(s.query)})`;
  return `${s.table!.service}.${s.table!.name}`;
}

function list(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function scalar(s: Scalar, single: boolean): string {
  switch (s.kind) {
    case 'column':
      return single || s.source.table === undefined ? s.path.join('.') : `${s.source.alias}.${s.path.join('.')}`;
    case 'text':
      return `'${s.value}'`;
    case 'number':
    case 'boolean':
      return String(s.value);
    case 'time':
      return s.value;
    case 'aggregate': {
      const filter = s.filter === undefined ? '' : ` (only where ${predicate(s.filter, single)})`;
      if (s.arg === undefined) return `number of rows${filter}`;
      const what = scalar(s.arg, single);
      if (s.name === 'count') return `number of ${s.distinct === true ? 'distinct' : 'known'} ${what}${filter}`;
      return `${{ sum: 'total', avg: 'average', min: 'lowest', max: 'highest' }[s.name]} ${what}${filter}`;
    }
    case 'bucket':
    case 'part':
      return `${s.unit} of ${scalar(s.arg, single)}`;
    case 'buckets':
      return `every ${s.unit} from ${scalar(s.first, single)} to ${scalar(s.last, single)}`;
    case 'call':
      return s.name === 'coalesce' ? s.args.map((a) => scalar(a, single)).join(' or else ') : scalar(s.args[0]!, single);
    case 'arithmetic':
      return `${scalar(s.left, single)} ${{ '+': 'plus', '-': 'minus', '*': 'times', '/': 'divided by' }[s.op]} ${scalar(s.right, single)}`;
    case 'elapsed':
      return `${s.unit}s from ${scalar(s.left, single)} to ${scalar(s.right, single)}`;
    case 'correlation':
      return `the correlation of ${scalar(s.left, single)} with ${scalar(s.right, single)}`;
    case 'test':
      return `whether the ${predicate(s.of, single)}`;
    case 'share':
      return `percentage of all ${scalar(s.of, single).replace(/^number of /, '')}`;
    case 'cast':
      return scalar(s.arg, single);
    case 'query':
      return `(${english(s.query)})`;
  }
}

const comparisons = { '=': 'is', '<>': 'is not', '<': 'is less than', '<=': 'is at most', '>': 'is more than', '>=': 'is at least' } as const;

function predicate(p: Predicate, single: boolean): string {
  const not = 'negated' in p && p.negated === true;
  switch (p.kind) {
    case 'compare':
      return `${scalar(p.left, single)} ${comparisons[p.op]} ${scalar(p.right, single)}`;
    case 'between':
      return `${scalar(p.arg, single)} is ${not ? 'not ' : ''}between ${scalar(p.low, single)} and ${scalar(p.high, single)}`;
    case 'like': {
      const how = { contains: 'contain', starts: 'start with', ends: 'end with' }[p.how];
      return `${scalar(p.arg, single)} ${not ? `does not ${how}` : how.replace(/^(\w+)/, '$1s')} '${p.value}'`;
    }
    case 'null':
      return `${scalar(p.arg, single)} is ${not ? 'known' : 'missing'}`;
    case 'in': {
      const values = Array.isArray(p.values)
        ? `one of ${(p.values as readonly Scalar[]).map((v) => scalar(v, single)).join(', ')}`
        : `among ${english(p.values as Query)}`;
      return `${scalar(p.arg, single)} is ${p.orMissing === true ? 'missing or ' : ''}${not ? 'not ' : ''}${values}`;
    }
    case 'and':
    case 'or':
      return `(${p.args.map((a) => predicate(a, single)).join(` ${p.kind} `)})`;
  }
}
