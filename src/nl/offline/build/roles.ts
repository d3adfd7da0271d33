/** What a column or a table is good for: labels, keys, measures, times. Read from names, types and keys alone. */

import type { Type } from '../../../algebra/index.js';
import { writtenWords } from '../link/catalog.js';
import type { ColumnEntry, TableEntry } from '../link/catalog.js';

export function isNumeric(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'float' || type.kind === 'decimal';
}

export function isTime(type: Type): boolean {
  return type.kind === 'date' || type.kind === 'timestamp';
}

export function isText(type: Type): boolean {
  return type.kind === 'text';
}

/** Yes or no: a boolean, or a text that is one of two such words. */
export function isFlag(column: ColumnEntry): boolean {
  return column.type.kind === 'boolean' || yesOf(column) !== undefined;
}

/** What a text flag says for yes. */
export function yesOf(column: ColumnEntry): string | undefined {
  return column.values.length > 0 && column.values.length <= 3 ? column.values.find((v) => ['y', 'yes', 't', 'true', '1'].includes(v.toLowerCase())) : undefined;
}

export function names(column: ColumnEntry, ...words: string[]): boolean {
  return column.names.some((n) => words.includes(n.words.join(' ')));
}

export function isKey(column: ColumnEntry): boolean {
  return column.primary || column.foreign || names(column, 'id', 'key', 'uuid') || column.names.some((n) => n.words.at(-1) === 'id');
}

/** A number that can be added or averaged: not a key, a code, a year or a position on a map. */
export function isMeasure(column: ColumnEntry): boolean {
  return isNumeric(column.type) && !isKey(column) && !isSerial(column) && !column.names.some((n) => ['code', 'year', 'latitude', 'longitude', 'zip', 'offset', 'partition', 'version', 'ttl', 'postcode', 'phone'].includes(n.words.at(-1) ?? ''));
}

/** `receipt_no` says which receipt, `number_of_receipts` how many. */
export function isSerial(column: ColumnEntry): boolean {
  const words = writtenWords(column.path.at(-1)!);
  return words.length > 1 && /^(number|no|nr|num)$/.test(words.at(-1)!);
}

/** A number of things: `follower_count`, `num_rooms`, `followers`. */
export function isCounter(column: ColumnEntry): boolean {
  if (!isMeasure(column) && !isDigits(column)) return false;
  const plural = writtenWords(column.column.name).some((w) => /[a-z]{3,}[^su]s$/.test(w) && !/is$/.test(w));
  if (isSerial(column)) return false;
  return plural || column.names.some((n) => n.words.some((w) => ['number', 'count', 'total', 'quantity', 'amount'].includes(w)));
}

/** The rows' own key: the one-column primary key, or the column that is called like one. */
export function keyOf(table: TableEntry): ColumnEntry | undefined {
  return table.columns.find((c) => c.primary) ?? table.columns.find((c) => c.path.length === 1 && (names(c, 'id') || c.names.some((n) => table.names.some((t) => n.words.join(' ') === `${t.words.join(' ')} id`))) && !c.foreign);
}

/** What a person calls a row by: its name or title, first and last name together, else its key. */
export function labelOf(table: TableEntry): readonly ColumnEntry[] {
  const top = table.columns.filter((c) => c.path.length === 1);
  const text = top.filter((c) => isText(c.type));
  const exact = text.find((c) => names(c, 'name', 'title', 'full name', 'label', 'display name'));
  if (exact !== undefined) return [exact];
  const first = text.find((c) => names(c, 'first name', 'give name', 'forename'));
  const last = text.find((c) => names(c, 'last name', 'family name'));
  if (first !== undefined && last !== undefined) return [first, last];
  const own = text.find((c) => c.names.some((n) => table.names.some((t) => t.words.join(' ') === n.words.join(' ')) || table.names.some((t) => n.words.join(' ') === `${t.words.at(-1)} name`)));
  if (own !== undefined) return [own];
  const named = text.filter((c) => c.names.some((n) => n.words.at(-1) === 'name') && !c.foreign);
  if (named.length === 1) return named;
  const key = keyOf(table);
  if (key !== undefined) return [key];
  // No key of one column: what the table is called after, else its first own column.
  const after = top.find((c) => c.names.some((n) => table.names.some((t) => t.words.some((w) => w === n.words.at(-1) || w === n.words[0]))) && isText(c.type));
  const fallback = after ?? top.find((c) => !c.foreign) ?? top[0];
  return fallback === undefined ? [] : [fallback];
}

/** A text column in which every known value is a number. */
export function isDigits(column: ColumnEntry): boolean {
  return isText(column.type) && column.values.length > 0 && column.values.every((v) => /^-?\d+(\.\d+)?$/.test(v));
}

/** A time at which something happened, rather than one that describes a thing. */
export function happens(table: TableEntry): boolean {
  const time = timeOf(table);
  return time !== undefined && !time.names.some((n) => n.words.includes('birth') || n.words.includes('born'));
}

/** The moment that a row is about: its own time before times of change, typed times before text. */
export function timeOf(table: TableEntry): ColumnEntry | undefined {
  const times = table.columns.filter((c) => isTime(c.type));
  const rank = (c: ColumnEntry) => {
    const words = c.names[0]!.words;
    if (words.includes('birth') || words.includes('born')) return 5;
    if (words.some((w) => ['update', 'modify', 'delete', 'expire', 'expiry', 'end', 'read', 'seen'].includes(w))) return 3;
    if (words.some((w) => ['create', 'occur', 'place', 'order', 'happen', 'start', 'time', 'timestamp', 'date', 'minute', 'at'].includes(w))) return words.includes('create') ? 0 : 1;
    return 2;
  };
  return [...times].sort((a, b) => rank(a) - rank(b))[0];
}

const rates = new Set(['rate', 'ratio', 'share', 'percent', 'percentage', 'latency', 'temperature', 'score', 'rating', 'speed', 'duration', 'age', 'price', 'pressure', 'level', 'utilization', 'load', 'ms', 'grade', 'salary', 'wage']);
const sumsUp = new Set(['amount', 'total', 'quantity', 'revenue', 'count', 'error', 'request', 'sale', 'tonne', 'ton', 'kilo', 'kg', 'kilogram', 'litre', 'liter', 'gallon', 'barrel', 'unit', 'piece', 'byte', 'kwh']);

/** Amounts, quantities, weights: of several rows together they make one. */
export function addsUp(column: ColumnEntry): boolean {
  return isMeasure(column) && !isRate(column) && column.names.some((n) => n.weight >= 0.9 && sumsUp.has(n.words.at(-1)!));
}

/** Of several rows together only a mean says something. */
export function isRate(column: ColumnEntry): boolean {
  return column.names[0]!.words.some((w) => rates.has(w));
}
