/**
 * What a table is measured by, where the question leaves it unsaid: "rentals over 500" by their price, "failed payments"
 * by a flag that says whether they succeeded, "drugs that were never prescribed" by the prescriptions. The tokens come
 * back with the words written out, and what was made of them is noted for the answer.
 */

import { tableName } from '../../../algebra/index.js';
import { addsUp, isFlag, isMeasure, isRate, isText, isTime } from '../build/roles.js';
import { matchColumns, matchTables } from '../link/match.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { lemma, plural as pluralOf, root } from '../text/lemma.js';
import type { Token } from '../text/tokens.js';
import { written } from './idioms.js';
import { unitSaid } from '../text/units.js';
import { phraseAt } from './phrases.js';
import { isParticiple } from './verbs.js';

export interface Said {
  readonly tokens: readonly Token[];
  readonly notes: readonly string[];
}

export function withMeasures(tokens: readonly Token[], schema: Schema): Said {
  const steps = [withoutRows, mostOften, failures, totals, bounds, sums, averages];
  return steps.reduce<Said>((said, step) => {
    const next = step(said.tokens, schema);
    return next === undefined ? said : { tokens: next.tokens, notes: [...said.notes, ...next.notes] };
  }, { tokens, notes: [] });
}

const money = new Set(['total', 'amount', 'price', 'revenue', 'value', 'cost', 'fee', 'fare']);
const small = new Set(['cent', 'pence']);

/** The one column of a table that tells its rows' money. */
export function moneyOf(table: TableEntry): ColumnEntry | undefined {
  const found = table.columns.filter((c) => isMeasure(c) && c.names.some((n) => money.has(n.words.at(small.has(n.words.at(-1)!) ? -2 : -1) ?? '')));
  return found.length === 1 ? found[0] : undefined;
}

/** The table that the words before a place name: the longest of them. */
export function tableBefore(tokens: readonly Token[], end: number, schema: Schema): { table: TableEntry; start: number } | undefined {
  for (let length = Math.min(3, end); length > 0; length--) {
    const run = tokens.slice(end - length, end);
    if (run.some((t) => t.kind !== 'word')) continue;
    const [best] = matchTables(schema, run.map((t) => t.lemma), false).filter((m) => m.table.table.kind !== 'topic');
    if (best !== undefined && best.score >= 0.95) return { table: best.table, start: end - length };
  }
  return undefined;
}

/** Things that are nothing but money. */
const sumsOfMoney = new Set(['payment', 'refund', 'invoice', 'charge', 'expense', 'sale', 'donation', 'fee', 'fine', 'bill', 'deposit', 'withdrawal', 'transfer', 'cost', 'payout', 'contribution', 'purchase', 'debt', 'tip', 'tax', 'royalty', 'premium', 'fare', 'toll', 'penalty', 'surcharge', 'commission', 'subsidy', 'grant']);

export function isMoneyNoun(lemmaOf: string): boolean {
  return sumsOfMoney.has(lemmaOf);
}

function tableAt(token: Token | undefined, schema: Schema): TableEntry | undefined {
  if (token === undefined || token.kind !== 'word') return undefined;
  const [best] = matchTables(schema, [token.lemma], false).filter((m) => m.table.table.kind !== 'topic');
  return best !== undefined && best.score >= 0.95 ? best.table : undefined;
}

export function naming(column: ColumnEntry): Token[] {
  return written(column.names[0]!.words.join(' ')).map((t) => ({ ...t, name: true as const }));
}

export function spelling(column: ColumnEntry): string {
  return `${tableName(column.table.table)}.${column.path.join('.')}`;
}

export const opAt = (tokens: readonly Token[], at: number) => phraseAt(tokens.map((t) => t.lower), at);

/** Is a word the end of what is said of a thing? */
function ends(tokens: readonly Token[], at: number): boolean {
  const op = opAt(tokens, at)?.op.op;
  return tokens[at] === undefined || (op !== undefined && ['period', 'comma', 'and', 'or', 'preposition', 'each', 'everyUnit', 'relative', 'sort', 'direction', 'lead'].includes(op));
}

