/**
 * Ways to ask that are usual of what businesses keep in several services, token by token in the words that the readers
 * know: "guests who booked twice or more" by their bookings, "a review below 3 stars" by a column of reviews, "invoices
 * by channel" by their number, "unresolved incidents" by a time that is missing.
 */

import { isMeasure, isRate, isText, isTime } from '../build/roles.js';
import { graphOf } from '../link/graph.js';
import { matchColumns, matchTables } from '../link/match.js';
import type { Schema, TableEntry } from '../link/catalog.js';
import { lemma } from '../text/lemma.js';
import type { Token } from '../text/tokens.js';
import { synonyms } from '../text/words.js';
import { isParticiple } from './verbs.js';
import { written } from './idioms.js';
import { moneyOf, naming, opAt, plural, spelling, stem, tableBefore } from './measures.js';
import type { Said } from './measures.js';
import { bareMade, decades, isSeveral, rankedByNumber, totalNumber } from './wordings.js';

type Step = (tokens: readonly Token[], schema: Schema) => Said | undefined;

/** One service alone is measured by the columns that are expected of single databases, and is read as it is written. */
export function usual(tokens: readonly Token[], schema: Schema): Said {
  if (schema.services.length < 2) return { tokens, notes: [] };
  const steps: readonly Step[] = [bareMade, decades, rankedByNumber, totalNumber, times, units, undone, kinds, mostOf, averageOf, eachPart, partedBy];
  return steps.reduce<Said>((said, step) => {
    const next = step(said.tokens, schema);
    return next === undefined ? said : { tokens: next.tokens, notes: [...said.notes, ...next.notes] };
  }, { tokens, notes: [] });
}

/** The one table whose rows tell of what a verb says: bookings of what was booked, also where they are called stays. */
export function deedOf(verb: Token, schema: Schema): TableEntry | undefined {
  const own = stem(verb.lemma);
  const alike = (word: string): boolean => stem(word) === own || [...synonyms(word)].some((other) => stem(other) === own && other !== own);
  const ends = (t: TableEntry): string[] => t.names.filter((n) => n.weight >= 0.9).map((n) => n.words.at(-1)!);
  const tables = schema.tables.filter((t) => t.table.kind !== 'topic');
  const exact = tables.filter((t) => ends(t).some((word) => stem(word) === own));
  const found = exact.length > 0 ? exact : tables.filter((t) => ends(t).some(alike));
  return found.length === 1 ? found[0] : undefined;
}

const joining = /^(that|which|who|have|has|had|been|were|was)$/;

/** "guests who booked twice or more", "vessels inspected more than 3 times". */
function times(tokens: readonly Token[], schema: Schema): Said | undefined {
  const at = tokens.findIndex((t, i) => t.lower === 'twice' || t.lower === 'once' || (t.number !== undefined && tokens[i + 1]?.lower === 'times'));
  if (at < 1) return undefined;
  const count = tokens[at]!.lower === 'twice' ? 2 : tokens[at]!.lower === 'once' ? 1 : tokens[at]!.number!;
  let end = at + (tokens[at]!.number !== undefined && tokens[at + 1]?.lower === 'times' ? 2 : 1);
  const behind = opAt(tokens, end);
  const more = behind?.op.op === 'orMore' || behind?.op.op === 'orLess' ? behind.op.op : undefined;
  if (more !== undefined) end += behind!.length;
  const compared = [3, 2, 1].find((n) => opAt(tokens, at - n)?.op.op === 'compare' && opAt(tokens, at - n)!.length === n);
  if (count === 1 && compared === undefined && more === undefined) return undefined;
  let verb = at - (compared ?? 0) - 1;
  if (tokens[verb] === undefined || (more !== undefined && compared !== undefined)) return undefined;
  const table = deedOf(tokens[verb]!, schema);
  if (table === undefined) return undefined;
  const said = tokens.slice(verb, end).map((t) => t.text).join(' ');
  while (verb > 0 && joining.test(tokens[verb - 1]!.lower)) verb--;
  const noun = tableBefore(tokens, verb, schema);
  if (noun === undefined || noun.table === table || graphOf(schema).distance(noun.table, table) > 5) return undefined;
  const how = compared !== undefined ? tokens.slice(at - compared, at) : written(more === 'orMore' ? 'at least' : more === 'orLess' ? 'at most' : 'exactly');
  const rest = tokens.slice(end);
  return { tokens: [...tokens.slice(0, verb), ...written('with'), ...how, ...written(String(count)), ...plural(table), ...rest], notes: [`"${said}" = by the number of ${table.table.service}.${table.table.name}`] };
}

