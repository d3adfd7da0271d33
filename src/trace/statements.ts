/** The statements of a trace: plain SELECTs over one table each, so that gate, pushdown and proof are the usual ones. */

import { quoteIdentifier } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';

/** More rows than this under one value, and the value is no longer followed. */
export const maxRowsPerValue = 100;

function from(table: Table): string {
  return [table.service, ...(table.schema === undefined ? [] : [table.schema]), table.name].map(quoteIdentifier).join('.');
}

/** Messages that hold one of the values anywhere: in the key, a header, or the payload. Which place, the caller checks. */
export function searchLog(table: Table, values: readonly string[]): string {
  const has = (name: string) => table.columns.some((column) => column.name === name);
  const places = [
    ...(has('_value') ? [(value: string) => `contains(${quoteIdentifier('_value')}, ${text(value)})`] : []),
    ...(has('_headers') ? [(value: string) => `contains(CAST(${quoteIdentifier('_headers')} AS VARCHAR), ${text(value)})`] : []),
    ...(has('_key') ? [(value: string) => `${quoteIdentifier('_key')} = ${text(value)}`] : []),
    // A log whose payload is only there in columns.
    ...(has('_value')
      ? []
      : table.columns
          .filter((column) => column.type.kind === 'text' && !column.name.startsWith('_'))
          .map((column) => (value: string) => `${quoteIdentifier(column.name)} = ${text(value)}`)),
  ];
  const conditions = values.flatMap((value) => places.map((place) => place(value)));
  return `SELECT * FROM ${from(table)} WHERE ${conditions.join(' OR ') || 'false'} LIMIT ${maxRowsPerValue * values.length + 1}`;
}

/** Rows whose column equals one of the values; undefined where none of them can be a value of the column's type. */
export function searchColumn(table: Table, column: Column, values: readonly string[]): string | undefined {
  const literals = values.flatMap((value) => literal(value, column) ?? []);
  if (literals.length === 0) return undefined;
  const list = [...new Set(literals)].join(', ');
  return `SELECT * FROM ${from(table)} WHERE ${quoteIdentifier(column.name)} IN (${list}) LIMIT ${maxRowsPerValue * values.length + 1}`;
}

/** The newest messages of a log. */
export function newest(table: Table, count: number): string {
  return `SELECT * FROM ${from(table)} ORDER BY ${quoteIdentifier('_timestamp')} DESC LIMIT ${count}`;
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

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
