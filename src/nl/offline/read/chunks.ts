/** Tokens -> chunks: each run of words with everything it may be (a phrase, a table, a column, a value, a number). */

import { matchColumns, matchTables, matchValues, misspelt } from '../link/match.js';
import type { ColumnMatch, TableMatch } from '../link/match.js';
import type { Schema, ValueEntry } from '../link/catalog.js';
import type { Token } from '../text/tokens.js';
import { unitSaid } from '../text/units.js';
import type { Measured } from '../text/units.js';
import { dimensionOf, light } from '../text/words.js';
import type { Dimension } from '../text/words.js';
import type { Op } from './phrases.js';
import { isParticiple, isVerb } from './verbs.js';
import { isFlag, isTime } from '../build/roles.js';
import { phraseAt } from './phrases.js';

export interface Chunk {
  readonly start: number;
  /** First token after it. */
  readonly end: number;
  readonly text: string;
  readonly word: string;
  readonly op?: Op;
  readonly tables: readonly TableMatch[];
  readonly columns: readonly ColumnMatch[];
  readonly values: readonly ValueEntry[];
  readonly number?: number;
  /** What the number is said in. */
  readonly unit?: Measured;
  /** Text in quotes, or a run of capitalised words that nothing in the catalogue is called. */
  readonly quoted?: string;
  readonly proper?: boolean;
  readonly date?: string;
  readonly dimension?: Dimension;
  /** It may be a table or a column. */
  readonly named: boolean;
  /** It may be a value: text, number or date. */
  readonly constant: boolean;
  /** The match is by synonym, root or part of a name. */
  readonly loose: boolean;
}

const longestName = 6;

/** "first and last name" -> "first name and last name", where both are columns; a full name is a name. */
function distribute(written: readonly Token[], schema: Schema): readonly Token[] {
  const tokens = written.filter((t, i) => !(/^(full|complete)$/.test(t.lower) && written[i + 1]?.lemma === 'name' && matchColumns(schema, [t.lemma, 'name'], false).length === 0));
  for (let i = 0; i + 3 < tokens.length; i++) {
    const [a, and, b, noun] = tokens.slice(i, i + 4) as [Token, Token, Token, Token];
    if (and.lower !== 'and' || [a, b, noun].some((t) => t.kind !== 'word')) continue;
    const named = (x: Token) => matchColumns(schema, [x.lemma, noun.lemma], false).length > 0;
    if (named(a) && named(b) && matchColumns(schema, [a.lemma], false).length === 0) return [...tokens.slice(0, i + 1), noun, ...distribute(tokens.slice(i + 1), schema)];
  }
  return tokens;
}

/** Brackets only set apart; "aged 30" is an age of 30. */
function cleaned(tokens: readonly Token[]): Token[] {
  // "(in USD)": a unit.
  const unit = (i: number) => tokens[i]?.text === '(' && tokens[i + 1]?.lower === 'in' && tokens[i + 3]?.text === ')';
  const kept = tokens.filter((t, i) => !(t.kind === 'punct' && /^[()[\]\\*]$/.test(t.text)) && !unit(i - 1) && !unit(i - 2));
  // "each one", "has once cancelled": no number.
  const counts = (at: number) => /^(exactly|only|than|least|most|just|or|and|by|with|has|have|had|in|for|of)$/.test(kept[at - 1]?.lower ?? '');
  const plain = kept.map((t, i): Token => {
    if (!((t.lower === 'one' && /^(each|this|that|every|which|the)$/.test(kept[i - 1]?.lower ?? '')) || (t.lower === 'once' && !(counts(i) && !/^(has|have|had)$/.test(kept[i - 1]!.lower))))) return t;
    const { number: _none, ...word } = t;
    return word;
  });
  return plain.map((t, i) => (t.lower === 'aged' && i > 0 ? { ...t, text: 'age', lower: 'age', lemma: 'age' } : t));
}