/** "rentals over 500": of the one column of money that a rental has. */
function bounds(tokens: readonly Token[], schema: Schema): Said | undefined {
  for (let at = 1; at < tokens.length; at++) {
    const op = opAt(tokens, at);
    if (op?.op.op !== 'compare' || tokens[at + op.length]?.kind !== 'number' || !(ends(tokens, at + op.length + 1) || (unitSaid(tokens[at + op.length + 1]!.lower)?.family === 'money' && ends(tokens, at + op.length + 2)))) continue;
    const table = tableAt(tokens[at - 1], schema);
    const column = table === undefined ? undefined : moneyOf(table);
    if (column === undefined) continue;
    const said = tokens.slice(at - 1, at + op.length + 1).map((t) => t.text).join(' ');
    return { tokens: [...tokens.slice(0, at), ...written('with'), ...naming(column), ...tokens.slice(at)], notes: [`"${said}" is by ${spelling(column)}`] };
  }
  return undefined;
}

/** "sum of payments": of their money. */
function sums(tokens: readonly Token[], schema: Schema): Said | undefined {
  for (let at = 0; at < tokens.length; at++) {
    const op = opAt(tokens, at);
    if (op?.op.op !== 'aggregate' || !['sum', 'avg'].includes(op.op.name) || !/ of$/.test(tokens.slice(at, at + op.length).map((t) => t.lower).join(' '))) continue;
    const table = tableAt(tokens[at + op.length], schema);
    const column = table === undefined || !ends(tokens, at + op.length + 1) ? undefined : moneyOf(table);
    if (column === undefined) continue;
    const said = tokens.slice(at, at + op.length + 1).map((t) => t.text).join(' ');
    return { tokens: [...tokens.slice(0, at + op.length), ...naming(column), ...written('of'), ...tokens.slice(at + op.length)], notes: [`"${said}" is by ${spelling(column)}`] };
  }
  return undefined;
}

/** "average total of orders", "with a total over 500": a column that is called total, and no sum. */
function totals(tokens: readonly Token[], schema: Schema): Said | undefined {
  const at = tokens.findIndex((t, i) => t.lower === 'total' && t.name === undefined && asColumn(tokens, i, schema));
  if (at < 0) return undefined;
  const named = { ...tokens[at]!, name: true as const };
  // "total of orders": all of them together, unless it is another measure that is asked for.
  const alone = tokens[at + 1]?.lower === 'of' && opAt(tokens.slice(0, at), at - 1)?.op.op !== 'aggregate' && !measures.has(tokens[at - 1]?.lower ?? '');
  return { tokens: [...tokens.slice(0, at), ...(alone ? written('total') : []), named, ...tokens.slice(at + 1)], notes: [] };
}

const measures = new Set(['average', 'mean', 'highest', 'lowest', 'maximum', 'minimum', 'max', 'min', 'largest', 'smallest', 'greatest', 'biggest', 'order']);

function asColumn(tokens: readonly Token[], at: number, schema: Schema): boolean {
  const columns = (schema.columnsByWord.get('total') ?? []).filter((c) => isMeasure(c) && c.names.some((n) => n.words.join(' ') === 'total'));
  if (columns.length === 0) return false;
  const compared = ['compare', 'between'].includes(opAt(tokens, at + 1)?.op.op ?? '') || (tokens[at + 1]?.lower === 'of' && opAt(tokens, at + 2)?.op.op === 'compare');
  if (compared || measures.has(tokens[at - 1]?.lower ?? '')) return true;
  if (tokens[at - 1]?.lower === 'by' && ends(tokens, at + 1)) return true;
  const table = tokens[at + 1]?.lower === 'of' ? tableAt(tokens[at + 2]?.lower === 'all' || tokens[at + 2]?.lower === 'the' ? tokens[at + 3] : tokens[at + 2], schema) : undefined;
  return table !== undefined && columns.some((c) => c.table === table);
}

