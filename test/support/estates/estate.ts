/**
 * Small estates of several services as files, for questions with gold SQL. The rows go to the files that aishell reads
 * and, beside that, into a plain DuckDB with a database a service, where the gold statements run: what is true is never
 * read through aishell. Everything is made from a fixed seed and a fixed now.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import type { Session } from '../../../src/session/contract.js';
import { openSqliteForWriting } from '../sqlite.js';

export type Row = Readonly<Record<string, unknown>>;

export interface TableSpec {
  readonly name: string;
  /** Column -> DuckDB type. */
  readonly columns: Readonly<Record<string, string>>;
  readonly key?: string;
  /** Column -> table.column of the same service. */
  readonly references?: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

export interface ServiceSpec {
  readonly name: string;
  readonly store: 'duckdb' | 'sqlite' | 'ndjson';
  readonly tables: readonly TableSpec[];
}

/** The instant that relative dates are read at. */
export const now = '2026-04-15T12:00:00Z';

export interface OpenEstate {
  readonly session: Session;
  /** Runs gold SQL over the same rows, without aishell. */
  truth(sql: string): Promise<unknown[][]>;
  close(): Promise<void>;
}

export async function openEstate(services: readonly ServiceSpec[], folder: string): Promise<OpenEstate> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  for (const service of services) {
    await mkdir(join(folder, service.name), { recursive: true });
    await mkdir(join(folder, 'rows'), { recursive: true });
    await connection.run(`ATTACH ':memory:' AS ${service.name}`);
    if (service.store === 'duckdb') await connection.run(`ATTACH '${join(folder, service.name, `${service.name}.duckdb`)}' AS file_of_${service.name} (BLOCK_SIZE 16384)`);
    for (const table of service.tables) await write(connection, folder, service, table);
    if (service.store === 'duckdb') await connection.run(`DETACH file_of_${service.name}`);
    if (service.store === 'sqlite') writeSqlite(service, join(folder, service.name, `${service.name}.sqlite`));
  }
  const config = join(folder, 'aishell.yaml');
  await writeFile(config, `services:\n${services.map((s) => `  ${s.name}: { kind: files, path: ${s.name} }\n`).join('')}`);
  const loaded = await loadConfig({ path: config, cwd: '/', env: process.env });
  const session = await openSession({ config: loaded, refresh: true });
  return {
    session,
    truth: async (sql) => (await connection.runAndReadAll(sql)).getRowsJS() as unknown[][],
    close: async () => {
      await session.close();
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function write(connection: DuckDBConnection, folder: string, service: ServiceSpec, table: TableSpec): Promise<void> {
  const rows = join(folder, service.store === 'ndjson' ? service.name : 'rows', `${table.name}.ndjson`);
  await writeFile(rows, table.rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const columns = Object.entries(table.columns).map(([name, type]) => `${name} ${type}`);
  const read = `read_json('${rows}', format = 'newline_delimited', columns = {${Object.entries(table.columns).map(([name, type]) => `${name}: '${type}'`).join(', ')}})`;
  await connection.run(`CREATE TABLE ${service.name}.${table.name} (${columns.join(', ')})`);
  await connection.run(`INSERT INTO ${service.name}.${table.name} FROM ${read}`);
  if (service.store !== 'duckdb') return;
  await connection.run(`USE file_of_${service.name}`);
  await connection.run(`CREATE TABLE ${table.name} (${[...columns, ...keys(table)].join(', ')})`);
  await connection.run(`INSERT INTO ${table.name} FROM ${read}`);
  await connection.run('USE memory');
}

function keys({ key, references = {} }: TableSpec): string[] {
  const foreign = Object.entries(references).map(([column, to]) => `FOREIGN KEY (${column}) REFERENCES ${to.replace('.', ' (')})`);
  return [...(key === undefined ? [] : [`PRIMARY KEY (${key})`]), ...foreign];
}

function writeSqlite(service: ServiceSpec, path: string): void {
  const database = openSqliteForWriting(path);
  for (const table of service.tables) {
    const names = Object.keys(table.columns);
    database.exec(`CREATE TABLE ${table.name} (${[...Object.entries(table.columns).map(([name, type]) => `${name} ${type === 'BIGINT' ? 'INTEGER' : type}`), ...keys(table)].join(', ')})`);
    const insert = `INSERT INTO ${table.name} VALUES (${names.map(() => '?').join(', ')})`;
    for (const row of table.rows) database.run(insert, names.map((n) => (typeof row[n] === 'boolean' ? Number(row[n]) : ((row[n] ?? null) as string | number | null))));
  }
  database.close();
}

/** Numbers that are the same in every run. */
export class Dice {
  constructor(private state: number) {}
  /** 0 to n - 1. */
  below(n: number): number {
    this.state = (Math.imul(this.state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((this.state / 0x80000000) * n);
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
  /** An instant up to `days` before now. */
  before(days: number): string {
    return new Date(Date.parse(now) - this.below(days * 24 * 60) * 60_000).toISOString();
  }
  dayBefore(days: number): string {
    return this.before(days).slice(0, 10);
  }
}

export function times<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i + 1));
}
