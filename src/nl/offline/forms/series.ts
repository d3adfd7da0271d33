/**
 * A phrase as a series in time: events that are counted ("late deliveries", "payment failures"), or a measure that is
 * averaged ("search service latency", "pump pressure"). The table, its time, the filter and the measure are found in
 * the catalogue by the phrase's words.
 */

import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { nameWords, valueWords } from '../link/catalog.js';
import { matchColumns, matchTables } from '../link/match.js';
import { root } from '../text/lemma.js';
import type { Token } from '../text/tokens.js';
import { light } from '../text/words.js';
import { isMeasure, isText, isTime, names, timeOf } from '../build/roles.js';

export interface Series {
  readonly table: TableEntry;
  readonly time: ColumnEntry;
  readonly filters: readonly { readonly column: ColumnEntry; readonly values: readonly string[]; readonly flag?: boolean }[];
  /** Averaged per bucket; none: rows are counted. */
  readonly measures: readonly ColumnEntry[];
  /** The words it was made of, for the names of the answer's columns. */
  readonly label: string;
  readonly unread: readonly string[];
  readonly score: number;
}

/** Which columns tell how well something does. General words of operations, best first. */
const health = ['health', 'availability', 'uptime', 'error rate', 'failure rate', 'success rate', 'error', 'failure', 'latency', 'response time', 'duration', 'load', 'score', 'saturation', 'utilization'];
/** Words that say that a thing goes wrong or stands for how it does, and are no name of their own. */
const conditionWords = new Set(['health', 'performance', 'condition', 'state', 'quality', 'behaviour', 'behavior', 'stability', 'reliability']);
const noise = new Set(['rate', 'count', 'number', 'level', 'series', 'event', 'trend', 'time', 'metric', 'data', 'value', 'over', 'volume', 'spike', 'change', 'their', 'overall', 'problem', 'issue']);

export function seriesOf(phrase: readonly Token[], schema: Schema): Series[] {
  const words = phrase.filter((t) => t.kind === 'word' && !(light.has(t.lemma) && t.lemma !== 'state'));
  if (words.length === 0) return [];
  return schema.tables.flatMap((table) => seriesIn(table, words, schema)).sort((a, b) => b.score - a.score);
}

function seriesIn(table: TableEntry, words: readonly Token[], schema: Schema): Series[] {
  const time = timeOf(table);
  if (time === undefined) return [];
  const read = new Map<number, number>();
  const note = (at: number, weight: number) => read.set(at, Math.max(weight, read.get(at) ?? 0));
  const one: Schema = { ...schema, tables: [table] };
  for (let i = 0; i < words.length; i++) {
    for (let length = Math.min(3, words.length - i); length > 0; length--) {
      const run = words.slice(i, i + length).map((t) => t.lemma);
      const found = matchTables(one, run, true).find((m) => m.table === table);
      if (found !== undefined && found.score >= 0.45) for (let k = 0; k < length; k++) note(i + k, found.score);
    }
  }
  const named = read.size > 0;
  const filters = filtersOf(table, words, schema, note);
  const measures = measuresOf(table, words, schema, note);
  const asksHealth = words.some((w) => conditionWords.has(w.lemma));
  const chosen = measures.length > 0 ? measures : asksHealth ? healthOf(table) : [];
  if (asksHealth && chosen.length > 0) words.forEach((w, i) => conditionWords.has(w.lemma) && note(i, 0.9));
  // A table may be meant by its service: "billing failures".
  const service = nameWords(table.table.service);
  words.forEach((w, i) => service.includes(w.lemma) && note(i, 0.5));
  const ofService = filters.length > 0 && service.every((part) => words.some((w) => w.lemma === part));
  if (!named && !ofService && measures.length === 0) return [];
  // A word for the column of a filter: "readings with status fault".
  words.forEach((w, i) => filters.some((f) => f.column.names.some((n) => n.words.includes(w.lemma))) && note(i, 0.5));
  const unread = words.filter((w, i) => !read.has(i) && !noise.has(w.lemma)).map((w) => w.text);
  const sum = [...read.values()].reduce((a, b) => a + b, 0);
  const log = table.table.kind === 'topic' ? 0.4 : 0;
  const score = sum / words.length - 0.5 * unread.length - log + (filters.length > 0 ? 0.1 : 0) + Math.min(0.05, (table.table.rows?.count ?? 0) / 1e7);
  return [{ table, time, filters, measures: chosen.slice(0, 2), label: words.map((w) => w.lower).join('_'), unread, score }];
}

type Note = (at: number, weight: number) => void;