/** "error rate per service", "revenue per month": a mean of what can't be added, a sum of what can. */
function averages(tokens: readonly Token[], schema: Schema): Said | undefined {
  const lowers = tokens.map((t) => t.lower);
  let at = 0;
  while (leads.has(lowers[at] ?? '')) at++;
  for (let length = 3; length > 0; length--) {
    const run = tokens.slice(at, at + length);
    if (run.length < length || run.some((t) => t.kind !== 'word')) continue;
    const by = opAt(tokens, at + length);
    const parts = by !== undefined && (by.op.op === 'each' || by.op.op === 'everyUnit' || (by.op.op === 'preposition' && by.op.word === 'by')) && (by.op.op === 'everyUnit' || tokens[at + length + by.length]?.kind === 'word');
    if (!parts) continue;
    const columns = matchColumns(schema, run.map((t) => t.lemma), false).filter((m) => m.score >= 0.9);
    if (columns.length === 0 || columns.some((m) => !isMeasure(m.column)) || matchTables(schema, run.map((t) => t.lemma), false).length > 0) continue;
    const own = columns[0]!.column;
    const how = run[0]!.lower === 'total' ? 'total' : isRate(own) ? 'average' : addsUp(own) ? 'total' : undefined;
    if (how === undefined) return undefined;
    const said = run.map((t) => t.text).join(' ');
    return { tokens: [...tokens.slice(0, at), ...written(how), ...run.map((t) => ({ ...t, name: true as const })), ...tokens.slice(at + length)], notes: [`"${said}" is the ${how} of ${columns[0]!.column.path.join('.')}`] };
  }
  return undefined;
}

const leads = new Set(['show', 'me', 'list', 'give', 'find', 'what', 'is', 'the', 'us', 'display', 'get', 'tell', 'please', 'our', 'was', 'are']);

/** A table whose rows tell of what was done: prescriptions of what is prescribed. */
function deeds(participle: Token, schema: Schema): TableEntry | undefined {
  const known = [participle.lemma, `${participle.lemma}e`].some((word) => matchColumns(schema, [word], false).some((m) => isFlag(m.column) || isTime(m.column.type))) || schema.values.has(participle.lower);
  if (known || !isParticiple(participle.lower)) return undefined;
  const exact = matchTables(schema, [participle.lemma], false);
  const found = exact.length > 0 ? exact.map((m) => m.table) : schema.tables.filter((t) => t.names.some((n) => n.words.length === 1 && stem(n.words[0]!) === stem(participle.lemma)));
  return found.find((t) => t.table.kind !== 'topic');
}

/** Prescriptions and what is prescribed, payments and what is paid, rentals and what is rented. */
export function stem(word: string): string {
  return root(word).replace(/script$/, 'scrib').replace(/(ment|al|er)$/, '').replace(/ll$/, 'l');
}

export function pluralName(table: TableEntry): string {
  return pluralOf(table.names[0]!.words.join(' '));
}

export function plural(table: TableEntry): Token[] {
  return written(pluralName(table));
}

/** "that were never prescribed", "nobody enrolled in": without prescriptions, without enrolments. */
function withoutRows(tokens: readonly Token[], schema: Schema): Said | undefined {
  for (let at = 1; at < tokens.length; at++) {
    if (!/^(never|not|nobody|noone)$/.test(tokens[at]!.lower)) continue;
    let next = at + 1;
    while (/^(been|being|ever|yet|has|have)$/.test(tokens[next]?.lower ?? '')) next++;
    const participle = tokens[next];
    const table = participle === undefined ? undefined : deeds(participle, schema);
    if (table === undefined) continue;
    let end = next + 1;
    while (/^(in|on|for|by|from|with)$/.test(tokens[end]?.lower ?? '') && tokens[end + 1] === undefined) end++;
    if (tokens[end] !== undefined && opAt(tokens, end)?.op.op !== 'period') continue;
    let start = at;
    while (start > 0 && /^(that|which|who|were|was|are|is|have|has|had|been)$/.test(tokens[start - 1]!.lower)) start--;
    if (start === 0 || tableAt(tokens[start - 1], schema) === undefined) continue;
    const said = tokens.slice(at, end).map((t) => t.text).join(' ');
    return { tokens: [...tokens.slice(0, start), ...written('without'), ...plural(table), ...tokens.slice(end)], notes: [`"${said}" = without rows of ${tableName(table.table)}`] };
  }
  return undefined;
}