export function chunk(written: readonly Token[], schema: Schema): Chunk[] {
  const tokens = distribute(cleaned(written), schema);
  const lowers = tokens.map((t) => (t.kind === 'quoted' ? '"' : t.lower));
  const chunks: Chunk[] = [];
  for (let at = 0; at < tokens.length; ) {
    const next = chunkAt(tokens, lowers, at, schema);
    chunks.push(next);
    at = next.end;
  }
  return chunks;
}

function chunkAt(tokens: readonly Token[], lowers: readonly string[], at: number, schema: Schema): Chunk {
  const token = tokens[at]!;
  const make = (end: number, parts: Partial<Chunk>): Chunk => finished({
    start: at,
    end,
    text: tokens.slice(at, end).map((t) => t.text).join(' '),
    word: end - at === 1 ? tokens[at]!.lemma : tokens.slice(at, end).map((t) => t.lower).join(' '),
    tables: [],
    columns: [],
    values: [],
    loose: false,
    named: false,
    constant: false,
    ...parts,
  });
  if (token.kind === 'quoted') return make(at + 1, { quoted: token.text, values: matchValues(schema, tokens, at)?.entries ?? [] });
  if (token.kind === 'date') return make(at + 1, { date: token.text });
  // A quantity that is kept is no count of rows.
  const kept = token.name === true || (token.lower === 'quantity' && matchColumns(schema, ['quantity'], false).length > 0);
  const phrase = kept ? undefined : phraseOf(tokens, lowers, at);
  // "the total points" of a column that is called so.
  if (phrase?.op.op === 'aggregate' && phrase.length === 2 && token.lower === 'the') {
    const named = mentionAt(tokens, at + 1, schema, 1);
    if (named !== undefined && named.end > at + 2) return make(at + 1, {});
  }
  const mention = mentionAt(tokens, at, schema, phrase?.length ?? 0);
  if (token.kind === 'number') {
    if (mention !== undefined && mention.end - at > 1) return make(mention.end, mention.parts);
    const unit = unitAt(tokens, at, schema);
    return make(unit === undefined ? at + 1 : unit.end, { number: token.number!, ...(unit !== undefined && { unit: unit.unit }) });
  }
  const length = mention === undefined ? 0 : mention.end - at;
  if (phrase !== undefined && phrase.length >= length && !(phrase.length === length && prefersName(phrase.op, mention!.parts))) {
    const number = phrase.length === 1 && token.number !== undefined ? { number: token.number } : {};
    return make(at + phrase.length, { op: phrase.op, ...number, ...(phrase.length === 1 ? dimension(token) : {}), ...(phrase.length === length ? mention!.parts : {}) });
  }
  if (mention !== undefined) {
    const number = length === 1 && token.number !== undefined ? { number: token.number } : {};
    return make(mention.end, { ...mention.parts, ...number, ...(length === 1 ? dimension(token) : {}) });
  }
  if (token.number !== undefined) return make(at + 1, { number: token.number });
  const dim = dimension(token);
  if (dim.dimension !== undefined) return make(at + 1, dim);
  if (token.capital && token.kind === 'word') {
    let end = at + 1;
    while (end < tokens.length && (tokens[end]!.capital || properJoins(tokens, end)) && phraseAt(lowers, end)?.op.op !== 'period') end++;
    return make(end, { quoted: tokens.slice(at, end).map((t) => t.text).join(' '), proper: true });
  }
  const loose = looseAt(tokens, at, schema);
  if (loose !== undefined) return make(loose.end, loose.parts);
  const meant = token.kind === 'word' && !light.has(token.lemma) && !isVerb(token.lower) ? misspelt(schema, token.lemma) : undefined;
  if (meant !== undefined) {
    // What it was taken for is said beside the answer.
    const unsure = <T extends { readonly score: number }>(m: T): T => ({ ...m, score: 0.85 * m.score });
    const tables = matchTables(schema, [meant], true).map(unsure);
    const columns = matchColumns(schema, [meant], true).map(unsure);
    if (tables.length > 0 || columns.length > 0) return make(at + 1, { tables, columns, loose: true });
  }
  return make(at + 1, {});
}

