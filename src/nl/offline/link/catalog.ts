/** The catalogue as the readers see it: tables and columns with the words that may name them, roles, and values. */

import type { Column, StructField, Table, Type } from '../../../algebra/index.js';
import { types } from '../../../algebra/index.js';
import type { Catalog } from '../../../catalog/contract.js';
import { words as wordsOf } from '../../../catalog/names.js';
import { wordsWithin } from '../../../catalog/prefixes.js';
import { lemma, root } from '../text/lemma.js';
import { abbreviations } from '../text/words.js';

/** One-letter codes of a sex or gender column, as a question writes them. */
const genders: ReadonlyMap<string, readonly string[]> = new Map([['f', ['female', 'woman', 'women']], ['m', ['male', 'man', 'men']]]);

export interface ColumnEntry {
  readonly table: TableEntry;
  /** The column's name, then the struct fields below it. */
  readonly path: readonly string[];
  readonly column: Column;
  readonly type: Type;
  readonly names: readonly Name[];
  readonly values: readonly string[];
  /** Its values are dates that are kept as text: `type` is that of a date, and it is compared with texts. */
  readonly written?: true;
  readonly primary: boolean;
  /** Part of a link to another table. */
  readonly foreign: boolean;
}

export interface TableEntry {
  readonly table: Table;
  readonly index: number;
  readonly names: readonly Name[];
  readonly columns: readonly ColumnEntry[];
}

/** One way to name a thing: lemmas in order, and how surely they name it. */
export interface Name {
  readonly words: readonly string[];
  readonly weight: number;
}

export interface ValueEntry {
  readonly words: readonly string[];
  readonly column: ColumnEntry;
  readonly value: string;
}

export interface Schema {
  readonly catalog: Catalog;
  readonly tables: readonly TableEntry[];
  readonly services: readonly string[];
  /** By the first word of a value. */
  readonly values: ReadonlyMap<string, readonly ValueEntry[]>;
  /** By any word of a name, its root, and the whole name written as one word. */
  readonly tablesByWord: ReadonlyMap<string, readonly TableEntry[]>;
  readonly columnsByWord: ReadonlyMap<string, readonly ColumnEntry[]>;
}

const known = new WeakMap<Catalog, Schema>();

export function schemaOf(catalog: Catalog): Schema {
  let schema = known.get(catalog);
  if (schema === undefined) {
    schema = build(catalog);
    known.set(catalog, schema);
  }
  return schema;
}

function build(catalog: Catalog): Schema {
  const ends: Ends = {
    from: new Set(catalog.links.map(({ from }) => key(from.service, from.schema, from.table, from.column))),
    to: new Set(catalog.links.filter(({ evidence }) => evidence === 'inferred').map(({ to }) => key(to.service, to.schema, to.table, to.column))),
  };
  const tables: TableEntry[] = [];
  for (const service of catalog.services) {
    for (const table of service.tables) tables.push(tableEntry(table, tables.length, ends));
  }
  const values = new Map<string, ValueEntry[]>();
  for (const table of tables) {
    for (const column of table.columns) {
      for (const value of column.values) {
        const words = valueWords(value);
        if (words.length > 0 && words.length <= 10) add(values, words[0]!, { words, column, value });
        const written = genders.get(value.toLowerCase());
        if (written !== undefined && column.names.some((n) => n.words.some((w) => w === 'sex' || w === 'gender'))) {
          for (const word of written) add(values, word, { words: [word], column, value });
        }
      }
    }
  }
  const tablesByWord = new Map<string, TableEntry[]>();
  const columnsByWord = new Map<string, ColumnEntry[]>();
  for (const table of tables) {
    for (const word of indexed(table.names)) add(tablesByWord, word, table);
    for (const column of table.columns) {
      for (const word of indexed(column.names)) add(columnsByWord, word, column);
    }
  }
  return { catalog, tables, services: catalog.services.map((s) => s.name), values, tablesByWord, columnsByWord };
}

function indexed(names: readonly Name[]): Set<string> {
  return new Set(names.flatMap((n) => n.words.flatMap((w) => [w, root(w)])).concat(names.map((n) => n.words.join(''))));
}

export function key(service: string, schema: string | undefined, table: string, column: string): string {
  return [service, schema ?? '', table, column].join('\u0000').toLowerCase();
}

