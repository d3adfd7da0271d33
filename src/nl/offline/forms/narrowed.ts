/**
 * "Late deliveries", "open tasks", "overdue loans", "recent orders": a word of the workflow that no column or value goes
 * by. The rest of the question is read without it, and what it stands for becomes a condition on the table that it
 * describes: told by the times of the table, and said beside the answer. Where they don't tell, the question is refused.
 */

import type { Translation } from '../../contract.js';
import { isFlag, isTime, timeOf } from '../build/roles.js';
import { timeConstant } from '../build/constants.js';
import { instant } from '../build/times.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { matchTables } from '../link/match.js';
import { relativePeriod, today } from '../text/dates.js';
import { lemma } from '../text/lemma.js';
import type { Token } from '../text/tokens.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Predicate, Scalar, Source } from '../tree/tree.js';
import type { FormInput } from './input.js';
import { spelled, surely } from './sure.js';

type Sense = 'late' | 'overdue' | 'open' | 'recent';
const senses: Readonly<Record<string, Sense>> = { late: 'late', delayed: 'late', overdue: 'overdue', open: 'open', unfinished: 'open', outstanding: 'open', ongoing: 'open', pending: 'open', recent: 'recent' };

const recentDays = 30;

export async function readNarrowed(input: FormInput): Promise<Translation | undefined> {
  const { tokens, schema, context } = input;
  const found = tokens.flatMap((t, at) => (t.kind === 'word' && Object.hasOwn(senses, t.lower) ? [at] : []));
  const [at] = found;
  if (at === undefined || found.length > 1) return undefined;
  const place = described(tokens, at, schema);
  if (place === undefined) return undefined;
  const word = tokens[at]!.lower;
  const { table } = place;
  if (isCalled(table, word, schema)) return undefined;
  const condition = meaning(senses[word]!, word, table, input);
  if (condition === undefined) {
    return { kind: 'refusal', reason: `Nothing tells which ${table.table.name} are ${word}: they have no column or value that says so, and not the times to tell it by.`, understood: [table.table.name], notUnderstood: [word], near: [] };
  }
  const rest = await surely(spelled(place.rest), input);
  if (rest === undefined) return undefined;
  const { tree } = rest;
  const source = [tree.from, ...tree.joins.map((j) => j.source)].find((s) => s.table === table.table);
  if (source === undefined || tree.set !== undefined || tree.foremost === true || tree.limit !== undefined) return undefined;
  const narrowed = { ...tree, where: [...tree.where, ...condition.where(source)] };
  const text = sql(narrowed);
  if ((await context.check(text)) !== undefined) return undefined;
  return { kind: 'statement', statement: { sql: text, reading: english(narrowed), assumptions: [condition.note, ...rest.statement.assumptions] }, confidence: rest.confidence, alternatives: [] };
}

/** The table that the word stands before ("late tasks"), or is said of ("tasks that are late"), and the question without it. */
function described(tokens: readonly Token[], at: number, schema: Schema): { table: TableEntry; rest: readonly Token[] } | undefined {
  if (/^(most|more|less|least|how|too|not|never|\d+)$/.test(tokens[at - 1]?.lower ?? '') || tokens[at - 1]?.number !== undefined) return undefined;
  for (const length of [2, 1]) {
    const run = tokens.slice(at + 1, at + 1 + length);
    const table = run.length === length && run.every((t) => t.kind === 'word') ? exactly(run, schema) : undefined;
    if (table !== undefined) return { table, rest: [...tokens.slice(0, at), ...tokens.slice(at + 1)] };
  }
  let before = at - 1;
  while (/^(that|which|who|are|is|were|was|still|currently|now|running)$/.test(tokens[before]?.lower ?? '')) before--;
  const behind = tokens[at + 1];
  if (before === at - 1 || (behind !== undefined && behind.kind === 'word' && !/^(per|by|for|in|of|with|and)$/.test(behind.lower))) return undefined;
  const table = tokens[before] === undefined ? undefined : exactly([tokens[before]!], schema);
  return table === undefined ? undefined : { table, rest: [...tokens.slice(0, before + 1), ...tokens.slice(at + 1)] };
}

