/** What databases hold that comparisons stumble over: odd names and types, very wide tables, documents that share nothing. */

import { createClient } from '@clickhouse/client';
import { MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import type { Session } from '../../../src/session/contract.js';
import { listening, servers } from '../../support/servers.js';

const run = `odd_${process.pid}_${Date.now() % 100_000}`;
const isUp = (await Promise.all([servers.postgres, servers.mysql, servers.mongodb, servers.clickhouse].map(listening))).every(Boolean);
const options = () => ({ signal: AbortSignal.timeout(120_000) });

describe.skipIf(!isUp && process.env['CI'] !== 'true')('what stores hold', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-odd-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** Snapshot, change, compare: what is said. */
  async function changed(service: string, change: (session: Session) => Promise<unknown>): Promise<string[]> {
    const path = join(dir, 'aishell.yaml');
    await writeFile(path, `services:\n  it: { ${service} }\n`);
    const session = await openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }), refresh: true });
    const folder = await mkdtemp(join(dir, 'snapshots-'));
    try {
      await session.snapshot(folder, options());
      expect((await session.snapshot(folder, options())).files).toMatchObject([{ state: 'unchanged' }]);
      expect((await session.changes(folder, undefined, options())).changes).toEqual([]);
      await session.diff(undefined, undefined, options());
      await change(session);
      return (await session.changes(folder, undefined, options())).changes.map(({ change: what, table, column }) => `${what}: ${table ?? ''}${column === null ? '' : `.${column}`}`);
    } finally {
      await session.close();
    }
  }

  it('PostgreSQL: 5,000 columns over tables, names of all kinds, views, partitions as one, generated columns, domains, enums, arrays', async () => {
    const admin = new pg.Client({ connectionString: servers.postgres });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${run}`);
    const own = new URL(servers.postgres);
    own.pathname = `/${run}`;
    const client = new pg.Client({ connectionString: own.href });
    await client.connect();
    try {
      const wide = (n: number, from: number) => Array.from({ length: n }, (_, i) => `c${from + i} int`).join(', ');
      for (let i = 0; i < 5; i++) await client.query(`CREATE TABLE wide_${i} (${wide(1_000, i * 1_000)})`);
      await client.query(`CREATE TYPE mood AS ENUM ('sad', 'Ok'); CREATE DOMAIN code AS varchar(7) CHECK (VALUE <> '');
        CREATE TABLE "Select" ("order" int PRIMARY KEY, "Name" text, "name" text, "with space" mood, "📦 büro" code, "a.b" text[], total int GENERATED ALWAYS AS ("order" * 2) STORED);
        CREATE VIEW "a view" AS SELECT "order", "Name" FROM "Select"; CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one;
        CREATE TABLE parts (at date NOT NULL, n int) PARTITION BY RANGE (at); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')`);
      const found = await changed(`kind: postgres, url: ${JSON.stringify(servers.postgres)}, database: ${run}`, async (session) => {
        const { services } = await session.schema({ ...options() });
        const tables = services[0]!.tables;
        expect(tables.map(({ name, kind }) => `${name} ${kind}`).filter((one) => !one.startsWith('wide'))).toEqual(['Select table', 'a view view', 'kept view', 'parts table']);
        const odd = tables.find(({ name }) => name === 'Select')!;
        expect(odd.columns.map(({ name }) => name)).toEqual(['order', 'Name', 'name_2', 'with space', '📦 büro', 'a.b', 'total']);
        expect(odd.columns.find(({ name }) => name === 'with space')!.labels).toEqual({ values: ['sad', 'Ok'], declared: true });
        expect(odd.columns.find(({ name }) => name === '📦 büro')).toMatchObject({ maxLength: 7, nativeType: 'public.code' });
        expect(odd.columns.find(({ name }) => name === 'total')!.generated).toBe(true);
        expect(odd.columns.find(({ name }) => name === 'a.b')!.type).toBe('VARCHAR[]');
        await client.query(`ALTER TABLE wide_3 DROP COLUMN c3500; ALTER TABLE "Select" DROP COLUMN "📦 büro"; DROP MATERIALIZED VIEW kept`);
      });
      expect(found.sort()).toEqual(['column removed: Select.📦 büro', 'column removed: wide_3.c3500', 'table removed: kept']);
    } finally {
      await client.end();
      await admin.query(`DROP DATABASE ${run} WITH (FORCE)`);
      await admin.end();
    }
  }, 120_000);

  it('MySQL: unsigned and zero-fill, and names that are words of its language', async () => {
    const { hostname, port, username, password } = new URL(servers.mysql);
    const sql = await mysql.createConnection({ host: hostname, port: Number(port), user: username, password, multipleStatements: true });
    try {
      await sql.query(`CREATE DATABASE ${run}; USE ${run}; CREATE TABLE \`table\` (id int unsigned PRIMARY KEY, code int(6) unsigned zerofill, \`select\` set('a','b'), tiny tinyint(1), \`year\` year)`);
      const found = await changed(`kind: mysql, url: ${JSON.stringify(servers.mysql)}, database: ${run}`, async (session) => {
        const [table] = (await session.schema({ ...options() })).services[0]!.tables;
        expect(table!.columns.slice(0, 2)).toMatchObject([{ type: 'UINTEGER' }, { name: 'code', nativeType: 'int(6) unsigned zerofill' }]);
        await sql.query('ALTER TABLE `table` MODIFY code int unsigned');
      });
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(/type: table\.code$/);
    } finally {
      await sql.query(`DROP DATABASE IF EXISTS ${run}`);
      await sql.end();
    }
  }, 60_000);

  it('ClickHouse: Nested, LowCardinality, Nullable, Map, Tuple', async () => {
    const client = createClient({ url: servers.clickhouse });
    const command = (query: string) => client.command({ query });
    try {
      await command(`CREATE DATABASE ${run}`);
      await command(`CREATE TABLE ${run}.odd (id UInt64, low LowCardinality(Nullable(String)), attributes Map(String, UInt8), place Tuple(lat Float64, lon Float64), lines Nested(sku String, qty UInt32)) ENGINE = MergeTree ORDER BY id`);
      const found = await changed(`kind: clickhouse, url: ${JSON.stringify(servers.clickhouse)}, database: ${run}`, async (session) => {
        const [table] = (await session.schema({ ...options() })).services[0]!.tables;
        const column = (name: string) => table!.columns.find((one) => one.name === name)!;
        expect(column('low')).toMatchObject({ type: 'VARCHAR', nullable: true });
        expect(column('attributes').type).toBe('MAP(VARCHAR, UTINYINT)');
        expect(column('place').fields.map(({ name, type }) => `${name} ${type}`)).toEqual(['place.lat DOUBLE', 'place.lon DOUBLE']);
        expect(column('lines.sku').type).toBe('VARCHAR[]');
        await command(`ALTER TABLE ${run}.odd MODIFY COLUMN place Tuple(lat Float64, lon Float32)`);
      });
      expect(found).toEqual(['type: odd.place.lon']);
    } finally {
      await command(`DROP DATABASE IF EXISTS ${run}`);
      await client.close();
    }
  }, 60_000);

  it('MongoDB: recursive documents, documents that all differ, a collection that vanishes', async () => {
    const mongo = new MongoClient(servers.mongodb);
    const db = mongo.db(run);
    try {
      const deep = (n: number): object => (n === 0 ? { leaf: true } : { left: deep(n - 1), name: `n${n}` });
      await db.collection<object>('trees').insertMany(Array.from({ length: 25 }, (_, i) => ({ _id: i, root: deep(40), children: [{ children: [{ children: [] }] }] })) as never);
      await db.collection<object>('unlike').insertMany(Array.from({ length: 300 }, (_, i) => ({ _id: i, [`f${i}`]: i % 2 === 0 ? i : `t${i}`, bag: { [`k${i}`]: i } })) as never);
      await db.collection<object>('gone').insertOne({ _id: 1 } as never);
      const found = await changed(`kind: mongodb, url: ${JSON.stringify(servers.mongodb)}, database: ${run}`, () => db.collection('gone').drop());
      expect(found).toEqual(['table removed: gone']);
    } finally {
      await db.dropDatabase();
      await mongo.close();
    }
  }, 60_000);
});