/** "a review below 3 stars": whose stars are below 3. */
function units(tokens: readonly Token[], schema: Schema): Said | undefined {
  for (let at = 1; at < tokens.length; at++) {
    const op = opAt(tokens, at);
    if (op?.op.op !== 'compare') continue;
    const number = at + op.length;
    const unit = tokens[number + 1];
    if (tokens[number]?.number === undefined || unit?.kind !== 'word' || (opAt(tokens, number + 2) === undefined && tokens[number + 2] !== undefined)) continue;
    const noun = tableBefore(tokens, at, schema);
    const column = noun?.table.columns.find((c) => isMeasure(c) && c.names.some((n) => n.weight >= 0.9 && n.words.join(' ') === unit.lemma));
    if (noun === undefined || column === undefined) continue;
    const article = /^(an?|the|some|any)$/.test(tokens[noun.start - 1]?.lower ?? '') ? noun.start - 1 : noun.start;
    const within = /^(with|without|having|has|have|had|in|of|from)$/.test(tokens[article - 1]?.lower ?? '');
    return { tokens: [...tokens.slice(0, at), ...(within ? [] : written('with')), ...naming(column), ...tokens.slice(at, number + 1), ...tokens.slice(number + 2)], notes: [] };
  }
  return undefined;
}

/** "unresolved incidents", where there is a time at which they are resolved. */
function undone(tokens: readonly Token[], schema: Schema): Said | undefined {
  for (const [at, token] of tokens.entries()) {
    const rest = token.kind === 'word' ? /^(?:un|non)([a-z]{3,})$/.exec(token.lower)?.[1] : undefined;
    if (rest === undefined || schema.values.has(token.lower) || matchColumns(schema, [token.lemma], false).length > 0) continue;
    for (let end = Math.min(tokens.length, at + 4); end > at + 1; end--) {
      const noun = tableBefore(tokens, end, schema);
      if (noun?.start !== at + 1) continue;
      const told = noun.table.columns.filter((c) => isTime(c.type) && c.names.some((n) => n.words.join(' ') === lemma(rest)));
      if (told.length === 1) return { tokens: [...tokens.slice(0, at), ...tokens.slice(at + 1, end), ...written(`that were not ${rest}`), ...tokens.slice(end)], notes: [`"${token.text}" = ${spelling(told[0]!)} is missing`] };
    }
  }
  return undefined;
}

/** "ferries built before 1990": vessels that are ferries, and not when ferries were built. */
function kinds(tokens: readonly Token[], schema: Schema): Said | undefined {
  let at = 0;
  while (/^(show|me|list|give|find|what|which|are|is|the|us|display|get|please|our|all|how|many|number|of)$/.test(tokens[at]?.lower ?? '')) at++;
  const token = tokens[at];
  if (token?.kind !== 'word' || token.lower === token.lemma || !/s$/.test(token.lower) || !isParticiple(tokens[at + 1]?.lower ?? '') || matchTables(schema, [token.lemma], true).length + matchColumns(schema, [token.lemma], false).length > 0) return undefined;
  const tables = new Set([...(schema.values.get(token.lemma) ?? []), ...(schema.values.get(token.lower) ?? [])].map((v) => v.column.table).filter((t) => t.table.kind !== 'topic'));
  const [table] = tables;
  if (table === undefined || tables.size > 1) return undefined;
  return { tokens: [...tokens.slice(0, at + 1), ...plural(table), ...tokens.slice(at + 1)], notes: [] };
}

