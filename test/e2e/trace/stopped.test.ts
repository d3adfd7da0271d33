/** Who cancels gets what was found until then, of every kind of log: streams of Redis and RabbitMQ, files of log lines. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesOf, searchFiles } from '../../../connectors/telemetry/files.js';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import type { ProgressEvent } from '../../../src/engine/contract.js';
import { createStream, publish, reached, removeQueues, streamPort } from '../../support/rabbitmq.js';
import { claimDatabase } from '../../support/redis.js';
import type { Claim } from '../../support/redis.js';
import { listening, servers } from '../../support/servers.js';
import { Asker } from '../answers/ask.js';

const isUp = (await Promise.all([listening(servers.redis), listening(`127.0.0.1:${streamPort}`)])).every(Boolean);
const prefix = `stopped-${process.pid}-`;
const id = 'evt-41aa-9d';
const count = 4_000;
const messages = Array.from({ length: count }, (_, n) => JSON.stringify({ n, eventId: n === 5 ? id : `hay-${n}`, ...(n === count - 5 && { causationId: id }), type: 'Weighed' }));

describe.skipIf(!isUp && process.env['CI'] !== 'true')('a search of streams that is cancelled', { timeout: 120_000 }, () => {
  let dir: string;
  let claim: Claim;
  let asker: Asker;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-stopped-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    claim = await claimDatabase();
    const url = new URL(servers.redis);
    url.pathname = `/${claim.database}`;
    const redis = new Redis(url.href);
    const pipeline = redis.pipeline();
    for (const [n, event] of messages.entries()) pipeline.xadd('weighings', `${1_760_000_000_000 + n}-0`, ...Object.entries(JSON.parse(event) as Record<string, string>).flat());
    await pipeline.exec();
    redis.disconnect();
    await createStream(`${prefix}scales`);
    await publish(`${prefix}scales`, messages.map((body) => ({ body })));
    const services = { queue: { kind: 'redis', url: url.href, patterns: { weighings: 'weighings' } }, mq: { kind: 'rabbitmq', ...reached, prefix } };
    await writeFile(join(dir, 'aishell.yaml'), JSON.stringify({ services }));
    asker = await Asker.open(join(dir, 'aishell.yaml'));
  }, 120_000);
  afterAll(async () => {
    await asker?.close();
    await removeQueues([`${prefix}scales`]);
    await claim?.release();
    await rm(dir, { recursive: true, force: true });
  });

  /** Cancelled as soon as the part of that log was looked at that the first of the two is in. */
  async function cancelledIn(table: string): Promise<TraceAnswer> {
    const stop = new AbortController();
    const onProgress = ({ fragment, scan }: ProgressEvent) => {
      if (fragment.endsWith(`.${table}`) && (scan?.messages ?? 0) > 5) stop.abort();
    };
    return asker.session.trace(id, { topics: [table], signal: stop.signal, onProgress });
  }

  it.each(['weighings', 'scales'])('%s: gives what was found before, and says how far it came', async (table) => {
    const whole = await asker.session.trace(id, { topics: [table], signal: AbortSignal.timeout(60_000) });
    expect([whole.complete, whole.steps.length]).toEqual([true, 2]);
    const everything = whole.coverage.find((looked) => looked.table === table)!.coverage;
    expect(everything.map(({ messages: all, reachedEnd }) => [all, reachedEnd])).toEqual([[count, true]]);
    const part = await cancelledIn(table);
    expect(part).toMatchObject({ complete: false, stopped: 'cancelled', found: true });
    expect(part.steps.length).toBe(1);
    const [looked] = part.coverage.filter((one) => one.table === table).flatMap(({ coverage }) => coverage);
    expect(looked).toMatchObject({ reachedEnd: false, from: everything[0]!.from, bound: expect.stringContaining('stopped when it was told to stop') as string });
    expect(looked!.messages).toBeGreaterThan(5);
    expect(looked!.messages).toBeLessThan(count);
    expect(looked!.to).not.toBe(everything[0]!.to);
  });

  it('files of log lines: what was found before is kept', async () => {
    await writeFile(join(dir, 'a.ndjson'), `${messages.map((line) => line.padEnd(1_000)).join('\n')}\n`);
    await writeFile(join(dir, 'b.ndjson'), `${messages[5]!}\n`);
    const files = (await filesOf(join(dir, '*.ndjson'), /./, { service: 'scales', baseDir: dir })).sort((a, b) => (a.name < b.name ? -1 : 1));
    const stop = new AbortController();
    const found: string[] = [];
    const coverage = await searchFiles(files, { service: 'scales', needles: [Buffer.from(id)], since: undefined, until: undefined, bytes: Infinity, timeOf: undefined, signal: stop.signal }, (line) => {
      found.push(line.toString().trim());
      stop.abort();
      return true;
    });
    expect(found).toEqual([messages[5]]);
    expect(coverage).toMatchObject([
      { partition: 'a.ndjson', from: '0', reachedEnd: false, bound: expect.stringContaining('stopped when it was told to stop') as string },
      { partition: 'b.ndjson', messages: 0, reachedEnd: false, bound: expect.stringContaining('not read') as string },
    ]);
    expect(coverage[0]!.messages).toBeLessThan(count);
  });
});