/** "2 hours", "$50": what a number is of, unless the catalogue has things that are called so. */
function unitAt(tokens: readonly Token[], at: number, schema: Schema): { unit: Measured; end: number } | undefined {
  const next = tokens[at + 1];
  const said = next?.kind === 'word' ? unitSaid(next.lower) : undefined;
  if (next !== undefined && said !== undefined && matchTables(schema, [next.lemma], false).length + matchColumns(schema, [next.lemma], false).length === 0 && !/^(ago|old|of|before|after|later|earlier)$/.test(tokens[at + 2]?.lower ?? '')) return { unit: said, end: at + 2 };
  return tokens[at]!.text.includes('$') ? { unit: unitSaid('dollar')!, end: at + 1 } : undefined;
}

/** Phrases whose sense hangs on their neighbours: "first 3" but "first name"; "number of X" but "room number of X". */
function phraseOf(tokens: readonly Token[], lowers: readonly string[], at: number): { op: Op; length: number } | undefined {
  const found = phraseAt(lowers, at);
  if (found?.op.op === 'top' && found.op.high && /first$/.test(lowers[at + found.length - 1]!) && tokens[at + found.length]?.number === undefined) return undefined;
  const after = tokens[at + (found?.length ?? 0)];
  // "or less than 3" is another condition, "3 or less" is not.
  if ((found?.op.op === 'orMore' || found?.op.op === 'orLess') && lowers[at] === 'or' && (after?.lower === 'than' || after?.number !== undefined)) return { op: { op: 'or' }, length: 1 };
  const before = tokens[at - 1];
  if (found?.op.op === 'count' && /^(numbers?|counts?)$/.test(lowers[at]!) && before?.kind === 'word' && !light.has(before.lower) && phraseAt([before.lower], 0) === undefined) {
    return { op: { op: 'preposition', word: 'of' }, length: found.length };
  }
  return found;
}

function finished(c: Chunk): Chunk {
  const phrase = c.op !== undefined && c.op.op !== 'count' && c.op.op !== 'missing';
  return {
    ...c,
    named: !phrase && (c.tables.length > 0 || c.columns.length > 0),
    constant: c.quoted !== undefined || c.date !== undefined || c.number !== undefined || c.values.length > 0,
  };
}

/** Is a word that is both a phrase and a name the name? A sort word, a lead verb or a preposition never is. */
function prefersName(op: Op, parts: Partial<Chunk>): boolean {
  const exact = (parts.columns?.[0]?.score ?? 0) >= 0.97 || (parts.tables?.[0]?.score ?? 0) >= 0.97;
  return exact && ['count', 'missing', 'distinct', 'top', 'common', 'lead'].includes(op.op) ? op.op !== 'lead' : exact && op.op === 'compare' && op.is === '=';
}

function dimension(token: Token): Partial<Chunk> {
  const found = dimensionOf(token.lower);
  return found === undefined ? {} : { dimension: found };
}

/** `of` inside a name: University of Kent. */
function properJoins(tokens: readonly Token[], at: number): boolean {
  return tokens[at]!.lower === 'of' && tokens[at + 1]?.capital === true && tokens[at - 1]?.capital === true;
}

function mentionAt(tokens: readonly Token[], at: number, schema: Schema, phraseLength: number): { end: number; parts: Partial<Chunk> } | undefined {
  const values = matchValues(schema, tokens, at);
  const admitted = values !== undefined && (isValue(tokens, at, values.length, values.entries) || isSaidOf(tokens, at, values.length, values.entries, schema)) ? values : undefined;
  for (let length = Math.min(longestName, tokens.length - at); length > 0; length--) {
    const run = tokens.slice(at, at + length);
    if (admitted !== undefined && admitted.length > length) break;
    if (run.some((t) => t.kind === 'punct' || t.kind === 'quoted')) continue;
    if (length < phraseLength) break;
    const words = run.map((t) => t.lemma);
    if (words.every((w) => light.has(w)) && length === 1 && !nounLike.has(words[0]!)) {
      // "returned", where there is returned_at.
      const states = isParticiple(run[0]!.lower) ? matchColumns(schema, words, false).filter((m) => m.score >= 0.9 && (isFlag(m.column) || isTime(m.column.type))) : [];
      if (states.length > 0) return { end: at + 1, parts: { columns: states } };
      continue;
    }
    const tables = matchTables(schema, words, false);
    const columns = matchColumns(schema, words, false, run.at(-1)!.lower);
    const same = admitted?.length === length ? admitted.entries : [];
    if (tables.length > 0 || columns.length > 0) {
      return { end: at + length, parts: { tables, columns: widened(columns, matchColumns(schema, words, true)), values: same } };
    }
  }
  if (admitted !== undefined) return { end: at + admitted.length, parts: { values: admitted.entries } };
  return undefined;
}

