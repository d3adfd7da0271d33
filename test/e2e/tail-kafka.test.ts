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

  test('shows what is committed of every codec, tombstones and headers of any bytes, and the same whether the engine is asked or not', async () => {
    const codecs = ['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed'];
    await broker.withAdmin((connected) =>
      connected.createTopics({ waitForLeaders: true, topics: [...codecs.map((codec) => ({ topic: `of-${codec}`, configEntries: [{ name: 'compression.type', value: codec }] })), { topic: 'deals' }] }));
    for (const codec of codecs) await broker.produce(`of-${codec}`, Array.from({ length: 50 }, (_, n) => ({ key: `k${n % 3}`, value: JSON.stringify({ n, codec, text: 'ä\u2028 \u202e'.repeat(n) }) })));
    await broker.produce('deals', [{ value: '{"n":1}', key: 'a', headers: { bytes: Buffer.from('ff00fe', 'hex'), 'trace id': 'é', empty: '' } }, { key: 'gone', value: null }]);
    for (const isKept of [false, true]) {
      await broker.withProducer(async (producer) => {
        const transaction = await producer.transaction();
        await transaction.send({ topic: 'deals', messages: [{ key: 'deal', value: JSON.stringify({ n: isKept ? 2 : -2 }) }] });
        await (isKept ? transaction.commit() : transaction.abort());
      }, `deals-${isKept}`);
    }
    await broker.produce('deals', [{ value: '{"n":3}' }]);
    const topics = [...codecs.map((codec) => `of-${codec}`), 'deals'];
    const limit = String(codecs.length * 50 + 4);
    const conditions = [[], ['--where', '_offset >= 0'], ['--where', '_offset % 1 = 0']];
    const said = await Promise.all(conditions.map(async (condition) => {
      const tail = aishell(['tail', ...topics, '--from', 'start', '--limit', limit, '--format', 'ndjson', '--refresh', ...condition]);
      expect([await tail.exit(), tail.stderr()]).toEqual([0, '']);
      return tail.lines.toSorted();
    }));
    expect(said[0]).toHaveLength(Number(limit));
    expect(said[1]).toEqual(said[0]);
    expect(said[2]).toEqual(said[0]);
    const rows = said[0]!.map((line) => JSON.parse(line) as { topic: string; _offset: string; _key: string | null; _value: string | null; _headers: Record<string, string> });
    expect(rows.filter(({ topic }) => topic === 'deals').map(({ _offset, _key, _value }) => [_offset, _key, _value])).toEqual([['0', 'a', '{"n":1}'], ['1', 'gone', null], ['4', 'deal', '{"n":2}'], ['6', null, '{"n":3}']]);
    expect(rows.find(({ topic, _offset }) => topic === 'deals' && _offset === '0')!._headers).toMatchObject({ 'trace id': 'é', empty: '' });
    for (const codec of codecs) expect(rows.filter(({ topic }) => topic === `of-${codec}`).map(({ _value }) => JSON.parse(_value!) as unknown)).toHaveLength(50);
    expect(said[0]!.join('')).not.toMatch(/[\u2028\u202e]/);
  }, 120_000);

  test('says which messages were deleted before a slow reader came to them, and goes on behind', async () => {
    const [count, pad] = [1_500, 'x'.repeat(20_000)];
    await broker.withAdmin((connected) => connected.createTopics({ waitForLeaders: true, topics: [{ topic: 'brief' }] }));
    for (let n = 0; n < count; n += 50) await broker.produce('brief', Array.from({ length: 50 }, (_, i) => ({ value: JSON.stringify({ n: n + i, pad }) })));
    const tail = aishell(['tail', 'brief', '--from', 'start', '--format', 'ndjson', '--refresh']);
    await tail.until((lines) => lines.length > 0);
    // 30 MB: it can't have come to the end of what nobody takes.
    tail.child.stdout!.pause();
    await broker.withAdmin(async (connected) => {
      // kafkajs looks for the leader in what it has loaded.
      await connected.fetchTopicOffsets('brief');
      await connected.deleteTopicRecords({ topic: 'brief', partitions: [{ partition: 0, offset: String(count - 100) }] });
    });
    tail.child.stdout!.resume();
    const offsets = () => tail.lines.map((line) => Number((JSON.parse(line) as { _offset: string })._offset));
    await tail.until((lines) => lines.length > 0 && lines.at(-1)!.includes(`"_offset":"${count - 1}"`));
    tail.child.kill('SIGINT');
    expect(await tail.exit()).toBe(130);
    const [, from, to] = /brief, partition 0: the messages from offset (\d+) to (\d+) were deleted before they could be read/.exec(tail.stderr())!.map(Number);
    expect(to).toBe(count - 101);
    expect(offsets()).toEqual([...Array.from({ length: from! }, (_, n) => n), ...Array.from({ length: 100 }, (_, n) => count - 100 + n)]);
  }, 120_000);

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
