/**
 * What a trace asks of one table: a filtered scan, which its store answers by itself where it can, and a plain SELECT
 * elsewhere, so that gate, pushdown and proof are the usual ones.
 */

import { quoteIdentifier, quoteText, types } from '../algebra/index.js';
import type { Column, Expr, Literal, Table, Type } from '../algebra/index.js';
import { printExpr, quoted } from '../algebra/print.js';
import type { Cell, TraceWindow } from '../answer/contract.js';
import type { TableRead } from './contract.js';
import { countValues } from './look-up.js';
import type { ColumnLookUp, LookUp, Wanted } from './look-up.js';
import { subjectEnds, subjectHeaders } from './cloud-event.js';
import { escapedPattern, escapeStart } from './escapes.js';
import { roleOf } from './message.js';
import type { Row } from './message.js';

/** More rows than this under one value, and the value is no longer followed. */
export const maxRowsPerValue = 100;

/** Parts of a message; its members are read from `_value`, so that one of an unexpected type spoils nothing. */
const messageParts: readonly string[] = ['_partition', '_offset', '_timestamp', '_key', '_properties', '_headers', '_value', '_undecoded'];

/**
 * All that a table is asked in one round; nothing where none of the values can stand in its columns. A log is read once
 * for everything. A store is asked column by column: each is found by an index of its own, and what a planner makes of an
 * OR over several is up to it (MySQL and MongoDB may look through the whole table).
 */
export function lookUpReads(lookUp: LookUp, window: TraceWindow | null): TableRead[] {
  const { table, columns } = lookUp;
  if (table.kind === 'topic') return [lookUpRead(lookUp, window) ?? []].flat();
  const byColumn = new Map<Column, ColumnLookUp[]>();
  for (const one of columns) byColumn.set(one.column, [...(byColumn.get(one.column) ?? []), one]);
  return [...byColumn.values()].flatMap((alike) => lookUpRead({ ...lookUp, columns: alike }, window) ?? []);
}

function lookUpRead(lookUp: LookUp, window: TraceWindow | null): TableRead | undefined {
  const { table, ids, columns, positions } = lookUp;
  const conditions = [
    ...(ids.length > 0 ? anywhere(table, ids.map(({ value }) => value)) : []),
    ...valuesOfOne(columns).flatMap((column) => conditionsOf(column)),
    ...positions.flatMap(({ partition, offset }) => atPosition(table, BigInt(partition), BigInt(offset))),
  ];
  if (conditions.length === 0) return undefined;
  // What is named by its position is wanted whenever it came to be.
  const bounds = positions.length > 0 ? [] : windowConditions(table, window);
  return { table, columns: selected(table), where: [oneOf(conditions), ...bounds], limit: maxRowsPerValue * countValues(lookUp) + 1 };
}

/** What is asked of a column by itself is one list of values. */
function valuesOfOne(columns: readonly ColumnLookUp[]): ColumnLookUp[] {
  const plain = new Map<Column, ColumnLookUp>();
  const others: ColumnLookUp[] = [];
  for (const one of columns) {
    if (one.member !== undefined || one.subjectOf !== undefined || one.texts !== undefined || one.also !== undefined) others.push(one);
    else plain.set(one.column, { ...one, values: [...(plain.get(one.column)?.values ?? []), ...one.values] });
  }
  return [...plain.values(), ...others];
}

/** Any of them. Of a key that has several columns, all that it has must fit. */
function conditionsOf({ column, member, subjectOf, texts, values, also }: ColumnLookUp): Expr[] {
  if (texts !== undefined) return [{ kind: 'and', args: texts.all.map((some) => oneOf(some.map((text) => contains(column, text)))) }];
  if (subjectOf !== undefined) return [asSubject(column, values)];
  const wanted = (value: string): Wanted => ({ value, from: null });
  if (also === undefined) return member === undefined ? [equals(column, values) ?? []].flat() : inKey(column, member.name, values);
  const parts = member === undefined ? [equals(column, values), ...also.map((part) => equals(part.column, [wanted(part.value)]))] : [inRecord(column, member.name, values), ...also.map(({ name, value }) => inRecord(column, name, [wanted(value)]))];
  return parts.every((part) => part !== undefined) ? [{ kind: 'and', args: parts }] : [];
}

/** The newest messages of a log, as far as they say what they belong to. */
export function newest(table: Table, count: number, since?: string): string {
  const names = table.columns.map(({ name }) => name).filter((name) => name === '_timestamp' || name === '_headers' || name === '_properties' || roleOf(name) !== undefined);
  const time = quoteIdentifier('_timestamp');
  const where = since === undefined ? '' : ` WHERE ${time} >= CAST(${quoteText(since)} AS TIMESTAMPTZ)`;
  return `SELECT ${names.map(quoteIdentifier).join(', ')} FROM ${from(table)}${where} ORDER BY ${time} DESC LIMIT ${count}`;
}

