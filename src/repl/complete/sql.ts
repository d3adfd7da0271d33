/** A place inside a statement: after a dot, inside a quoted value, behind FROM, or anywhere an expression may stand. */

import { quoteText } from '../../algebra/index.js';
import { tokens } from '../sql-tokens.js';
import type { Token } from '../sql-tokens.js';
import type { Place } from './match.js';
import { keywords } from './sql-words.js';
import type { KnownTable, Vocabulary, Word } from './vocabulary.js';

export function sqlPlace(before: string, text: string, vocabulary: Vocabulary): Place {
  const all = tokens(before);
  const last = all.at(-1);
  if (last?.kind === 'comment' && (last.unfinished || last.text.startsWith('--'))) return { from: before.length, typed: '', words: [] };
  const typing = last !== undefined && (last.kind === 'word' || (last.kind === 'quoted' && last.unfinished));
  // What is being typed names nothing yet.
  const used = () => usedTables(tokens(text).filter(({ from }) => !typing || from !== last.from), vocabulary);
  if (last?.kind === 'string' && last.unfinished) return { from: last.from, typed: last.text.slice(1), words: valuesFor(all.slice(0, -1), used()) };

  const from = typing ? last.from : before.length;
  const typed = typing ? unquoted(last.text) : '';
  const front = all.slice(0, typing ? -1 : undefined);
  const path = pathBefore(front);
  if (path.length > 0) return { from, typed, words: below(path, used(), vocabulary) };
  const previous = front.filter(solid).at(-1);
  const behindFrom = previous !== undefined && /^(from|join)$/i.test(previous.text);
  return { from, typed, words: behindFrom || inFromList(front) ? relations(vocabulary) : expression(used(), vocabulary) };
}

const solid = ({ kind }: Token): boolean => kind !== 'space' && kind !== 'comment';
const isName = ({ kind }: Token): boolean => kind === 'word' || kind === 'quoted';

function unquoted(text: string): string {
  return text.startsWith('"') ? text.replace(/^"|"$/g, '').replaceAll('""', '"') : text;
}

/** Names before a dot that the cursor stands behind: `crm.people.` gives crm, people. */
function pathBefore(front: readonly Token[]): string[] {
  const path: string[] = [];
  let i = front.length - 1;
  while (i >= 1 && front[i]!.text === '.' && isName(front[i - 1]!)) {
    path.unshift(unquoted(front[i - 1]!.text));
    i -= 2;
  }
  return path;
}

interface Used {
  readonly table: KnownTable;
  readonly alias: string | undefined;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Tables named anywhere in the statement, behind the cursor too, each with its alias. */
function usedTables(all: readonly Token[], { tables }: Vocabulary): Used[] {
  const found: Used[] = [];
  const list = all.filter(solid);
  for (let i = 0; i < list.length; i += 1) {
    const path: string[] = [];
    let j = i;
    while (list[j] !== undefined && isName(list[j]!)) {
      path.push(unquoted(list[j]!.text));
      if (list[j + 1]?.text !== '.') break;
      j += 2;
    }
    if (path.length < 2) continue;
    const table = tables.find(({ service, schema, name }) => same(path[0]!, service) && same(path[path.length === 2 || schema === undefined ? 1 : 2] ?? '', name) && (schema === undefined || path.length === 2 || same(path[1]!, schema)));
    if (table === undefined) continue;
    const after = list[j + 1];
    const alias = after !== undefined && /^as$/i.test(after.text) ? list[j + 2] : after;
    const named = alias !== undefined && isName(alias) && !keywords.has(alias.text.toLowerCase());
    found.push({ table, alias: named ? unquoted(alias.text) : undefined });
    i = j;
  }
  return found;
}

function* below(path: readonly string[], used: readonly Used[], { tables }: Vocabulary): Generator<Word> {
  const [first = '', second] = path;
  if (second === undefined) {
    for (const { table, alias } of used) if (same(first, alias ?? table.name)) for (const { word } of table.columns) yield word;
    for (const { service, schema, name, word } of tables) {
      if (!same(service, first)) continue;
      yield schema === undefined ? { ...word, text: name, insert: lastPart(word.insert!) } : { text: schema, kind: 'schema', about: `schema of ${service}` };
      if (schema !== undefined) yield { ...word, text: `${schema}.${name}`, insert: word.insert!.slice(word.insert!.indexOf('.') + 1) };
    }
    return;
  }
  for (const { service, schema, name, columns, word } of tables) {
    if (!same(service, first)) continue;
    if (schema !== undefined && same(schema, second) && path.length === 2) yield { ...word, text: name, insert: lastPart(word.insert!) };
    if (same(name, path.at(-1)!) && (path.length === 2 ? schema === undefined : schema !== undefined && same(schema, second))) for (const column of columns) yield column.word;
  }
}

/** The last name of a path, with its quotes. */
const lastPart = (path: string): string => /(?:"(?:[^"]|"")*"|[^."]*)$/.exec(path)![0];

/** `FROM a.b, |` */
function inFromList(front: readonly Token[]): boolean {
  const list = front.filter(solid);
  if (list.at(-1)?.text !== ',') return false;
  for (let i = list.length - 2, depth = 0; i >= 0; i -= 1) {
    const { kind, text } = list[i]!;
    if (kind === 'close') depth += 1;
    if (kind === 'open') depth -= 1;
    if (depth < 0) return false;
    if (depth > 0) continue;
    if (/^(from|join)$/i.test(text)) return true;
    if (/^(select|where|on|group|order|having|by|using|limit)$/i.test(text)) return false;
  }
  return false;
}

function* relations({ services, tables, keywords: offered }: Vocabulary): Generator<Word> {
  yield* services;
  for (const { word } of tables) yield word;
  // So that the table's own name finds it, though a statement has to say whose it is.
  for (const { name, word } of tables) yield { ...word, text: name, about: `${word.text}, ${word.about}` };
  yield* offered;
}

function* expression(used: readonly Used[], { services, tables, functions, keywords: offered }: Vocabulary): Generator<Word> {
  for (const { table } of used) for (const { word } of table.columns) yield word;
  for (const { table, alias } of used) if (alias !== undefined) yield { text: alias, kind: 'table', about: `alias of ${table.word.text}` };
  yield* offered;
  yield* services;
  for (const { word } of used.length > 0 ? used.map(({ table }) => table) : tables) yield word;
  yield* functions;
  if (used.length === 0) for (const { columns } of tables) for (const { word } of columns) yield word;
}

/** `status = '`, `status IN ('a', '`: the values of the nearest column before. */
function* valuesFor(front: readonly Token[], used: readonly Used[]): Generator<Word> {
  const names = front.filter(({ kind, text }) => isName({ kind } as Token) && !(kind === 'word' && keywords.has(text.toLowerCase())));
  const name = names.at(-1);
  if (name === undefined) return;
  for (const { table } of used) {
    for (const column of table.columns) {
      if (!same(column.name, unquoted(name.text))) continue;
      for (const value of column.values) yield { text: value, insert: quoteText(value), kind: 'value', about: `${column.name} in ${table.word.text}` };
    }
  }
}
