/**
 * Nothing goes on running in a store after Ctrl-C, a time limit or the failure of another part of the statement. Looked
 * up in each server's own list of what it does; where its stand-in can't stop anything, that it was told to.
 */

import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimDatabase } from '../support/redis.js';
import type { Claim } from '../support/redis.js';
import { listening, servers } from '../support/servers.js';
import { toldError, withProgram, Workplace } from './support/aishell.js';
import { Stores, storesUp } from './support/stores.js';

withProgram();

const up = storesUp && (await listening(servers.mariadb)) && (await listening(servers.redis));
const keys = 150_000;

interface Busy {
  readonly service: string;
  readonly statement: string;
  /** How many queries of ours the server works on. */
  running(): Promise<number>;
}

describe.skipIf(!up && process.env['CI'] !== 'true')('a statement that is given up', () => {
  let place: Workplace;
  let stores: Stores;
  let claim: Claim;
  let redis: Redis;
  let mariadb: Connection;
  let postgres: pg.Client;
  const busy: Record<string, Busy> = {};

  beforeAll(async () => {
    place = await Workplace.create();
    stores = await Stores.open('cancelled');
    postgres = new pg.Client(servers.postgres);
    await postgres.connect();
    mariadb = await createConnection({ uri: servers.mariadb });
    claim = await claimDatabase();
    // A number in the URL would win over the option.
    const redisUrl = new URL(servers.redis);
    redisUrl.pathname = `/${claim.database}`;
    redis = new Redis(redisUrl.href, { lazyConnect: true });
    await redis.connect();
    const { name } = stores;
    await stores.postgres('CREATE VIEW slow AS SELECT n, pg_sleep(600) IS NULL AS waited FROM generate_series(1, 3) n; CREATE VIEW broken AS SELECT 1 / (n - 2) AS n FROM generate_series(1, 2) n');
    await stores.mysql('CREATE VIEW slow AS SELECT 1 AS n, SLEEP(600) AS waited');
    await mariadb.query(`CREATE DATABASE ${name}`);
    await mariadb.query(`CREATE VIEW ${name}.slow AS SELECT 1 AS n, SLEEP(600) AS waited`);
    await stores.clickhouse(`CREATE VIEW $db.slow AS SELECT number AS n, sleepEachRow(0.05) AS waited FROM numbers(58)`);
    await stores.mongodb.collection('many').insertMany(Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x'.repeat(200) })));
    for (let at = 0; at < keys; at += 10_000) {
      const pipeline = redis.pipeline();
      for (let n = at; n < at + 10_000; n++) pipeline.set(`thing:${n}`, `${n}`);
      await pipeline.exec();
    }
    const mariadbUrl = new URL(servers.mariadb);
    mariadbUrl.pathname = `/${name}`;
    await place.configure(
      ['services:', ...(['postgres', 'mysql', 'clickhouse', 'mongodb'] as const).map((kind) => `  ${kind}: ${stores.service(kind)}`),
        `  mariadb: ${JSON.stringify({ kind: 'mysql', url: mariadbUrl.href })}`, `  redis: ${JSON.stringify({ kind: 'redis', url: redisUrl.href, patterns: { thing: 'thing:{id}' } })}`, ''].join('\n'),
    );
    const listed = (query: Promise<unknown>) => query.then((result) => (result as [unknown[]])[0].length);
    const processes = `SELECT 1 FROM information_schema.processlist WHERE info LIKE '%slow%' AND info LIKE '%${name}%' AND info NOT LIKE '%processlist%'`;
    busy['postgres'] = {
      service: 'postgres', statement: 'SELECT count(*) FROM postgres.slow WHERE NOT waited',
      running: async () => (await postgres.query(`SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND query LIKE '%slow%'`, [name])).rowCount ?? 0,
    };
    busy['mysql'] = { service: 'mysql', statement: 'SELECT waited FROM mysql.slow', running: () => listed(stores.mysql(processes)) };
    busy['mariadb'] = { service: 'mariadb', statement: 'SELECT waited FROM mariadb.slow', running: () => listed(mariadb.query(processes)) };
    busy['mongodb'] = {
      service: 'mongodb', statement: 'SELECT sum(length(text)) FROM mongodb.many',
      running: async () => {
        const { inprog } = (await stores.mongodb.admin().command({ currentOp: 1 })) as { inprog: { ns?: string }[] };
        return inprog.filter(({ ns }) => ns === `${name}.many`).length;
      },
    };
    // The catalogue is known before anything is measured.
    expect((await place.run(['schema'])).code).toBe(0);
  }, 240_000);

  afterAll(async () => {
    await claim?.release();
    redis?.disconnect();
    await mariadb?.query(`DROP DATABASE IF EXISTS ${stores.name}`);
    await mariadb?.end();
    await postgres?.end();
    await stores?.close();
    await place?.remove();
  });

  const started = ({ running }: Busy) => expect.poll(running, { timeout: 30_000, interval: 50 }).toBeGreaterThan(0);
  const stopped = ({ running }: Busy) => expect.poll(running, { timeout: 10_000, interval: 50 }).toBe(0);

  it.each(['postgres', 'mysql', 'mariadb', 'mongodb'])('%s: by Ctrl-C', async (kind) => {
    const { code } = await place.run(['sql', busy[kind]!.statement], { interrupted: started(busy[kind]!) });
    expect(code).toBe(130);
    await stopped(busy[kind]!);
  });

  it.each(['postgres', 'mysql', 'mariadb'])('%s: by its time limit', async (kind) => {
    const [{ code, stderr }] = await Promise.all([place.run(['sql', busy[kind]!.statement, '--timeout', '4s', '--format', 'json']), started(busy[kind]!)]);
    expect([code, toldError(stderr).code]).toEqual([6, 'budget.time']);
    await stopped(busy[kind]!);
  });

  it.each(['mysql', 'mariadb'])('%s: by the failure of another part', async (kind) => {
    const statement = `SELECT count(*) FROM postgres.broken b FULL JOIN ${kind}.slow s ON s.n = b.n AND s.waited = 0`;
    const { code } = await place.run(['sql', statement]);
    expect(code).toBe(5);
    await stopped(busy[kind]!);
  });

  it('ClickHouse is told to stop the query', async () => {
    const list = async (path: string) => (await (await fetch(new URL(path, servers.clickhouse.replace(/\/\/[^@]*@/, '//')))).json()) as unknown[];
    const told = async () => (await list('/killed')).length;
    const sent = async () => ((await list('/requests')) as { query: string }[]).some(({ query }) => query.includes(`\`${stores.name}\`.\`slow\``) && query.includes('FORMAT Parquet'));
    const before = await told();
    const { code } = await place.run(['sql', 'SELECT n FROM clickhouse.slow WHERE waited = 0'], { interrupted: expect.poll(sent, { timeout: 30_000, interval: 20 }).toBe(true) });
    expect(code).toBe(130);
    await expect.poll(told, { timeout: 10_000 }).toBeGreaterThan(before);
  });

  it('Redis is asked for no more keys', async () => {
    const scans = async () => Number(/cmdstat_scan:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
    const before = await scans();
    const begun = expect.poll(scans, { timeout: 30_000, interval: 20 }).toBeGreaterThan(before + 20);
    const { code, stderr } = await place.run(['sql', 'SELECT sum(value) FROM redis.thing'], { interrupted: begun });
    expect([code, stderr]).toEqual([130, expect.any(String)]);
    expect(await scans()).toBeLessThan(before + keys / 1_000);
  });
});
