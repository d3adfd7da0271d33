/** When a row or message came to be, what it is, and what names it. */

import type { Cell } from '../answer/contract.js';
import type { Column, Table } from '../algebra/index.js';
import { entityOf, words } from '../catalog/names.js';
import { changeOf, changeText } from './change.js';
import { typeOfMessage } from './message.js';
import type { Row } from './message.js';

/** In order of how well they say when the row came to be. */
const timeNames = ['occurred', 'created', 'happened', 'published', 'sent', 'started', 'timestamp', 'time', 'ts', 'at', 'updated'];

/** Identity of a step: the same row found twice is one step with two reasons. */
export function stepKey(table: Table, row: Row): string {
  return JSON.stringify([table.service, table.schema, table.name, locatorOf(table, row)]);
}

/** Primary key, or the place in the log. */
export function locatorOf(table: Table, row: Row): Readonly<Record<string, Cell>> {
  const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
  if (table.kind === 'topic') {
    const position = ['_partition', '_offset', '_id'].filter((name) => name in row);
    if (position.length > 0) return named(position);
  }
  if (table.primaryKey !== undefined && table.primaryKey.length > 0) return named(table.primaryKey);
  const key = table.columns.find((column) => ['id', `${entityOf(table.name).join(' ')} id`].includes(words(column.name).join(' ')));
  return key === undefined ? row : named([key.name]);
}

export function whatOf(table: Table, row: Row): string {
  if (table.kind === 'spans') return spanText(row);
  if (table.kind === 'lines') return `log${row['level'] === null ? '' : ` ${String(row['level'])}`}: ${shortened(String(row['message']))}`;
  if (table.kind !== 'topic') return `row of ${table.name}`;
  const type = typeOfMessage(row);
  const change = changeOf(row);
  if (change !== undefined && (type === undefined || change.operation !== 'tombstone')) return `${changeText(change)} on ${table.name}`;
  return type === undefined ? `message on ${table.name}` : `event ${type} on ${table.name}`;
}

function spanText(row: Row): string {
  const about = [row['kind'], row['milliseconds'] === null ? null : `${String(row['milliseconds'])} ms`].filter((part) => part !== null && part !== undefined).map(String);
  const error = row['error'];
  const failed = typeof error !== 'string' ? [] : [error === '' ? 'FAILED' : `FAILED: ${shortened(error)}`];
  const all = [...about, ...failed].join(', ');
  return `span ${shortened(String(row['name']))}${all === '' ? '' : ` (${all})`}`;
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** ISO instant; a message's is its log's, a row's the first moment that it tells of. */
export function timeOf(table: Table, row: Row): string | null {
  if (typeof row['_timestamp'] === 'string') return toInstant(row['_timestamp']);
  const times = table.columns.filter((column) => column.type.kind === 'timestamp' && typeof row[column.name] === 'string');
  const column = times.sort((a, b) => rank(a) - rank(b))[0];
  return column === undefined ? null : toInstant(String(row[column.name]));
}

function rank(column: Column): number {
  const index = timeNames.findIndex((word) => words(column.name).includes(word));
  return index === -1 ? timeNames.length : index;
}

/** A wall clock without a zone is read as UTC, as most services write it. */
function toInstant(text: string): string | null {
  const iso = text.replace(' ', 'T');
  const zoned = /(Z|[+-]\d{2}(:?\d{2})?)$/.test(iso) ? iso.replace(/([+-]\d{2})$/, '$1:00') : `${iso}Z`;
  const instant = new Date(zoned);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}
