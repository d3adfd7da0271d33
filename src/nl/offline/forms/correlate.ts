/** "Correlate A with B": two series in the same time buckets, side by side, with their correlation. */

import type { Translation } from '../../contract.js';
import { isNumeric } from '../build/roles.js';
import { instant } from '../build/times.js';
import type { Token } from '../text/tokens.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Output, Predicate, Query, Scalar, Source, Unit } from '../tree/tree.js';
import { query } from '../tree/tree.js';
import type { FormInput } from './input.js';
import { seriesOf } from './series.js';
import type { Series } from './series.js';

export async function readCorrelation({ question, tokens, schema, context }: FormInput): Promise<Translation | undefined> {
  const unit = unitIn(tokens);
  // "... over time" is what every correlation is.
  const spoken = tokens.filter((t, i) => !(t.lower === 'over' && tokens[i + 1]?.lower === 'time') && !(t.lower === 'time' && tokens[i - 1]?.lower === 'over'));
  const splits = split(spoken).map((halves) => ({ halves, sides: halves.map((h) => seriesOf(withoutUnits(h), schema)) as [Series[], Series[]] }));
  // "Readings with status fault with cancellations" splits in two ways: the one that leaves the least unread is meant.
  const worth = ({ sides }: (typeof splits)[number]) => sides.reduce((sum, side) => sum + (side[0]?.score ?? -5), 0);
  const meant = splits.sort((a, b) => worth(b) - worth(a))[0];
  if (meant === undefined) return undefined;
  const { halves, sides } = meant;
  const [left, right] = sides;
  const near = left.length > 0 ? left : right;
  if (left.length === 0 || right.length === 0) {
    const missing = halves[left.length === 0 ? 0 : 1]!;
    return {
      kind: 'refusal',
      reason: `No table with a time column fits "${missing.map((t) => t.text).join(' ')}", so there is nothing to correlate.`,
      understood: near.slice(0, 1).map((s) => s.label.replaceAll('_', ' ')),
      notUnderstood: [missing.map((t) => t.text).join(' ')],
      near: [],
    };
  }
  const pairs = left.slice(0, 3).flatMap((a) => right.slice(0, 3).map((b) => ({ a, b, score: a.score + b.score - (sameSeries(a, b) ? 5 : 0) })));
  pairs.sort((x, y) => y.score - x.score);
  const statements = [];
  for (const { a, b } of pairs.slice(0, 3)) {
    const bucket = unit ?? defaultUnit(a, b);
    const tree = correlation(a, b, bucket);
    const text = sql(tree);
    if ((await context.check(text)) !== undefined) continue;
    statements.push({ sql: text, reading: english(tree), assumptions: assumptions(a, b, bucket, unit === undefined, context.timezone), unread: [...a.unread, ...b.unread] });
  }
  const [best, ...others] = statements;
  if (best === undefined) return undefined;
  const plain = ({ sql: text, reading, assumptions: made }: typeof best) => ({ sql: text, reading, assumptions: made });
  if (best.unread.length > 1) {
    return { kind: 'refusal', reason: 'Part of the question has no reading.', understood: [question], notUnderstood: best.unread, near: statements.map(plain) };
  }
  const statement = { ...plain(best), assumptions: [...best.assumptions, ...best.unread.map((w) => `nothing was made of: ${w}`)] };
  return { kind: 'statement', statement, confidence: best.unread.length === 0 ? 0.9 : 0.65, alternatives: others.map(plain) };
}

type Halves = readonly [Token[], Token[]];

/** A and B, in every way the words that ask for a correlation allow: around "with", "to", "and" after them. */
function split(tokens: readonly Token[]): Halves[] {
  const words = tokens.filter((t) => t.kind === 'word' || t.kind === 'number' || t.kind === 'quoted');
  const lower = words.map((t) => t.lower);
  const text = lower.join(' ');
  const around = (start: number, ...joins: string[]) =>
    words.flatMap((_, i) => (i > start && joins.includes(lower[i]!) ? pair(words.slice(start, i), words.slice(i + 1)) : []));

  const at = lower.findIndex((w) => /^correlat/.test(w) || w === 'coincide' || w === 'coincides');
  if (at >= 0) {
    const between = lower.indexOf('between', at);
    if (between >= 0) return around(between + 1, 'and');
    const before = strip(words.slice(0, at));
    const of = lower[at + 1] === 'of';
    const start = of ? at + 2 : at + 1;
    if (of || before.length === 0) {
      const joined = around(start, 'with', 'to', 'against');
      return joined.length > 0 ? joined : around(start, 'and');
    }
    const join = lower.findIndex((w, i) => i > at && ['with', 'to', 'against'].includes(w));
    if (join >= 0) return pair(before, words.slice(join + 1));
    return words.flatMap((_, i) => (i < at && lower[i] === 'and' ? pair(words.slice(0, i), words.slice(i + 1, at)) : []));
  }
  if (/\b(relationship|relation|association|connection|link|dependence|dependency) between\b/.test(text) && !/\b(tables?|columns?|schemas?)\b/.test(text)) {
    return around(lower.indexOf('between') + 1, 'and');
  }
  const influence = lower.findIndex((w, i) => i > 0 && /^(affects?|influences?|drives?|impacts?|relates?)$/.test(w));
  if (influence > 0 && /^(does|do|how does|how do|how|whether)\b/.test(text)) {
    const to = lower[influence + 1] === 'to' ? influence + 1 : influence;
    return pair(words.slice(0, influence), words.slice(to + 1));
  }
  if (/^(do|does|are|is|whether)\b.*\b(move|rise|fall|go|line|happen|occur)s? (up |down )?(together |when |with |while )/.test(text)) {
    const join = lower.findIndex((w, i) => i > 0 && ['with', 'when', 'while', 'and'].includes(w));
    const end = lower.findIndex((w) => /^(move|rise|fall|go|line|happen|occur)s?$/.test(w));
    return end > join ? pair(words.slice(0, join), words.slice(join + 1, end)) : pair(words.slice(0, end), words.slice(join + 1));
  }
  return [];
}