function exactly(run: readonly Token[], schema: Schema): TableEntry | undefined {
  const [best] = matchTables(schema, run.map((t) => t.lemma), false).filter((m) => m.table.table.kind !== 'topic');
  return best !== undefined && best.score >= 0.95 ? best.table : undefined;
}

/** A column or a value of the table itself says it: read as such. */
function isCalled(table: TableEntry, word: string, schema: Schema): boolean {
  const own = lemma(word);
  // `opened_on` is when it began, and says of no row that it is open.
  const told = (c: ColumnEntry): boolean => isFlag(c) || (isTime(c.type) && senses[word] !== 'open');
  return (schema.values.get(word) ?? []).some((v) => v.column.table === table) || table.columns.some((c) => c.names.some((n) => n.words.join(' ') === own) && told(c));
}

interface Condition {
  readonly where: (source: Source) => Predicate[];
  readonly note: string;
}

const closers = new Set(['do', 'close', 'closure', 'finish', 'complete', 'completion', 'resolve', 'resolution', 'leave', 'return', 'end', 'settle', 'deliver', 'delivery', 'ship', 'pay', 'fulfil', 'fulfill', 'handle', 'solve']);
const deadlines = new Set(['due', 'deadline', 'promise', 'expect', 'schedule', 'plan', 'eta', 'require', 'estimate', 'target']);

function meaning(sense: Sense, word: string, table: TableEntry, { context }: FormInput): Condition | undefined {
  const timed = table.columns.filter((c) => c.path.length === 1 && isTime(c.type));
  const says = (c: ColumnEntry, words: ReadonlySet<string>): boolean => c.names[0]!.words.some((w) => words.has(w));
  const due = timed.filter((c) => says(c, deadlines));
  const done = timed.filter((c) => says(c, closers) && !says(c, deadlines));
  const called = (c: ColumnEntry): string => `${table.table.name}.${c.path.join('.')}`;
  const column = (source: Source, c: ColumnEntry): Scalar => ({ kind: 'column', source, path: c.path, type: c.type });
  const day = today(context.now, context.timezone).toISOString().slice(0, 10);
  const passed = (source: Source, c: ColumnEntry): Predicate => ({ kind: 'compare', op: '<', left: column(source, c), right: timeConstant(c, c.type.kind === 'date' ? day : `${new Date(context.now).toISOString().slice(0, 19).replace('T', ' ')}`) });
  const missing = (source: Source, c: ColumnEntry): Predicate => ({ kind: 'null', arg: column(source, c), negated: false });
  if (sense === 'recent') {
    const time = timeOf(table);
    if (time === undefined) return undefined;
    const { from } = relativePeriod('past', 'day', recentDays, context.now, context.timezone);
    const right = timeConstant(time, time.type.kind === 'date' ? from : `${from} 00:00:00`);
    return { where: (source) => [{ kind: 'compare', op: '>=', left: column(source, time), right }], note: `"${word}" = of the last ${recentDays} days, since ${from} ${context.timezone}, by ${called(time)}` };
  }
  const [end] = done;
  if (end === undefined || done.length > 1) return undefined;
  if (sense === 'open') return { where: (source) => [missing(source, end)], note: `"${word}" = ${called(end)} is missing` };
  const [limit] = due;
  if (limit === undefined || due.length > 1) return undefined;
  const unfinished = (source: Source): Predicate => ({ kind: 'and', args: [missing(source, end), passed(source, limit)] });
  if (sense === 'overdue') return { where: (source) => [missing(source, end), passed(source, limit)], note: `"${word}" = ${called(end)} is missing, and ${called(limit)} was before ${day}` };
  const same = end.type.kind === limit.type.kind && end.written === limit.written;
  const at = (source: Source, c: ColumnEntry): Scalar => (same ? column(source, c) : instant(c, column(source, c)));
  return {
    where: (source) => [{ kind: 'or', args: [{ kind: 'compare', op: '>', left: at(source, end), right: at(source, limit) }, unfinished(source)] }],
    note: `"${word}" = ${called(end)} is after ${called(limit)}, or missing though ${called(limit)} was before ${day}`,
  };
}
