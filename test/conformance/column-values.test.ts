/**
 * The values of text columns that have few, learnt from all over a table: it is sorted by them, so first rows hold one.
 * On real servers.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { DuckDBInstance } from '@duckdb/node-api';
import { MongoClient } from 'mongodb';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigValue, Source, Table } from '../../connectors/contract.js';
import { connectors } from '../../connectors/index.js';
import { dropDatabases } from '../e2e/support/stores.js';
import { listening, servers } from '../support/servers.js';

const name = `column_values_${process.pid}`;
const rows = 60_000;
const kinds = ['billing', 'crm', 'ledger', 'orders', 'search', 'web'];
const bounds = { most: 50, rows: 5_000, skipped: 1_000_000 };
const signal = () => AbortSignal.timeout(60_000);
const sql = {
  /** Rows n of 0 to `rows`: sorted by kind, one word for each, and one kind nowhere but in the middle. */
  kind: (div: string) => `CASE ${kinds.map((kind, i) => `WHEN ${div} < ${(i + 1) * (rows / kinds.length)} THEN '${kind}'`).join(' ')} END`,
};
let folder: string;

async function withSource<T>(kind: string, options: Record<string, ConfigValue>, work: (source: Source, tables: readonly Table[]) => Promise<T>): Promise<T> {
  const connector = await connectors[kind]!();
  const service = { name: 'own', kind, tags: {}, options, tls: undefined, baseDir: folder };
  const source = await connector.connect(service, { tempDir: folder, connectTimeoutMs: 10_000, log: () => {} }, signal());
  try {
    return await work(source, (await source.describe(signal())).tables);
  } finally {
    await source.close();
  }
}

async function valuesOf(kind: string, options: Record<string, ConfigValue>, table: string): Promise<Record<string, readonly string[]> | undefined> {
  return withSource(kind, options, async (source, tables) => {
    const found = tables.find((t) => t.name === table)!;
    const values = await source.values!(found, found.columns.filter(({ type }) => type.kind === 'text'), bounds, signal());
    return values && Object.fromEntries([...values].map(([column, few]) => [column, few.toSorted()]));
  });
}

