/**
 * --since and --until over topics of several segments: how many messages and bytes are read is bounded, and said. By the
 * broker's clock at once, by producers' clocks behind a slack that is promised, and not at all without such a promise.
 */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigResourceTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import { createTopic, removeTopics, withAdmin, withProducer } from '../../support/kafka.js';
import { listening, servers } from '../../support/servers.js';
import { cli } from '../answers/ask.js';

const isUp = await listening(servers.kafka.split(',')[0]!);
const prefix = `bounds_${process.pid}_`;
const batches = 12;
const each = 20;
const start = Date.parse('2026-01-05T00:00:00Z');
const minute = 60_000;
const at = (ms: number) => new Date(ms).toISOString();

describe.skipIf(!isUp && process.env['CI'] !== 'true')('the bounds of a search', { timeout: 60_000 }, () => {
  let dir: string;
  /** When the broker had taken so many batches, by its own clock. */
  const taken: number[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-bounds-'));
    const small = { 'segment.bytes': '1048576' };
    await createTopic(`${prefix}broker`, { settings: { ...small, 'message.timestamp.type': 'LogAppendTime' } });
    await createTopic(`${prefix}made`, { settings: small });
    await withProducer(async (producer) => {
      for (let batch = 0; batch < batches; batch++) {
        const messages = (topic: string) => Array.from({ length: each }, (_, n) => ({ timestamp: String(start + batch * minute), value: JSON.stringify({ eventId: n === 0 ? 'evt-in-each-1' : `evt-${topic}-${batch}-${n}`, filler: randomBytes(12_000).toString('base64') }) }));
        await producer.send({ topic: `${prefix}made`, messages: messages('made') });
        const sent = await producer.send({ topic: `${prefix}broker`, messages: messages('broker') });
        taken.push(Number(sent[0]!.logAppendTime));
        // The next batch has a later time, to the millisecond.
        while (Date.now() <= taken.at(-1)!) await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const config = (name: string, more: object) => writeFile(join(dir, `${name}.yaml`), JSON.stringify({ services: { bus: { kind: 'kafka', brokers: servers.kafka, prefix, ...more } } }));
    await config('plain', {});
    await config('slack', { timestamp_slack: '90s' });
  }, 120_000);
  afterAll(async () => {
    await removeTopics(['broker', 'made'].map((topic) => prefix + topic));
    await rm(dir, { recursive: true, force: true });
  });

  async function search(config: string, topic: string, ...bounds: string[]): Promise<{ found: number[]; messages: number; bytes: number; from: string; to: string; bound: string; reachedEnd: boolean }> {
    const { stdout, stderr } = await cli('trace', 'evt-in-each-1', '--as', 'event_id', '--config', join(dir, `${config}.yaml`), '--topics', topic, '--format', 'json', ...bounds);
    expect(stdout, stderr).not.toBe('');
    const answer = JSON.parse(stdout) as TraceAnswer;
    const [coverage] = answer.coverage.filter(({ table }) => table === topic).flatMap((looked) => looked.coverage);
    return { ...coverage!, found: answer.steps.filter(({ service }) => service === 'bus').map(({ locator }) => Number(locator['_offset'])).sort((a, b) => a - b) };
  }

  const firsts = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => (from + i) * each);

  it('lies in several segments', async () => {
    const described = await withAdmin((admin) => admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: `${prefix}broker`, configNames: ['segment.bytes'] }] }));
    const size = (await search('plain', 'broker')).bytes;
    expect(size).toBeGreaterThan(2 * Number(described.resources[0]!.configEntries[0]!.configValue));
  });

  it('--until ends the reading by the broker’s clock: the bytes behind it are not read', async () => {
    const whole = await search('plain', 'broker');
    expect([whole.found, whole.messages, whole.reachedEnd]).toEqual([firsts(0, batches), batches * each, true]);
    const bounded = await search('plain', 'broker', '--until', at(taken[3]!));
    expect(bounded).toMatchObject({ found: firsts(0, 3), messages: 3 * each, from: '0', to: String(3 * each), bound: expect.stringContaining('offset by _timestamp') as string });
    expect(bounded.bytes).toBeLessThan(whole.bytes / 3);
    const window = await search('plain', 'broker', '--since', at(taken[4]!), '--until', at(taken[6]!));
    expect(window).toMatchObject({ found: firsts(4, 6), messages: 2 * each, from: String(4 * each), to: String(6 * each) });
    expect(window.bytes).toBeLessThan(whole.bytes / 4);
  });

  it('with producers’ clocks it ends behind the slack that is promised, which is said', async () => {
    const bounded = await search('slack', 'made', '--until', at(start + 3 * minute));
    // 90 s later comes the batch of the fifth minute.
    expect(bounded).toMatchObject({ found: firsts(0, 3), messages: 5 * each, to: String(5 * each), bound: expect.stringContaining('slack of 90000 ms') as string });
    const free = await search('plain', 'made', '--until', at(start + 3 * minute));
    expect(free).toMatchObject({ found: firsts(0, 3), messages: batches * each, to: String(batches * each), reachedEnd: true });
    expect(bounded.bytes).toBeLessThan(free.bytes / 2);
  });

  it('tells people the messages and bytes that were read', async () => {
    const { stdout } = await cli('trace', 'evt-in-each-1', '--as', 'event_id', '--config', join(dir, 'plain.yaml'), '--topics', 'broker', '--until', at(taken[3]!), '--format', 'tree');
    expect(stdout).toMatch(new RegExp(`${prefix}broker/0: offsets 0 to ${3 * each}, ${3 * each} messages, \\d{3} kB`));
  });
});
