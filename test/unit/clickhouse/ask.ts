/** Asks the ClickHouse connector, as a statement would. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { types, type Expr, type KeyBatch, type Literal, type NativeQuery, type ReadStats, type Rel, type ServiceConfig, type Source, type Table } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/clickhouse/index.js';
import { ParquetSink } from '../../support/parquet-sink.js';
import { listening, servers } from '../../support/servers.js';

export const url = new URL(servers.clickhouse);
export const skip = !(await listening(servers.clickhouse)) && process.env['CI'] !== 'true';
export const host = { tempDir: join(tmpdir(), 'aishell-unit-clickhouse'), connectTimeoutMs: 10_000, log: () => {} };
export const signal = () => AbortSignal.timeout(30_000);

export function service(options: ServiceConfig['options']): ServiceConfig {
  const address = { host: url.hostname, port: Number(url.port), user: url.username, password: url.password };
  return { name: 'house', kind: 'clickhouse', tags: {}, options: { ...address, ...options }, tls: undefined, baseDir: '/' };
}

export interface Asked {
  readonly columns: readonly string[];
  readonly where?: readonly Expr[];
  readonly keys?: KeyBatch;
}

export function compile(table: Table, { columns, where = [], keys }: Asked): NativeQuery {
  const scan = { kind: 'scan' as const, table, columns: table.columns.map((column) => ({ id: column.name, column })) };
  const filtered: Rel = where.length > 0 ? { kind: 'filter', input: scan, conjuncts: where } : scan;
  const project: Rel = { kind: 'project', input: filtered, columns: columns.map((id) => ({ id, expr: { kind: 'column', id, type: table.columns.find((c) => c.name === id)!.type } })) };
  return connector.dialect({ version: '' }).compile(project, keys);
}

export async function read(source: Source, table: Table, asked: Asked): Promise<{ rows: Literal[][]; stats: ReadStats }> {
  return readQuery(source, compile(table, asked));
}

export async function readQuery(source: Source, query: NativeQuery, until = signal()): Promise<{ rows: Literal[][]; stats: ReadStats }> {
  const snapshot = await source.open(signal());
  const sink = new ParquetSink(query.columns);
  const stats = await snapshot.read(query, sink, until);
  await snapshot.close();
  return { rows: sink.rows, stats };
}

export async function remake(client: ClickHouseClient, database: string): Promise<void> {
  await client.command({ query: `DROP DATABASE IF EXISTS ${database}` });
  await client.command({ query: `CREATE DATABASE ${database}` });
}

export { types };
