/**
 * Redis is asked for the keys that a statement names, or that another store gives, and for no others: every command that
 * it is sent is watched. Of a Parquet file the row groups and columns are read that the statement needs: counted by what
 * the process reads.
 */

import { Redis } from 'ioredis';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { openInstance } from '../../src/duckdb/instance.js';
import { openSession } from '../../src/session/index.js';
import type { Session } from '../../src/session/contract.js';
import { claimDatabase, type Claim } from '../support/redis.js';
import { listening, servers } from '../support/servers.js';

const up = await listening(servers.redis);
const people = 20_000;

describe.skipIf(!up && process.env['CI'] !== 'true')('only what is asked for', () => {
  let folder: string;
  let session: Session;
  let claim: Claim;
  let redis: Redis;
  let monitor: Redis;
  const seen: string[][] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asked-'));
    claim = await claimDatabase();
    const url = Object.assign(new URL(servers.redis), { pathname: `/${claim.database}` }).href;
    redis = new Redis(url, { lazyConnect: true });
    await redis.connect();
    for (let at = 0; at < people; at += 5_000) {
      const pipeline = redis.pipeline();
      for (let n = at; n < at + 5_000; n++) pipeline.hset(`person:${n}`, { name: `n${n}`, town: `t${n % 7}` }).set(`visits:${n}`, n % 13);
      await pipeline.exec();
    }
    const instance = await openInstance({ tempDir: folder, memoryBytes: 1 << 30, timezone: 'UTC', threads: 1 });
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT range AS id, hash(range)::VARCHAR AS code, md5(range::VARCHAR) || md5((range + 1)::VARCHAR) AS label, sha256(range::VARCHAR) AS body FROM range(400000)) TO '${join(folder, 'big.parquet')}' (ROW_GROUP_SIZE 10000)`);
    await connection.close();
    await instance.close();
    await writeFile(join(folder, 'guests.csv'), `guest,person\n${[3, 17, 17, 4_000, 99_999_999].map((person, n) => `g${n},${person}`).join('\n')}\ng9,\n`);
    await writeFile(join(folder, 'aishell.yaml'), JSON.stringify({ services: { files: { kind: 'files', path: folder }, cache: { kind: 'redis', url, patterns: { person: 'person:{id}', visits: 'visits:{id}' } } } }));
    session = await openSession({ config: await loadConfig({ cwd: folder, env: process.env }), refresh: true });
    await session.catalog(AbortSignal.timeout(60_000));
    monitor = await redis.monitor();
    monitor.on('monitor', (_time: string, args: string[], _source: string, database: string) => {
      if (Number(database) === claim.database) seen.push(args);
    });
  }, 120_000);

  afterAll(async () => {
    await session?.close();
    monitor?.disconnect();
    redis?.disconnect();
    await claim?.release();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** The keys that Redis was asked for, and the answer's rows. */
  async function asked(sql: string): Promise<{ readonly keys: readonly string[]; readonly rows: readonly (readonly unknown[])[] }> {
    seen.length = 0;
    const { rows } = await session.sql(sql, { signal: AbortSignal.timeout(60_000) });
    // Commands are told in their order, so all of the statement's have been by then.
    await redis.echo(sql);
    await expect.poll(() => seen.some(([name, text]) => name === 'echo' && text === sql), { timeout: 10_000, interval: 20 }).toBe(true);
    const commands = seen.filter(([name]) => name !== 'echo');
    expect(commands.map(([name]) => name!.toLowerCase()).filter((name) => name === 'scan' || name === 'keys'), sql).toEqual([]);
    const keys = commands.flatMap(([name, ...args]) => (/^mget$/i.test(name!) ? args : args.slice(0, 1)));
    return { keys: [...new Set(keys.filter((key) => key.includes(':')))].sort(), rows };
  }

  test.each<[string, readonly string[], readonly (readonly unknown[])[]]>([
    ['SELECT name FROM cache.person WHERE id = 5', ['person:5'], [['n5']]],
    ['SELECT value FROM cache.visits WHERE id IN (14, 15, 77777777)', ['visits:14', 'visits:15', 'visits:77777777'], [['1'], ['2']]],
    ["SELECT guest, name FROM files.guests g JOIN cache.person p ON p.id = g.person WHERE guest <> 'g0' ORDER BY 1", ['person:17', 'person:4000', 'person:99999999'], [['g1', 'n17'], ['g2', 'n17'], ['g3', 'n4000']]],
    // The keys of one table reduce the next one.
    ['SELECT g.guest, v.value FROM files.guests g JOIN cache.person p ON p.id = g.person JOIN cache.visits v ON v.id = p.id WHERE g.person < 20 ORDER BY 1', ['person:17', 'person:3', 'visits:17', 'visits:3'], [['g0', '3'], ['g1', '4'], ['g2', '4']]],
    ['SELECT guest, name FROM files.guests g LEFT JOIN cache.person p ON p.id = g.person WHERE g.person IS NULL', [], [['g9', null]]],
  ])('%s', async (sql, keys, rows) => {
    const found = await asked(sql);
    expect(found.keys).toEqual(keys);
    expect(found.rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))))).toEqual(rows);
  });

  test.skipIf(process.platform !== 'linux')('a Parquet file: some row groups, some columns', async () => {
    const read = async (sql: string) => {
      const count = async () => Number(/rchar: (\d+)/.exec(await readFile('/proc/self/io', 'utf8'))![1]);
      const before = await count();
      const { rows } = await session.sql(sql, { signal: AbortSignal.timeout(60_000) });
      return { rows, bytes: (await count()) - before };
    };
    const { size } = await stat(join(folder, 'big.parquet'));
    const all = await read('SELECT count(DISTINCT label), count(DISTINCT body), count(DISTINCT code), sum(id) FROM files.big');
    expect(all.bytes).toBeGreaterThan(size * 0.8);
    const one = await read('SELECT id, length(body) FROM files.big WHERE id = 123456');
    expect(one.rows.map((row) => row.map(String))).toEqual([['123456', '64']]);
    expect(one.bytes).toBeLessThan(size / 8);
    const ids = await read('SELECT sum(id) FROM files.big');
    expect(ids.bytes).toBeLessThan(size / 4);
  });
});