function add<T>(map: Map<string, T[]>, word: string, entry: T): void {
  const list = map.get(word);
  if (list === undefined) map.set(word, [entry]);
  else list.push(entry);
}

export function valueWords(value: string): string[] {
  return value
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((w) => w !== '');
}

/** The columns that links come from, and those that they lead to by names, which are keys. */
interface Ends {
  readonly from: ReadonlySet<string>;
  readonly to: ReadonlySet<string>;
}

function tableEntry(table: Table, index: number, ends: Ends): TableEntry {
  const words = nameWords(table.name);
  const names: Name[] = [{ words, weight: 1 }];
  const dropped = words.filter((w) => !tableNoise.has(w));
  if (dropped.length > 0 && dropped.length < words.length) names.push({ words: dropped, weight: 0.85 });
  for (const synonym of table.synonyms ?? []) names.push({ words: nameWords(synonym), weight: 1 });
  const entry = { table, index, names, columns: [] as ColumnEntry[] };
  for (const column of table.columns) entry.columns.push(...columnEntries(entry, column, ends));
  return entry;
}

/** Words that say that a table is a table. */
const tableNoise = new Set(['ref', 'reference', 'tbl', 'table', 'dim', 'fact', 'list', 'master', 'data', 'record', 'info', 'information', 'detail']);

function columnEntries(table: TableEntry, column: Column, ends: Ends): ColumnEntry[] {
  const t = table.table;
  const own = key(t.service, t.schema, t.name, column.name);
  const make = (path: readonly string[], type: Type, names: Name[]): ColumnEntry => ({
    table,
    path,
    column,
    type: path.length === 1 ? (datesIn(column) ?? type) : type,
    ...(path.length === 1 && datesIn(column) !== undefined && { written: true as const }),
    names,
    values: path.length > 1 ? [] : [...new Set([...(column.enumValues ?? []), ...(column.sampleValues ?? [])])],
    primary: path.length === 1 && (t.primaryKey === undefined ? ends.to.has(own) : t.primaryKey.length === 1 && t.primaryKey[0] === column.name),
    foreign: ends.from.has(own),
  });
  const result = [make([column.name], column.type, columnNames(table, column, t.primaryKey?.includes(column.name) === true || ends.from.has(own)))];
  const nest = (path: readonly string[], fields: readonly StructField[]) => {
    const measures = fields.filter((field) => isNumber(field.type));
    for (const field of fields) {
      const full = [...path, field.name];
      const words = full.flatMap(nameWords);
      const own = nameWords(field.name);
      const names: Name[] = [{ words: unique(words), weight: 1 }, { words: own, weight: generic.has(own.join(' ')) ? 0.6 : 0.9 }];
      // `amount: { value, currency }`: the one number of it is the amount.
      if (measures.length === 1 && measures[0] === field && generic.has(own.join(' '))) names.push({ words: path.flatMap(nameWords), weight: 0.96 });
      result.push(make(full, field.type, names));
      if (field.type.kind === 'struct' && full.length < 4) nest(full, field.type.fields);
    }
  };
  if (column.type.kind === 'struct') nest([column.name], column.type.fields);
  return result;
}

function datesIn({ holds, type }: Column): Type | undefined {
  if (type.kind !== 'text' || holds === undefined) return undefined;
  return holds === 'date' ? types.date : types.timestamp;
}

/** Field names that say little without the name above them. */
const generic = new Set(['value', 'type', 'id', 'name', 'key', 'code', 'data', 'status']);

function unique(words: readonly string[]): string[] {
  return words.filter((w, i) => words.indexOf(w) === i);
}

