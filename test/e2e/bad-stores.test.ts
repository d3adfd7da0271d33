/** Stores that refuse, don't exist, never answer or die among their rows: an error that names them, never a short answer. */

import { Redis } from 'ioredis';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DoctorAnswer, QueryAnswer, SchemaAnswer } from '../../src/answer/contract.js';
import { createTopic, produce } from '../support/kafka.js';
import { closedPort, FaultProxy, silentServer } from '../support/proxy.js';
import { listening, servers } from '../support/servers.js';
import { toldError, withProgram, Workplace } from './support/aishell.js';
import { Stores, storesUp } from './support/stores.js';

withProgram();

const schemes = { postgres: 'postgres', mysql: 'mysql', mongodb: 'mongodb', clickhouse: 'http', redis: 'redis', kafka: 'kafka' } as const;
type Kind = keyof typeof schemes;
const kinds = Object.keys(schemes) as Kind[];
const wrongPassword = 'nobody-knows-4711';

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.create();
  await mkdir(join(place.dir, 'files'));
  await writeFile(join(place.dir, 'files/rows.csv'), 'id,word\n1,one\n2,two\n');
});
afterEach(() => place.remove());

/** Services of every kind, called by their kind, at one address. */
const everyKind = (host: string, limits = '') =>
  `${limits}services:\n${kinds.map((kind) => `  ${kind}: { kind: ${kind}, url: "${schemes[kind]}://someone:${wrongPassword}@${host}${kind === 'kafka' ? '' : kind === 'redis' ? '/0' : '/x'}" }\n`).join('')}`;

async function doctor(): Promise<Map<string, string>> {
  const { code, stdout } = await place.run(['doctor', '--format', 'json']);
  expect(code).toBe(5);
  const answer = JSON.parse(stdout) as DoctorAnswer;
  expect(answer.services.filter(({ reachable, advice }) => reachable || advice.join('') === '')).toEqual([]);
  return new Map(answer.services.map(({ name, error }) => [name, error!]));
}

