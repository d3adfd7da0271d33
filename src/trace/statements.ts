/** The statements of a trace: plain SELECTs over one table each, so that gate, pushdown and proof are the usual ones. */

import { quoteIdentifier, quoteText } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import type { QueryAnswer, TraceWindow } from '../answer/contract.js';
import { countValues } from './look-up.js';
import type { ColumnLookUp, LookUp, Wanted } from './look-up.js';
import { escapedPattern, escapeStart } from './escapes.js';
import { roleOf } from './message.js';
import type { Row } from './message.js';

/** More rows than this under one value, and the value is no longer followed. */
export const maxRowsPerValue = 100;

/** Parts of a message; its members are read from `_value`, so that one of an unexpected type spoils nothing. */
const messageParts: readonly string[] = ['_partition', '_offset', '_timestamp', '_key', '_properties', '_headers', '_value', '_undecoded'];

/** One statement for all that a table is asked; undefined where none of the values can stand in its columns. */
export function lookUpStatement(lookUp: LookUp, window: TraceWindow | null): string | undefined {
  const { table, ids, columns, positions } = lookUp;
  const conditions = [
    ...(ids.length > 0 ? [anywhere(table, ids.map(({ value }) => value))] : []),
    ...columns.flatMap((column) => conditionsOf(column)),
    ...positions.map(({ partition, offset }) => `(${quoteIdentifier('_partition')} = ${Number(partition)} AND ${quoteIdentifier('_offset')} = ${Number(offset)})`),
  ];
  if (conditions.length === 0) return undefined;
  const bounds = windowConditions(table, window);
  // What is named by its position is wanted whenever it came to be.
  const bounded = bounds.length === 0 || positions.length > 0 ? conditions.join(' OR ') : `(${conditions.join(' OR ')}) AND ${bounds.join(' AND ')}`;
  return `SELECT ${selected(table)} FROM ${from(table)} WHERE ${bounded} LIMIT ${maxRowsPerValue * countValues(lookUp) + 1}`;
}

/** Any of them. Of a key that has several columns, all that it has must fit. */
function conditionsOf({ column, member, values, also }: ColumnLookUp): string[] {
  const wanted = (value: string): Wanted => ({ value, from: null });
  if (also === undefined) return member === undefined ? [equals(column, values) ?? []].flat() : inKey(column, member.name, values);
  const parts = member === undefined ? [equals(column, values), ...also.map((part) => equals(part.column, [wanted(part.value)]))] : [inRecord(column, member.name, values), ...also.map(({ name, value }) => inRecord(column, name, [wanted(value)]))];
  return parts.every((part) => part !== undefined) ? [`(${parts.join(' AND ')})`] : [];
}

/** The newest messages of a log, as far as they say what they belong to. */
export function newest(table: Table, count: number, since?: string): string {
  const names = table.columns.map(({ name }) => name).filter((name) => name === '_timestamp' || name === '_headers' || name === '_properties' || roleOf(name) !== undefined);
  const time = quoteIdentifier('_timestamp');
  const where = since === undefined ? '' : ` WHERE ${time} >= ${instant(since)}`;
  return `SELECT ${names.map(quoteIdentifier).join(', ')} FROM ${from(table)}${where} ORDER BY ${time} DESC LIMIT ${count}`;
}

/** Messages of a log, as they are looked at. */
export function fromLog(table: Table): string {
  return `SELECT ${selected(table)} FROM ${from(table)}`;
}

/** Names, types and depths of what can't be looked into. */
export function unsearchable(table: Table): string {
  return `SELECT ${['name', 'type', 'messages'].map(quoteIdentifier).join(', ')} FROM ${from(table)} ORDER BY ${quoteIdentifier('name')}`;
}

/** The rows that hold one of these keys: the key itself, and the times that tell when the row came to be. */
export function keysAndTimes(table: Table, column: Column, values: readonly string[], most: number, also: readonly Column[] = []): string | undefined {
  const condition = equals(column, values.map((value) => ({ value, from: null })));
  if (condition === undefined) return undefined;
  const times = table.columns.filter(({ name, type }) => type.kind === 'timestamp' && name !== column.name);
  return `SELECT ${[...new Set([column, ...also, ...times])].map(({ name }) => quoteIdentifier(name)).join(', ')} FROM ${from(table)} WHERE ${condition} LIMIT ${most}`;
}

export function rowsOf({ columns, rows }: QueryAnswer): Row[] {
  return rows.map((cells): Row => Object.fromEntries(columns.map((column, i) => [column.name, cells[i] ?? null])));
}

export function hasTimes(table: Table): boolean {
  return table.columns.some(({ name, type }) => name === '_timestamp' && type.kind === 'timestamp');
}

function windowConditions(table: Table, window: TraceWindow | null): string[] {
  if (window === null || table.kind !== 'topic' || !hasTimes(table)) return [];
  const time = quoteIdentifier('_timestamp');
  return [...(window.since === null ? [] : [`${time} >= ${instant(window.since)}`]), ...(window.until === null ? [] : [`${time} < ${instant(window.until)}`])];
}

