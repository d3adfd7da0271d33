/**
 * Rows whose primary key has several columns: a change of one names all of them in its key, and is about no single value. Such
 * a row is looked for by all of them together, and so are the changes of it.
 */

import { tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import { keyRecord, keyValue } from './change.js';
import type { Domains } from './domains.js';
import type { Found } from './found.js';
import type { ColumnLookUp, KeyPart, LookUp } from './look-up.js';
import { isObject, membersOf } from './payload.js';
import type { Row } from './payload.js';
import { literal } from './statements.js';

/** The columns of a primary key that has several; undefined for all other tables. */
export function compositeKeyOf(table: Table): readonly Column[] | undefined {
  const names = table.kind === 'topic' ? [] : (table.primaryKey ?? []);
  const columns = names.flatMap((name) => table.columns.find((column) => column.name === name) ?? []);
  return names.length > 1 && columns.length === names.length ? columns : undefined;
}

/** From a change of such a row, to the row and its other changes; from the row, to its changes. */
export function compositeLookUps({ table, row, role }: Found, from: string, domains: Domains): LookUp[] {
  if (role === 'mentioned') return [];
  const changed = table.kind === 'topic' ? domains.changes.tableOf(table, row) : { table, certainty: 'declared' as const };
  const columns = changed && compositeKeyOf(changed.table);
  if (changed === undefined || columns === undefined) return [];
  const parts = columns.flatMap((column): KeyPart[] => {
    const value = table.kind === 'topic' ? told(row, nativeOf(column)) : row[column.name];
    return value === null || value === undefined || typeof value === 'object' || literal(String(value), column) === undefined ? [] : [{ column, name: nativeOf(column), value: String(value) }];
  });
  const [first, ...also] = parts;
  if (first === undefined || parts.length < columns.length) return [];
  const one = (into: Table, column: Omit<ColumnLookUp, 'values' | 'also' | 'role'>, via?: string): LookUp => ({ table: into, ids: [], positions: [], columns: [{ ...column, values: [{ value: first.value, from, ...(via !== undefined && { via }) }], also, role: 'part' }] });
  const own = table.kind === 'topic' ? [one(changed.table, { column: first.column, certainty: changed.certainty }, `${tableName(table)}._key.${first.name}`)] : [];
  const changes = domains.changes.logsOf(changed.table).flatMap((log): LookUp[] => {
    const key = log.columns.find(({ name, type }) => name === '_key' && type.kind === 'text');
    if (key === undefined) return [];
    const certainty = (other: Row) => domains.changes.tableOf(log, other)?.certainty ?? 'linked';
    const accepts = (other: Row) => isObject(keyRecord(other)) && domains.changes.tableOf(log, other)?.table === changed.table;
    return [one(log, { column: key, member: { name: first.name, of: `${tableName(changed.table)} (${columns.map(({ name }) => name).join(', ')})` }, certainty, accepts })];
  });
  return [...own, ...changes];
}

function nativeOf({ name, nativeName }: Column): string {
  return nativeName ?? name;
}

/** By the message's key, else by the row that it tells of. */
function told(row: Row, name: string): string | undefined {
  return isObject(keyRecord(row)) ? keyValue(row, name) : membersOf(row).find((member) => member.name === name)?.value;
}
