/** The ClickHouse connector on the genuine engine behind the tests' own HTTP server. */

import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { expect } from 'vitest';
import { decimal, types, type Literal, type NativeQuery, type ServiceConfig, type Snapshot, type TlsOptions, type Type } from '../../connectors/contract.js';
import type { ClickHouseQuery } from '../../connectors/clickhouse/dialect.js';
import { connector } from '../../connectors/clickhouse/index.js';
import { instantText } from '../../connectors/clickhouse/parameters.js';
import { comesAsRows } from '../../connectors/clickhouse/rows.js';
import { dateText } from '../../connectors/sql/calendar.js';
import { CollectingSink } from '../support/collecting-sink.js';
import { ParquetSink } from '../support/parquet-sink.js';
import { servers } from '../support/servers.js';
import { authorities } from './certificates.js';
import { conformance, type SeedTable } from './suite.js';

const database = `conformance_suite_${process.pid}`;
const url = new URL(servers.clickhouse);
const secure = new URL(process.env['AISHELL_CLICKHOUSE_TLS_URL'] ?? 'https://aishell:aishell-test@localhost:18443/');
const { good, wrong } = await authorities('clickhouse');

function service(port?: number, tls?: TlsOptions, password = url.password): ServiceConfig {
  const address = tls ? { host: secure.hostname, port: Number(secure.port) } : { host: url.hostname, port: port ?? Number(url.port) };
  const options = { ...address, user: url.username, password, database, binary: ['extremes.c_blob'] };
  return { name: 'conformance', kind: 'clickhouse', tags: {}, options, tls, baseDir: '/' };
}

const tls = (ca: string): TlsOptions => ({ enabled: true, ca, verify: true });

function query(text: string): NativeQuery {
  const payload: ClickHouseQuery = { params: [], keys: undefined, joinUseNulls: false, limit: undefined };
  return { text, params: [], columns: [{ id: 'id', name: 'id', type: types.int64 }], payload };
}

const columns: Record<string, readonly [type: Type, native: string]> = {
  c_bool: [types.boolean, 'Nullable(Bool)'],
  c_int8: [types.int8, 'Nullable(Int8)'],
  c_int64: [types.int64, 'Nullable(Int64)'],
  c_uint64: [types.uint64, 'Nullable(UInt64)'],
  c_int128: [types.int128, 'Nullable(Int128)'],
  c_uint128: [types.uint128, 'Nullable(UInt128)'],
  c_float32: [types.float32, 'Nullable(Float32)'],
  c_float64: [types.float64, 'Nullable(Float64)'],
  c_decimal: [decimal(38, 10), 'Nullable(Decimal(38, 10))'],
  c_money: [decimal(12, 2), 'Nullable(Decimal(12, 2))'],
  c_text: [types.text, 'Nullable(String)'],
  c_word: [types.text, 'LowCardinality(Nullable(String))'],
  c_blob: [types.blob, 'Nullable(String)'],
  c_uuid: [types.uuid, 'Nullable(UUID)'],
  c_date: [types.date, 'Nullable(Date32)'],
  c_instant: [types.timestamptz, 'Nullable(DateTime64(6))'],
  c_elsewhere: [types.timestamptz, "Nullable(DateTime64(6, 'Asia/Tokyo'))"],
};

/** Dates and times from 1900 to 2299, no infinity. */
function holds(value: Literal, type: Type): boolean {
  if (type.kind === 'date') return (value as bigint) >= -25_567n && (value as bigint) <= 120_529n;
  if (type.kind === 'timestamp') return (value as bigint) >= -2_208_988_800_000_000n && (value as bigint) < 10_413_792_000_000_000n;
  return true;
}

function tsv(value: Literal, type: Type): Buffer {
  if (value === null) return Buffer.from('\\N');
  switch (type.kind) {
    case 'blob':
      return Buffer.from([...(value as Uint8Array)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''));
    case 'date':
      return Buffer.from(dateText(Number(value)).text);
    case 'timestamp':
      return Buffer.from(instantText(value as bigint));
    case 'float':
      return Buffer.from(Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'inf').replace('NaN', 'nan'));
    case 'text':
      return Buffer.from((value as string).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\0', '\\0'));
    default:
      return Buffer.from(String(value));
  }
}

