/**
 * Words of business that no catalogue need have: "revenue", where one column of money of something that happens tells it,
 * and "biggest customers", who are those with the most of it. Where several columns might be meant, or where rows say of
 * themselves that nothing was earned, the question is refused with every reading, to be picked by its number.
 */

import type { Statement, Translation } from '../../contract.js';
import { isInCents } from '../build/amounts.js';
import { isMeasure } from '../build/roles.js';
import { multiplies } from '../build/scope.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { graphOf } from '../link/graph.js';
import { matchColumns, matchTables } from '../link/match.js';
import { isMoneyNoun, moneyOf, opAt, pluralName, tableBefore } from '../read/measures.js';
import { deedOf } from '../read/usual.js';
import { isParticiple, isVerb } from '../read/verbs.js';
import { lemma } from '../text/lemma.js';
import type { Token } from '../text/tokens.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import { comparedAcross } from './across-services.js';
import type { Earning } from './earnings.js';
import { earningsOf, isEarned, unearned } from './earnings.js';
import type { FormInput } from './input.js';
import { spelled, surely } from './sure.js';

export interface Meant {
  readonly question: string;
  readonly note: string;
}

/** The question in the catalogue's words, a refusal with readings, or undefined where it has no such word. */
export async function inOwnWords(input: FormInput): Promise<Meant | Translation | undefined> {
  const { tokens, schema } = input;
  // What each service earned needs no choice among them.
  if (comparedAcross(input.question) !== undefined) return undefined;
  const wants = revenue(tokens, schema) ?? biggest(tokens, schema) ?? (schema.services.length > 1 ? (spent(tokens, schema) ?? totalOf(tokens, schema)) : undefined);
  if (wants === undefined) return undefined;
  const earnings = wants.column !== undefined ? [{ column: wants.column, without: unearned(wants.column.table) }] : earningsOf(schema).filter((e) => wants.of === undefined || belongs(e.column.table, wants.of, schema));
  const [only] = earnings;
  if (only === undefined) return wants.earned === true ? refused(wants, `Nothing tells "${wants.said}"`) : undefined;
  if (wants.earned === true && isInCents(only.column) && tokens.some((_, i) => opAt(tokens, i)?.op.op === 'compare')) return refused(wants, `${spelling(only.column)} is in ${only.column.path.at(-1)!.replace(/^.*?([a-z]+)$/i, '$1').toLowerCase()}, and a number that it is compared with does not say of what`);
  const noted = (e: Earning): string => `"${wants.said}" = ${wants.by}${spelling(e.column)}`;
  if (earnings.length === 1 && only.without.length === 0) return { question: wants.write(only.column), note: noted(only) };
  const near: Statement[] = [];
  for (const earning of earnings.slice(0, 4)) {
    const sure = await surely(wants.write(earning.column), input);
    const source = sure === undefined ? undefined : [sure.tree.from, ...sure.tree.joins.map((j) => j.source)].find((s) => s.table === earning.column.table.table);
    if (sure === undefined || source === undefined) continue;
    for (const without of [undefined, ...earning.without]) {
      const tree = without === undefined ? sure.tree : { ...sure.tree, where: [...sure.tree.where, without.predicate({ source })] };
      const text = sql(tree);
      if ((await input.context.check(text)) === undefined) near.push({ sql: text, reading: english(tree), assumptions: [`${noted(earning)}${without === undefined ? (earning.without.length > 0 ? ', of all rows' : '') : `, ${without.note}`}`, ...sure.statement.assumptions] });
    }
  }
  if (near.length === 0) return wants.earned === true ? refused(wants, `"${wants.said}" can't be told as it is asked for`) : undefined;
  const reason = earnings.length > 1 ? `"${wants.said}" may be told by ${earnings.map((e) => spelling(e.column)).join(' or ')}.` : `"${wants.said}" may be all of ${spelling(only.column)}, or ${only.without.map((w) => w.note).join(', or ')}.`;
  return { kind: 'refusal', reason, understood: [], notUnderstood: [wants.said], near };
}

function refused({ said }: Wanted, reason: string): Translation {
  return { kind: 'refusal', reason: `${reason}.`, understood: [], notUnderstood: [said], near: [] };
}

