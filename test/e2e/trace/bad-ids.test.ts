/**
 * Ids that are none, that are nowhere, that are words, and one that stands in very many messages, on a real broker: what
 * is said, the exit code, and the memory that it takes. TRACE_MANY asks for more messages.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import { createTopic, removeTopics, withProducer } from '../../support/kafka.js';
import { listening, servers } from '../../support/servers.js';

const isUp = await listening(servers.kafka.split(',')[0]!);
const many = Number(process.env['TRACE_MANY'] ?? 20_000);
const topic = `bad_ids_${process.pid}`;
const tenant = 'tenant-7f3c-0001';
const root = join(import.meta.dirname, '../../..');

describe.skipIf(!isUp && process.env['CI'] !== 'true')('ids of every bad kind', { timeout: 120_000 }, () => {
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-bad-ids-'));
    await createTopic(topic, { numPartitions: 2 });
    await withProducer(async (producer) => {
      const message = (n: number) => ({ value: JSON.stringify({ eventId: `evt-${n}-of-many`, type: n % 2 === 0 ? 'order' : 'paid', tenantId: tenant, n }) });
      for (let at = 0; at < many; at += 5_000) await producer.send({ topic, messages: Array.from({ length: Math.min(5_000, many - at) }, (_, n) => message(at + n)) });
    });
    await writeFile(join(dir, 'aishell.yaml'), JSON.stringify({ services: { bus: { kind: 'kafka', brokers: servers.kafka, topics: [topic] } } }));
  }, 300_000);
  afterAll(async () => {
    await removeTopics([topic]);
    await rm(dir, { recursive: true, force: true });
  });

  async function trace(id: string, ...more: string[]): Promise<{ code: number; stdout: string; stderr: string; answer: TraceAnswer; peakMiB: number }> {
    const args = ['--import', 'tsx', join(root, 'test/support/real-cli.ts'), 'trace', '--config', dir, '--format', 'json', ...more, '--', id];
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, XDG_CACHE_HOME: join(dir, 'cache') }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr, peakMiB] = ['', '', 0];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    const watch = setInterval(() => {
      readFile(`/proc/${child.pid}/status`, 'utf8').then((status) => (peakMiB = Math.max(peakMiB, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)), () => undefined);
    }, 20);
    const [code] = (await once(child, 'close')) as [number];
    clearInterval(watch);
    return { code, stdout, stderr, answer: (stdout === '' ? undefined : JSON.parse(stdout)) as TraceAnswer, peakMiB };
  }

  it('one that is nowhere: found is false, with all that was looked at, and exit code 0', async () => {
    const { code, answer } = await trace('evt-that-is-nowhere-1');
    expect([code, answer.found, answer.complete, answer.steps]).toEqual([0, false, true, []]);
    const parts = answer.coverage.flatMap(({ coverage }) => coverage);
    expect(parts.map(({ reachedEnd }) => reachedEnd)).toEqual([true, true]);
    expect(parts.reduce((sum, { messages }) => sum + messages, 0)).toBe(many);
  });

  it.each([['an empty one', '', 'The id is empty'], ['blanks', '   ', 'The id is empty'], ['one of 10 kB', 'x'.repeat(10_240), 'The id has 10240 characters']])('%s: refused with what to do', async (_, id, said) => {
    const { code, stdout, stderr } = await trace(id);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
    expect(stderr.length).toBeLessThan(1_000);
  });

  it.each(['paid', 'order'])('a common word, %s: not looked for in what messages say', async (word) => {
    const { code, answer } = await trace(word);
    expect([code, answer.found, answer.steps]).toEqual([0, false, []]);
    expect(answer.warnings).toEqual([expect.stringContaining('A plain word or a short number is looked for in keys') as string]);
  });

  it('one that stands in every message: noticed, said and not followed, in bounded memory', async () => {
    const { code, answer, peakMiB } = await trace(tenant);
    expect([code, answer.found, answer.steps]).toEqual([0, true, []]);
    expect(answer.warnings).toEqual([expect.stringContaining(`more than 100 rows under ${tenant}: not followed`) as string]);
    expect(peakMiB).toBeLessThan(400);
    if (process.env['TRACE_MANY'] !== undefined) console.log(`${many} messages: ${peakMiB.toFixed(0)} MiB at most`);
  });
});
