/** Relational services as .duckdb files: the same tables, keys and comments as in their servers. */

import { rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { columnsOf } from '../schema.js';
import type { ColumnType, FilledTable } from '../schema.js';

export async function writeDuckdb(path: string, tables: readonly FilledTable[]): Promise<void> {
  await rm(path, { force: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  // Small blocks: the tables are small, and the files travel in the package.
  await connection.run(`ATTACH '${path.replaceAll("'", "''")}' AS estate (BLOCK_SIZE 16384)`);
  await connection.run('USE estate');
  for (const table of tables) {
    await connection.run(createTable(table));
    await comment(connection, table);
    await append(connection, table);
  }
  await connection.run('CHECKPOINT estate');
  await connection.run('USE memory');
  await connection.run('DETACH estate');
  connection.disconnectSync();
  instance.closeSync();
}

function createTable({ spec }: FilledTable): string {
  const parts = Object.entries(spec.columns).map(([name, { type, nullable }]) => `"${name}" ${typeText(type)}${nullable ? '' : ' NOT NULL'}`);
  parts.push(`PRIMARY KEY (${spec.primaryKey.map((name) => `"${name}"`).join(', ')})`);
  for (const name of spec.uniques ?? []) parts.push(`UNIQUE ("${name}")`);
  for (const [name, target] of Object.entries(spec.references ?? {})) {
    const [table, column] = target!.split('.');
    parts.push(`FOREIGN KEY ("${name}") REFERENCES "${table}" ("${column}")`);
  }
  return `CREATE TABLE "${spec.name}" (${parts.join(', ')})`;
}

async function comment(connection: DuckDBConnection, table: FilledTable): Promise<void> {
  const text = (words: string) => `'${words.replaceAll("'", "''")}'`;
  await connection.run(`COMMENT ON TABLE "${table.spec.name}" IS ${text(table.spec.comment)}`);
  for (const { name, spec } of columnsOf(table)) {
    if (spec.comment !== undefined) await connection.run(`COMMENT ON COLUMN "${table.spec.name}"."${name}" IS ${text(spec.comment)}`);
  }
}

function typeText(type: ColumnType): string {
  if (typeof type === 'object') {
    if ('varchar' in type) return 'VARCHAR';
    if ('decimal' in type) return `DECIMAL(${type.decimal.join(',')})`;
    return `ENUM(${type.enum.map((value) => `'${value}'`).join(', ')})`;
  }
  return { bigint: 'BIGINT', integer: 'INTEGER', boolean: 'BOOLEAN', text: 'VARCHAR', double: 'DOUBLE', timestamptz: 'TIMESTAMPTZ',
    timestamp: 'TIMESTAMP', date: 'DATE', json: 'JSON', uuid: 'UUID', uint64: 'UBIGINT', uint32: 'UINTEGER' }[type];
}

/** Through a staging table of plain texts and numbers, so that DuckDB itself does every conversion. */
async function append(connection: DuckDBConnection, table: FilledTable): Promise<void> {
  const columns = columnsOf(table);
  const staged = columns.map(({ name, spec }) => `"${name}" ${isNumber(spec.type) ? 'DOUBLE' : 'VARCHAR'}`);
  await connection.run(`CREATE TEMP TABLE staging (${staged.join(', ')})`);
  const appender = await connection.createAppender('staging', 'main', 'temp');
  for (const row of table.rows) {
    for (const { name, spec } of columns) appendValue(appender, spec.type, row[name]);
    appender.endRow();
  }
  appender.closeSync();
  const converted = columns.map(({ name, spec }) => `"${name}"::${typeText(spec.type)}`);
  // DuckDB looks for the row referred to before the statement began: roots of a hierarchy go first.
  const own = Object.entries(table.spec.references ?? {}).find(([, target]) => target!.startsWith(`${table.spec.name}.`));
  for (const condition of own === undefined ? ['true'] : [`"${own[0]}" IS NULL`, `"${own[0]}" IS NOT NULL`]) {
    await connection.run(`INSERT INTO "${table.spec.name}" SELECT ${converted.join(', ')} FROM staging WHERE ${condition} ORDER BY rowid`);
  }
  await connection.run('DROP TABLE temp.staging');
}

function isNumber(type: ColumnType): boolean {
  return ['bigint', 'integer', 'double', 'uint64', 'uint32'].includes(type as string);
}

function appendValue(appender: DuckDBAppender, type: ColumnType, value: unknown): void {
  if (value === null || value === undefined) appender.appendNull();
  else if (isNumber(type)) appender.appendDouble(value as number);
  else appender.appendVarchar(asText(type, value));
}

function asText(type: ColumnType, value: unknown): string {
  if (type === 'timestamp' || type === 'timestamptz') return new Date(value as number).toISOString();
  if (type === 'json') return JSON.stringify(value);
  if (typeof type === 'object' && 'decimal' in type) return (value as number).toFixed(type.decimal[1]);
  return String(value);
}