/** One pair of halves, or none where a half has no word of its own. */
function pair(a: readonly Token[], b: readonly Token[]): Halves[] {
  const [left, right] = [strip(a), strip(b)];
  return left.length === 0 || right.length === 0 ? [] : [[left, right]];
}

const leads = new Set('find show list give get me the a an and then how do does did is are whether if what please can could you i want to see know tell us of there any strongly well closely much correlate correlated correlation up down go goes rise rises fall falls for compute calculate check them it these those'.split(' '));

function strip(words: readonly Token[]): Token[] {
  let [start, end] = [0, words.length];
  while (start < end && leads.has(words[start]!.lower)) start++;
  while (end > start && leads.has(words[end - 1]!.lower)) end--;
  return words.slice(start, end);
}

const units: Readonly<Record<string, Unit>> = { minute: 'minute', minutely: 'minute', hour: 'hour', hourly: 'hour', day: 'day', daily: 'day', week: 'week', weekly: 'week', month: 'month', monthly: 'month', quarter: 'quarter', year: 'year', yearly: 'year' };

function unitIn(tokens: readonly Token[]): Unit | undefined {
  for (const [i, token] of tokens.entries()) {
    const unit = units[token.lemma] ?? units[token.lower];
    if (unit !== undefined && (token.lower.endsWith('ly') || ['by', 'per', 'each', 'every', 'a'].includes(tokens[i - 1]?.lower ?? ''))) return unit;
  }
  return undefined;
}

function withoutUnits(tokens: readonly Token[]): Token[] {
  return tokens.filter((t, i) => {
    const unit = (x: Token | undefined) => x !== undefined && (units[x.lemma] !== undefined || units[x.lower] !== undefined);
    return !unit(t) && !(['by', 'per', 'each', 'every'].includes(t.lower) && unit(tokens[i + 1]));
  });
}

/** Rows a minute apart are looked at by the hour; where only days are known, by the day. */
function defaultUnit(a: Series, b: Series): Unit {
  return [a, b].some((s) => s.time.type.kind === 'date' || s.time.names.some((n) => n.words.at(-1) === 'day')) ? 'day' : 'hour';
}

function sameSeries(a: Series, b: Series): boolean {
  return a.table === b.table && a.measures.join() === b.measures.join() && a.filters.length === b.filters.length && a.filters.every((f, i) => f.column === b.filters[i]!.column && f.values.join() === b.filters[i]!.values.join());
}

function correlation(a: Series, b: Series, unit: Unit): Query {
  const zoned = [a, b].some((s) => s.time.type.kind === 'timestamp' && s.time.type.zoned);
  const names = a.label === b.label ? ([`${a.label}_1`, `${b.label}_2`] as const) : ([a.label, b.label] as const);
  const shared = counted(a) && counted(b);
  const left = side(a, unit, names[0], zoned, shared);
  const right = side(b, unit, names[1], zoned, shared);
  const bucketOf = (s: Side): ColumnScalar => ({ kind: 'column', source: s.source, path: [unit], type: { kind: 'timestamp', zoned, unit: 'us' } });
  const values = [...left.values, ...right.values];
  const correlations = left.values.flatMap((x) =>
    right.values.map((y): Output => ({
      expr: { kind: 'correlation', left: x.expr, right: y.expr },
      as: right.values.length * left.values.length === 1 ? 'correlation' : `correlation_${left.values.length > 1 ? `${x.as}_` : ''}${y.name}`,
    })),
  );
  const columns = (bucket: Scalar): Partial<Query> => ({
    select: [{ expr: bucket, as: unit }, ...values.map(({ expr, as }) => ({ expr, as })), ...correlations],
    order: [{ expr: bucket, desc: false }],
  });
  if (counted(a) && counted(b)) {
    // Where neither has a row both are 0: left out, two rare things would seem to avoid each other.
    const spine = everyBucket(unit, left.source, right.source, bucketOf(left).type);
    const bucket = { ...bucketOf(left), source: spine };
    const join = (side: Side) => ({ kind: 'left' as const, source: side.source, on: [{ left: bucket, right: bucketOf(side) }] });
    return query(spine, { ...columns(bucket), with: [left.source, right.source], joins: [join(left), join(right)] });
  }
  const bucket: Scalar = { kind: 'call', name: 'coalesce', args: [bucketOf(left), bucketOf(right)] };
  return query(left.source, { ...columns(bucket), joins: [{ kind: 'full', source: right.source, on: [{ left: bucketOf(left), right: bucketOf(right) }] }] });
}