/** "which commodity has the most tonnes": most of all together, where a commodity has many rows. */
function mostOf(tokens: readonly Token[], schema: Schema): Said | undefined {
  const at = tokens.findIndex((t, i) => /^(most|least|fewest)$/.test(t.lower) && tokens[i + 1]?.kind === 'word' && /^(has|have|had|with|having)$/.test(tokens[i - (tokens[i - 1]?.lower === 'the' ? 2 : 1)]?.lower ?? ''));
  if (at < 2) return undefined;
  const rest = tokens.slice(at + 1).filter((t) => t.kind !== 'punct');
  const verb = at - (tokens[at - 1]!.lower === 'the' ? 2 : 1);
  const noun = tableBefore(tokens, verb, schema)?.table;
  const [by] = noun !== undefined ? [] : matchColumns(schema, [tokens[verb - 1]?.lemma ?? ''], false).filter((m) => m.score >= 0.95).map((m) => m.column).filter((c) => isText(c.type) && !c.primary && c.values.length > 0);
  const measured = matchColumns(schema, rest.map((t) => t.lemma), false).filter((m) => m.score >= 0.9 && (by !== undefined ? m.column.table === by.table : m.column.table.table.kind !== 'topic')).map((m) => m.column);
  const [column] = measured;
  if ((by === undefined && noun === undefined) || column === undefined || measured.length > 1 || !isMeasure(column) || isRate(column) || column.table === noun) return undefined;
  const high = tokens[at]!.lower === 'most';
  return { tokens: [...tokens.slice(0, verb + 1), ...written(`the ${high ? 'highest' : 'lowest'} sum of`), ...naming(column), ...tokens.slice(at + 1 + rest.length)], notes: [`"${tokens[at]!.text} ${rest.map((t) => t.text).join(' ')}" is by the total of ${spelling(column)}`] };
}

/** "average payment by country", "average order value": of the one column of money that a payment has. */
function averageOf(tokens: readonly Token[], schema: Schema): Said | undefined {
  const at = tokens.findIndex((t) => /^(average|avg|mean|total|highest|lowest)$/.test(t.lower));
  if (at < 0) return undefined;
  for (let end = Math.min(tokens.length, at + 3); end > at + 1; end--) {
    const noun = tableBefore(tokens, end, schema);
    const column = noun?.start === at + 1 ? moneyOf(noun.table) : undefined;
    if (noun === undefined || column === undefined) continue;
    const worth = /^(value|amount|size|worth|price|cost|total)$/.test(tokens[end]?.lower ?? '');
    const named = (last: number): boolean => matchColumns(schema, tokens.slice(at + 1, last).map((t) => t.lemma), false).some((m) => m.score >= 0.9 && m.column.table === noun.table);
    if (named(end + 1) && worth) return undefined;
    if (!worth && (/s$/.test(tokens[end - 1]!.lower) || !/^(average|avg|mean)$/.test(tokens[at]!.lower) || named(end))) return undefined;
    const stop = worth ? end + 1 : end;
    const after = opAt(tokens, stop)?.op.op;
    if (tokens[stop] !== undefined && tokens[stop]!.kind !== 'punct' && !['preposition', 'each', 'everyUnit', 'period'].includes(after ?? '')) return undefined;
    const said = tokens.slice(at, stop).map((t) => t.text).join(' ');
    return { tokens: [...tokens.slice(0, at + 1), ...naming(column), ...written('of'), ...plural(noun.table), ...tokens.slice(stop)], notes: [`"${said}" is by ${spelling(column)}`] };
  }
  return undefined;
}

