/** "Correlate A with B": two series in the same time buckets, side by side, with their correlation. */

import type { Translation } from '../../contract.js';
import { isNumeric } from '../build/roles.js';
import type { Token } from '../text/tokens.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Output, Predicate, Query, Scalar, Source, Unit } from '../tree/tree.js';
import { query } from '../tree/tree.js';
import type { FormInput } from './input.js';
import { seriesOf } from './series.js';
import type { Series } from './series.js';

export async function readCorrelation({ question, tokens, schema, context }: FormInput): Promise<Translation | undefined> {
  const halves = split(tokens);
  if (halves === undefined) return undefined;
  const unit = unitIn(tokens);
  const [left, right] = halves.map((h) => seriesOf(withoutUnits(h), schema)) as [Series[], Series[]];
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

/** A and B: around the words that ask for a correlation. */
function split(tokens: readonly Token[]): [Token[], Token[]] | undefined {
  const words = tokens.filter((t) => t.kind === 'word' || t.kind === 'number' || t.kind === 'quoted');
  const lower = words.map((t) => t.lower);
  const at = lower.findIndex((w) => /^correlat/.test(w) || w === 'coincide' || w === 'coincides');
  const joinAfter = (from: number, ...joins: string[]) => lower.findIndex((w, i) => i > from && joins.includes(w));
  if (at >= 0) {
    const between = lower.indexOf('between', at);
    if (between >= 0) return halves(words, between + 1, joinAfter(between, 'and'));
    const before = strip(words.slice(0, at));
    const join = joinAfter(at, 'with', 'to', 'against');
    const of = lower[at + 1] === 'of';
    if (join >= 0 && (of || before.length === 0)) return halves(words, of ? at + 2 : at + 1, join);
    if (join >= 0) return pair(before, words.slice(join + 1));
    const and = joinAfter(at, 'and');
    if (before.length === 0 && and >= 0) return halves(words, at + 1, and);
    const earlier = lower.lastIndexOf('and', at);
    return earlier > 0 ? halves(words.slice(0, at), 0, earlier) : undefined;
  }
  const text = lower.join(' ');
  if (/\b(relationship|relation|association|connection|link|dependence|dependency) between\b/.test(text) && !/\b(tables?|columns?|schemas?)\b/.test(text)) {
    const between = lower.indexOf('between');
    return halves(words, between + 1, joinAfter(between, 'and'));
  }
  const influence = lower.findIndex((w, i) => i > 0 && /^(affects?|influences?|drives?|impacts?|relates?)$/.test(w));
  if (influence > 0 && /^(does|do|how does|how do|how|whether)\b/.test(text)) {
    const to = lower[influence + 1] === 'to' ? influence + 1 : influence;
    return pair(strip(words.slice(0, influence)), words.slice(to + 1));
  }
  const together = /^(do|does|are|is|whether)\b.*\b(move|rise|fall|go|line|happen|occur)s? (up |down )?(together |when |with |while )/.exec(text);
  if (together !== null) {
    const join = joinAfter(0, 'with', 'when', 'while', 'and');
    const end = lower.findIndex((w) => /^(move|rise|fall|go|line|happen|occur)s?$/.test(w));
    return end > join ? halves(words.slice(0, end), 0, join) : pair(strip(words.slice(0, end)), words.slice(join + 1));
  }
  return undefined;
}

function halves(words: readonly Token[], start: number, join: number): [Token[], Token[]] | undefined {
  return join <= start ? undefined : pair(words.slice(start, join), words.slice(join + 1));
}

function pair(a: readonly Token[], b: readonly Token[]): [Token[], Token[]] | undefined {
  const [left, right] = [strip(a), strip(b)];
  return left.length === 0 || right.length === 0 ? undefined : [left, right];
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
  const left = side(a, unit, names[0], zoned);
  const right = side(b, unit, names[1], zoned);
  const bucketOf = (s: Side): Scalar => ({ kind: 'column', source: s.source, path: [unit], type: { kind: 'timestamp', zoned, unit: 'us' } });
  const bucket: Scalar = { kind: 'call', name: 'coalesce', args: [bucketOf(left), bucketOf(right)] };
  const values = [...left.values, ...right.values];
  const correlations = left.values.flatMap((x) =>
    right.values.map((y): Output => ({
      expr: { kind: 'correlation', left: x.expr, right: y.expr },
      as: right.values.length * left.values.length === 1 ? 'correlation' : `correlation_${left.values.length > 1 ? `${x.as}_` : ''}${y.name}`,
    })),
  );
  return query(left.source, {
    select: [{ expr: bucket, as: unit }, ...values.map(({ expr, as }) => ({ expr, as })), ...correlations],
    joins: [{ kind: 'full', source: right.source, on: [{ left: bucketOf(left), right: bucketOf(right) }] }],
    order: [{ expr: bucket, desc: false }],
  });
}

interface Side {
  readonly source: Source;
  readonly values: readonly { readonly expr: Scalar; readonly as: string; readonly name: string }[];
}

/** One series as a query of buckets. A count is 0 where its bucket has no row; a measure is unknown there. */
function side(series: Series, unit: Unit, label: string, zoned: boolean): Side {
  const from: Source = { alias: series.table.table.name, table: series.table.table };
  const column = (c: Series['time']): Scalar => ({ kind: 'column', source: from, path: c.path, type: c.type });
  const truncated: Scalar = { kind: 'bucket', unit, arg: column(series.time) };
  const naive = !(series.time.type.kind === 'timestamp' && series.time.type.zoned);
  const bucket: Scalar = zoned && naive ? { kind: 'cast', arg: truncated, to: 'TIMESTAMPTZ' } : truncated;
  const where = series.filters.map((f): Predicate => {
    const arg = column(f.column);
    if (f.flag !== undefined) return { kind: 'compare', op: '=', left: arg, right: { kind: 'boolean', value: f.flag } };
    const values = f.values.map((value): Scalar => ({ kind: 'text', value }));
    return values.length === 1 ? { kind: 'compare', op: '=', left: arg, right: values[0]! } : { kind: 'in', arg, values, negated: false };
  });
  const counted = series.measures.length === 0;
  const outputs: Output[] = counted
    ? [{ expr: { kind: 'aggregate', name: 'count' }, as: label }]
    : series.measures.map((m) => ({ expr: { kind: 'aggregate', name: 'avg', arg: column(m) }, as: m.path.join('_') }));
  const inner = query(from, { select: [{ expr: bucket, as: unit }, ...outputs], where, group: [bucket] });
  const source: Source = { alias: label, query: inner };
  const values = outputs.map((o, i) => {
    const raw: Scalar = { kind: 'column', source, path: [o.as!], type: { kind: 'float', bits: 64 } };
    const expr: Scalar = counted ? { kind: 'call', name: 'coalesce', args: [raw, { kind: 'number', value: 0 }] } : raw;
    return { expr, as: counted ? label : `${label}_${o.as!}`, name: counted ? label : series.measures[i]!.path.join('_') };
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
    if (s.measures.length === 0) made.push(`a bucket without such rows counts as 0`);
    if (s.measures.some((m) => !isNumeric(m.type))) made.push('only numbers are averaged');
  }
  if (chosen) made.push(`time buckets of one ${unit} (say "per minute" or "per day" for others)`);
  const naive = [a, b].filter((s) => !(s.time.type.kind === 'timestamp' && s.time.type.zoned));
  if (naive.length > 0) made.push(`times without a zone (${naive.map((s) => `${s.table.table.name}.${s.time.path.join('.')}`).join(', ')}) are read in ${timezone}`);
  return [...new Set(made)];
}
