/** Streams of Redis and RabbitMQ: followed together, and searched by a trace, on real servers. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TailEvent } from '../../src/answer/contract.js';
import { loadConfig } from '../../src/config/index.js';
import { AishellError } from '../../src/errors.js';
import { openSession } from '../../src/session/index.js';
import type { Session } from '../../src/session/contract.js';
import { createStream, management, publish, removeQueues, streamPort, withChannel } from '../support/rabbitmq.js';
import { listening, servers } from '../support/servers.js';

const isUp = (await listening(servers.rabbitmq)) && (await listening(servers.redis));
const tag = `tail${process.pid}`;
const event = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';

let home = '';
let session: Session;
let redis: Redis;

describe.skipIf(!isUp && process.env['CI'] !== 'true')('streams of Redis and RabbitMQ', () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'aishell-streams-'));
    redis = new Redis(servers.redis);
    await redis.xadd(`${tag}:log:a`, '*', 'n', '1', 'state', 'failed');
    await redis.xadd(`${tag}:log:a`, '*', 'n', '2', 'state', 'fine');
    await createStream(`${tag}-orders`);
    await publish(`${tag}-orders`, [
      { body: JSON.stringify({ n: 3, state: 'failed' }), messageId: event, correlationId: 'c-77' },
      { body: JSON.stringify({ n: 4, state: 'fine' }), messageId: 'another', correlationId: 'c-78', headers: { causationId: event } },
      { body: JSON.stringify({ n: 5, state: 'fine' }), messageId: 'foreign' },
    ]);
    await withChannel((channel) => channel.assertQueue(`${tag}-dead`, { durable: true }));
    await publish(`${tag}-dead`, [{ body: 'x' }]);
    const path = join(home, 'aishell.yaml');
    await writeFile(path, `services:
  cache: { kind: redis, url: "${servers.redis}", patterns: { log: "${tag}:log:{who}" } }
  mq: { kind: rabbitmq, url: "${servers.rabbitmq}", stream_port: ${streamPort}, management: "${management}", prefix: "${tag}-" }
`);
    const config = await loadConfig({ cwd: home, env: { HOME: home, XDG_CACHE_HOME: join(home, 'cache') }, path });
    session = await openSession({ config, refresh: true });
  }, 60_000);

  afterAll(async () => {
    await session.close();
    await redis.del(`${tag}:log:a`, `${tag}:log:b`);
    redis.disconnect();
    await removeQueues([`${tag}-orders`, `${tag}-dead`]);
    await rm(home, { recursive: true, force: true });
  });

  const tail = async (topics: readonly string[], options: { where?: string; limit: number; from?: 'start' }, meanwhile?: (seen: readonly TailEvent[]) => Promise<void>) => {
    const seen: TailEvent[] = [];
    const notes: string[] = [];
    await session.tail(topics, {
      signal: AbortSignal.timeout(50_000),
      events: {
        events: async (batch) => {
          seen.push(...batch);
          await meanwhile?.(seen);
        },
        note: (text) => void notes.push(text),
      },
      ...options,
    });
    return { seen, notes };
  };

  test('are followed together, with a condition over the fields of each, and entries that come later', async () => {
    let isAdded = false;
    const { seen } = await tail(['log', 'mq.orders'], { where: "state = 'failed'", limit: 4, from: 'start' }, async (soFar) => {
      if (soFar.length < 2 || isAdded) return;
      isAdded = true;
      await redis.xadd(`${tag}:log:b`, '*', 'n', '6', 'state', 'failed');
      await publish(`${tag}-orders`, [{ body: JSON.stringify({ n: 7, state: 'fine' }) }, { body: JSON.stringify({ n: 8, state: 'failed' }) }]);
    });
    const numbers = seen.map(({ row }) => ('n' in row ? Number(row['n']) : (JSON.parse(String(row['_value'])) as { n: number }).n));
    expect(numbers.sort()).toEqual([1, 3, 6, 8]);
    expect(await redis.xinfo('GROUPS', `${tag}:log:a`)).toEqual([]);
  }, 60_000);

  test('topics that lack a column of the condition are left out of all, and refused by name', async () => {
    const { seen, notes } = await tail([], { where: 'who = \'a\'', limit: 2, from: 'start' });
    expect(seen.map(({ topic }) => topic)).toEqual(['log', 'log']);
    expect(notes.join()).toContain('mq.orders is left out');
    await expect(tail(['mq.orders'], { where: "who = 'a'", limit: 1 })).rejects.toThrow('no column who');
    await expect(tail(['mq.queues'], { limit: 1 })).rejects.toThrow(AishellError);
  }, 60_000);

  test('a slow reader is waited for: no window is read before the last one was taken', async () => {
    await publish(`${tag}-orders`, Array.from({ length: 3_000 }, (_, n) => ({ body: JSON.stringify({ n, state: 'many', filler: 'x'.repeat(1_000) }) })));
    const sizes: number[] = [];
    let open = 0;
    await session.tail(['mq.orders'], {
      signal: AbortSignal.timeout(50_000),
      from: 'start',
      limit: 3_000,
      events: {
        events: async (batch) => {
          expect(++open).toBe(1);
          await new Promise((done) => setTimeout(done, 20));
          sizes.push(JSON.stringify(batch).length);
          open--;
        },
        note: () => {},
      },
    });
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(6 * 1024 * 1024);
  }, 60_000);

  test('entries that are trimmed before they could be read are told', async () => {
    const key = `${tag}:log:trimmed`;
    for (const n of ['-1', '0']) await redis.xadd(key, '*', 'n', n, 'state', 'cut');
    try {
      let isTrimmed = false;
      const { seen, notes } = await tail(['log'], { where: "who = 'trimmed'", limit: 4, from: 'start' }, async (soFar) => {
        if (isTrimmed || soFar.length < 2) return;
        isTrimmed = true;
        // At once, so that nobody comes in between.
        const together = redis.multi();
        for (let n = 1; n <= 5; n++) together.xadd(key, '*', 'n', String(n), 'state', 'cut');
        await together.xtrim(key, 'MAXLEN', 1).exec();
        await redis.xadd(key, '*', 'n', '6', 'state', 'cut');
      });
      expect(seen.map(({ row }) => Number(row['n']))).toEqual([-1, 0, 5, 6]);
      expect(notes.join()).toMatch(/trimmed: 4 entries were trimmed or deleted before/);
    } finally {
      await redis.del(key);
    }
  }, 60_000);

  test('many streams of large entries come in windows of about a MiB, each entry once and in its stream’s order', async () => {
    const [streams, each, filler] = [12, 12, 'x'.repeat(200_000)];
    const keys = Array.from({ length: streams }, (_, i) => `${tag}:log:large${i}`);
    for (let n = 0; n < each; n++) await Promise.all(keys.map((key) => redis.xadd(key, '*', 'n', String(n), 'state', 'large', 'filler', filler)));
    const seen = new Map<string, number[]>();
    const sizes: number[] = [];
    try {
      await session.tail(['log'], {
        signal: AbortSignal.timeout(50_000),
        from: 'start',
        where: "state = 'large'",
        limit: streams * each,
        events: {
          events: (batch) => {
            sizes.push(JSON.stringify(batch).length);
            for (const { row } of batch) seen.set(String(row['who']), [...(seen.get(String(row['who'])) ?? []), Number(row['n'])]);
          },
          note: () => {},
        },
      });
    } finally {
      await redis.del(...keys);
    }
    expect([...seen.values()]).toEqual(keys.map(() => Array.from({ length: each }, (_, n) => n)));
    expect(Math.max(...sizes)).toBeLessThan(4 * 1024 * 1024);
  }, 60_000);

  test('a trace finds ids in properties and headers, says how far it looked, and names the queues that it could not look into', async () => {
    const answer = await session.trace(event, { signal: AbortSignal.timeout(50_000), since: '2020-01-01T00:00:00Z' });
    expect(answer.steps.map(({ locator }) => locator['_offset'])).toEqual(expect.arrayContaining(['0', '1']));
    expect(answer.steps).toHaveLength(2);
    const looked = answer.coverage.find(({ table, coverage }) => table === 'orders' && coverage.length > 0)!;
    expect(looked.coverage[0]).toMatchObject({ from: '0', reachedEnd: true });
    expect(answer.coverage.find(({ table }) => table === `${tag}-dead`)?.notSearched).toContain('not searchable');
  }, 60_000);
});
