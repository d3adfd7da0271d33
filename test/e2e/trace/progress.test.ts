/** A long search of a topic: what it tells meanwhile, and what Ctrl-C leaves of it, in a pipe and at a terminal. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import { createTopic, produce, removeTopics } from '../../support/kafka.js';
import { liveCli } from '../../support/live-cli.js';
import { FaultProxy } from '../../support/proxy.js';
import { tsx } from '../../support/pty.js';
import { openScreen } from '../../support/screen.js';
import { listening, servers } from '../../support/servers.js';

const [broker] = servers.kafka.split(',') as [string];
const skip = !(await listening(broker)) && process.env['CI'] !== 'true';
const tag = `wide${Date.now().toString(36)}`;
const topics = [`${tag}-shed-few`, `${tag}-barn-many`];
const count = 20_000;
/** Of the many messages, about this much comes through; then the broker falls silent. */
const silentAfter = 13_000_000;

describe.skipIf(skip)('a long search', { timeout: 60_000 }, () => {
  let home = '';
  let proxy: FaultProxy;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'aishell-progress-'));
    await createTopic(topics[0]!);
    await createTopic(topics[1]!, { numPartitions: 3 });
    await produce(topics[0]!, [{ value: JSON.stringify({ eventId: 'needle-1', type: 'Dropped' }) }]);
    await produce(topics[1]!, Array.from({ length: count }, (_, n) => ({ value: JSON.stringify({ n, eventId: n === 30 ? 'needle-2' : `hay-${n}`, ...(n === 30 && { causationId: 'needle-1' }), filler: 'x'.repeat(1_000) }) })));
    const [host, port] = broker.split(':') as [string, string];
    proxy = await FaultProxy.to(host, Number(port));
    await writeFile(join(home, 'aishell.yaml'), `services:\n  barn: { kind: kafka, brokers: "127.0.0.1:${proxy.port}", prefix: "${tag}-barn-", addresses: { "${broker}": "127.0.0.1:${proxy.port}" } }\n  shed: { kind: kafka, brokers: "${broker}", prefix: "${tag}-shed-" }\n`);
    // The catalogue is read while nothing is in the way.
    const warm = liveCli(['schema', '--config', join(home, 'aishell.yaml')], { XDG_CACHE_HOME: join(home, 'cache') });
    expect(await warm.exit(), warm.stderr()).toBe(0);
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    await removeTopics(topics);
    await rm(home, { recursive: true, force: true });
  });

  test('tells partitions, messages and bytes as JSON; Ctrl-C gives what was found, marked as incomplete, and exits with 130', async () => {
    proxy.silenceAfter(silentAfter);
    const cli = liveCli(['trace', 'needle-1', '--format', 'json', '--progress', 'json', '--config', join(home, 'aishell.yaml')], { XDG_CACHE_HOME: join(home, 'cache') });
    const scans = () => cli.stderr().split('\n').filter((line) => line.startsWith('{"type":"progress"')).map((line) => JSON.parse(line) as Record<string, number | string | null>).filter(({ table, messages }) => table === 'many' && messages !== null);
    await cli.until(() => scans().some(({ messages }) => Number(messages) > 0));
    cli.child.kill('SIGINT');
    expect(await cli.exit()).toBe(130);
    const last = scans().at(-1)!;
    expect(last).toMatchObject({ service: 'barn', expectedMessages: count, partitions: 3 });
    expect(Number(last['messages'])).toBeLessThan(count);
    expect(Number(last['bytes'])).toBeGreaterThan(1_000_000);
    const answer = JSON.parse(cli.lines.join('\n')) as TraceAnswer;
    expect(answer).toMatchObject({ complete: false, stopped: 'cancelled', found: true });
    expect(answer.steps.map(({ table }) => table)).toContain('few');
    expect(answer.coverage.find(({ table, notSearched }) => table === 'many' && notSearched !== null)?.notSearched).toBe('stopped before its end');
    proxy.heal();
  });

  test('the same at a terminal: a line that grows, and then the trace so far', async () => {
    proxy.silenceAfter(silentAfter);
    const screen = openScreen([tsx, 'test/support/real-cli.ts', 'trace', 'needle-1', '--config', join(home, 'aishell.yaml')], { columns: 110, rows: 40, env: { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), LANG: 'C.UTF-8' } });
    try {
      await screen.shows(/barn\.many \d\/3 partitions, [\d,]+ of about 20,000 messages, [\d.]+ MB/);
      screen.type('\u0003');
      const lines = (await screen.shows(/INCOMPLETE: cancelled/)).join('\n');
      expect(lines).toMatch(/event Dropped *│[^]*on few/);
      expect(await screen.exited).toBe(130);
      expect(lines).not.toContain('of about');
    } finally {
      screen.kill();
      proxy.heal();
    }
  });

  test('a search that can end where it is keeps what it found there, and says how far it came', async () => {
    // Slow, so that there is time to press the key; every answer comes.
    proxy.delay(150);
    const cli = liveCli(['trace', 'needle-1', '--format', 'json', '--progress', 'json', '--config', join(home, 'aishell.yaml')], { XDG_CACHE_HOME: join(home, 'cache') });
    await cli.until(() => /"table":"many".*"messages":[1-9]/.test(cli.stderr()));
    cli.child.kill('SIGINT');
    expect(await cli.exit()).toBe(130);
    proxy.heal();
    const answer = JSON.parse(cli.lines.join('\n')) as TraceAnswer;
    const parts = answer.coverage.filter(({ table }) => table === 'many').flatMap(({ coverage }) => coverage);
    expect(answer.steps.map(({ table }) => table).sort()).toEqual(['few', 'many']);
    expect(parts.some(({ reachedEnd, bound }) => !reachedEnd && bound.includes('stopped when it was told to stop'))).toBe(true);
  });
});