/** Each bucket from the first that one of the two has to the last. */
function everyBucket(unit: Unit, left: Source, right: Source, type: ColumnScalar['type']): Source {
  const bucketOf = (source: Source): ColumnScalar => ({ kind: 'column', source, path: [unit], type });
  const seen: Source = {
    alias: 'seen',
    query: query(left, { select: [{ expr: bucketOf(left) }], set: { op: 'UNION ALL', right: query(right, { select: [{ expr: bucketOf(right) }] }) } }),
  };
  const end = (name: 'min' | 'max'): Scalar => ({ kind: 'aggregate', name, arg: bucketOf(seen) });
  return { alias: 'every_bucket', query: query(seen, { select: [{ expr: { kind: 'buckets', unit, first: end('min'), last: end('max') }, as: unit }] }) };
}

type ColumnScalar = Extract<Scalar, { kind: 'column' }>;

function counted(series: Series): boolean {
  return series.measures.length === 0;
}

interface Side {
  readonly source: Source;
  readonly values: readonly { readonly expr: Scalar; readonly as: string; readonly name: string }[];
}

/** One series as a query of buckets. A count is 0 where its bucket has no row; a measure is unknown there. Shared: named once, used twice. */
function side(series: Series, unit: Unit, label: string, zoned: boolean, shared: boolean): Side {
  const from: Source = { alias: series.table.table.name, table: series.table.table };
  const column = (c: Series['time']): Scalar => ({ kind: 'column', source: from, path: c.path, type: c.type });
  const truncated: Scalar = { kind: 'bucket', unit, arg: instant(series.time, column(series.time)) };
  const naive = !(series.time.type.kind === 'timestamp' && series.time.type.zoned);
  const bucket: Scalar = zoned && naive ? { kind: 'cast', arg: truncated, to: 'TIMESTAMPTZ' } : truncated;
  const where = series.filters.map((f): Predicate => {
    const arg = column(f.column);
    if (f.flag !== undefined) return { kind: 'compare', op: '=', left: arg, right: { kind: 'boolean', value: f.flag } };
    const values = f.values.map((value): Scalar => ({ kind: 'text', value }));
    return values.length === 1 ? { kind: 'compare', op: '=', left: arg, right: values[0]! } : { kind: 'in', arg, values, negated: false };
  });
  const outputs: Output[] = counted(series)
    ? [{ expr: { kind: 'aggregate', name: 'count' }, as: label }]
    : series.measures.map((m) => ({ expr: { kind: 'aggregate', name: 'avg', arg: column(m) }, as: m.path.join('_') }));
  const inner = query(from, { select: [{ expr: bucket, as: unit }, ...outputs], where, group: [bucket] });
  const source: Source = { alias: label, query: inner, ...(shared ? { shared } : {}) };
  const values = outputs.map((o, i) => {
    const raw: Scalar = { kind: 'column', source, path: [o.as!], type: { kind: 'float', bits: 64 } };
    const expr: Scalar = counted(series) ? { kind: 'call', name: 'coalesce', args: [raw, { kind: 'number', value: 0 }] } : raw;
    return { expr, as: counted(series) ? label : `${label}_${o.as!}`, name: counted(series) ? label : series.measures[i]!.path.join('_') };
  });
  return { source, values };
}

function assumptions(a: Series, b: Series, unit: Unit, chosen: boolean, timezone: string): string[] {
  const made: string[] = [];
  for (const s of [a, b]) {
    const said = s.label.replaceAll('_', ' ');
    const where = s.filters.map((f) => `${f.column.path.join('.')} ${f.values.length === 1 ? 'is' : 'is one of'} ${f.values.join(', ')}`).join(' and ');
    const what = s.measures.length === 0 ? 'the number of rows' : `the average ${s.measures.map((m) => m.path.join('.')).join(' and ')}`;
    made.push(`${said}: ${what} of ${s.table.table.service}.${s.table.table.name}${where === '' ? '' : ` where ${where}`}, by ${s.time.path.join('.')}`);
    if (counted(s)) made.push('a bucket without such rows counts as 0');
    if (s.measures.some((m) => !isNumeric(m.type))) made.push('only numbers are averaged');
  }
  if (counted(a) && counted(b)) made.push(`every ${unit} counts from the first that has a row of either to the last`);
  if (chosen) made.push(`time buckets of one ${unit} (say "per minute" or "per day" for others)`);
  const naive = [a, b].filter((s) => !(s.time.type.kind === 'timestamp' && s.time.type.zoned));
  if (naive.length > 0) made.push(`times without a zone (${naive.map((s) => `${s.table.table.name}.${s.time.path.join('.')}`).join(', ')}) are read in ${timezone}`);
  return [...new Set(made)];
}
