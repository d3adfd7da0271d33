/** The PostgreSQL connector on a real server. */

import pg from 'pg';
import { decimal, types, type NativeQuery, type ServiceConfig, type Literal, type TlsOptions, type Type } from '../../connectors/contract.js';
import { connector } from '../../connectors/postgres/index.js';
import { servers } from '../support/servers.js';
import { authorities } from './certificates.js';
import { conformance, type SeedTable } from './suite.js';

const schema = `conformance_suite_${process.pid}`;
const url = new URL(servers.postgres);
const { good, wrong } = await authorities('postgres');

function service(port?: number, tls?: TlsOptions, password = url.password): ServiceConfig {
  return {
    name: 'conformance',
    kind: 'postgres',
    tags: {},
    options: {
      host: url.hostname,
      port: port ?? Number(url.port),
      user: url.username,
      password,
      database: url.pathname.slice(1),
      schema,
    },
    tls,
    baseDir: '/',
  };
}

const tls = (ca: string): TlsOptions => ({ enabled: true, ca, verify: true });
const query = (text: string): NativeQuery => ({ text, params: [], columns: [{ id: 'id', name: 'id', type: types.int64 }] });

const native: Record<string, string> = {
  c_bool: 'boolean', c_int16: 'smallint', c_int32: 'integer', c_int64: 'bigint', c_float32: 'real', c_float64: 'double precision',
  c_decimal: 'numeric(38,10)', c_money: 'numeric(12,2)', c_text: 'text', c_char: 'character varying(400) COLLATE "C"', c_blob: 'bytea', c_uuid: 'uuid',
  c_date: 'date', c_time: 'time', c_timestamp: 'timestamp', c_instant: 'timestamptz', c_json: 'jsonb', c_folded: 'text COLLATE folded',
};

async function withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(servers.postgres);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** As the server's own text, so that nothing of the connector takes part. */
function seedText(value: Literal, type: Type): string | Buffer | null {
  if (value === null) return null;
  switch (type.kind) {
    case 'blob':
      return Buffer.from(value as Uint8Array);
    case 'date':
      if (value === 2_147_483_647n) return 'infinity';
      return value === -2_147_483_647n ? '-infinity' : String(value);
    case 'timestamp':
      if (value === 2n ** 63n - 1n) return 'infinity';
      return value === -(2n ** 63n - 1n) ? '-infinity' : String(value);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function placeholder(n: number, type: Type): string {
  const p = `$${n}::text`;
  const micros = `interval '1 microsecond' * (${p}::bigint % 1000000) + interval '1 second' * (${p}::bigint / 1000000)`;
  const infinite = `${p} LIKE '%infinity'`;
  switch (type.kind) {
    case 'date':
      return `CASE WHEN ${infinite} THEN ${p}::date ELSE date '1970-01-01' + ${p}::int END`;
    case 'time':
      return `CASE WHEN ${p} = '86400000000' THEN time '24:00' ELSE time '00:00' + ${micros} END`;
    case 'timestamp':
      return type.zoned
        ? `CASE WHEN ${infinite} THEN ${p}::timestamptz ELSE (timestamp '1970-01-01' + ${micros}) AT TIME ZONE 'UTC' END`
        : `CASE WHEN ${infinite} THEN ${p}::timestamp ELSE timestamp '1970-01-01' + ${micros} END`;
    case 'blob':
      return `$${n}::bytea`;
    default:
      return `$${n}`;
  }
}

async function seed(tables: readonly SeedTable[]): Promise<void> {
  await withClient(async (client) => {
    await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema};
      CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`);
    for (const { name, columns, rows } of tables) {
      const typed = columns.map((column) => `${column.name} ${native[column.name] ?? (column.name === 'id' ? 'bigint PRIMARY KEY' : 'text')}`);
      await client.query(`CREATE TABLE ${name} (${typed.join(', ')})`);
      const perInsert = Math.max(1, Math.floor(2_000 / columns.length));
      for (let at = 0; at < rows.length; at += perInsert) {
        const batch = rows.slice(at, at + perInsert);
        let n = 0;
        const values = batch.map((row) => `(${row.map((_, i) => placeholder(++n, columns[i]!.type)).join(', ')})`);
        const params = batch.flatMap((row) => row.map((value, i) => seedText(value, columns[i]!.type)));
        await client.query(`INSERT INTO ${name} VALUES ${values.join(', ')}`, params);
      }
    }
  });
}

await conformance({
  name: 'postgres',
  connector: () => Promise.resolve(connector),
  address: servers.postgres,
  service,
  columns: {
    c_bool: types.boolean, c_int16: types.int16, c_int32: types.int32, c_int64: types.int64, c_float32: types.float32,
    c_float64: types.float64, c_decimal: decimal(38, 10), c_money: decimal(12, 2), c_text: types.text, c_char: types.text, c_folded: types.text,
    c_blob: types.blob, c_uuid: types.uuid, c_date: types.date, c_time: types.time, c_timestamp: types.timestamp, c_instant: types.timestamptz,
    c_json: types.json,
  },
  holds: (value, type) => !(type.kind === 'text' && (value as string).includes('\0')),
  seed,
  cleanup: () => withClient(async (client) => void (await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))),
  mustPush: ['c_bool', 'c_int16', 'c_int64', 'c_float64', 'c_decimal', 'c_text', 'c_folded', 'c_blob', 'c_uuid', 'c_date', 'c_time', 'c_timestamp', 'c_instant'],
  mustShip: ['id', 'c_int32', 'c_text', 'c_folded', 'c_uuid', 'c_date', 'c_timestamp', 'c_decimal'], mustJoin: ['inner by c_text', 'left by c_decimal', 'semi by c_folded', 'anti by c_uuid'], mustCompute: ['count(*)', 'count(*) by group'],
  mustWindow: ['rank', 'dense_rank', 'row_number', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'count', 'count_star', 'sum', 'min', 'max'],
  mustUnite: ['union', 'union all', 'intersect', 'intersect all', 'except', 'except all'],
  mustNest: ['groups counted', 'groups by size', 'rows of groups', 'rows with a group', 'limited and filtered', 'limited and counted'],
  wrongPassword: () => service(undefined, undefined, 'wrong-password'),
  tls: { good: () => service(undefined, tls(good)), wrongAuthority: () => service(undefined, tls(wrong)) },
  writes: [
    query(`INSERT INTO ${schema}.empty VALUES (1, 'a', 'b') RETURNING id`),
    query(`WITH gone AS (DELETE FROM ${schema}.many RETURNING id) SELECT id FROM gone`),
    query(`CREATE TABLE ${schema}.extra (id bigint)`),
    query(`SELECT 1::bigint; DROP TABLE ${schema}.empty`),
    query(`SELECT nextval('${schema}.none')`),
    query(`SELECT pg_catalog.set_config('transaction_read_only', 'off', true)::bigint`),
  ],
  slow: query('SELECT 1::bigint FROM pg_sleep(600)'),
  running: () =>
    withClient(async (client) => {
      const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(600)' AND pid <> pg_backend_pid()`);
      return rows[0]!.n;
    }),
  dropColumn: () => withClient(async (client) => void (await client.query(`ALTER TABLE ${schema}.empty DROP COLUMN word`))),
});
