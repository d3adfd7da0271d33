/** `aishell tail` over a Kafka broker of its own, which is killed and started again while it is followed. */

import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from 'kafkajs';
import { KafkaBroker } from '../support/kafka-broker.js';
import { liveCli, type LiveCli } from '../support/live-cli.js';
import { listening, servers } from '../support/servers.js';

const skip = !(await listening(servers.kafka.split(',')[0]!)) && process.env['CI'] !== 'true';

let broker: KafkaBroker;
const running: ChildProcess[] = [];

const numbered = (from: number, count: number): Message[] => Array.from({ length: count }, (_, i) => ({ value: JSON.stringify({ n: from + i, status: (from + i) % 2 === 0 ? 'ok' : 'failed' }) }));

function aishell(args: readonly string[]): LiveCli {
  const cli = liveCli([...args, '--config', join(broker.home, 'aishell.yaml')], { XDG_CACHE_HOME: join(broker.home, 'cache-xdg') });
  running.push(cli.child);
  return cli;
}

const numbersOf = (lines: readonly string[]) => lines.map((line) => JSON.parse((JSON.parse(line) as { _value: string })._value).n as number);

describe.skipIf(skip)('aishell tail on Kafka', () => {
  beforeAll(async () => {
    broker = await KafkaBroker.start();
    await writeFile(join(broker.home, 'aishell.yaml'), `services:\n  bus:\n    kind: kafka\n    brokers: ${broker.address}\n`);
    await broker.withAdmin(async (connected) => {
      await connected.createTopics({ waitForLeaders: true, topics: [{ topic: 'events', numPartitions: 2 }, { topic: 'others', numPartitions: 1 }] });
    });
    await broker.produce('events', numbered(0, 10));
    await broker.produce('others', [{ value: 'plain text \u001b[31m', key: 'k\u0007' }]);
  }, 120_000);

  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await broker?.remove();
  });

  test('goes on where it was when the broker is killed and comes back: nothing lost, nothing twice', async () => {
    const tail = aishell(['tail', 'events', '--from', 'start', '--format', 'ndjson']);
    await tail.until((lines) => lines.length === 10);
    await broker.kill();
    await tail.until(() => tail.stderr().includes('waiting for it to come back'));
    await broker.up();
    await broker.produce('events', numbered(10, 500));
    await tail.until((lines) => lines.length >= 510);
    // A partition that is added meanwhile is read from its beginning.
    await broker.withAdmin((connected) => connected.createPartitions({ topicPartitions: [{ topic: 'events', count: 3 }] }));
    await broker.produce('events', numbered(510, 20), 2);
    await tail.until((lines) => lines.length >= 530);
    tail.child.kill('SIGINT');
    expect(await tail.exit()).toBe(130);
    expect(numbersOf(tail.lines).sort((a, b) => a - b)).toEqual(Array.from({ length: 530 }, (_, i) => i));
    const places = tail.lines.map((line) => JSON.parse(line) as { _partition: number; _offset: string });
    for (const partition of [0, 1, 2]) {
      const offsets = places.filter((place) => place._partition === partition).map(({ _offset }) => Number(_offset));
      expect(offsets).toEqual(offsets.map((_, i) => i));
    }
    expect(tail.stderr()).toContain('connected again');
    expect(tail.stderr()).toContain('partition 2 of events is new');
  }, 180_000);

  test('leaves no group, commits nothing, and ends where it is told to', async () => {
    const tail = aishell(['tail', 'events', 'bus.others', '--from', 'start', '--limit', '3']);
    expect(await tail.exit()).toBe(0);
    expect(tail.lines).toHaveLength(3);
    expect(await broker.withAdmin(async (connected) => (await connected.listGroups()).groups)).toEqual([]);
  }, 60_000);

  test('shows only what the condition is true of, and text from messages can do nothing to a terminal', async () => {
    const failed = aishell(['tail', 'events', '--from', 'start', '--where', "status = 'failed' AND n < 20 -- a comment", '--limit', '10', '--format', 'ndjson']);
    expect(await failed.exit()).toBe(0);
    expect(numbersOf(failed.lines).sort((a, b) => a - b)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    const text = aishell(['tail', 'others', '--from', '0', '--limit', '1']);
    expect(await text.exit()).toBe(0);
    expect(text.lines[0]).toMatch(/bus\.others 0\/0 {2}k\u2407 {2}plain text \u241b\[31m/);
  }, 60_000);

  test('ends quietly when nobody reads any more', async () => {
    const tail = aishell(['tail', 'events', '--from', 'start']);
    await tail.until((lines) => lines.length > 0);
    tail.child.stdout!.destroy();
    await broker.produce('events', numbered(530, 2_000));
    expect(await tail.exit()).toBe(0);
    expect(tail.stderr()).toBe('');
  }, 60_000);

  test('says what is wrong', async () => {
    const said = async (...args: string[]) => {
      const tail = aishell(['tail', ...args]);
      return `${await tail.exit()} ${tail.stderr()}`;
    };
    const cases: [RegExp, ...string[]][] = [
      [/^2 error: There is no topic or stream 'evnets'/, 'evnets'],
      [/^2 error: There is no column nope/, 'events', '--where', 'nope = 1'],
      [/^2 error: --where is empty/, 'events', '--where', ' '],
      [/^[26] error/, 'events', '--where', 'n IN (SELECT n FROM bus.others)'],
      // What closes the condition's parenthesis and goes on as another statement.
      [/^[26] error: The condition of a tail/, 'events', '--where', 'true) UNION ALL SELECT 1, 2, now(), NULL, NULL, NULL FROM (SELECT 1'],
      [/^2 error: --from/, 'events', '--from', 'yesterday'],
      [/^2 error: --from 2099-01-01 is still to come/, 'events', '--from', '2099-01-01'],
      [/^6 note: bus: events, partition \d, ends before offset 99999: it begins at its end/, 'events', '--from', '99999', '--timeout', '1s'],
    ];
    for (const some of [cases.slice(0, 4), cases.slice(4)]) {
      const told = await Promise.all(some.map(([, ...args]) => said(...args)));
      some.forEach(([expected], i) => expect(told[i]).toMatch(expected));
    }
  }, 120_000);
});
