/** Rows and messages as steps in time. */

import type { Cell, TraceStep } from '../answer/contract.js';
import type { Column, Table } from '../algebra/index.js';
import { entityOf, words } from '../catalog/names.js';
import type { Row } from './message.js';

const typeNames = new Set(['type', 'event type', 'event name', 'event', 'name']);
/** In order of how well they say when the row came to be. */
const timeNames = ['occurred', 'created', 'happened', 'published', 'sent', 'started', 'timestamp', 'time', 'ts', 'at', 'updated'];

export function toStep(table: Table, store: string, row: Row, because: readonly string[], depth: number): TraceStep {
  return {
    at: timeOf(table, row),
    service: table.service,
    store,
    table: table.name,
    what: whatOf(table, row),
    locator: locatorOf(table, row),
    row,
    because,
    depth,
  };
}

/** Identity of a step: the same row found twice is one step with two reasons. */
export function stepKey(table: Table, row: Row): string {
  return JSON.stringify([table.service, table.schema, table.name, locatorOf(table, row)]);
}

export function byTime(a: TraceStep, b: TraceStep): number {
  if (a.at !== null && b.at !== null && a.at !== b.at) return a.at < b.at ? -1 : 1;
  if ((a.at === null) !== (b.at === null)) return a.at === null ? 1 : -1;
  return a.depth - b.depth || a.service.localeCompare(b.service) || a.table.localeCompare(b.table);
}

function locatorOf(table: Table, row: Row): Readonly<Record<string, Cell>> {
  const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
  if (table.kind === 'topic') {
    const position = ['_partition', '_offset', '_id'].filter((name) => name in row);
    if (position.length > 0) return named(position);
  }
  if (table.primaryKey !== undefined && table.primaryKey.length > 0) return named(table.primaryKey);
  const key = table.columns.find((column) => ['id', `${entityOf(table.name).join(' ')} id`].includes(words(column.name).join(' ')));
  return key === undefined ? row : named([key.name]);
}

function whatOf(table: Table, row: Row): string {
  const entity = entityOf(table.name).join(' ');
  if (table.kind !== 'topic') return `row of ${table.name}`;
  const type = table.columns.find((column) => typeNames.has(words(column.name).join(' ')) && typeof row[column.name] === 'string');
  return type === undefined ? `message on ${table.name}` : `event ${String(row[type.name])}${entity === '' ? '' : ` on ${table.name}`}`;
}

function timeOf(table: Table, row: Row): string | null {
  const times = table.columns.filter((column) => column.type.kind === 'timestamp' && typeof row[column.name] === 'string');
  const logTime = times.find((column) => column.name === '_timestamp');
  const column = logTime ?? times.sort((a, b) => rank(a) - rank(b))[0];
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