/** "the most prescribed drug": the drug with the most prescriptions. */
function mostOften(tokens: readonly Token[], schema: Schema): Said | undefined {
  const at = tokens.findIndex((t, i) => /^(most|least)$/.test(t.lower) && isParticiple(tokens[i + 1]?.lower ?? '') && tableAt(tokens[i + 2], schema) !== undefined);
  const table = at < 0 ? undefined : deeds(tokens[at + 1]!, schema);
  if (table === undefined || !(tokens[at + 3] === undefined || opAt(tokens, at + 3)?.op.op === 'period')) return undefined;
  const said = tokens.slice(at, at + 2).map((t) => t.text).join(' ');
  return { tokens: [...tokens.slice(0, at), tokens[at + 2]!, ...written(`with the ${tokens[at]!.lower === 'most' ? 'most' : 'fewest'}`), ...plural(table), ...tokens.slice(at + 3)], notes: [`"${said}" = by the number of ${tableName(table.table)}`] };
}

const success = ['succeeded', 'success', 'successful', 'ok', 'passed'];

/** The flag that says whether a row succeeded, where no value says that it failed. */
function successOf(table: TableEntry): ColumnEntry | undefined {
  if (table.columns.some((c) => isText(c.type) && c.values.some((v) => root(lemma(v.toLowerCase())) === 'fail'))) return undefined;
  return table.columns.find((c) => c.type.kind === 'boolean' && c.names.some((n) => success.some((s) => n.words.join(' ') === lemma(s))));
}

/** "Only failed ones", of rows of a table that is known. */
export function withoutSuccess(tokens: readonly Token[], table: TableEntry): Said {
  const at = tokens.findIndex((t) => /^(failed|unsuccessful|failing)$/.test(t.lower));
  const flag = at < 0 ? undefined : successOf(table);
  if (flag === undefined) return { tokens, notes: [] };
  return { tokens: [...tokens.slice(0, at), ...written('that are not'), ...naming(flag), ...tokens.slice(at + 1)], notes: [`"${tokens[at]!.text}" = not ${spelling(flag)}`] };
}

/** "failed payments", "payments that failed": where only a flag tells of success, those without it. */
function failures(tokens: readonly Token[], schema: Schema): Said | undefined {
  for (const [at, token] of tokens.entries()) {
    if (!/^(failed|unsuccessful|failing)$/.test(token.lower)) continue;
    const behind = [at + 1, at + 2].find((i) => tableAt(tokens[i], schema) !== undefined && (i === at + 1 || tokens[at + 1]!.kind === 'word'));
    const before = [at - 1, at - 2].find((i) => tableAt(tokens[i], schema) !== undefined && (i === at - 1 || /^(that|which|who|have|has)$/.test(tokens[at - 1]!.lower)));
    const table = tableAt(tokens[behind ?? before ?? -1], schema);
    const flag = table === undefined ? undefined : successOf(table);
    if (flag === undefined) continue;
    const notes = [`"${token.text}" = not ${spelling(flag)}`];
    const denied = [...written('not'), ...naming(flag)];
    if (behind !== undefined) return { tokens: [...tokens.slice(0, at), ...denied, ...tokens.slice(at + 1)], notes };
    return { tokens: [...tokens.slice(0, before! + 1), ...written('that are'), ...denied, ...tokens.slice(at + 1)], notes };
  }
  return undefined;
}