/** An exact name in one table doesn't rule out `full_name` in the table that the question is about. */
function widened(exact: readonly ColumnMatch[], loose: readonly ColumnMatch[]): ColumnMatch[] {
  const known = new Set(exact.map((m) => m.column));
  return [...exact, ...loose.filter((m) => !known.has(m.column))];
}

/** Light words that are also good names of columns and tables. */
const nounLike = new Set(['name', 'state', 'detail', 'result', 'number', 'record', 'list', 'date', 'data', 'total', 'place', 'time', 'use', 'order', 'report', 'question', 'answer', 'entry', 'information', 'value', 'last', 'least', 'most', 'first']);

/** A value is named by more than a bare function word, and a short code only in its own capitals. */
function isValue(tokens: readonly Token[], at: number, length: number, entries: readonly ValueEntry[]): boolean {
  const run = tokens.slice(at, at + length);
  const text = run.map((t) => t.text).join(' ');
  if (length === 1) {
    const token = run[0]!;
    if (token.kind === 'number' || token.kind === 'punct') return false;
    if (text.length <= 2) return entries.some((e) => e.value === text) && (token.capital || text === text.toUpperCase()) && text.length > 0 && !['A', 'I'].includes(text);
    if (light.has(token.lower) || (light.has(token.lemma) && token.lower !== 'done')) return false;
    if (phraseAt([token.lower], 0) !== undefined) return false;
  }
  if (run.every((t) => t.kind === 'number' || light.has(t.lower))) return false;
  if (light.has(run[0]!.lower) && !run[0]!.capital) return false;
  return !(run[0]!.kind === 'punct' || run.at(-1)!.kind === 'punct' && !/[.\p{L}\p{N})]$/u.test(run.at(-1)!.text)) || false;
}

/** "Returned sales", "rooms that are available": a word that elsewhere says little, where it is a state of that very thing. */
function isSaidOf(tokens: readonly Token[], at: number, length: number, entries: readonly ValueEntry[], schema: Schema): boolean {
  const token = tokens[at]!;
  if (length > 1 || token.kind !== 'word' || !(light.has(token.lower) || light.has(token.lemma)) || phraseAt([token.lower], 0) !== undefined) return false;
  const own = entries.filter((e) => e.value.toLowerCase() === token.lower);
  const has = (noun: Token | undefined) => noun?.kind === 'word' && matchTables(schema, [noun.lemma], false).some((m) => m.score >= 0.95 && own.some((e) => e.column.table === m.table));
  let before = at - 1;
  while (/^(that|which|who|is|are|was|were|be|been|got|not|currently|still|now)$/.test(tokens[before]?.lower ?? '')) before--;
  return has(tokens[at + 1]) || (before < at - 1 && has(tokens[before]));
}

function looseAt(tokens: readonly Token[], at: number, schema: Schema): { end: number; parts: Partial<Chunk> } | undefined {
  for (let length = Math.min(3, tokens.length - at); length > 0; length--) {
    const run = tokens.slice(at, at + length);
    if (run.some((t) => t.kind !== 'word')) continue;
    const words = run.map((t) => t.lemma);
    if (words.some((w) => light.has(w) && !nounLike.has(w))) continue;
    const tables = matchTables(schema, words, true);
    const columns = matchColumns(schema, words, true);
    if (tables.length > 0 || columns.length > 0) return { end: at + length, parts: { tables, columns, loose: true } };
  }
  return undefined;
}
