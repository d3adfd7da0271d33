/**
 * Samples come from all over a table. In every store here the newest tenth of the rows has a state, and references,
 * that the first rows do not have: what only looked at the beginning would know neither.
 */

import { createClient } from '@clickhouse/client';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SchemaAnswer } from '../../../src/answer/contract.js';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import type { Session } from '../../../src/session/contract.js';
import { createTopic, produce, removeTopics } from '../../support/kafka.js';
import { listening, servers } from '../../support/servers.js';
import { openSqliteForWriting } from '../../support/sqlite.js';

const stores = ['postgres', 'mysql', 'mongodb', 'clickhouse', 'redis', 'kafka'] as const;
const isUp = (await Promise.all(stores.map((store) => listening(servers[store].split(',')[0]!)))).every(Boolean);
const run = `spread_${process.pid}_${Date.now() % 100_000}`;
const many = 30_000;
/** Of stores whose rows the test sends one by one. */
const some = 6_000;
const state = (i: number, of: number) => (i >= of * 0.9 ? 'late' : 'early');

describe.skipIf(!isUp && process.env['CI'] !== 'true')('samples', () => {
  let dir: string;
  let session: Session;
  const house = createClient({ url: servers.clickhouse });
  const redis = new Redis(new URL('/12', servers.redis).href);
  const mongo = new MongoClient(servers.mongodb);
  const options = () => ({ signal: AbortSignal.timeout(150_000) });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-spread-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    process.env['XDG_STATE_HOME'] = join(dir, 'state');
    await Promise.all([fillPostgres(), fillMysql(), fillMongo(), fillClickhouse(), fillRedis(), fillKafka(), fillFiles()]);
    const path = join(dir, 'aishell.yaml');
    const at = (url: string) => JSON.stringify(url);
    await writeFile(path, `services:
  rel: { kind: postgres, url: ${at(servers.postgres)}, database: ${run} }
  sql: { kind: mysql, url: ${at(servers.mysql)}, database: ${run} }
  doc: { kind: mongodb, url: ${at(servers.mongodb)}, database: ${run} }
  col: { kind: clickhouse, url: ${at(servers.clickhouse)}, database: ${run} }
  kv: { kind: redis, url: ${at(servers.redis)}, db: 12 }
  bus: { kind: kafka, brokers: ${at(servers.kafka)}, topics: [${run}] }
  lite: { kind: files, path: ${at(join(dir, 'files'))} }
`);
    session = await openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }) });
  }, 120_000);

  afterAll(async () => {
    await session?.close();
    const admin = new pg.Client({ connectionString: servers.postgres });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${run} WITH (FORCE)`);
    await admin.end();
    const sql = await mysql.createConnection(servers.mysql);
    await sql.query(`DROP DATABASE IF EXISTS ${run}`);
    await sql.end();
    await mongo.db(run).dropDatabase();
    await mongo.close();
    await house.command({ query: `DROP DATABASE IF EXISTS ${run}` });
    await house.close();
    await redis.flushdb();
    redis.disconnect();
    await removeTopics([run]);
    await rm(dir, { recursive: true, force: true });
  });

  async function fillPostgres(): Promise<void> {
    const admin = new pg.Client({ connectionString: servers.postgres });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${run}`);
    await admin.end();
    const own = new URL(servers.postgres);
    own.pathname = `/${run}`;
    const client = new pg.Client({ connectionString: own.href });
    await client.connect();
    // A key without an order that means anything, an outlier far from all other keys, a view.
    await client.query(`CREATE TABLE guests (id bigint PRIMARY KEY, name text); INSERT INTO guests SELECT i, 'g' || i FROM generate_series(1000, 2999) i;
      CREATE TABLE stays (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), state text, guest_id bigint);
      INSERT INTO stays SELECT gen_random_uuid(), CASE WHEN i >= ${many * 0.9} THEN 'late' ELSE 'early' END, CASE WHEN i >= ${many * 0.9} THEN 900000 + i ELSE 1000 + i % 2000 END FROM generate_series(0, ${many - 1}) i;
      CREATE TABLE far (id bigint PRIMARY KEY, state text); INSERT INTO far SELECT i, CASE WHEN i >= ${many * 0.9} THEN 'late' ELSE 'early' END FROM generate_series(0, ${many - 1}) i; INSERT INTO far VALUES (900000000000, 'far');
      CREATE VIEW seen AS SELECT id, state, guest_id FROM stays; ANALYZE`);
    await client.end();
  }

  async function fillMysql(): Promise<void> {
    const sql = await mysql.createConnection({ uri: servers.mysql, multipleStatements: true });
    await sql.query(`CREATE DATABASE ${run}; USE ${run}; SET SESSION cte_max_recursion_depth = 1000000;
      CREATE TABLE keyless (state varchar(10), n int);
      INSERT INTO keyless WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < ${many - 1}) SELECT IF(n >= ${many * 0.9}, 'late', 'early'), n FROM r;
      CREATE VIEW seen AS SELECT state, n FROM keyless; ANALYZE TABLE keyless`);
    await sql.end();
  }

  async function fillMongo(): Promise<void> {
    const documents = Array.from({ length: some }, (_, i) => ({ _id: `k${String(i).padStart(6, '0')}`, state: state(i, some) }));
    await mongo.db(run).collection<object>('papers').insertMany(documents as never);
    await mongo.db(run).createCollection('seen', { viewOn: 'papers', pipeline: [{ $project: { state: 1 } }] });
  }

  async function fillClickhouse(): Promise<void> {
    const command = (query: string) => house.command({ query });
    await command(`CREATE DATABASE ${run}`);
    await command(`CREATE TABLE ${run}.visits (id UInt32, state String, guest_id UInt32) ENGINE = MergeTree ORDER BY id`);
    // More than are read whole; each guest that does not exist comes late.
    await command(`INSERT INTO ${run}.visits SELECT number, if(number >= 2700000, 'late', 'early'), if(number >= 2700000, 900000, 1000 + number % 2000) FROM numbers(3000000)`);
    await command(`CREATE VIEW ${run}.seen AS SELECT * FROM ${run}.visits`);
  }

  async function fillRedis(): Promise<void> {
    await redis.flushdb();
    const start = Date.now() - some * 1000;
    const pipeline = redis.pipeline();
    for (let i = 0; i < some; i++) pipeline.xadd('log', `${start + i * 1000}-0`, 'state', state(i, some));
    await pipeline.exec();
  }

  async function fillKafka(): Promise<void> {
    await createTopic(run);
    await produce(run, Array.from({ length: some }, (_, i) => ({ value: JSON.stringify({ state: state(i, some) }) })));
  }

  async function fillFiles(): Promise<void> {
    await mkdir(join(dir, 'files'));
    const file = openSqliteForWriting(join(dir, 'files', 'desk.sqlite'));
    for (const sql of [
      'CREATE TABLE notes (code TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID; CREATE TABLE plain (state TEXT); CREATE VIEW seen AS SELECT * FROM plain',
      `INSERT INTO notes WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < ${many - 1}) SELECT printf('c%06d', n), iif(n >= ${many * 0.9}, 'late', 'early') FROM r`,
      'INSERT INTO plain SELECT state FROM notes ORDER BY code',
    ]) file.exec(sql);
    file.close();
    await writeFile(join(dir, 'files', 'sheet.csv'), `state,n\n${Array.from({ length: many }, (_, i) => `${state(i, many)},${i}\n`).join('')}`);
  }

  it('know values that only the newest rows have, in every kind of store and in views', async () => {
    const config = await loadConfig({ path: join(dir, 'aishell.yaml'), cwd: '/', env: process.env });
    const services: SchemaAnswer['services'][number][] = [];
    // One by one: what a table's values may take is bounded by time, too.
    for (const { name } of config.services) {
      const one = await openSession({ config, services: [name] });
      services.push(...(await one.schema(options())).services);
      await one.close();
    }
    const labels = Object.fromEntries(services.flatMap(({ name, tables }) => tables.flatMap((table) => table.columns.filter((column) => column.name === 'state').map((column) => [`${name}.${table.name}`, column.labels?.values]))));
    const both = ['early', 'late'];
    expect(labels).toEqual({
      'rel.stays': both, 'rel.far': expect.arrayContaining(both) as unknown, 'rel.seen': both,
      'sql.keyless': both, 'sql.seen': both, 'doc.papers': both, 'doc.seen': both, 'col.visits': both, 'col.seen': both,
      'kv.log': both, [`bus.${run}`]: both, 'lite.notes': both, 'lite.plain': both, 'lite.seen': both, 'lite.sheet': both,
    });
  }, 150_000);

  it('of links say which rows they are, and see references that only new rows have', async () => {
    const { links } = await session.links(options());
    const values = (from: string) => links.find((link) => link.from === from)!.values!;
    expect(values('col.visits.guest_id').sample).toBe('400 rows from 4 places along id');
    expect(values('col.visits.guest_id').missing).toEqual(['900000']);
    expect(values('rel.seen.guest_id').sample).toMatch(/^\d+ rows from \d places among the first [\d,]+$/);
  }, 150_000);

  it('stand for a table too large to be read whole, which the check says', async () => {
    const answer = await session.check({ ...options(), services: ['col', 'rel'], only: 'references' });
    const check = answer.checks.find(({ where }) => where === 'col.visits.guest_id')!;
    expect(check).toMatchObject({ looked: 200_000, found: 25_000, ok: false, examples: ['900000'], sampled: '200,000 of about 3,000,000 rows, from 8 places along id' });
  }, 150_000);
});