interface Wanted {
  /** It is money that came. */
  readonly earned?: true;
  readonly said: string;
  readonly by: string;
  /** The things that are ranked, of which the money must be. */
  readonly of?: TableEntry;
  /** What tells the money, where the question says so. */
  readonly column?: ColumnEntry;
  readonly write: (column: ColumnEntry) => string;
}

function revenue(tokens: readonly Token[], schema: Schema): Wanted | undefined {
  const at = tokens.findIndex((t) => t.kind === 'word' && isEarned(t.lower));
  if (at < 0 || tokens.filter((t) => isEarned(t.lower)).length > 1 || isNamed('revenue', schema) || isNamed(lemma(tokens[at]!.lower), schema)) return undefined;
  // An average or a highest revenue is of what?
  const before = tokens[at - 1]?.lower ?? '';
  if (/^(average|avg|mean|median|highest|lowest|most|least|maximum|minimum|max|min|more|less|no|without|per)$/.test(before)) return undefined;
  // "Whose revenue is below the average": of what each has, and no statement here has a total of its own for each.
  if (tokens.slice(at + 1).some((t) => /^(average|avg|mean|median)$/.test(t.lower))) return undefined;
  const start = /^(total|overall|all|sum)$/.test(before) ? at - 1 : at;
  const rest = spelled(tokens.slice(at + 1));
  // "Ticket revenue": of tickets, where they have money of their own.
  const noun = tableBefore(tokens, start, schema);
  const own = noun === undefined ? undefined : moneyOf(noun.table);
  if (noun !== undefined && own !== undefined) return { earned: true, said: spelled(tokens.slice(noun.start, at + 1)), by: 'the total of ', column: own, write: (column) => `${spelled(tokens.slice(0, noun.start))} total ${words(column)} of ${pluralName(column.table)} ${rest}`.trim() };
  return { earned: true, said: tokens[at]!.text, by: 'the total of ', write: (column) => `${spelled(tokens.slice(0, start))} total ${words(column)} of ${pluralName(column.table)} ${rest}`.trim() };
}

/** "how much did Ada Ito pay", "how much was refunded in March": all the money that a table of that deed tells. */
function spent(tokens: readonly Token[], schema: Schema): Wanted | undefined {
  const lowers = tokens.map((t) => t.lower);
  const at = lowers.findIndex((w, i) => w === 'how' && lowers[i + 1] === 'much');
  if (at !== 0) return undefined;
  let start = lowers[2] === 'money' ? 3 : 2;
  if (!/^(did|does|do|has|have|was|is|were|had)$/.test(lowers[start] ?? '')) return undefined;
  const passive = /^(was|is|were)$/.test(lowers[start]!);
  start++;
  for (let verb = start; verb < tokens.length; verb++) {
    const token = tokens[verb]!;
    if (token.kind !== 'word' || (verb === start) !== passive || !(isVerb(token.lower) || isParticiple(token.lower))) continue;
    const table = deedOf(token, schema);
    const column = table === undefined ? undefined : moneyOf(table);
    if (table === undefined || column === undefined) continue;
    const who = spelled(tokens.slice(start, verb));
    const rest = spelled(tokens.slice(verb + 1)).replace(/^(in total|altogether|overall|in all|so far)\b/i, '').replace(/\b(in total|altogether|overall|in all|so far)\s*(?=[?.!]?$)/i, '').trim();
    const said = `how much ... ${token.text}`;
    return { said, by: 'the total of ', column, write: () => `total ${words(column)} of ${pluralName(table)}${who === '' ? '' : ` of ${who}`} ${rest}`.trim() };
  }
  return undefined;
}

