/** Schema linking: which tables, columns and values a run of words may name, and how well. */

import { isParticiple } from '../read/verbs.js';
import { root } from '../text/lemma.js';
import type { Token } from '../text/tokens.js';
import { synonyms } from '../text/words.js';
import type { ColumnEntry, Name, Schema, TableEntry, ValueEntry } from './catalog.js';
import { valueWords } from './catalog.js';

export interface TableMatch {
  readonly table: TableEntry;
  readonly score: number;
}
export interface ColumnMatch {
  readonly column: ColumnEntry;
  readonly score: number;
}

/** Below this a match is no match. */
const least = 0.3;

/** Exact names come first: a looser match is only asked for where no exact one exists. */
export function matchTables(schema: Schema, words: readonly string[], loose: boolean): TableMatch[] {
  const found = new Map<TableEntry, number>();
  for (const word of lookups(words, loose)) {
    for (const table of schema.tablesByWord.get(word) ?? []) {
      const score = Math.max(...table.names.map((n) => nameScore(n, words, loose)));
      if (score >= least && score > (found.get(table) ?? 0)) found.set(table, score);
    }
  }
  return [...found].map(([table, score]) => ({ table, score })).sort((a, b) => b.score - a.score);
}

/** `spoken`: the last word as it was said; "universities founded" is no founding of a university. */
export function matchColumns(schema: Schema, words: readonly string[], loose: boolean, spoken?: string): ColumnMatch[] {
  const found = new Map<ColumnEntry, number>();
  for (const word of lookups(words, loose)) {
    for (const column of schema.columnsByWord.get(word) ?? []) {
      if (found.has(column)) continue;
      found.set(column, Math.max(...column.names.map((n) => nameScore(n, words, loose))));
    }
  }
  // `student name`: the table's word, then a column's.
  const participle = spoken !== undefined && spoken !== words.at(-1) && (/(ed|ing)$/.test(spoken) || isParticiple(spoken));
  for (let split = 1; split < words.length && !participle; split++) {
    for (const { table, score } of matchTables(schema, words.slice(0, split), false)) {
      if (score < 0.9) continue;
      for (const column of table.columns) {
        const own = Math.max(...column.names.map((n) => nameScore(n, words.slice(split), false)));
        if (own >= 0.9 && own * 0.98 > (found.get(column) ?? 0)) found.set(column, own * 0.98);
      }
    }
  }
  return [...found]
    .filter(([, score]) => score >= least)
    .map(([column, score]) => ({ column, score }))
    .sort((a, b) => b.score - a.score);
}

function lookups(words: readonly string[], loose: boolean): Set<string> {
  if (!loose) return new Set([words[0]!, `${words[0]!}e`, words.join('')]);
  return new Set(words.flatMap((w) => [w, `${w}e`, ...synonyms(w), ...synonyms(`${w}e`), root(w)]));
}

/** 1 where the words are the name; less where they are part of it, or only mean the same. */
export function nameScore(name: Name, words: readonly string[], loose: boolean): number {
  const own = name.words;
  if (own.length === words.length && own.every((w, i) => alike(w, words[i]!))) return name.weight;
  if ((words.length > 1 || (own.length > 1 && words[0]!.length >= 6)) && own.join('') === words.join('')) return name.weight * 0.98;
  if (!loose) return 0;
  let sum = 0;
  const taken = new Set<number>();
  for (const word of words) {
    let best = 0;
    let at = -1;
    own.forEach((w, i) => {
      const score = taken.has(i) ? 0 : wordScore(w, word);
      if (score > best) [best, at] = [score, i];
    });
    if (at < 0) return 0;
    taken.add(at);
    sum += best;
  }
  const left = own.filter((w, i) => !taken.has(i) && !weak.has(w)).length;
  // The last word of a name is what the thing is: `name` says more of customer_name than `customer` does.
  const head = taken.has(own.length - 1) ? 1 : 0.85;
  return (name.weight * head * (sum / words.length) * (words.length + 0.6)) / (words.length + 0.6 + 0.55 * left);
}

const weak = new Set(['of', 'in', 'the', 'a', 'name', 'number', 'code', 'total', 'value', 'is', 'has', 'if']);

/** A lemma made from -ed or -ing may want its e: `releas` is release. */
function alike(own: string, word: string): boolean {
  return own === word || (word.length >= 3 && (own === `${word}e` || (own.length >= 3 && `${own}e` === word)));
}

function wordScore(own: string, word: string): number {
  if (alike(own, word)) return 1;
  if (synonyms(word).has(own) || synonyms(`${word}e`).has(own)) return 0.82;
  if (word.length >= 4 && own.length >= 4) {
    const r = root(word);
    if (r.length >= 4 && r === root(own)) return 0.85;
    if (own.length >= 6 && word.length >= 6 && near(own, word)) return 0.7;
  }
  return 0;
}

/** One letter changed, added, missing or swapped: a typing error. */
function near(a: string, b: string): boolean {
  if (a[0] !== b[0] || Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const rests = (x: number, y: number) => a.slice(i + x) === b.slice(i + y);
  return rests(1, 1) || rests(1, 0) || rests(0, 1) || (a[i] === b[i + 1] && a[i + 1] === b[i] && rests(2, 2));
}

/** Names that a word misspells by one letter, where nothing else goes by it. */
export function misspelt(schema: Schema, word: string): string | undefined {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return undefined;
  // In a short word another letter is soon another word: only a swap, or a letter too many or too few.
  const short = (known: string) => word.length < 6 || known.length < 6;
  const slipped = (known: string) => known.length !== word.length || [...known].sort().join('') === [...word].sort().join('');
  for (const index of [schema.tablesByWord, schema.columnsByWord]) {
    for (const [known, entries] of index) if (known.length >= 4 && entries.some((e) => e.names.some((n) => n.words.includes(known) || n.words.join('') === known)) && near(known, word) && (!short(known) || (known.length >= word.length && slipped(known)))) return known;
  }
  return undefined;
}

/** Known values that start at a token, longest first; the run's length comes with them. */
export function matchValues(schema: Schema, tokens: readonly Token[], at: number): { entries: ValueEntry[]; length: number } | undefined {
  const words = (count: number) => tokens.slice(at, at + count).flatMap((t) => valueWords(t.text));
  const first = valueWords(tokens[at]?.text ?? '')[0];
  if (first === undefined) return undefined;
  const candidates = [...new Set([first, tokens[at]!.lemma])].flatMap((w) => schema.values.get(w) ?? []);
  if (candidates.length === 0) return undefined;
  for (let length = Math.min(10, tokens.length - at); length > 0; length--) {
    if (valueWords(tokens[at + length - 1]!.text).length === 0) continue;
    const run = words(length);
    const text = run.join(' ');
    const singular = run.map((w, i) => (i === run.length - 1 && w.endsWith('s') ? (tokens[at + length - 1]?.lemma ?? w) : w)).join(' ');
    const entries = candidates.filter((v) => {
      const value = v.words.join(' ');
      return value === text || (value.length > 2 && value === singular);
    });
    if (entries.length > 0) return { entries, length };
  }
  return undefined;
}
