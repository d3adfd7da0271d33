/**
 * What a tail holds, of messages that are small on the wire and large unpacked, with a reader that doesn't read: a few
 * windows, whatever the broker holds and however it was compressed.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompressionTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopic, removeTopics, withProducer } from '../support/kafka.js';
import { listening, servers } from '../support/servers.js';

const isUp = await listening(servers.kafka.split(',')[0]!);
const codecs = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
const topics = codecs.map((codec) => `tail_memory_${codec}_${process.pid}`);
const root = join(import.meta.dirname, '../..');
/** Of each topic: 12 batches of 4 MB unpacked, which are 5 to 200 kB on the wire. */
const [batches, each, padding] = [12, 2_000, 'x'.repeat(2_000)];
const count = topics.length * batches * each;

describe.skipIf(!isUp && process.env['CI'] !== 'true')('what a tail holds', { timeout: 240_000 }, () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-tail-memory-'));
    for (const [i, codec] of codecs.entries()) await createTopic(topics[i]!, { settings: { 'compression.type': codec } });
    await withProducer(async (producer) => {
      for (let batch = 0; batch < batches; batch++) {
        const messages = Array.from({ length: each }, (_, i) => ({ value: `{"n":${batch * each + i},"pad":"${padding}"}` }));
        for (const topic of topics) await producer.send({ topic, messages, compression: CompressionTypes.GZIP });
      }
    });
    await writeFile(join(dir, 'aishell.yaml'), JSON.stringify({ services: { bus: { kind: 'kafka', brokers: servers.kafka, topics } } }));
  }, 120_000);
  afterAll(async () => {
    await removeTopics(topics);
    await rm(dir, { recursive: true, force: true });
  });

  const tail = (...more: string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'test/support/real-cli.ts'), 'tail', ...topics, '--from', 'start', '--format', 'ndjson', ...more, '--config', dir], {
      cwd: root, env: { ...process.env, XDG_CACHE_HOME: join(dir, 'cache') }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const of = async (file: string) => readFile(`/proc/${child.pid}/${file}`, 'utf8');
    return {
      child,
      stderr: () => stderr,
      peakMiB: async () => Number(/VmHWM:\s+(\d+)/.exec(await of('status'))![1]) / 1024,
      /** In the system's ticks. */
      worked: async () => (await of('stat')).split(') ')[1]!.split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks), 0),
    };
  };

  it('is bounded while its reader does not read, and while it reads all', async () => {
    const { child, stderr, peakMiB, worked } = tail('--limit', String(count));
    await once(child.stdout, 'readable');
    // It has done all that it does for a reader that doesn't read once it works no more.
    for (let [still, before] = [0, -1]; still < 10; ) {
      await new Promise((done) => setTimeout(done, 100));
      const now = await worked();
      still = now - before <= 1 ? still + 1 : 0;
      before = now;
    }
    expect(await peakMiB()).toBeLessThan(400);
    let [lines, peak] = [0, 0];
    const watch = setInterval(() => void peakMiB().then((now) => (peak = Math.max(peak, now)), () => undefined), 100);
    child.stdout.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    });
    const [code] = (await once(child, 'close')) as [number];
    clearInterval(watch);
    expect([code, lines, stderr()]).toEqual([0, count, '']);
    expect(peak).toBeLessThan(400);
  });

  it('is bounded where its condition is true of next to nothing, pushed or not', async () => {
    const last = batches * each - 1;
    const { child, peakMiB } = tail('--where', `n = ${last} AND n % 2 = 1`, '--limit', String(topics.length));
    let peak = 0;
    const watch = setInterval(() => void peakMiB().then((now) => (peak = Math.max(peak, now)), () => undefined), 100);
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    const [code] = (await once(child, 'close')) as [number];
    clearInterval(watch);
    expect([code, told.trim().split('\n').map((line) => (JSON.parse(line) as { topic: string }).topic).sort()]).toEqual([0, topics.toSorted()]);
    expect(peak).toBeLessThan(400);
  });
});
