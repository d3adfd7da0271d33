/** One database of the data as a service: its catalogue, its rows in DuckDB, and its gold answers from SQLite. */

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import sqlite from 'node-sqlite3-wasm';
import { quoteIdentifier, types } from '../../src/algebra/index.js';
import type { Column, ForeignKey, Table, Type } from '../../src/algebra/index.js';
import type { Catalog } from '../../src/catalog/contract.js';
import { findLinks } from '../../src/catalog/links.js';
import type { Value } from '../../src/eval/compare.js';

export interface Estate {
  readonly catalog: Catalog;
  check(sql: string): Promise<string | undefined>;
  /** Rows, or why the statement failed. */
  run(sql: string): Promise<Value[][] | string>;
  /** undefined where SQLite refuses the gold. */
  gold(sql: string): Value[][] | undefined;
  close(): Promise<void>;
}

interface Schema {
  readonly db_id: string;
  readonly column_names: readonly (readonly [number, string])[];
  readonly column_names_original: readonly (readonly [number, string])[];
  readonly table_names_original: readonly string[];
  readonly table_names: readonly string[];
  readonly foreign_keys: readonly (readonly [number, number])[];
  readonly primary_keys: readonly number[];
}

/** Text columns with at most this many distinct values get sampleValues, as introspection gives them. */
const fewValues = 50;

const schemas = new Map<string, Schema[]>();

export async function openEstate(data: string, db: string): Promise<Estate> {
  if (!schemas.has(data)) schemas.set(data, JSON.parse(readFileSync(join(data, 'tables.json'), 'utf8')) as Schema[]);
  const schema = schemas.get(data)!.find((s) => s.db_id === db)!;
  const source = new sqlite.Database(join(data, 'database', `${db}.sqlite`), { readOnly: true });
  const imported = schema.table_names_original.map((name) => readTable(source, name));
  const file = await duckFile(db, imported);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`ATTACH '${file}' AS ${quoteIdentifier(db)} (READ_ONLY)`);
  return {
    catalog: catalogOf(db, schema, imported),
    check: async (sql) => {
      try {
        (await connection.prepare(sql)).destroySync();
        return undefined;
      } catch (error) {
        return String(error);
      }
    },
    run: async (sql) => {
      try {
        return (await connection.runAndReadAll(sql)).getRowsJS() as Value[][];
      } catch (error) {
        return String(error);
      }
    },
    gold: (sql) => {
      // The data writes strings in double quotes, which this SQLite takes for names only.
      const text = sql.replace(/;\s*$/, '').replace(/"([^"]*)"/g, (_, s: string) => `'${s.replaceAll("'", "''")}'`);
      try {
        // As a subquery, so that SQLite makes equal column names distinct.
        return source.all(`SELECT * FROM (${text})`).map((row) => Object.values(row) as Value[]);
      } catch {
        return undefined;
      }
    },
    close: async () => {
      connection.closeSync();
      instance.closeSync();
      source.close();
    },
  };
}

interface Imported {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: Type; readonly sql: string }[];
  readonly rows: readonly Value[][];
}

function readTable(source: InstanceType<typeof sqlite.Database>, name: string): Imported {
  const info = source.all(`PRAGMA table_info(${quoteIdentifier(name)})`) as { name: string }[];
  const rows = source.all(`SELECT * FROM ${quoteIdentifier(name)}`).map((row) => Object.values(row) as Value[]);
  const columns = info.map((c, i) => ({ name: c.name, ...typeOfValues(rows.map((row) => row[i] ?? null)) }));
  return { name, columns, rows };
}

/** SQLite's columns have no types to speak of; the values tell. */
function typeOfValues(values: readonly Value[]): { type: Type; sql: string } {
  const present = values.filter((v) => v !== null);
  const every = (test: (v: Value) => boolean) => present.length > 0 && present.every(test);
  if (every((v) => typeof v === 'bigint' || (typeof v === 'number' && Number.isInteger(v)))) return { type: types.int64, sql: 'BIGINT' };
  if (every((v) => typeof v === 'bigint' || typeof v === 'number')) return { type: types.float64, sql: 'DOUBLE' };
  if (every((v) => /^\d{4}-\d\d-\d\d$/.test(String(v)) && !Number.isNaN(Date.parse(String(v))))) return { type: types.date, sql: 'DATE' };
  if (every((v) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(String(v)))) return { type: types.timestamp, sql: 'TIMESTAMP' };
  return { type: types.text, sql: 'VARCHAR' };
}

/** The rows as a DuckDB file in a cache that runs share; written beside it and renamed, so a parallel run is harmless. */
async function duckFile(db: string, tables: readonly Imported[]): Promise<string> {
  const folder = join(tmpdir(), 'aishell-eval-1');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${db}.duckdb`);
  if (existsSync(file)) return file;
  const fresh = `${file}.${process.pid}`;
  rmSync(fresh, { force: true });
  const instance = await DuckDBInstance.create(fresh);
  const connection = await instance.connect();
  for (const table of tables) await importTable(connection, table);
  connection.closeSync();
  instance.closeSync();
  renameSync(fresh, file);
  return file;
}