/** Values that the words are forms of: failures -> 'failed'; a flag that is called so; the service or thing named. */
function filtersOf(table: TableEntry, words: readonly Token[], schema: Schema, note: Note): Series['filters'][number][] {
  const filters: Series['filters'][number][] = [];
  words.forEach((word, i) => {
    if (conditionWords.has(word.lemma)) return;
    let best: { column: ColumnEntry; values: string[]; flag?: boolean; rank: number } | undefined;
    const offer = (column: ColumnEntry, values: string[], rank: number, flag?: boolean) => {
      if (values.length > 0 && rank > (best?.rank ?? 0)) best = { column, values, rank, ...(flag === undefined ? {} : { flag }) };
    };
    for (const column of table.columns) {
      if (column.type.kind === 'boolean' && column.names.some((n) => n.words.some((w) => root(w) === root(word.lemma)))) offer(column, ['true'], 0.8, true);
      if (!isText(column.type)) continue;
      const status = names(column, 'status', 'state', 'outcome', 'result');
      const same = column.values.filter((v) => formOf(v, word));
      offer(column, same, (same.some((v) => v.toLowerCase() === word.lower) ? 0.9 : 0.85) + (status ? 0.1 : 0));
      if (names(column, 'service', 'component', 'system', 'application', 'source')) offer(column, serviceValue(column, word, schema), 0.95);
    }
    if (best === undefined) return;
    const { column, values, flag } = best;
    if (filters.some((f) => f.column === column)) return;
    note(i, 0.9);
    filters.push({ column, values, ...(flag === undefined ? {} : { flag }) });
  });
  const service = words.findIndex((w) => w.lemma === 'service');
  if (service >= 0 && filters.some((f) => names(f.column, 'service'))) note(service, 0.7);
  return filters;
}

/** A one-word value (or its last word) that shares the word's root. */
function formOf(value: string, word: Token): boolean {
  const own = valueWords(value);
  if (own.length === 0 || own.length > 2) return false;
  const last = own.at(-1)!;
  return value.toLowerCase() === word.lower || (own.length === 1 && (last === word.lemma || (word.lemma.length >= 4 && root(last) === root(word.lemma) && root(last).length >= 4)));
}

/** The value for a service: one that was seen, else the service's own name where the seen ones are written so. */
function serviceValue(column: ColumnEntry, word: Token, schema: Schema): string[] {
  const bare = (text: string) => nameWords(text).filter((w) => !['service', 'svc', 'api', 'microservice'].includes(w)).join(' ');
  const seen = column.values.filter((v) => bare(v) === word.lemma);
  if (seen.length > 0) return seen;
  const service = schema.services.find((s) => bare(s) === word.lemma);
  const likeServices = column.values.length > 0 && column.values.every((v) => schema.services.includes(v));
  return service !== undefined && likeServices ? [service] : [];
}

function measuresOf(table: TableEntry, words: readonly Token[], schema: Schema, note: Note): ColumnEntry[] {
  const found: ColumnEntry[] = [];
  for (let length = Math.min(3, words.length); length > 0; length--) {
    for (let i = 0; i + length <= words.length; i++) {
      const run = words.slice(i, i + length).map((t) => t.lemma);
      if (run.every((w) => noise.has(w) || conditionWords.has(w))) continue;
      const match = matchColumns(schema, run, true).filter((m) => m.column.table === table && isMeasure(m.column) && m.score >= 0.55)[0];
      if (match === undefined || found.includes(match.column)) continue;
      // A number called like its table ("mooring" of moorings) tells rows apart; the word means the rows.
      if (match.column.names.some((n) => table.names.some((t) => rooted(t.words) === rooted(n.words)))) continue;
      if (found.length > 0 && length < 2) continue;
      found.push(match.column);
      for (let k = 0; k < length; k++) note(i + k, match.score);
    }
  }
  return found.slice(0, 1);
}

function rooted(words: readonly string[]): string {
  return words.map(root).join(' ');
}

function healthOf(table: TableEntry): ColumnEntry[] {
  const measures = table.columns.filter((c) => isMeasure(c) && !isTime(c.type));
  const rank = (c: ColumnEntry) => {
    const at = health.findIndex((h) => c.names.some((n) => ` ${n.words.join(' ')} `.includes(` ${h} `)));
    return at < 0 ? 99 : at;
  };
  const known = measures.filter((c) => rank(c) < 99).sort((a, b) => rank(a) - rank(b));
  // A rate says more than the counts it is made of.
  const rates = known.filter((c) => !c.names.some((n) => ['error', 'failure'].includes(n.words.join(' '))));
  return rates.length > 0 ? rates : known.length > 0 ? known : measures.slice(0, 1);
}
