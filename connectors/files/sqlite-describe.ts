/**
 * Tables of a SQLite file. Its columns promise little: any value may stand in any column. A column has the type that
 * its declaration and a bounded sample agree on, else text; a later value of another type is an error.
 */

import { quoteIdentifier, types } from '../contract.js';
import type { Column, ForeignKey, Table, Type } from '../contract.js';
import type { FileGroup } from './folder.js';
import type { Settings } from './settings.js';
import { openSqlite } from './sqlite-file.js';
import type { SqliteFile } from './sqlite-file.js';
import { literal } from './tables.js';

const sampleRows = 2_000;
/** Larger files are not counted. */
const countedBytes = 256 << 20;

type Row = Readonly<Record<string, string | number | bigint | null | Uint8Array>>;

export function describeSqlite(settings: Settings, group: FileGroup, path: string, tempDir: string): Table[] {
  const file = openSqlite(settings.service, path, tempDir);
  try {
    const all = (sql: string) => file.database.all(sql) as Row[];
    const names = all(`SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`);
    return names.map(({ name, type }) => describeTable(settings, group, file, String(name), type === 'view'));
  } finally {
    file.close();
  }
}

function describeTable(settings: Settings, group: FileGroup, file: SqliteFile, name: string, isView: boolean): Table {
  const all = (sql: string) => file.database.all(sql) as Row[];
  const declared = all(`PRAGMA table_info(${literal(name)})`);
  const hints = settings.tables.get(name)?.columns;
  const observed = observe(file, name, declared.map((column) => String(column['name'])));
  const columns = declared.map((column, index): Column => {
    const columnName = String(column['name']);
    const nativeType = String(column['type']);
    return {
      name: columnName,
      type: hints?.get(columnName) ?? typeOf(nativeType, observed[index]!),
      nullable: column['notnull'] === 0,
      nativeType: nativeType === '' ? 'any' : nativeType,
    };
  });
  const primaryKey = declared.filter((column) => Number(column['pk']) > 0).sort((a, b) => Number(a['pk']) - Number(b['pk'])).map((column) => String(column['name']));
  const foreignKeys = readForeignKeys(all, name);
  const uniques = all(`PRAGMA index_list(${literal(name)})`)
    .filter((index) => index['unique'] === 1 && index['origin'] === 'u')
    .map((index) => all(`PRAGMA index_info(${literal(String(index['name']))})`).map((column) => String(column['name'])));
  const isCounted = !isView && group.bytes <= countedBytes;
  return {
    service: settings.service,
    name,
    kind: isView ? 'view' : 'table',
    columns,
    ...(primaryKey.length === 0 ? {} : { primaryKey }),
    ...(uniques.length === 0 ? {} : { uniques }),
    ...(foreignKeys.length === 0 ? {} : { foreignKeys }),
    ...(isCounted ? { rows: { count: Number(all(`SELECT count(*) AS n FROM ${quoteIdentifier(name)}`)[0]!['n']), exact: true } } : {}),
    native: { format: 'sqlite', file: group.files[0]!, table: name },
  };
}

function readForeignKeys(all: (sql: string) => Row[], name: string): ForeignKey[] {
  const keys = new Map<number, { columns: string[]; table: string; references: string[] }>();
  for (const part of all(`PRAGMA foreign_key_list(${literal(name)})`)) {
    const key = keys.get(Number(part['id'])) ?? { columns: [], table: String(part['table']), references: [] };
    key.columns.push(String(part['from']));
    // Without a column it is the other table's primary key.
    if (part['to'] !== null) key.references.push(String(part['to']));
    keys.set(Number(part['id']), key);
  }
  return [...keys.values()].flatMap(({ columns, table, references }): ForeignKey[] => {
    const target = references.length > 0 ? references : all(`PRAGMA table_info(${literal(table)})`).filter((c) => Number(c['pk']) > 0).map((c) => String(c['name']));
    // A key to a table that does not exist is no key.
    return target.length === columns.length ? [{ columns, references: { table, columns: target } }] : [];
  });
}

/** What the sample holds of one column. */
interface Observed {
  readonly storage: ReadonlySet<string>;
  readonly isDate: boolean;
  readonly isTimestamp: boolean;
  readonly isFlag: boolean;
}

function observe(file: SqliteFile, table: string, columns: readonly string[]): Observed[] {
  if (columns.length === 0) return [];
  const seen = columns.map(() => ({ storage: new Set<string>(), isDate: true, isTimestamp: true, isFlag: true }));
  const statement = file.database.prepare(
    `SELECT ${columns.map((column, index) => `${quoteIdentifier(column)} AS c${index}`).join(', ')} FROM ${quoteIdentifier(table)} LIMIT ${sampleRows}`,
  );
  try {
    for (const row of statement.iterate() as Iterable<Row>) {
      for (const [index, column] of seen.entries()) {
        const value = row[`c${index}`];
        if (value === null || value === undefined) continue;
        column.storage.add(typeof value === 'string' ? 'text' : value instanceof Uint8Array ? 'blob' : Number.isInteger(value) || typeof value === 'bigint' ? 'integer' : 'real');
        column.isDate &&= typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && isDate(value);
        column.isTimestamp &&= typeof value === 'string' && /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?$/.test(value) && isDate(value.slice(0, 10));
        column.isFlag &&= value === 0 || value === 1;
      }
    }
  } finally {
    statement.finalize();
  }
  return seen;
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The rules of column affinity (https://www.sqlite.org/datatype3.html), as far as the values keep to them. */
function typeOf(declared: string, { storage, isDate, isTimestamp, isFlag }: Observed): Type {
  const name = declared.toUpperCase();
  const only = (...kinds: string[]) => [...storage].every((kind) => kinds.includes(kind));
  const isEmpty = storage.size === 0;
  if (/BOOL/.test(name) && isFlag) return types.boolean;
  if (/^DATE$/.test(name) && !isEmpty && isDate) return types.date;
  if (/DATETIME|TIMESTAMP/.test(name) && !isEmpty && isTimestamp) return types.timestamp;
  if (/CHAR|CLOB|TEXT/.test(name)) return only('text', 'integer', 'real') ? types.text : types.blob;
  if (/INT/.test(name) && only('integer')) return types.int64;
  if (name === '' || /BLOB/.test(name)) {
    if (isEmpty) return /BLOB/.test(name) ? types.blob : types.text;
    if (only('blob')) return types.blob;
  }
  if (/DATE|TIME/.test(name) && isEmpty) return types.text;
  if (only('integer') && !isEmpty) return types.int64;
  if (only('integer', 'real')) return types.float64;
  return types.text;
}
