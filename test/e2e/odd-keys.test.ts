/**
 * Keys between stores whose forms differ: text that is a number with zeros or blanks in front, UUIDs in capitals, in braces
 * and without dashes, none at all, NULLs alone, duplicates, values that the other type can't hold. The
 * answers are worked out here, and given as it is planned and with filtered scans alone.
 */

import { MongoClient, Int32, type Document } from 'mongodb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'mysql2/promise';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import type { Session } from '../../src/session/contract.js';
import { listening, servers } from '../support/servers.js';
import { dropDatabases } from './support/stores.js';

const up = (await Promise.all([servers.postgres, servers.mysql, servers.mongodb].map(listening))).every(Boolean);
const rows = 6_000;
const uuid = (n: number) => `abcdef00-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe.skipIf(!up && process.env['CI'] !== 'true')('keys in other forms', () => {
  const database = `odd_keys_${process.pid}`;
  let session: Session;
  let folder: string;

  beforeAll(async () => {
    const admin = new pg.Client(servers.postgres);
    await admin.connect();
    await admin.query(`CREATE DATABASE ${database}`);
    await admin.end();
    const at = (address: string) => Object.assign(new URL(address), { pathname: `/${database}` }).href;
    const desk = new pg.Client(at(servers.postgres));
    await desk.connect();
    await desk.query(`CREATE TABLE tiny (k text, n int, u text, big numeric(30,0));
      INSERT INTO tiny VALUES ('7', 7, upper('${uuid(7)}'), 7), ('000010', 10, '{${uuid(10)}}', 10), (NULL, NULL, NULL, NULL), ('7', 7, replace('${uuid(7)}', '-', ''), 12345678901234567890123), (' 8', 8, 'zz', 8), ('C9', -1, '${uuid(9)}', -1);
      CREATE TABLE none (k bigint); CREATE TABLE nulls (k bigint); INSERT INTO nulls SELECT NULL FROM generate_series(1, 50);
      CREATE TABLE guest (id bigint PRIMARY KEY, u uuid); INSERT INTO guest SELECT n, ('abcdef00-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid FROM generate_series(1, ${rows}) n; CREATE INDEX ON guest (u); ANALYZE`);
    await desk.end();
    const house = await createConnection({ uri: servers.mysql });
    await house.query(`CREATE DATABASE ${database}`);
    await house.query(`CREATE TABLE ${database}.stay (id bigint PRIMARY KEY, guest bigint, code varchar(40), KEY (guest), KEY (code))`);
    await house.query(`INSERT INTO ${database}.stay VALUES ${Array.from({ length: rows }, (_, i) => `(${i + 1}, ${i % 11 === 0 ? 'NULL' : (i + 1) % 600}, '${i % 2 === 0 ? i + 1 : `C${i + 1}`}')`).join(',')}`);
    await house.query(`ANALYZE TABLE ${database}.stay`);
    await house.end();
    const docs = await new MongoClient(servers.mongodb).connect();
    await docs.db(database).collection<Document>('notes').createIndex({ stay: 1 });
    await docs.db(database).collection<Document>('notes').insertMany(Array.from({ length: 1_000 }, (_, n): Document => ({ _id: new Int32(n), stay: n % 17 === 0 ? null : new Int32(n * 3), code: n % 4 === 0 ? `${n}` : `C${n}` })));
    await docs.close();
    folder = await mkdtemp(join(tmpdir(), 'odd-keys-'));
    await writeFile(join(folder, 'aishell.yaml'), JSON.stringify({ services: { desk: { kind: 'postgres', url: at(servers.postgres) }, house: { kind: 'mysql', url: at(servers.mysql) }, docs: { kind: 'mongodb', url: servers.mongodb, database } } }));
    session = await openSession({ config: await loadConfig({ cwd: folder, env: process.env }), refresh: true });
  }, 120_000);

  afterAll(async () => {
    await session?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    await dropDatabases({ postgres: [database], mysql: [database], mongodb: [database] });
  });

  const guests = (...wanted: number[]) => Array.from({ length: rows }, (_, i) => (i % 11 === 0 ? undefined : (i + 1) % 600)).reduce<number>((sum, guest) => sum + wanted.filter((one) => one === guest).length, 0);

  test.each<[sql: string, answer: readonly unknown[]]>([
    // Text finds text as it is written.
    ['SELECT count(*), min(s.id) FROM desk.tiny t JOIN house.stay s ON s.code = t.k', ['2', '7']],
    ['SELECT count(*) FROM desk.tiny t JOIN house.stay s ON s.guest = TRY_CAST(t.k AS BIGINT)', [String(guests(7, 7, 10, 8))]],
    ['SELECT count(*) FROM desk.tiny t JOIN house.stay s ON s.guest = t.n', [String(guests(7, 7, 10, 8))]],
    ['SELECT count(*) FROM desk.tiny t JOIN house.stay s ON s.guest::VARCHAR = t.k', [String(guests(7, 7))]],
    ['SELECT count(*) FROM desk.tiny t JOIN house.stay s ON s.guest = t.big', [String(guests(7, 10, 8))]],
    ['SELECT count(*), min(g.id) FROM desk.guest g JOIN docs.notes n ON n.stay = g.id JOIN house.stay s ON s.id = n.stay WHERE n.code IN (\'4\', \'C5\', \'C6\', \'C17\')', ['3', '12']],
    // No key, and none but NULL.
    ['SELECT count(*) FROM desk.none x JOIN house.stay s ON s.guest = x.k JOIN docs.notes n ON n.stay = s.id', ['0']],
    ['SELECT count(*) FROM desk.nulls x JOIN house.stay s ON s.guest = x.k JOIN docs.notes n ON n.stay = s.id', ['0']],
    ['SELECT count(*), count(s.id) FROM desk.nulls x LEFT JOIN house.stay s ON s.guest = x.k', ['50', '0']],
    ['SELECT count(*) FROM house.stay s WHERE s.guest NOT IN (SELECT k FROM desk.nulls)', ['0']],
    ['SELECT count(*) FROM house.stay s WHERE s.id < 500 AND NOT EXISTS (FROM desk.tiny t WHERE t.n = s.guest)', [String(499 - 3 + [7, 8, 10].filter((id) => (id - 1) % 11 === 0).length)]],
    ['SELECT count(*) FROM desk.tiny t WHERE EXISTS (FROM house.stay s WHERE s.guest = t.n AND s.id > 600) AND t.n > 7', ['2']],
  ])('%s', async (sql, answer) => {
    const signal = () => AbortSignal.timeout(60_000);
    const planned = await session.sql(sql, { signal: signal() });
    const scanned = await session.sql(sql, { signal: signal(), pushdown: 'scans' });
    expect([planned.rows, scanned.rows]).toEqual([[answer], [answer]]);
  });

  test.each<[string, string]>([
    ['SELECT count(*) FROM desk.tiny t JOIN desk.guest g ON g.u = TRY_CAST(t.u AS UUID)', '4'],
    ['SELECT count(*) FROM desk.tiny t JOIN desk.guest g ON g.u::VARCHAR = t.u', '1'],
  ])('%s', async (sql, count) => {
    for (const pushdown of ['all', 'scans'] as const) expect((await session.sql(sql, { signal: AbortSignal.timeout(60_000), pushdown })).rows).toEqual([[count]]);
  });
});