function selected(table: Table): string {
  const value = table.columns.find(({ name }) => name === '_value');
  if (table.kind !== 'topic' || value?.type.kind !== 'text') return '*';
  return messageParts.filter((part) => table.columns.some(({ name }) => name === part)).map(quoteIdentifier).join(', ');
}

/** Messages that hold one of the values: in the key, a header, or the payload. Which place, the caller checks. */
function anywhere(table: Table, values: readonly string[]): string {
  const has = (name: string) => table.columns.some((column) => column.name === name && column.type.kind !== 'blob');
  const wanted = values.map((value): Wanted => ({ value, from: null }));
  const content = quoteIdentifier('_value');
  const isText = ({ name, type }: Column) => type.kind === 'text' && !name.startsWith('_');
  const payload = has('_value')
    ? [...values.map((value) => `contains(${content}, ${quoteText(value)})`), escapedIn(content, values)]
    : // A log whose payload is only there in columns.
      table.columns.flatMap((column) => (isText(column) ? (equals(column, wanted) ?? []) : []));
  const headers = ['_headers', '_properties'].filter(has).flatMap((name) => values.map((value) => `contains(CAST(${quoteIdentifier(name)} AS VARCHAR), ${quoteText(inJson(value))})`));
  // A key may be a record of its own (Debezium's, Avro's), shown as JSON.
  const key = has('_key')
    ? [`${quoteIdentifier('_key')} IN (${values.map(quoteText).join(', ')})`, ...values.map((value) => `contains(${quoteIdentifier('_key')}, ${quoteText(JSON.stringify(value))})`)]
    : [];
  return [...payload, ...headers, ...key].join(' OR ') || 'false';
}

/** Of an id, in a pattern: the rest is compared where the message is looked at, and a long pattern takes long to compile. */
const patternChars = 6;

/** A producer may write any character of JSON as \uXXXX. How such escapes begin is what bytes can be searched for. */
function escapedIn(content: string, values: readonly string[]): string {
  return `(contains(${content}, ${quoteText(escapeStart(values))}) AND regexp_matches(${content}, ${quoteText(values.map((value) => escapedPattern([...value].slice(-patternChars).join(''))).join('|'))}))`;
}

/** A key that is the value, or a record of the one member, with or without its Connect schema and blanks. */
function inKey(column: Column, member: string, values: readonly Wanted[]): string[] {
  const name = quoteIdentifier(column.name);
  const texts = values.flatMap(({ value }) => [JSON.stringify(value), ...(/^-?\d{1,38}$/.test(value) ? [value] : [])]);
  const records = texts.flatMap((text) => [':', ': ', ' : '].map((colon) => `${JSON.stringify(member)}${colon}${text}}`));
  const alone = equals(column, values);
  return [...new Set([...(alone === undefined ? [] : [alone]), ...records.map((record) => `contains(${name}, ${quoteText(record)})`)])];
}

/** A key that is a record with such a member among others. */
function inRecord(column: Column, member: string, values: readonly Wanted[]): string {
  const texts = values.flatMap(({ value }) => [JSON.stringify(value), ...(/^-?\d{1,38}$/.test(value) ? [value] : [])]);
  const found = texts.flatMap((text) => [':', ': ', ' : '].map((colon) => `contains(${quoteIdentifier(column.name)}, ${quoteText(`${JSON.stringify(member)}${colon}${text}`)})`));
  return `(${found.join(' OR ')})`;
}

/** As the value stands inside a JSON string. */
function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** undefined where none of the values can be one of the column's type. */
function equals(column: Column, values: readonly Wanted[]): string | undefined {
  const literals = [...new Set(values.flatMap(({ value }) => literal(value, column) ?? []))];
  return literals.length === 0 ? undefined : `${quoteIdentifier(column.name)} IN (${literals.join(', ')})`;
}

/** The value as a constant of the column's type; undefined where it can't be one. */
export function literal(value: string, column: Column): string | undefined {
  switch (column.type.kind) {
    case 'int':
      return /^-?\d{1,38}$/.test(value) && fits(BigInt(value), column) ? value : undefined;
    case 'decimal':
      return /^-?\d{1,38}$/.test(value) && column.type.scale === 0 && value.replace('-', '').length <= column.type.precision ? value : undefined;
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? `CAST(${quoteText(value)} AS UUID)` : undefined;
    case 'text':
      return quoteText(value);
    default:
      return undefined;
  }
}

/** A number beyond the column's range stands in no row of it, and some stores would refuse to compare. */
function fits(value: bigint, { type }: Column): boolean {
  if (type.kind !== 'int') return true;
  const bits = BigInt(type.bits);
  return type.signed ? value >= -(1n << (bits - 1n)) && value < 1n << (bits - 1n) : value >= 0n && value < 1n << bits;
}

export function from(table: Table): string {
  return [table.service, ...(table.schema === undefined ? [] : [table.schema]), table.name].map(quoteIdentifier).join('.');
}

function instant(iso: string): string {
  return `CAST(${quoteText(iso)} AS TIMESTAMPTZ)`;
}
