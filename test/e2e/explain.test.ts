/**
 * Decisions on real stores whose statistics are wrong by a thousand times, both ways, and what `explain` says of them
 * and of every step that stays here. The statistics are made stale: taken over other rows, and never again.
 */

import { MongoClient } from 'mongodb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'mysql2/promise';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExplainAnswer } from '../../src/answer/contract.js';
import { loadConfig } from '../../src/config/index.js';
import { renderAnswer } from '../../src/render/index.js';
import { openSession } from '../../src/session/index.js';
import type { Session } from '../../src/session/contract.js';
import { listening, servers } from '../support/servers.js';

const up = (await Promise.all([servers.postgres, servers.mysql, servers.mongodb].map(listening))).every(Boolean);
const rows = 60_000;

describe.skipIf(!up && process.env['CI'] !== 'true')('explain over stores with stale statistics', () => {
  const database = `explain_${process.pid}_${Date.now()}`;
  let session: Session;
  let folder: string;

  beforeAll(async () => {
    await fill(database);
    folder = await mkdtemp(join(tmpdir(), 'explain-'));
    const withDatabase = (address: string) => Object.assign(new URL(address), { pathname: `/${database}` }).href;
    const services = {
      sales: { kind: 'postgres', url: withDatabase(servers.postgres) },
      people: { kind: 'mysql', url: withDatabase(servers.mysql) },
      notes: { kind: 'mongodb', url: withDatabase(servers.mongodb) },
    };
    await writeFile(join(folder, 'aishell.yaml'), JSON.stringify({ services }));
    session = await openSession({ config: await loadConfig({ cwd: folder, env: process.env }), refresh: true });
  }, 60_000);

  afterAll(async () => {
    await session?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    await drop(database);
  });

  const explain = (sql: string, analyze = false): Promise<ExplainAnswer> => session.explain(sql, { signal: new AbortController().signal, analyze });
  const joined = (table: string) => `SELECT count(*), min(p.name) FROM sales.${table} s JOIN people.persons p ON p.id = s.person WHERE s.kind = 'k1'`;

  test('sixty rows that are sixty thousand: their keys stay, as soon as they are seen to be too many', async () => {
    const { shipments, analysis, fragments } = await explain(joined('grown'), true);
    const { decision, actual } = shipments.find(({ to }) => to === fragments.find(({ service }) => service === 'people')!.id)!;
    expect(decision).toMatchObject({ chosen: 'keys' });
    // A fifth of the rows, as MySQL estimates them.
    expect(Math.abs(decision.breakEven! - rows / 5)).toBeLessThan(rows / 15);
    expect(decision.sourceRows).toBeLessThan(1_000);
    expect(actual).toMatchObject({ shipped: false, keys: decision.breakEven! + 1, why: expect.stringMatching(/more than \d+,\d+ keys came/) as string });
    expect(fragments.map((fragment) => fragment.actual!.rows).toSorted((a, b) => a - b)).toEqual([rows, rows]);
    expect(analysis!.rows).toBe(1);
    const { rows: answer } = await session.sql(joined('grown'), { signal: new AbortController().signal });
    expect(answer).toEqual([[String(rows), 'person 1']]);
  });

  test('sixty thousand rows that are five: a try is made for their keys, or both are read whole', async () => {
    const { shipments, fragments } = await explain(joined('shrunk'), true);
    const people = fragments.find(({ service }) => service === 'people')!;
    const { decision, actual } = shipments.find(({ to }) => to === people.id)!;
    // Whether a try is worth it is told by the stores' own estimates, which may come late on a busy machine.
    expect(decision).toMatchObject({ chosen: expect.stringMatching(/^(try|scan)$/) as string, sourceRows: expect.closeTo(rows, -4) as number });
    // The whole of the other table is read in a few hundredths of a second: either way is a sane one.
    if (decision.chosen === 'scan') expect(people.actual!.rows).toBe(rows);
    else if (actual!.shipped) expect([actual!.keys, people.actual!.rows]).toEqual([5, 5]);
    else expect([actual!.why, people.actual!.rows]).toEqual([expect.stringContaining('did not come within'), rows]);
    const { rows: answer } = await session.sql(joined('shrunk'), { signal: new AbortController().signal });
    expect(answer).toEqual([['5', 'person 1']]);
  });

  test('as text: the numbers of the decision, where time went, and a reason for every step here', async () => {
    const sql = `SELECT *, row_number() OVER (ORDER BY name) AS n FROM (SELECT p.name, n.label, avg(s.amount) AS mean FROM sales.grown s JOIN people.persons p ON p.id = s.person JOIN notes.remarks n ON n.person = p.id
      WHERE s.id <= 20 AND regexp_matches(p.name, 'n [12].*$') AND n.label <> 'x' GROUP BY ALL) ORDER BY 1 LIMIT 3`;
    const answer = await explain(sql, true);
    const text = await renderAnswer(answer, { format: 'table', width: 400 });
    expect(text).toMatch(/decided +by keys: .*\(estimated \d[\d,]* rows of f\d, \d[\d,]* keys, [\d,]+ rows of f\d, break-even [\d,]+ keys\)/);
    expect(text).toMatch(/actual +20 keys travelled/);
    expect(text).toMatch(/time +(waiting for keys \d+ ms, )?waiting for the store \d+ ms, transfer \d+ ms/);
    expect(text).toMatch(/planning \d+, reading from the stores \d+, joining here \d+/);
    const said = answer.local.map(({ what, reason }) => `${what}: ${reason}`);
    for (const step of [/inner join ON .*: its sides are of different stores: /, /avg\(.*GROUP BY .*: it stands on what is joined here of /, /row_number.* OVER /, /ORDER BY /, /regexp_matches\(.*: regexp_matches\(\) may mean something else here/]) expect(said).toContainEqual(expect.stringMatching(step));
    expect(JSON.parse(JSON.stringify(answer))).toMatchObject({ local: answer.local, shipments: expect.arrayContaining([expect.objectContaining({ decision: expect.objectContaining({ chosen: 'keys' }) as unknown })]) as unknown });
  });

  test('keys travel below a window that is partitioned by them, and stay above any other with the reason', async () => {
    const ranked = (partition: string) => `SELECT n.label, count(*), sum(s.amount) FROM notes.remarks n JOIN (SELECT person, amount FROM sales.shrunk QUALIFY row_number() OVER (${partition}ORDER BY id DESC) <= 100) s ON s.person = n.person WHERE n.label <> 'x' GROUP BY 1`;
    const both = async (sql: string) => {
      const [all, scans] = await Promise.all((['all', 'scans'] as const).map((pushdown) => session.sql(sql, { signal: new AbortController().signal, pushdown })));
      expect(all!.rows).toEqual(scans!.rows);
      const explained = await explain(sql, true);
      return { ...explained, sales: explained.fragments.find(({ service }) => service === 'sales')! };
    };
    const below = await both(ranked('PARTITION BY person '));
    expect(below.sales.native).toContain('OVER (PARTITION BY "person"');
    expect(below.sales.actual!.rows).toBe(133);
    expect(below.shipments.find(({ to }) => to === below.sales.id)).toMatchObject({ because: 'sales.shrunk.person = notes.remarks.person (inner join)', actual: { shipped: true, keys: 133 } });
    const above = await both(ranked(''));
    expect(above.shipments.filter(({ to }) => to === above.sales.id)).toEqual([]);
    expect(above.sales.kept).toContainEqual({ what: expect.stringMatching(/^keys for .*remarks\.person \(inner join\)$/) as string, reason: expect.stringContaining('not all of its functions are partitioned by that column') as string });
    // A window that stays here, in a frame that stores count otherwise.
    const here = await both('SELECT n.label, w FROM notes.remarks n JOIN (SELECT person, count(*) OVER (ORDER BY id GROUPS 3 PRECEDING) AS w FROM sales.shrunk) s ON s.person = n.person ORDER BY ALL LIMIT 3');
    expect(here.sales.kept).toContainEqual({ what: 'keys for sales.shrunk.person = notes.remarks.person (inner join)', reason: expect.stringContaining('partitioned') as string });
  });

  test('mixed types, collations, averages and joins that would move more each have a reason of their own', async () => {
    const reasons = async (sql: string) => (await explain(sql)).local.map(({ what, reason }) => `${what}: ${reason}`);
    expect(await reasons(`SELECT * FROM notes.remarks WHERE mixed > 3`)).toContainEqual(expect.stringMatching(/mixed.*: \S+ \S+/));
    expect(await reasons('SELECT kind, avg(amount) FROM sales.grown GROUP BY 1')).toContainEqual(expect.stringMatching(/sum.* \/ .*count.*: stores divide with precisions of their own/));
    expect(await reasons('SELECT min(name) FROM people.persons')).toContainEqual(expect.stringMatching(/min\(people.persons.name\): \S+ \S+/));
    expect(await reasons('SELECT g.id, s.id FROM sales.grown g JOIN sales.shrunk s ON g.kind = s.kind')).toContainEqual(expect.stringMatching(/inner join ON .*: it is expected to return more than its tables hold/));
  });
});

async function fill(database: string): Promise<void> {
  const admin = new pg.Client(servers.postgres);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${database}`);
  await admin.end();
  const client = new pg.Client(Object.assign(new URL(servers.postgres), { pathname: `/${database}` }).href);
  await client.connect();
  const table = (name: string, kind: string) => `CREATE TABLE ${name} (id bigint PRIMARY KEY, person bigint, kind text, amount numeric(10,2)) WITH (autovacuum_enabled = false);
    INSERT INTO ${name} SELECT n, n, ${kind}, n FROM generate_series(1, ${rows}) n; CREATE INDEX ON ${name} (kind); ANALYZE ${name}`;
  await client.query(table('grown', "'k' || n % 1000"));
  await client.query(`UPDATE grown SET kind = 'k1'`);
  await client.query(table('shrunk', "'k1'"));
  await client.query(`UPDATE shrunk SET kind = 'other' WHERE id > 5`);
  await client.end();

  const maria = await createConnection({ uri: servers.mysql });
  await maria.query(`CREATE DATABASE ${database}`);
  await maria.query(`CREATE TABLE ${database}.persons (id bigint PRIMARY KEY, name varchar(40) NOT NULL)`);
  for (let at = 0; at < rows; at += 20_000) {
    await maria.query(`INSERT INTO ${database}.persons VALUES ${Array.from({ length: 20_000 }, (_, i) => `(${at + i + 1}, 'person ${at + i + 1}')`).join(',')}`);
  }
  await maria.query(`ANALYZE TABLE ${database}.persons`);
  await maria.end();

  const mongo = await new MongoClient(servers.mongodb).connect();
  await mongo.db(database).collection<Record<string, unknown>>('remarks').insertMany(Array.from({ length: 200 }, (_, i) => ({ person: i + 1, label: i % 3 === 0 ? 'x' : 'y', mixed: i % 2 === 0 ? i : `${i}` })));
  await mongo.close();
}

async function drop(database: string): Promise<void> {
  const admin = new pg.Client(servers.postgres);
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.end();
  const maria = await createConnection({ uri: servers.mysql });
  await maria.query(`DROP DATABASE IF EXISTS ${database}`);
  await maria.end();
  const mongo = await new MongoClient(servers.mongodb).connect();
  await mongo.db(database).dropDatabase();
  await mongo.close();
}