describe('nobody is there', () => {
  test('a host that does not resolve', async () => {
    await place.configure(everyKind('no-such-host.invalid:1234'));
    const errors = await doctor();
    for (const kind of kinds) expect(errors.get(kind)).toMatch(/no-such-host\.invalid.* can't be resolved/);
    const { code, stdout, stderr } = await place.run(['schema', '--format', 'json']);
    expect(code).toBe(5);
    expect((JSON.parse(stdout) as SchemaAnswer).missing.map(({ service }) => service).sort()).toEqual([...kinds].sort());
    expect(stdout + stderr).not.toContain(wrongPassword);
  });

  test('a port that nobody listens on', async () => {
    const port = await closedPort();
    await place.configure(everyKind(`127.0.0.1:${port}`));
    const errors = await doctor();
    for (const kind of kinds) expect(errors.get(kind), kind).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}.*(ECONNREFUSED|can't be reached)`));
  });

  test('a port that accepts and never answers is given up after connectTimeout, or --timeout when that is shorter', async () => {
    const silent = await silentServer();
    try {
      await place.configure(everyKind(`127.0.0.1:${silent.port}`, 'limits: { connectTimeout: 1s }\n'));
      const errors = await doctor();
      for (const kind of kinds) expect(errors.get(kind), kind).toMatch(/did not answer.* within 1000 ms/);
      await place.configure(everyKind(`127.0.0.1:${silent.port}`, 'limits: { connectTimeout: 10m }\n'));
      for (const kind of kinds) {
        const { code, stdout, stderr } = await place.run(['sql', `SELECT * FROM ${kind}.x`, '--service', kind, '--timeout', '1s', '--format', 'json']);
        expect([kind, code, stdout]).toEqual([kind, 6, '']);
        expect(toldError(stderr).code).toBe('budget.time');
      }
    } finally {
      await silent.close();
    }
  }, 120_000);
});

const redisUp = await listening(servers.redis);

describe.skipIf(!(storesUp && redisUp) && process.env['CI'] !== 'true')('real stores', () => {
  let stores: Stores;
  let redis: Redis;
  beforeAll(async () => {
    stores = await Stores.open('bad_stores');
    redis = new Redis(servers.redis);
    const rows = 20_000;
    const pad = 'x'.repeat(100);
    await stores.postgres(`CREATE TABLE heap (id int, pad text); INSERT INTO heap SELECT n, '${pad}' FROM generate_series(1, ${rows}) n`);
    await stores.mysql('CREATE TABLE heap (id int, pad text)');
    for (let at = 0; at < rows; at += 5_000) await stores.mysql(`INSERT INTO heap VALUES ${Array.from({ length: 5_000 }, (_, i) => `(${at + i},'${pad}')`).join(',')}`);
    await stores.clickhouse('CREATE TABLE $db.heap (id Int32, pad String) ENGINE = MergeTree ORDER BY id');
    // Random, or compression would leave too little to cut.
    await stores.clickhouse(`INSERT INTO $db.heap SELECT number, randomPrintableASCII(100) FROM numbers(${rows})`);
    await stores.mongodb.collection('heap').insertMany(Array.from({ length: rows }, (_, id) => ({ id, pad })));
    await createTopic(stores.topic('heap'));
    await produce(stores.topic('heap'), Array.from({ length: rows }, (_, id) => ({ value: JSON.stringify({ id, pad }) })));
    const pipeline = redis.pipeline();
    for (let id = 0; id < rows; id++) pipeline.hset(`${stores.name}:${id}`, { pad });
    await pipeline.exec();
  }, 240_000);
  afterAll(async () => {
    if (redis !== undefined) {
      const keys = await redis.keys(`${stores.name}:*`);
      if (keys.length > 0) await redis.del(...keys);
      redis.disconnect();
    }
    await stores?.close();
  });

  const service = (kind: Kind, more: { port?: number; password?: string } = {}): string => {
    if (kind !== 'redis') return stores.service(kind, more);
    const url = new URL(servers.redis);
    if (more.port !== undefined) url.port = String(more.port);
    if (more.password !== undefined) url.password = more.password;
    return JSON.stringify({ kind, url: url.href, patterns: { heap: `${stores.name}:{id}` } });
  };
  const table = (kind: Kind) => (kind === 'kafka' ? `store."${stores.topic('heap')}"` : 'store.heap');
  const address = (kind: Kind) => new URL(servers[kind].includes('://') ? servers[kind] : `tcp://${servers[kind].split(',')[0]}`);

  test('a wrong password', async () => {
    const asking = kinds.filter((kind) => kind !== 'mongodb' && kind !== 'kafka');
    await place.configure(`services:\n${asking.map((kind) => `  ${kind}: ${service(kind, { password: wrongPassword })}\n`).join('')}`);
    const errors = await doctor();
    for (const kind of asking) expect(errors.get(kind), kind).toMatch(/password|denied|auth/i);
    for (const kind of asking) {
      const { code, stdout, stderr } = await place.run(['sql', `SELECT * FROM ${kind}.heap`, '--service', kind, '--format', 'json', '-v']);
      expect([kind, code, stdout]).toEqual([kind, 5, '']);
      expect(toldError(stderr.trimEnd().split('\n').at(-1)!)).toMatchObject({ code: 'source.auth', service: kind });
      expect(stderr).not.toContain(wrongPassword);
    }
  }, 120_000);

  describe.each(kinds)('%s dies among its rows', (kind) => {
    let proxy: FaultProxy;
    beforeEach(async () => {
      const { hostname, port } = address(kind);
      proxy = await FaultProxy.to(hostname, Number(port));
      await place.configure(`services:\n  files: { kind: files, path: files }\n  store: ${service(kind, { port: proxy.port })}\n`);
      // The catalogue is read while all is well.
      expect((await place.run(['schema'])).code).toBe(0);
    });
    afterEach(() => proxy.close());

    test('cut: exit 5, nothing on stdout; what the others have with --allow-partial: exit 4, and it is named', async () => {
      const whole = await place.run(['sql', `SELECT count(*), count(pad) FROM ${table(kind)}`, '--format', 'csv']);
      expect([whole.code, whole.stdout.split('\n')[1]]).toEqual([0, '20000,20000']);
      // Keys can't be shipped to an expression, so all rows come.
      const sql = `SELECT f.word, s.pad FROM files.rows f LEFT JOIN ${table(kind)} s ON s.pad || '' = f.word ORDER BY 1`;
      proxy.cutAfter(300_000);
      for (const format of ['json', 'csv']) {
        const { code, stdout, stderr } = await place.run(['sql', sql, '--format', format]);
        expect([format, code, stdout]).toEqual([format, 5, '']);
        expect(stderr).toContain('store: ');
      }
      const { code, stdout } = await place.run(['sql', sql, '--format', 'json', '--allow-partial']);
      expect(code).toBe(4);
      const answer = JSON.parse(stdout) as QueryAnswer;
      expect(answer).toMatchObject({ complete: false, rows: [['one', null], ['two', null]], missing: [{ service: 'store' }] });
      expect(answer.missing[0]!.reason).not.toBe('');
    }, 120_000);

    test('silence: --timeout ends it, exit 6', async () => {
      proxy.silenceAfter(300_000);
      const { code, stdout, stderr } = await place.run(['sql', `SELECT * FROM ${table(kind)}`, '--limit', '0', '--timeout', '4s', '--format', 'json']);
      expect([code, stdout]).toEqual([6, '']);
      expect(toldError(stderr).code).toBe('budget.time');
    }, 120_000);
  });

  test('one dead store: strict is exit 5, --allow-partial is exit 4 and names it; what does not need it is whole', async () => {
    const proxy = await FaultProxy.to(address('postgres').hostname, Number(address('postgres').port));
    await place.configure(`services:\n  files: { kind: files, path: files }\n  store: ${service('postgres', { port: proxy.port })}\n`);
    expect((await place.run(['schema'])).code).toBe(0);
    await proxy.close();
    const sql = 'SELECT f.word, s.id FROM files.rows f LEFT JOIN store.heap s ON s.id = f.id ORDER BY 1';

    const strict = await place.run(['sql', sql, '--format', 'json']);
    expect([strict.code, strict.stdout]).toEqual([5, '']);
    expect(toldError(strict.stderr)).toMatchObject({ code: 'source.unreachable', service: 'store' });

    const partial = await place.run(['sql', sql, '--format', 'json', '--allow-partial']);
    expect(partial.code).toBe(4);
    expect(JSON.parse(partial.stdout)).toMatchObject({ complete: false, missing: [{ service: 'store' }], rows: [['one', null], ['two', null]] });
    const shown = await place.run(['sql', sql, '--allow-partial']);
    expect(shown.stdout).toContain('INCOMPLETE');
    const csv = await place.run(['sql', sql, '--format', 'csv', '--allow-partial']);
    expect([csv.code, csv.stdout]).toEqual([4, 'word,id\none,\ntwo,\n']);
    expect(csv.stderr).toMatch(/incomplete, store is missing/);

    expect((await place.run(['sql', 'SELECT word FROM files.rows', '--format', 'csv'])).code).toBe(0);
    expect((await place.run(['explain', sql])).code).toBe(0);
    // Nothing at all is no partial answer.
    expect((await place.run(['sql', 'SELECT * FROM store.heap', '--allow-partial'])).code).toBe(5);
  }, 120_000);

  test('secrets appear nowhere: not in answers, errors, logs or the cache', async () => {
    await writeFile(join(place.dir, 'secret.txt'), `${wrongPassword}\n`);
    const postgres = new URL(servers.postgres);
    const percent = 'p%40ss/w%C3%B6rd-4711';
    await place.configure(`services:
  pg: ${service('postgres')}
  my: ${service('mysql')}
  ch: ${service('clickhouse')}
  re: ${service('redis')}
  ka: ${service('kafka')}
  denied: { kind: postgres, host: ${postgres.hostname}, port: ${postgres.port}, user: somebody, database: postgres, password: { file: secret.txt } }
  encoded: { kind: postgres, url: "postgres://somebody:${percent.replace('/', '%2F')}@${postgres.host}/postgres" }
  absent: { kind: mongodb, url: "mongodb://somebody:${wrongPassword}@no-such-host.invalid/x" }
`);
    const secrets = [postgres.password, wrongPassword, 'p@ss/wörd-4711', 'p%40ss'];
    const said: string[] = [];
    for (const args of [['doctor', '-v'], ['schema', '-v', '--format', 'json'], ['sql', 'SELECT count(*) FROM pg.heap', '-v', '--format', 'json'], ['sql', 'SELECT * FROM denied.x', '-v'], ['explain', 'SELECT * FROM my.heap WHERE id = 1', '-v'], ['sql', 'SELECT * FROM encoded.x', '-v']]) {
      const { stdout, stderr } = await place.run(args);
      said.push(stdout, stderr);
    }
    for (const file of await readdir(join(place.dir, 'cache'), { recursive: true, withFileTypes: true })) {
      if (file.isFile()) said.push(await readFile(join(file.parentPath, file.name), 'utf8'));
    }
    for (const text of said) for (const secret of secrets) expect(text.includes(secret), `${secret} in ${text.slice(Math.max(0, text.indexOf(secret) - 200), text.indexOf(secret) + 50)}`).toBe(false);
    expect(said.join('')).toContain('heap');
  }, 120_000);
});