async function withClient(work: (client: ClickHouseClient) => Promise<unknown>): Promise<void> {
  const client = createClient({ url: servers.clickhouse });
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

async function seed(client: ClickHouseClient, tables: readonly SeedTable[]): Promise<void> {
  await client.command({ query: `CREATE DATABASE ${database}` });
  for (const { name, columns: seeded, rows } of tables) {
    const typed = seeded.map((column) => `${column.name} ${columns[column.name]?.[1] ?? (column.name === 'id' ? 'Int64' : 'Nullable(String)')}`);
    await client.command({ query: `CREATE TABLE ${database}.${name} (${typed.join(', ')}) ENGINE = MergeTree ORDER BY id` });
    // Times are written in UTC, whatever the zone of their column.
    const lines = rows.map((row) => Buffer.concat([...row.flatMap((value, i) => [...(i > 0 ? [Buffer.from('\t')] : []), tsv(value, seeded[i]!.type)]), Buffer.from('\n')]));
    if (rows.length === 0) continue;
    const stage = seeded.map((column) => `${column.name} ${column.type.kind === 'timestamp' ? "Nullable(DateTime64(6, 'UTC'))" : (columns[column.name]?.[1] ?? (column.name === 'id' ? 'Int64' : 'Nullable(String)'))}`);
    await client.command({ query: `CREATE TABLE ${database}.stage (${stage.join(', ')}) ENGINE = Memory` });
    await client.insert({ table: `${database}.stage`, values: Readable.from(lines, { objectMode: false }), format: 'TabSeparated' });
    await client.command({ query: `INSERT INTO ${database}.${name} SELECT * FROM ${database}.stage` });
    await client.command({ query: `DROP TABLE ${database}.stage` });
  }
}

const held = new Set<string>();

/** Who takes rows alone is given the same, in the order that the server happens to send them: once for every list of columns. */
async function holdToRows(snapshot: Snapshot, asked: NativeQuery, read: readonly (readonly Literal[])[], signal: AbortSignal): Promise<void> {
  const few: NativeQuery = { ...asked, payload: { ...(asked.payload as ClickHouseQuery), limit: 1_000 } };
  const names = asked.columns.map(({ name }) => name).join();
  if (read.length === 0 || read.length > 1_000 || held.has(names) || !comesAsRows(few)) return;
  held.add(names);
  const sink = Object.assign(new CollectingSink(asked.columns), { rowsOnly: true as const });
  const stats = await snapshot.read(few, sink, signal);
  const sorted = (rows: readonly (readonly Literal[])[]) => rows.map((row) => inspect(row)).sort();
  expect(stats.rows).toBe(read.length);
  expect(sorted(sink.rows)).toEqual(sorted(read));
}

await conformance({
  name: 'clickhouse',
  connector: () => Promise.resolve(connector),
  address: servers.clickhouse,
  service,
  columns: Object.fromEntries(Object.entries(columns).map(([name, [type]]) => [name, type])),
  holds,
  seed: (tables) => withClient((client) => seed(client, tables)),
  cleanup: () => withClient((client) => client.command({ query: `DROP DATABASE IF EXISTS ${database}` })),
  collect: async (snapshot, asked, signal) => {
    const sink = new ParquetSink(asked.columns);
    const stats = await snapshot.read(asked, sink, signal);
    if (stats.rows !== sink.rows.length) throw new Error(`${stats.rows} rows were said, ${sink.rows.length} came`);
    await holdToRows(snapshot, asked, sink.rows, signal);
    return sink.rows;
  },
  many: 150_000,
  mustPush: ['id', ...Object.keys(columns).filter((name) => name !== 'c_blob')],
  mustShip: ['id', 'c_int8', 'c_uint64', 'c_int128', 'c_text', 'c_word', 'c_uuid', 'c_date', 'c_instant', 'c_elsewhere', 'c_decimal'], mustJoin: ['inner by c_text', 'left by c_word', 'semi by id', 'anti by c_uint64', 'left by c_date', 'inner by c_instant', 'anti by c_uuid'], mustCompute: ['count(*)', 'count(*) by group'],
  mustNest: ['groups counted', 'groups by size', 'limited and filtered', 'limited and counted'],
  mustWindow: ['rank', 'dense_rank', 'row_number', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'count', 'count_star', 'sum', 'min', 'max'],
  mustUnite: ['union', 'union all', 'intersect', 'intersect all', 'except', 'except all'],
  wrongPassword: () => service(undefined, undefined, 'wrong-password'),
  tls: { good: () => service(undefined, tls(good)), wrongAuthority: () => service(undefined, tls(wrong)) },
  writes: [
    query(`INSERT INTO ${database}.empty SELECT 1, 'a', 'b'`),
    query(`ALTER TABLE ${database}.many DELETE WHERE 1`),
    query(`CREATE TABLE ${database}.extra ENGINE = Memory AS SELECT 1`),
    query(`DROP TABLE ${database}.empty`),
    query('SELECT 1 SETTINGS readonly = 0'),
  ],
  slow: query('SELECT toInt64(sum(sleepEachRow(0.5))) FROM numbers(60)'),
  dropColumn: () => withClient((client) => client.command({ query: `ALTER TABLE ${database}.empty DROP COLUMN word` })),
});
