/**
 * Nothing goes on running in a store after Ctrl-C, a time limit, the failure of another part of the statement, or a LIMIT
 * that was met: looked
 * up in each server's own list of what it does; where its stand-in can't stop anything, that it was told to.
 */

import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { claimDatabase } from '../support/redis.js';
import type { Claim } from '../support/redis.js';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import type { Session } from '../../src/session/contract.js';
import { FaultProxy } from '../support/proxy.js';
import { createTopic, produce } from '../support/kafka.js';
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
  /** In front of the stores that answer too fast to be caught at it: they fall silent amid an answer. */
  const proxies: Record<string, FaultProxy> = {};
  const clickhouseList = async (path: string) => (await (await fetch(new URL(path, servers.clickhouse.replace(/\/\/[^@]*@/, '//')))).json()) as unknown[];
  const clickhouseKilled = async () => (await clickhouseList('/killed')).length;
  /** What is asked of a store in a while. */
  const asked = async (kind: string) => {
    const before = proxies[kind]!.requests;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return proxies[kind]!.requests - before;
  };

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
    await stores.postgres('CREATE VIEW slow AS SELECT n, pg_sleep(600) IS NULL AS waited FROM generate_series(1, 3) n; CREATE VIEW broken AS SELECT 1 / (n - 2) AS n FROM generate_series(1, 2) n; CREATE VIEW few AS SELECT generate_series(1, 3) AS n');
    await stores.mysql('CREATE VIEW slow AS SELECT 1 AS n, SLEEP(600) AS waited');
    await mariadb.query(`CREATE DATABASE ${name}`);
    await mariadb.query(`CREATE VIEW ${name}.slow AS SELECT 1 AS n, SLEEP(600) AS waited`);
    await stores.clickhouse(`CREATE VIEW $db.slow AS SELECT number AS n, sleepEachRow(0.05) AS waited FROM numbers(58)`);
    await stores.clickhouse('CREATE VIEW $db.many AS SELECT number AS n, toString(sipHash128(number)) AS text FROM numbers(200000)');
    await stores.mongodb.collection('many').insertMany(Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x'.repeat(200) })));
    for (let at = 0; at < keys; at += 10_000) {
      const pipeline = redis.pipeline();
      for (let n = at; n < at + 10_000; n++) pipeline.set(`thing:${n}`, `${n}`);
      await pipeline.exec();
    }
    const [broker] = servers.kafka.split(',') as [string];
    for (const [kind, url] of [['mongodb', servers.mongodb], ['clickhouse', servers.clickhouse], ['redis', servers.redis], ['kafka', `kafka://${broker}`]] as const) {
      const { hostname, port } = new URL(url);
      proxies[kind] = await FaultProxy.to(hostname, Number(port));
    }
    const proxied = (kind: 'mongodb' | 'clickhouse' | 'kafka') => stores.service(kind, { port: proxies[kind]!.port });
    const redisProxied = new URL(redisUrl);
    redisProxied.host = `127.0.0.1:${proxies['redis']!.port}`;
    const mariadbUrl = new URL(servers.mariadb);
    mariadbUrl.pathname = `/${name}`;
    await place.configure(
      ['services:', ...(['postgres', 'mysql'] as const).map((kind) => `  ${kind}: ${stores.service(kind)}`), ...(['mongodb', 'clickhouse', 'kafka'] as const).map((kind) => `  ${kind}: ${proxied(kind)}`),
        `  mariadb: ${JSON.stringify({ kind: 'mysql', url: mariadbUrl.href })}`, `  redis: ${JSON.stringify({ kind: 'redis', url: redisProxied.href, patterns: { thing: 'thing:{id}' } })}`, ''].join('\n'),
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
    // A row in the middle that takes ten minutes: what lies behind it is never read.
    await stores.postgres("CREATE VIEW long AS SELECT n, CASE WHEN n = 500000 THEN pg_sleep(600) IS NULL END AS waited, 'row ' || n AS label FROM generate_series(1, 1000000) n");
    const digits = 'SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9';
    for (const query of [(sql: string) => stores.mysql(sql), (sql: string) => mariadb.query(sql)]) {
      const rows = `SELECT concat('row ', u.d + 10 * v.d + 100 * w.d + 1000 * x.d + 10000 * y.d + 100000 * z.d) FROM ${['u', 'v', 'w', 'x', 'y', 'z'].map((alias) => `(${digits}) ${alias}`).join(', ')}`;
      await query(`CREATE TABLE ${name}.long_rows (n INT AUTO_INCREMENT PRIMARY KEY, label VARCHAR(20))`);
      await query(`INSERT INTO ${name}.long_rows (label) ${rows}`);
      await query(`CREATE VIEW ${name}.long_ones AS SELECT n, label, IF(n = 500000, SLEEP(600), 0) AS waited FROM ${name}.long_rows`);
    }
    await createTopic(stores.topic('long'));
    await produce(stores.topic('long'), Array.from({ length: 300_000 }, (_, n) => ({ value: JSON.stringify({ n, label: `row ${n}`, text: 'x'.repeat(60) }) })));
    // The catalogue is known before anything is measured.
    expect((await place.run(['schema'])).code).toBe(0);
  }, 240_000);

  afterAll(async () => {
    for (const proxy of Object.values(proxies)) await proxy.close();
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

  // These answer too fast to be caught at it: the line stalls past what signing in takes, and before the end.
  const amid: Record<string, readonly [bytes: number, statement: () => string]> = {
    mongodb: [1_000_000, () => busy['mongodb']!.statement],
    clickhouse: [1_000_000, () => 'SELECT count(DISTINCT md5(text)) FROM clickhouse.many'],
    redis: [500_000, () => 'SELECT sum(value) FROM redis.thing'],
    kafka: [5_000_000, () => `SELECT sum(length(text)) FROM kafka."${stores.topic('long')}"`],
  };
  const stalled = async <T>(kind: string, work: (isStalled: Promise<unknown>) => Promise<T>): Promise<T> => {
    const proxy = proxies[kind]!;
    proxy.holdAfter(amid[kind]![0]);
    try {
      const isStalled = expect.poll(() => proxy.isBroken, { timeout: 30_000, interval: 20 }).toBe(true);
      const [result] = await Promise.all([work(isStalled), isStalled]);
      return result;
    } finally {
      proxy.heal();
    }
  };
  /** What the server itself says of it afterwards. Kafka lists nothing: who is not connected fetches nothing. */
  const atRest: Record<string, (before: number) => Promise<void>> = {
    mongodb: () => stopped(busy['mongodb']!),
    clickhouse: async (before) => {
      await expect.poll(clickhouseKilled, { timeout: 10_000 }).toBeGreaterThan(before);
    },
    redis: async () => {
      // The one that asks.
      const clients = async () => String(await redis.client('LIST')).split('\n').filter((line) => line.includes(` db=${claim.database} `)).length;
      await expect.poll(clients, { timeout: 10_000 }).toBe(1);
    },
    kafka: async () => {
      await expect.poll(() => proxies['kafka']!.ends, { timeout: 10_000 }).toBe(0);
    },
  };

  it.each(Object.keys(amid))('%s, amid an answer: by its time limit', async (kind) => {
    const before = await clickhouseKilled();
    const { code, stderr } = await stalled(kind, () => place.run(['sql', amid[kind]![1](), '--timeout', '5s', '--format', 'json']));
    expect([code, toldError(stderr).code]).toEqual([6, 'budget.time']);
    await atRest[kind]!(before);
  });

  it('kafka, amid an answer: by Ctrl-C', async () => {
    const { code } = await stalled('kafka', (interrupted) => place.run(['sql', amid['kafka']![1]()], { interrupted }));
    expect(code).toBe(130);
    await atRest['kafka']!(0);
  });

  describe('in a session that goes on', () => {
    let session: Session;
    beforeAll(async () => {
      // The catalogue that is known already.
      for (const [variable, value] of Object.entries(place.env)) vi.stubEnv(variable, value);
      session = await openSession({ config: await loadConfig({ cwd: place.dir, env: process.env }) });
    });
    afterAll(async () => {
      await session?.close();
      vi.unstubAllEnvs();
    });

    const next: Record<string, string> = { postgres: 'SELECT count(*) FROM postgres.few', mysql: 'SELECT count(*) FROM mysql.long_rows WHERE n < 4', mariadb: 'SELECT count(*) FROM mariadb.long_rows WHERE n < 4', mongodb: 'SELECT count(*) FROM mongodb.many WHERE n < 3', clickhouse: 'SELECT count(*) FROM clickhouse.many WHERE n < 3', redis: "SELECT count(*) FROM redis.thing WHERE id IN ('1', '2', '3')" };
    const followed = async (kind: string) => {
      const sql = next[kind] ?? `SELECT count(*) FROM kafka."${stores.topic('long')}" WHERE _offset < 3`;
      expect((await session.sql(sql, { signal: AbortSignal.timeout(60_000) })).rows).toEqual([['3']]);
    };
    const cancelled = async (sql: string, begun: Promise<unknown>) => {
      const controller = new AbortController();
      const answer = session.sql(sql, { signal: controller.signal }).catch((error: unknown) => error);
      await begun;
      controller.abort();
      expect(await answer).toMatchObject({ code: 'cancelled' });
    };

    it.each(['postgres', 'mysql', 'mariadb'])('%s', async (kind) => {
      await cancelled(busy[kind]!.statement, started(busy[kind]!));
      await stopped(busy[kind]!);
      await followed(kind);
    });

    it.each(Object.keys(amid))('%s', async (kind) => {
      const before = await clickhouseKilled();
      await stalled(kind, (begun) => cancelled(amid[kind]![1](), begun));
      if (kind === 'redis' || kind === 'kafka') await expect.poll(() => asked(kind), { timeout: 10_000 }).toBe(0);
      else await atRest[kind]!(before);
      await followed(kind);
    });

    it('redis, on a line that lost its answers', async () => {
      const proxy = proxies['redis']!;
      proxy.silenceAfter(amid['redis']![0]);
      await cancelled(amid['redis']![1](), expect.poll(() => proxy.isBroken, { timeout: 30_000, interval: 20 }).toBe(true));
      proxy.heal();
      await followed('redis');
    });
  });

  it.each(['mysql', 'mariadb'])('%s: by the failure of another part', async (kind) => {
    const statement = `SELECT count(*) FROM postgres.broken b FULL JOIN ${kind}.slow s ON s.n = b.n AND s.waited = 0`;
    const { code } = await place.run(['sql', statement]);
    expect(code).toBe(5);
    await stopped(busy[kind]!);
  });

  it('ClickHouse is told to stop the query', async () => {
    const sent = async () => ((await clickhouseList('/requests')) as { query: string }[]).some(({ query }) => query.includes(`\`${stores.name}\`.\`slow\``) && query.includes('FORMAT Parquet'));
    const before = await clickhouseKilled();
    const { code } = await place.run(['sql', 'SELECT n FROM clickhouse.slow WHERE waited = 0'], { interrupted: expect.poll(sent, { timeout: 30_000, interval: 20 }).toBe(true) });
    expect(code).toBe(130);
    await expect.poll(clickhouseKilled, { timeout: 10_000 }).toBeGreaterThan(before);
  });

  it('Redis is asked for no more keys', async () => {
    const scans = async () => Number(/cmdstat_scan:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
    const before = await scans();
    const begun = expect.poll(scans, { timeout: 30_000, interval: 20 }).toBeGreaterThan(before + 20);
    const { code, stderr } = await place.run(['sql', 'SELECT sum(value) FROM redis.thing'], { interrupted: begun });
    expect([code, stderr]).toEqual([130, expect.any(String)]);
    expect(await scans()).toBeLessThan(before + keys / 1_000);
  });

  describe('by a LIMIT that is met', () => {
    const met = async (statement: string) => {
      const { code, stdout } = await place.run(['sql', statement, '--format', 'json']);
      const answer = JSON.parse(stdout) as { rowCount: number; complete: boolean; fragments: { native: string; rows: number; proof: string }[] };
      expect([code, answer.rowCount, answer.complete]).toEqual([0, 5, true]);
      const [{ native, rows, proof }] = answer.fragments as [(typeof answer.fragments)[0]];
      expect(native).not.toMatch(/limit/i);
      expect(proof).toBe('stopped: the rows that had come were enough');
      return rows;
    };
    const listed = (query: Promise<unknown>) => query.then((result) => (result as [unknown[]])[0].length);
    const ours = () => `SELECT 1 FROM information_schema.processlist WHERE info LIKE '%long_ones%' AND info LIKE '%${stores.name}%' AND info NOT LIKE '%processlist%'`;
    const lists: Record<string, () => Promise<number>> = {
      postgres: async () => (await postgres.query(`SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND query LIKE '%long%'`, [stores.name])).rowCount ?? 0,
      mysql: () => listed(stores.mysql(ours())),
      mariadb: () => listed(mariadb.query(ours())),
    };

    it.each([['postgres', 'long'], ['mysql', 'long_ones'], ['mariadb', 'long_ones']])('%s', async (kind, table) => {
      expect(await met(`SELECT n, waited FROM ${kind}.${table} WHERE regexp_matches(label, '[67]$') LIMIT 5`)).toBeLessThan(500_000);
      expect(await lists[kind]!()).toBe(0);
    });

    it('mongodb', async () => {
      expect(await met(`SELECT n, text FROM mongodb.many WHERE regexp_matches(n::VARCHAR, '[67]$') LIMIT 5`)).toBeLessThan(20_000);
      expect(await busy['mongodb']!.running()).toBe(0);
    });

    it('redis', async () => {
      const scans = async () => Number(/cmdstat_scan:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
      const before = await scans();
      expect(await met(`SELECT id FROM redis.thing WHERE regexp_matches(value::VARCHAR, '[67]$') LIMIT 5`)).toBeLessThan(keys);
      const after = await scans();
      expect(after).toBeLessThan(before + keys / 1_000);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await scans()).toBe(after);
    });

    it('clickhouse: by what another store had', async () => {
      const before = await clickhouseKilled();
      const union = "SELECT n FROM (SELECT n, label FROM postgres.long UNION ALL SELECT n, 'row 7' FROM clickhouse.slow WHERE waited = 0) WHERE regexp_matches(label, '[67]$') LIMIT 5";
      const { code, stdout } = await place.run(['sql', union, '--format', 'json']);
      const answer = JSON.parse(stdout) as { rowCount: number; fragments: { service: string; proof: string }[] };
      expect([code, answer.rowCount, answer.fragments.find(({ service }) => service === 'clickhouse')!.proof]).toEqual([0, 5, 'stopped: the rows that had come were enough']);
      await expect.poll(clickhouseKilled, { timeout: 10_000 }).toBeGreaterThan(before);
    });

    it('clickhouse alone: the file is whole by then, and nothing runs on', async () => {
      const { code, stdout } = await place.run(['sql', `SELECT n, text FROM clickhouse.many WHERE regexp_matches(md5(text), '[67]$') LIMIT 5`, '--format', 'json']);
      const answer = JSON.parse(stdout) as { rowCount: number; fragments: { rows: number }[] };
      expect([code, answer.rowCount, answer.fragments[0]!.rows]).toEqual([0, 5, 200_000]);
      const { hostname, port, username, password } = new URL(servers.clickhouse);
      const query = `SELECT count() AS n FROM system.processes WHERE query LIKE '%${stores.name}%' AND query NOT LIKE '%system.processes%' FORMAT JSONEachRow`;
      const headers = { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
      const running = async () => Number(((await (await fetch(`http://${hostname}:${port}/`, { method: 'POST', body: query, headers })).json()) as { n: number | string }).n);
      // What was given up before this goes on in the stand-in until its end.
      await expect.poll(running, { timeout: 30_000 }).toBe(0);
    });

    it('kafka', async () => {
      expect(await met(`SELECT n, text FROM kafka."${stores.topic('long')}" WHERE regexp_matches(label, '[67]$') LIMIT 5`)).toBeLessThan(300_000);
      await atRest['kafka']!(0);
    });
  });
});