/** "total refunds per month": the money of things that are nothing but money. */
function totalOf(tokens: readonly Token[], schema: Schema): Wanted | undefined {
  const at = tokens.findIndex((t) => t.lower === 'total');
  if (at < 0 || !tokens.slice(0, at).every((t) => /^(show|me|give|what|is|are|was|were|the|our|us|list|find|get|tell|please|all)$/.test(t.lower))) return undefined;
  for (let end = Math.min(tokens.length, at + 3); end > at + 1; end--) {
    const noun = tableBefore(tokens, end, schema);
    const column = noun?.start === at + 1 ? moneyOf(noun.table) : undefined;
    if (noun === undefined || column === undefined || !isMoneyNoun(tokens[end - 1]!.lemma)) continue;
    const after = tokens[end];
    if (after !== undefined && after.kind !== 'punct' && !['preposition', 'each', 'everyUnit', 'period'].includes(opAt(tokens, end)?.op.op ?? '')) return undefined;
    if (matchColumns(schema, tokens.slice(at, end).map((t) => t.lemma), false).length > 0 || isNamed(tokens.slice(at, end).map((t) => t.lemma).join(' '), schema)) return undefined;
    const said = tokens.slice(at, end).map((t) => t.text).join(' ');
    return { said, by: 'the total of ', column, write: () => `${spelled(tokens.slice(0, at))} total ${words(column)} of ${pluralName(noun.table)} ${spelled(tokens.slice(end))}`.trim() };
  }
  return undefined;
}

/** "our biggest customers", "the best client", "most valuable 5 customers": whoever has the most money. */
function biggest(tokens: readonly Token[], schema: Schema): Wanted | undefined {
  const at = tokens.findIndex((t, i) => /^(biggest|largest|best|top)$/.test(t.lower) || (t.lower === 'valuable' && tokens[i - 1]?.lower === 'most'));
  if (at < 0) return undefined;
  const number = tokens[at + 1]?.number ?? tokens[at - 1]?.number;
  const noun = tokens[at + 1]?.number === undefined ? at + 1 : at + 2;
  const rest = tokens.slice(noun + 1).filter((t) => t.kind !== 'punct');
  const table = tokens[noun]?.kind === 'word' ? called(tokens[noun]!.lemma, schema) : undefined;
  if (table === undefined || rest.length > 0) return undefined;
  const own = ['size', 'area', 'capacity', 'population', 'rating', 'score', 'grade', 'rank', 'star', 'volume', 'amount', 'total', 'price', 'balance', 'revenue', 'turnover'];
  if (table.columns.some((c) => isMeasure(c) && c.names.some((n) => own.includes(n.words.at(-1)!)))) return undefined;
  const many = /s$/.test(tokens[noun]!.lower) && tokens[noun]!.lemma !== tokens[noun]!.lower;
  const said = tokens.slice(tokens[at]!.lower === 'valuable' ? at - 1 : at, noun + 1).map((t) => t.text).join(' ');
  const count = number ?? 10;
  return {
    said,
    by: `${many ? `the ${count} ` : ''}by the total of `,
    of: table,
    write: (column) => (many ? `top ${count} ${pluralName(table)} by total ${words(column)} of ${pluralName(column.table)}` : `${table.names[0]!.words.join(' ')} with the highest total ${words(column)} of ${pluralName(column.table)}`),
  };
}

/** The table of that name, or the one that columns called so refer to: users, where orders have a customer_id. */
function called(word: string, schema: Schema): TableEntry | undefined {
  const [table] = matchTables(schema, [word], false).filter((m) => m.table.table.kind !== 'topic' && m.score >= 0.95);
  if (table !== undefined) return table.table;
  const graph = graphOf(schema);
  const keys = (schema.columnsByWord.get(word) ?? []).filter((c) => c.foreign && c.table.table.kind !== 'topic' && c.names.some((n) => n.words.join(' ') === `${word} id`));
  const referred = new Set(keys.flatMap((c) => graph.at(c.table).filter((e) => e.from === c).map((e) => e.to.table)));
  return referred.size === 1 ? [...referred][0] : undefined;
}

function isNamed(word: string, schema: Schema): boolean {
  return schema.columnsByWord.has(word) || schema.tablesByWord.has(word) || schema.values.has(word) || matchColumns(schema, [word], false).length > 0;
}

/** Each of the rows belongs to one of the things. */
function belongs(from: TableEntry, to: TableEntry, schema: Schema): boolean {
  const graph = graphOf(schema);
  return from !== to && graph.distance(from, to) < 5 && !multiplies(graph.path(from, to), from);
}

function words(column: ColumnEntry): string {
  const names = column.names.filter((n) => n.weight >= 0.93);
  return (names.find((n) => n.words.join(' ') === 'amount') ?? names[0] ?? column.names[0]!).words.join(' ');
}

function spelling(column: ColumnEntry): string {
  return `${column.table.table.service}.${column.table.table.name}.${column.path.join('.')}`;
}