const skip = async (address: string) => !(await listening(address)) && process.env['CI'] !== 'true';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aishell-values-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(await skip(servers.postgres))('postgres', () => {
  const role = `${name}_reader`;
  const own = new URL(servers.postgres);
  own.pathname = `/${name}`;
  const admin = new pg.Client(servers.postgres);
  const client = new pg.Client(own.href);
  const options = { url: own.href };

  beforeAll(async () => {
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    await client.connect();
    const select = `SELECT n, ${sql.kind('n')} AS kind, 'word ' || n AS word FROM generate_series(0, ${rows - 1}) n`;
    await client.query(`CREATE TABLE analysed AS ${select}; CREATE TABLE unknown WITH (autovacuum_enabled = false) AS ${select}; CREATE TABLE few AS ${select} LIMIT 3;
      CREATE TABLE parts (n int, kind text, word text) PARTITION BY RANGE (n); CREATE TABLE p1 PARTITION OF parts FOR VALUES FROM (0) TO (30000); CREATE TABLE p2 PARTITION OF parts FOR VALUES FROM (30000) TO (60000);
      INSERT INTO parts ${select}; CREATE VIEW seen AS SELECT * FROM analysed; CREATE TABLE late (kind text) WITH (autovacuum_enabled = false);
      CREATE ROLE ${role} LOGIN PASSWORD 'reader-password'; GRANT SELECT (n, kind) ON analysed TO ${role}; ANALYZE analysed`);
  });
  afterAll(async () => {
    await client.end();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE IF EXISTS ${role}`);
    await admin.end();
  });

  it.each(['analysed', 'unknown', 'parts'])('knows all values of %s', async (table) => {
    expect(await valuesOf('postgres', options, table)).toEqual({ kind: kinds });
  });

  it('reads a table of few rows, one without rows, and leaves a view to ordinary statements', async () => {
    expect(await valuesOf('postgres', options, 'few')).toEqual({ kind: ['billing'], word: ['word 0', 'word 1', 'word 2'] });
    expect(await valuesOf('postgres', options, 'late')).toEqual({ kind: [] });
    expect(await valuesOf('postgres', options, 'seen')).toBeUndefined();
  });

  it('shows a role what it may read, and nothing else', async () => {
    const reader = new URL(own);
    [reader.username, reader.password] = [role, 'reader-password'];
    expect(await valuesOf('postgres', { url: reader.href }, 'analysed')).toEqual({ kind: kinds });
  });
});

for (const store of ['mysql', 'mariadb'] as const) {
  describe.skipIf(await skip(servers[store]))(store, () => {
    const options = { url: servers[store], database: name };
    const withClient = async (work: (run: (text: string) => Promise<unknown>) => Promise<unknown>) => {
      const client = await createConnection({ uri: servers[store], multipleStatements: true });
      await work((text) => client.query(text));
      await client.end();
    };
    beforeAll(() =>
      withClient(async (run) => {
        const digits = '(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
        const numbers = `(SELECT a.d + 10*b.d + 100*c.d + 1000*e.d + 10000*f.d AS n FROM ${digits} a, ${digits} b, ${digits} c, ${digits} e, ${digits} f HAVING n < ${rows}) x`;
        await run(`CREATE DATABASE ${name}; USE ${name};
          CREATE TABLE numbered (n bigint PRIMARY KEY, kind varchar(20), word varchar(30)); INSERT INTO numbered SELECT n, ${sql.kind('n')}, CONCAT('word ', n) FROM ${numbers};
          CREATE TABLE indexed (code varchar(30) PRIMARY KEY, kind varchar(20), word varchar(30), KEY (kind), KEY (word)); INSERT INTO indexed SELECT CONCAT('code ', n), kind, word FROM numbered;
          ANALYZE TABLE numbered, indexed`);
      }),
    );
    afterAll(() => withClient((run) => run(`DROP DATABASE IF EXISTS ${name}`)));

    it.each(['numbered', 'indexed'])('knows all values of %s', async (table) => {
      expect(await valuesOf('mysql', options, table)).toEqual({ kind: kinds });
    });
  });
}

describe.skipIf(await skip(servers.clickhouse))('clickhouse', () => {
  const client = createClient({ url: servers.clickhouse });
  beforeAll(async () => {
    await client.command({ query: `CREATE DATABASE ${name}` });
    await client.command({ query: `CREATE TABLE ${name}.logs (kind LowCardinality(String), word Nullable(String), n UInt32) ENGINE = MergeTree ORDER BY kind` });
    await client.command({ query: `INSERT INTO ${name}.logs SELECT ${sql.kind('number')}, if(number % 7 = 0, NULL, concat('word ', toString(number))), number FROM numbers(${rows})` });
  });
  afterAll(async () => {
    await client.command({ query: `DROP DATABASE ${name}` });
    await client.close();
  });

  it('knows all values', async () => {
    expect(await valuesOf('clickhouse', { url: servers.clickhouse, database: name }, 'logs')).toEqual({ kind: kinds });
  });
});

describe.skipIf(await skip(servers.mongodb))('mongodb', () => {
  const client = new MongoClient(servers.mongodb);
  const size = 6_000;
  beforeAll(async () => {
    await client.connect();
    const documents = Array.from({ length: size }, (_, n) => ({ kind: kinds[Math.floor((n * kinds.length) / size)], word: `word ${n}`, ...(n % 2 === 0 && { rare: 'x' }) }));
    await client.db(name).collection('logs').insertMany(documents);
  });
  afterAll(async () => {
    await dropDatabases({ mongodb: [name] });
    await client.close();
  });

  it('knows the values that a random sample holds', async () => {
    const { _id, ...values } = (await valuesOf('mongodb', { url: servers.mongodb, database: name }, 'logs'))!;
    expect(_id ?? []).toEqual([]);
    expect(values).toEqual({ kind: kinds, rare: ['x'] });
  });
});

describe('files', () => {
  beforeAll(async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`CREATE TABLE logs AS SELECT range AS n, ${sql.kind('range')} AS kind, 'word ' || range AS word FROM range(${rows})`);
    for (const format of ['csv', 'parquet', 'json']) await connection.run(`COPY logs TO '${folder}/${format}_logs.${format}'`);
    connection.closeSync();
  });

  it.each(['csv', 'parquet', 'json'])('knows all values of %s', async (format) => {
    expect(await valuesOf('files', { path: folder }, `${format}_logs`)).toEqual({ kind: kinds });
  });
});