async function importTable(connection: DuckDBConnection, table: Imported): Promise<void> {
  const columns = table.columns.map((c) => `${quoteIdentifier(c.name)} ${c.sql}`).join(', ');
  await connection.run(`CREATE TABLE ${quoteIdentifier(table.name)} (${columns})`);
  const print = (v: Value) => (v === null ? 'NULL' : typeof v === 'string' ? `'${v.replaceAll("'", "''")}'` : String(v));
  for (let i = 0; i < table.rows.length; i += 500) {
    const rows = table.rows.slice(i, i + 500).map((row) => `(${row.map(print).join(',')})`);
    await connection.run(`INSERT INTO ${quoteIdentifier(table.name)} VALUES ${rows.join(',')}`);
  }
}

function catalogOf(db: string, schema: Schema, imported: readonly Imported[]): Catalog {
  const tables = imported.map((table, t): Table => {
    const own = schema.column_names_original.map(([of], i) => ({ of, i })).filter((c) => c.of === t);
    const named = (i: number) => schema.column_names_original[i]![1];
    const primaryKey = schema.primary_keys.filter((i) => schema.column_names_original[i]![0] === t).map(named);
    const foreignKeys = schema.foreign_keys
      .filter(([from]) => schema.column_names_original[from]![0] === t)
      .map(([from, to]): ForeignKey => {
        const target = schema.column_names_original[to]![0];
        return { columns: [named(from)], references: { table: imported[target]!.name, columns: [named(to)] } };
      });
    return {
      service: db,
      name: table.name,
      kind: 'table',
      columns: table.columns.map((column, i) => columnOf(column, table.rows.map((r) => r[i] ?? null), commentOf(schema, own, column.name))),
      ...(primaryKey.length > 0 ? { primaryKey } : {}),
      foreignKeys,
      rows: { count: table.rows.length, exact: true },
    };
  });
  const service = { name: db, kind: 'files', tags: {}, facts: { version: '1' }, tables, warnings: [], readAt: '2026-01-01T00:00:00Z' };
  return { services: [service], links: findLinks(tables, []) };
}

function commentOf(schema: Schema, own: readonly { i: number }[], column: string): string | undefined {
  const found = own.find((c) => schema.column_names_original[c.i]![1].toLowerCase() === column.toLowerCase());
  return found === undefined ? undefined : schema.column_names[found.i]![1];
}

function columnOf(column: Imported['columns'][number], values: readonly Value[], comment: string | undefined): Column {
  const distinct = column.type.kind === 'text' ? [...new Set(values.filter((v) => typeof v === 'string'))] : [];
  return {
    name: column.name,
    type: column.type,
    nullable: values.some((v) => v === null),
    nativeType: column.sql,
    ...(comment === undefined ? {} : { comment }),
    ...(distinct.length > 0 && distinct.length <= fewValues ? { sampleValues: distinct.sort() } : {}),
  };
}