/** "by doctor and status": per doctor, per status. */
function eachPart(tokens: readonly Token[], schema: Schema): Said | undefined {
  const per = tokens.findIndex((t, i) => i > 0 && (t.lower === 'per' || t.lower === 'by' || opAt(tokens, i)?.op.op === 'each') && !/^(sort|sorted|order|ordered|ranked|broken|split|grouped)$/.test(tokens[i - 1]!.lower));
  const op = per < 0 ? undefined : opAt(tokens, per);
  if (op === undefined || op.op.op === 'everyUnit') return undefined;
  const end = tokens.findIndex((t, i) => i > per && t.kind === 'punct' && t.text !== ',');
  const parts = tokens.slice(per + op.length, end < 0 ? tokens.length : end);
  const and = parts.findIndex((t) => t.lower === 'and');
  const named = (run: readonly Token[]): boolean => run.length > 0 && run.length <= 3 && (matchColumns(schema, run.map((t) => t.lemma), false).some((m) => m.score >= 0.9) || matchTables(schema, run.map((t) => t.lemma), false).some((m) => m.score >= 0.95));
  const unit = /^(day|week|month|quarter|year|hour)$/.test(parts.at(-1)?.lower ?? '') && and === parts.length - 2;
  if (and < 1 || !named(parts.slice(0, and)) || !(unit || named(parts.slice(and + 1)))) return undefined;
  return { tokens: [...tokens.slice(0, per), ...written('per'), ...parts.slice(0, and), ...written('per'), ...parts.slice(and + 1), ...(end < 0 ? [] : tokens.slice(end))], notes: [] };
}

/** "port calls per month", "incidents by category and severity": their number. */
function partedBy(tokens: readonly Token[], schema: Schema): Said | undefined {
  let at = 0;
  while (/^(show|me|list|give|find|what|are|is|the|us|display|get|please|our|all)$/.test(tokens[at]?.lower ?? '')) at++;
  const by = tokens.findIndex((t, i) => i > at && (t.lower === 'per' || t.lower === 'by' || ['each', 'everyUnit'].includes(opAt(tokens, i)?.op.op ?? '')));
  if (by < 0 || tokens.slice(at).some((t, i) => ['count', 'aggregate', 'superlative', 'common', 'top', 'compare', 'sort', 'direction'].includes(opAt(tokens, at + i)?.op.op ?? '') || t.lower === 'many')) return undefined;
  // "Tickets sold per exhibition": the thing stands before what was done to it.
  const last = isParticiple(tokens[by - 1]?.lower ?? '') && tableBefore(tokens, by, schema) === undefined ? by - 1 : by;
  const noun = tableBefore(tokens, last, schema);
  if (noun === undefined || !isSeveral(tokens[last - 1]!) || matchColumns(schema, tokens.slice(noun.start, last).map((t) => t.lemma), false).some((m) => m.score >= 0.95)) return undefined;
  // Only words that say which of them stand before it.
  if (tokens.slice(at, noun.start).some((t) => opAt([t], 0) !== undefined)) return undefined;
  const unit = opAt(tokens, by)?.op.op === 'everyUnit';
  const parts = unit ? [] : tokens.slice(by + 1);
  if (!unit && parts.length === 0) return undefined;
  if (tokens[by]!.lower === 'by' && !unit) {
    const [first] = parts;
    const refers = parts.length === 1 && matchColumns(schema, [first!.lemma], true).some((m) => m.score >= 0.8 && m.column.foreign && m.column.table === noun.table);
    const names = refers || [1, 2, 3].some((n) => matchColumns(schema, parts.slice(0, n).map((t) => t.lemma), false).some((m) => m.score >= 0.9) || matchTables(schema, parts.slice(0, n).map((t) => t.lemma), false).some((m) => m.score >= 0.95));
    // "Bookings by cabin" of a booking's own cabin, whatever else has that word as a value.
    const own = first?.kind === 'word' && matchColumns(schema, [first.lemma], false).some((m) => m.score >= 0.95 && m.column.table === noun.table);
    // "Items by price": an order more likely than groups of equal prices.
    if (matchColumns(schema, parts.filter((t) => t.kind === 'word').map((t) => t.lemma), false).some((m) => m.score >= 0.9 && m.column.table === noun.table && isMeasure(m.column) && m.column.type.kind !== 'int')) return undefined;
    if (first?.kind !== 'word' || !names || (schema.values.has(first.lower) && !own)) return undefined;
  }
  return { tokens: [...tokens.slice(0, at), ...written('number of'), ...tokens.slice(at, by), ...(tokens[by]!.lower === 'by' && !unit ? written('per') : [tokens[by]!]), ...tokens.slice(by + 1)], notes: [] };
}