function columnNames(table: TableEntry, column: Column, isKey: boolean): Name[] {
  const names: Name[] = [];
  const push = (words: readonly string[], weight: number) => {
    if (words.length > 0 && !names.some((n) => n.words.join(' ') === words.join(' '))) names.push({ words, weight });
  };
  const written = [...ownNames(table, column), ...(column.synonyms ?? []).map(nameWords)];
  // A comment of a few words is another name; a longer one is a remark.
  const comment = column.comment === undefined ? [] : nameWords(column.comment);
  if (comment.length > 0 && comment.length <= 5) written.push(comment);
  for (const words of written) {
    push(words, 1);
    for (const { words: prefix } of table.names) {
      const rest = words.slice(prefix.length);
      if (rest.length > 0 && prefix.every((w, i) => w === words[i])) push(rest, rest.join(' ') === 'id' || rest.join(' ') === 'name' ? 0.99 : 0.97);
      // Tables called `order_item` often prefix with the last word alone.
      const last = prefix.at(-1);
      if (prefix.length > 1 && words.length > 1 && words[0] === last) push(words.slice(1), 0.9);
    }
    // `is_default`: a flag's own word is what it says.
    if (column.type.kind === 'boolean' && words.length > 1 && (words[0] === 'be' || words[0] === 'have')) push(words.slice(1), 0.97);
    const head = withoutUnits(words);
    if (head.length < words.length) push(head, 0.93);
    const counted = words[0] === 'number' || words[0] === 'total' || words[0] === 'count' ? words.slice(1).filter((w) => w !== 'of') : /^(count|number|quantity)$/.test(words.at(-1)!) && !/^(no|nr)$/.test(writtenWords(column.name).at(-1) ?? '') && !isKey ? words.slice(0, -1) : [];
    if (counted.length > 0 && isNumber(column.type)) push(counted, 0.94);
    // `hired_on` is the hire date.
    if (isTimeType(column.type) && /(_on|_at|On|At)$/.test(column.name) && head.length < words.length) for (const noun of ['date', 'time']) push([...head, noun], 0.95);
    const last = words.at(-1)!;
    // Email addresses, phone numbers, zip codes: what a short name leaves unsaid.
    const unsaid = ({ email: 'address', phone: 'number', telephone: 'number', mobile: 'number', fax: 'number', zip: 'code', postal: 'code' } as Readonly<Record<string, string>>)[last];
    if (unsaid !== undefined) for (const said of [words, ...names.filter((n) => n.words.at(-1) === last).map((n) => n.words)]) push([...said, unsaid], 0.95);
    if (words.length > 2 && (last === 'code' || last === 'id' || last === 'name')) push(words.slice(0, -1), 0.88);
    const bare = words.filter((w) => w !== 'of' && w !== 'the' && w !== 'in' && w !== 'for');
    if (bare.length < words.length) push(bare, 0.98);
  }
  return names;
}

/** As it is written; of `o_orderstatus` of orders first `order status`, without what only tells it from other tables' columns. */
function ownNames({ table, names }: TableEntry, { name }: Column): string[][] {
  const written = wordsOf(name);
  const [first = '', ...others] = wordsWithin(table, name);
  const entity = names[0]!.words.length === 1 ? names[0]!.words[0]! : undefined;
  const rest = entity !== undefined && entity.length >= shortestEntity && first.startsWith(entity) ? first.slice(entity.length) : '';
  const own = rest.length >= shortestEntity ? [entity!, rest, ...others] : [first, ...others];
  return own.join(' ') === written.join(' ') ? [nameWords(name)] : [nameWords(own.join('_')), nameWords(name)];
}

/** Shorter beginnings and ends of a word are no words run together. */
const shortestEntity = 4;

function isTimeType(type: Type): boolean {
  return type.kind === 'date' || type.kind === 'timestamp';
}

function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'float' || type.kind === 'decimal';
}

const units = new Set('usd eur gbp dollar euro pound million billion thousand percent pct km kilometer mile meter metre m ft foot feet inch cm mm kg lb lbs gram mph kmh knot second sec ms minute min hour hr day year f c utc at on'.split(' '));

/** `price_in_dollars` -> price, `created_at` -> created. */
function withoutUnits(words: readonly string[]): string[] {
  let end = words.length;
  while (end > 1 && (units.has(words[end - 1]!) || words[end - 1] === 'in' || words[end - 1] === 'per')) end--;
  return words.slice(0, end);
}

/** The words of a compound identifier as they are written, in lower case. */
export function writtenWords(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((w) => w !== '');
}

/** Lemmas of a compound identifier, abbreviations written out. */
export function nameWords(identifier: string): string[] {
  return writtenWords(identifier)
    .flatMap((w) => (abbreviations.get(w) ?? w).split(' '))
    .map(lemma);
}