/** Messages of a log, as they are looked at. */
export function logRead(table: Table, where: readonly Expr[], limit: number): TableRead {
  return { table, columns: selected(table), where, limit };
}

/** Names, types and depths of what can't be looked into. */
export function unsearchable(table: Table): string {
  return `SELECT ${['name', 'type', 'messages'].map(quoteIdentifier).join(', ')} FROM ${from(table)} ORDER BY ${quoteIdentifier('name')}`;
}

/** The rows that hold one of these keys: the key itself, and the times that tell when the row came to be. */
export function keysAndTimes(table: Table, column: Column, values: readonly string[], most: number, also: readonly Column[] = []): TableRead | undefined {
  const condition = equals(column, values.map((value) => ({ value, from: null })));
  if (condition === undefined) return undefined;
  const times = table.columns.filter(({ name, type }) => type.kind === 'timestamp' && name !== column.name);
  return { table, columns: [...new Set([column, ...also, ...times])], where: [condition], limit: most };
}

/** As a statement. */
export function textOf({ table, columns, where, limit }: TableRead): string {
  const conditions = where.map((condition) => `(${printExpr(condition, quoted)})`);
  return `SELECT ${columns.map(({ name }) => quoteIdentifier(name)).join(', ')} FROM ${from(table)}${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`} LIMIT ${limit}`;
}

export function rowsOf({ columns, rows }: { readonly columns: readonly { readonly name: string }[]; readonly rows: readonly (readonly Cell[])[] }): Row[] {
  return rows.map((cells): Row => Object.fromEntries(columns.map((column, i) => [column.name, cells[i] ?? null])));
}

export function hasTimes(table: Table): boolean {
  return table.columns.some(({ name, type }) => name === '_timestamp' && type.kind === 'timestamp');
}

function windowConditions(table: Table, window: TraceWindow | null): Expr[] {
  const time = table.columns.find(({ name, type }) => name === '_timestamp' && type.kind === 'timestamp');
  if (window === null || table.kind !== 'topic' || time === undefined) return [];
  const bound = (op: '>=' | '<', iso: string): Expr => compare(op, time, constant(BigInt(Date.parse(iso)) * 1000n, types.timestamptz));
  return [...(window.since === null ? [] : [bound('>=', window.since)]), ...(window.until === null ? [] : [bound('<', window.until)])];
}

function selected(table: Table): readonly Column[] {
  const value = table.columns.find(({ name }) => name === '_value');
  if (table.kind !== 'topic' || value?.type.kind !== 'text') return table.columns;
  return messageParts.flatMap((part) => table.columns.filter(({ name }) => name === part));
}

/** Messages that hold one of the values: in the key, a header, or the payload. Which place, the caller checks. */
function anywhere(table: Table, values: readonly string[]): Expr[] {
  const column = (name: string) => table.columns.find((one) => one.name === name && one.type.kind !== 'blob');
  const wanted = values.map((value): Wanted => ({ value, from: null }));
  const fields = table.columns.filter(({ name, type }) => (type.kind === 'text' || type.kind === 'json') && !name.startsWith('_'));
  const content = column('_value');
  const payload = content !== undefined
    ? [...values.map((value) => contains(content, value)), escapedIn(content, values)]
    : // A log whose payload is only there in columns, which may hold JSON.
      fields.flatMap((one) => [equals(one, wanted) ?? [], values.map((value) => contains(one, JSON.stringify(value))), escapedIn(one, values)].flat());
  const headers = ['_headers', '_properties'].flatMap((name) => column(name) ?? []).flatMap((one) => values.map((value) => contains(one, inJson(value))));
  // A key may be a record of its own (Debezium's, Avro's), shown as JSON.
  const key = column('_key');
  const inKeys = key === undefined ? [] : [equals(key, wanted) ?? [], values.map((value) => contains(key, JSON.stringify(value)))].flat();
  return [...payload, ...headers, ...inKeys];
}

/** Of an id, in a pattern: the rest is compared where the message is looked at, and a long pattern takes long to compile. */
const patternChars = 6;

/** A producer may write any character of JSON as \uXXXX. How such escapes begin is what bytes can be searched for. */
function escapedIn(content: Column, values: readonly string[]): Expr {
  const pattern = values.map((value) => escapedPattern([...value].slice(-patternChars).join(''))).join('|');
  return { kind: 'and', args: [contains(content, escapeStart(values)), call('regexp_matches', content, pattern)] };
}

/** A key that is the value, or a record of the one member, with or without its Connect schema and blanks. */
function inKey(column: Column, member: string, values: readonly Wanted[]): Expr[] {
  const records = values.flatMap(({ value }) => memberTexts(member, value)).map((record) => `${record}}`);
  const alone = equals(column, values);
  return [...(alone === undefined ? [] : [alone]), ...[...new Set(records)].map((record) => contains(column, record))];
}

/** A key that is a record with such a member among others. */
function inRecord(column: Column, member: string, values: readonly Wanted[]): Expr {
  return oneOf(values.flatMap(({ value }) => memberTexts(member, value)).map((text) => contains(column, text)));
}

/** In a message that says it is a CloudEvent, and says of what. */
function asSubject(column: Column, values: readonly Wanted[]): Expr {
  const names = column.name === '_value' ? ['"specversion"'] : subjectHeaders;
  const ends = values.flatMap(({ value }) => subjectEnds(inJson(value)));
  return { kind: 'and', args: [oneOf(names.map((name) => contains(column, name))), oneOf(ends.map((end) => contains(column, end)))] };
}

/** As text or number, with the blanks that people's libraries write. */
export function memberTexts(member: string, value: string): string[] {
  const texts = [JSON.stringify(value), ...(/^-?\d{1,38}$/.test(value) ? [value] : [])];
  return texts.flatMap((text) => [':', ': ', ' : '].map((colon) => `${JSON.stringify(member)}${colon}${text}`));
}

/** As the value stands inside a JSON string. */
export function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** undefined where none of the values can be one of the column's type. */
function equals(column: Column, values: readonly Wanted[]): Expr | undefined {
  const literals = [...new Set(values.flatMap(({ value }) => literal(value, column) ?? []))].map((value) => constant(value, column.type));
  const [only, more] = literals;
  if (only === undefined) return undefined;
  return more === undefined ? compare('=', column, only) : { kind: 'in', arg: columnOf(column), list: literals, negated: false };
}

/** The value as a constant of the column's type; undefined where it can't be one. */
export function literal(value: string, column: Column): Literal | undefined {
  switch (column.type.kind) {
    case 'int':
      return /^-?\d{1,38}$/.test(value) && fits(BigInt(value), column) ? BigInt(value) : undefined;
    case 'decimal':
      return /^-?\d{1,38}$/.test(value) && column.type.scale === 0 && value.replace('-', '').length <= column.type.precision ? String(BigInt(value)) : undefined;
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value.toLowerCase() : undefined;
    case 'text':
      return value;
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

/** Numbers of a column from one to another, both included. */
export function between(column: Column, least: bigint, most: bigint): Expr[] {
  return [compare('>=', column, constant(least, column.type)), compare('<=', column, constant(most, column.type))];
}

export function isOneOf(column: Column, values: readonly bigint[]): Expr {
  const list = values.map((value) => constant(value, column.type));
  return list.length === 1 ? compare('=', column, list[0]!) : { kind: 'in', arg: columnOf(column), list, negated: false };
}

export function oneOf(conditions: readonly Expr[]): Expr {
  return conditions.length === 1 ? conditions[0]! : { kind: 'or', args: conditions };
}

export function partOf(table: Table, name: string): Column {
  return table.columns.find((column) => column.name === name)!;
}

function atPosition(table: Table, partition: bigint, offset: bigint): Expr[] {
  if (!['_partition', '_offset'].every((name) => table.columns.some((column) => column.name === name))) return [];
  return [{ kind: 'and', args: [isOneOf(partOf(table, '_partition'), [partition]), isOneOf(partOf(table, '_offset'), [offset])] }];
}

function contains(column: Column, text: string): Expr {
  return call('contains', column, text);
}

/** Of a text, or of the text of a JSON value. */
function call(name: string, column: Column, text: string): Expr {
  const value: Expr = column.type.kind === 'text' ? columnOf(column) : { kind: 'cast', arg: columnOf(column), type: types.text, try: false };
  return { kind: 'call', name, args: [value, constant(text, types.text)], type: types.boolean };
}

function compare(op: '=' | '<' | '<=' | '>=', column: Column, right: Expr): Expr {
  return { kind: 'compare', op, left: columnOf(column), right };
}

/** As reads call it. */
function columnOf({ name, type }: Column): Expr {
  return { kind: 'column', id: `t.${name}`, type };
}

function constant(value: Literal, type: Type): Expr {
  return { kind: 'literal', value, type };
}

function from(table: Table): string {
  return [table.service, ...(table.schema === undefined ? [] : [table.schema]), table.name].map(quoteIdentifier).join('.');
}
