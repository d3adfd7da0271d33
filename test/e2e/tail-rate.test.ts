/**
 * A tail while messages come as fast as a producer sends them: none is lost, none comes twice, and memory is bounded.
 * TAIL_MESSAGES asks for more of them than a few, and prints the rate.
 */

import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CompressionTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopic, removeTopics, withProducer } from '../support/kafka.js';
import { listening, servers } from '../support/servers.js';

const isUp = await listening(servers.kafka.split(',')[0]!);
const topic = `tail_rate_${process.pid}`;
const count = Number(process.env['TAIL_MESSAGES'] ?? 60_000);
const partitions = 3;
const root = join(import.meta.dirname, '../..');

describe.skipIf(!isUp && process.env['CI'] !== 'true')('a tail of many messages', { timeout: 60_000 + count }, () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-tail-rate-'));
    await createTopic(topic, { numPartitions: partitions });
    await withProducer((producer) => producer.send({ topic, messages: [{ value: '{"n":-1,"pad":""}' }] }));
    await writeFile(join(dir, 'aishell.yaml'), JSON.stringify({ services: { bus: { kind: 'kafka', brokers: servers.kafka, topics: [topic] } } }));
  }, 60_000);
  afterAll(async () => {
    await removeTopics([topic]);
    await rm(dir, { recursive: true, force: true });
  });

  it('loses none, repeats none, keeps their order, in bounded memory', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'test/support/real-cli.ts'), 'tail', topic, '--from', 'start', '--format', 'ndjson', '--limit', String(count + 1), '--config', dir], {
      cwd: root, env: { ...process.env, XDG_CACHE_HOME: join(dir, 'cache') }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [peakMiB, stderr, first, last] = [0, '', 0, 0];
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const watch = setInterval(() => {
      readFile(`/proc/${child.pid}/status`, 'utf8').then((status) => (peakMiB = Math.max(peakMiB, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)), () => undefined);
    }, 50);
    const seen = new Uint8Array(count);
    const ends = new Map<number, number>();
    let [started, wrong] = [false, 0];
    const begun = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [offset, partition, n] = [Number(/"_offset":"?(\d+)/.exec(line)![1]), Number(/"_partition":(\d+)/.exec(line)![1]), Number(/\\"n\\":(-?\d+)/.exec(line)![1])];
        if (offset !== (ends.get(partition) ?? -1) + 1) wrong++;
        ends.set(partition, offset);
        if (!started) {
          started = true;
          first = performance.now();
          resolve();
        }
        if (n >= 0) seen[n]!++;
        last = performance.now();
      });
    });
    await begun;
    const sending = performance.now();
    await withProducer(async (producer) => {
      for (let at = 0; at < count; at += 5_000) {
        const messages = Array.from({ length: Math.min(5_000, count - at) }, (_, i) => ({ partition: (at + i) % partitions, value: `{"n":${at + i},"pad":"${createHash('sha512').update(String(at + i)).digest('base64')}"}` }));
        await producer.send({ topic, messages, compression: CompressionTypes.GZIP, acks: 1 });
      }
    });
    const sent = performance.now() - sending;
    const [code] = (await once(child, 'close')) as [number];
    clearInterval(watch);
    expect([code, stderr]).toEqual([0, '']);
    expect([seen.filter((times) => times === 0).length, seen.filter((times) => times > 1).length, wrong]).toEqual([0, 0, 0]);
    expect(peakMiB).toBeLessThan(500);
    if (process.env['TAIL_MESSAGES'] !== undefined) console.log(`${count} messages sent in ${(sent / 1000).toFixed(1)} s, printed in ${((last - first) / 1000).toFixed(1)} s (${Math.round(count / ((last - first) / 1000))} a second), ${peakMiB.toFixed(0)} MiB at most`);
  });
});
