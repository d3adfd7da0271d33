/** The statements of a trace: plain SELECTs over one table each, so that gate, pushdown and proof are the usual ones. */

import { quoteIdentifier } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import type { LookUp } from './look-up.js';
import { roleOf } from './message.js';

/** More rows than this under one value, and the value is no longer followed. */
export const maxRowsPerValue = 100;

/** One statement for all that a table is asked; undefined where none of the values can stand in its column. */
export function lookUpStatement({ table, ids, columns }: LookUp): string | undefined {
  const conditions = [...(ids.length > 0 ? [anywhere(table, ids)] : []), ...columns.flatMap(({ column, values }) => equals(column, values) ?? [])];
  if (conditions.length === 0) return undefined;
  const count = ids.length + columns.reduce((sum, { values }) => sum + values.length, 0);
  return `SELECT * FROM ${from(table)} WHERE ${conditions.join(' OR ')} LIMIT ${maxRowsPerValue * count + 1}`;
}

/** The newest messages of a log, as far as they say what they belong to. */
export function newest(table: Table, count: number, since?: string): string {
  const names = table.columns.map(({ name }) => name).filter((name) => name === '_timestamp' || name === '_headers' || roleOf(name) !== undefined);
  const time = quoteIdentifier('_timestamp');
  const where = since === undefined ? '' : ` WHERE ${time} >= CAST(${text(since)} AS TIMESTAMPTZ)`;
  return `SELECT ${names.map(quoteIdentifier).join(', ')} FROM ${from(table)}${where} ORDER BY ${time} DESC LIMIT ${count}`;
}

/** Messages that hold one of the values: in the key, a header, or the payload. Which place, the caller checks. */
function anywhere(table: Table, values: readonly string[]): string {
  const has = (name: string) => table.columns.some((column) => column.name === name);
  const payload = has('_value')
    ? values.map((value) => `contains(${quoteIdentifier('_value')}, ${text(value)})`)
    : // A log whose payload is only there in columns.
      table.columns.flatMap((column) => (column.type.kind === 'text' && !column.name.startsWith('_') ? (equals(column, values) ?? []) : []));
  const headers = has('_headers') ? values.map((value) => `contains(CAST(${quoteIdentifier('_headers')} AS VARCHAR), ${text(value)})`) : [];
  const key = has('_key') ? [`${quoteIdentifier('_key')} IN (${values.map(text).join(', ')})`] : [];
  return [...payload, ...headers, ...key].join(' OR ') || 'false';
}

/** undefined where none of the values can be one of the column's type. */
function equals(column: Column, values: readonly string[]): string | undefined {
  const literals = [...new Set(values.flatMap((value) => literal(value, column) ?? []))];
  return literals.length === 0 ? undefined : `${quoteIdentifier(column.name)} IN (${literals.join(', ')})`;
}

function literal(value: string, column: Column): string | undefined {
  switch (column.type.kind) {
    case 'int':
      return /^-?\d{1,38}$/.test(value) ? value : undefined;
    case 'decimal':
      return /^-?\d{1,38}$/.test(value) && column.type.scale === 0 ? value : undefined;
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? `CAST(${text(value)} AS UUID)` : undefined;
    case 'text':
      return text(value);
    default:
      return undefined;
  }
}

function from(table: Table): string {
  return [table.service, ...(table.schema === undefined ? [] : [table.schema]), table.name].map(quoteIdentifier).join('.');
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
