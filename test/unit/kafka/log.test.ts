/** What lies in a log: codecs, transactions, deleted records, bounds by time and offset. */

import { afterAll, describe, expect, it } from 'vitest';
import { AishellError, type Expr } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/kafka/index.js';
import { partitionOf } from '../../../connectors/log/partitioner.js';
import { CollectingSink } from '../../support/collecting-sink.js';
import { createTopic, produce, removeTopics, withAdmin, withProducer } from '../../support/kafka.js';
import { ask, column, compare, instant, relOf, signal, skip, withSource } from './ask.js';

const prefix = 'unit-log-';
const topics: string[] = [];

async function topic(name: string, config: Parameters<typeof createTopic>[1] = {}): Promise<string> {
  topics.push(prefix + name);
  await createTopic(prefix + name, config);
  return prefix + name;
}

const options = { topics: [`${prefix}*`] };

describe.skipIf(skip)('a log', () => {
  afterAll(async () => {
    if (!skip) await removeTopics(topics);
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed'])('is read when the broker compressed it with %s', async (codec) => {
    const name = await topic(codec, { settings: { 'compression.type': codec } });
    const long = 'lorem ipsum '.repeat(20_000);
    await produce(name, [...Array.from({ length: 3_000 }, (_, i) => ({ key: `k${i}`, value: JSON.stringify({ n: i, text: `value ${i * 7919} é😀` }) })), { value: JSON.stringify({ n: -1, text: long }) }]);
    await withSource(options, async (source, table) => {
      const { rows } = await ask(source, table(name), { columns: ['n', 'text', '_key'] });
      expect(rows.length).toBe(3_001);
      expect(rows[1_234]).toEqual([1_234n, `value ${1_234 * 7919} é😀`, 'k1234']);
      expect(rows.at(-1)).toEqual([-1n, long, null]);
      const found = await ask(source, table(name), { columns: ['n'], where: [compare(table(name), '_key', '=', 'k2999')] });
      expect(found.rows).toEqual([[2_999n]]);
    });
  });

  it('hides what was aborted and what is not committed yet', async () => {
    const name = await topic('transactions');
    await withProducer(async (producer) => {
      for (const [n, ends] of [[1, 'commit'], [2, 'abort'], [3, 'commit']] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic: name, messages: [{ value: JSON.stringify({ n }) }, { value: JSON.stringify({ n: n * 10 }) }] });
        await transaction[ends]();
      }
      await produce(name, [{ value: JSON.stringify({ n: 99 }) }]);
      const open = await producer.transaction();
      await open.send({ topic: name, messages: [{ value: JSON.stringify({ n: 1000 }) }] });
      await withSource(options, async (source, table) => {
        const { rows, stats } = await ask(source, table(name), { columns: ['n'] });
        expect(rows.map(([n]) => n)).toEqual([1n, 10n, 3n, 30n, 99n]);
        // Two messages were aborted; the open transaction's one stands behind the end.
        expect(stats.coverage![0]).toMatchObject({ reachedEnd: true, isolation: 'read_committed', aborted: 2, undecided: 1 });
      });
      await open.abort();
    }, `${prefix}transactional`);
  });

  it('ends where it ended when the snapshot was opened', async () => {
    const name = await topic('bounded');
    await produce(name, [{ value: '{"n":1}' }]);
    await withSource(options, async (source, table) => {
      const snapshot = await source.open(signal());
      await produce(name, [{ value: '{"n":2}' }]);
      const query = connector.dialect({ version: '' }).compile(relOf(table(name), { columns: ['n'] }));
      const sink = new CollectingSink(query.columns);
      const stats = await snapshot.read(query, sink, signal());
      expect(sink.rows).toEqual([[1n]]);
      expect(stats.proof).toBe('reached the log end offsets taken at open');
      expect(stats.coverage).toEqual([{ partition: `${name}/0`, from: '0', to: '1', messages: 1, bytes: expect.any(Number), reachedEnd: true, bound: 'from log start to log end', isolation: 'read_committed', aborted: 0 }]);
    });
  });

  it('says which records were deleted after the snapshot was opened, and begins later in the next', async () => {
    const name = await topic('deleted');
    await produce(name, Array.from({ length: 10 }, (_, n) => ({ value: JSON.stringify({ n }) })));
    await withSource(options, async (source, table) => {
      const snapshot = await source.open(signal());
      await withAdmin(async (admin) => {
        // kafkajs looks for the leader in what it has loaded.
        await admin.fetchTopicOffsets(name);
        await admin.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: '4' }] });
      });
      const query = connector.dialect({ version: '' }).compile(relOf(table(name), { columns: ['n'] }));
      const sink = new CollectingSink(query.columns);
      const cut = await snapshot.read(query, sink, signal());
      expect(sink.rows.map(([n]) => n)).toEqual([4n, 5n, 6n, 7n, 8n, 9n]);
      // It fails the statement, unless a part is allowed for.
      expect(cut.lacking).toMatchObject({ code: 'source.cut', message: expect.stringContaining(`${name}, partition 0: the messages from offset 0 to 3 were deleted`) as string });
      expect(cut.coverage).toMatchObject([{ from: '0', to: '10', bound: expect.stringContaining('but: log:') as string }]);
      const { rows, stats } = await ask(source, table(name), { columns: ['n'] });
      expect(rows.map(([n]) => n)).toEqual([4n, 5n, 6n, 7n, 8n, 9n]);
      expect(stats.coverage![0]!.from).toBe('4');
    });
  });

  it('is entered by time, and left by time only on the clock of the broker', async () => {
    const hours = ['00', '01', '02', '03', '04', '05'];
    const messages = hours.map((hour, n) => ({ value: JSON.stringify({ n }), timestamp: String(Date.parse(`2024-05-01T${hour}:00:00Z`)) }));
    const name = await topic('produced');
    // One batch each, since times are indexed by batch.
    for (const message of messages) await produce(name, [message]);
    const from = (t: Parameters<typeof compare>[0]) => compare(t, '_timestamp', '>=', instant('2024-05-01T02:00:00Z'));
    const until = (t: Parameters<typeof compare>[0]) => compare(t, '_timestamp', '<', instant('2024-05-01T04:00:00Z'));
    await withSource(options, async (source, table) => {
      const t = table(name);
      const { rows, stats } = await ask(source, t, { columns: ['n'], where: [from(t), until(t)] });
      expect(rows.map(([n]) => n)).toEqual([2n, 3n]);
      expect(stats.coverage![0]).toMatchObject({ from: '2', to: '6', messages: 4, bound: 'from offset by _timestamp to log end' });
    });
    await withSource({ ...options, timestamp_slack: '30m' }, async (source, table) => {
      const t = table(name);
      const { rows, stats } = await ask(source, t, { columns: ['n'], where: [until(t)] });
      expect(rows.map(([n]) => n)).toEqual([0n, 1n, 2n, 3n]);
      expect(stats.coverage![0]).toMatchObject({ from: '0', to: '5', reachedEnd: true });
      expect(stats.coverage![0]!.bound).toContain('slack of 1800000 ms');
    });
    const appended = await topic('appended', { settings: { 'message.timestamp.type': 'LogAppendTime' } });
    await produce(appended, [messages[0]!]);
    const between = BigInt(Date.now() + 1) * 1000n;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await produce(appended, [messages[1]!]);
    await withSource(options, async (source, table) => {
      const t = table(appended);
      const { rows, stats } = await ask(source, t, { columns: ['n'], where: [compare(t, '_timestamp', '<', between)] });
      expect(rows).toEqual([[0n]]);
      expect(stats.coverage![0]).toMatchObject({ to: '1', messages: 1, bound: 'from log start to offset by _timestamp' });
    });
  });

  it('keeps times that go back and forth within a batch', async () => {
    const name = await topic('times', { settings: { 'message.timestamp.after.max.ms': String(2n ** 63n - 1n) } });
    const times = ['2024-05-01T00:00:00Z', '1971-01-01T00:00:00Z', '2200-12-31T23:59:59Z', '2024-05-01T00:00:00.001Z'];
    await produce(name, times.map((time) => ({ value: '{}', timestamp: String(Date.parse(time)) })));
    await withSource(options, async (source, table) => {
      const { rows } = await ask(source, table(name), { columns: ['_timestamp'] });
      expect(rows.map(([time]) => time)).toEqual(times.map(instant));
    });
  });

  it('is read only where partition and offset say', async () => {
    const name = await topic('parts', { numPartitions: 3 });
    await withProducer((producer) => producer.send({ topic: name, messages: Array.from({ length: 30 }, (_, i) => ({ partition: i % 3, value: JSON.stringify({ i }) })) }));
    await withSource(options, async (source, table) => {
      const t = table(name);
      const one = await ask(source, t, { columns: ['i'], where: [compare(t, '_partition', '=', 1n), compare(t, '_offset', '>=', 7n)] });
      expect(one.rows.map(([i]) => i)).toEqual([22n, 25n, 28n]);
      expect(one.stats.coverage).toMatchObject([{ partition: `${name}/1`, from: '7', to: '10', bound: 'from _offset to log end' }]);
      const none = await ask(source, t, { columns: ['i'], where: [compare(t, '_partition', '>', 2n)] });
      expect(none.stats.coverage).toEqual([]);
      const listed = await ask(source, t, { columns: ['_partition', '_offset'], where: [{ kind: 'in', arg: column(t, '_offset'), list: [3n, 5n].map((value) => ({ kind: 'literal', value, type: { kind: 'int', bits: 64, signed: true } })), negated: false }] });
      expect(listed.rows.length).toBe(6);
      expect(listed.stats.coverage!.toSorted((a, b) => a.partition.localeCompare(b.partition)).map(({ partition, from, to, bound }) => [partition, from, to, bound])).toEqual(
        [0, 1, 2].flatMap((n) => [[`${name}/${n}`, '3', '4', 'from _offset to _offset'], [`${name}/${n}`, '5', '6', 'from _offset to _offset']]),
      );
    });
  });

  it('is read in the ranges that OR, IN and BETWEEN leave of each partition, and nowhere else', async () => {
    const name = await topic('ranges', { numPartitions: 2, settings: { 'message.timestamp.type': 'LogAppendTime' } });
    const times: bigint[] = [];
    // Ten batches in each partition, each in a time of its own.
    await withProducer(async (producer) => {
      for (let b = 0; b < 10; b++) {
        times.push(BigInt(Date.now()) * 1000n);
        for (const partition of [0, 1]) await producer.send({ topic: name, messages: Array.from({ length: 100 }, (_, i) => ({ partition, value: JSON.stringify({ n: b * 100 + i, text: 'x'.repeat(500) }) })) });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    await withSource(options, async (source, table) => {
      const t = table(name);
      const and = (...args: Expr[]): Expr => ({ kind: 'and', args });
      const or = (...args: Expr[]): Expr => ({ kind: 'or', args });
      const offsets = (from: bigint, to: bigint) => and(compare(t, '_offset', '>=', from), compare(t, '_offset', '<', to));
      const whole = await ask(source, t, { columns: ['n', 'text'] });
      const seen = async (where: Expr) => {
        const { rows, stats } = await ask(source, t, { columns: ['_partition', 'n', 'text'], where: [where] });
        expect(stats.bytes).toBeLessThan(whole.stats.bytes / 2);
        return { rows: rows.map(([partition, n]) => `${String(partition)}:${String(n)}`).sort(), parts: stats.coverage!.toSorted((a, b) => a.partition.localeCompare(b.partition)).map(({ partition, from, to, messages, reachedEnd }) => `${partition.slice(name.length)} ${from}-${to} ${messages} ${reachedEnd}`) };
      };
      const numbers = (partition: number, from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${partition}:${from + i}`);
      expect(await seen(or(and(compare(t, '_partition', '=', 0n), or(offsets(150n, 160n), offsets(850n, 860n))), and(compare(t, '_partition', '=', 1n), offsets(500n, 505n))))).toEqual({
        rows: [...numbers(0, 150, 160), ...numbers(0, 850, 860), ...numbers(1, 500, 505)].sort(),
        parts: ['/0 150-160 100 true', '/0 850-860 100 true', '/1 500-505 100 true'],
      });
      const listed: Expr = { kind: 'in', arg: column(t, '_offset'), list: [5n, 999n].map((value) => ({ kind: 'literal', value, type: { kind: 'int', bits: 64, signed: true } })), negated: false };
      expect(await seen(and(listed, compare(t, '_partition', '=', 1n)))).toEqual({ rows: ['1:5', '1:999'], parts: ['/1 5-6 100 true', '/1 999-1000 100 true'] });
      // The broker's clock leads to where a batch begins.
      const during = (b: number) => and(compare(t, '_timestamp', '>=', times[b]!), compare(t, '_timestamp', '<', times[b + 1]!));
      expect((await seen(or(during(2), during(7)))).parts).toEqual(['/0 200-300 100 true', '/0 700-800 100 true', '/1 200-300 100 true', '/1 700-800 100 true']);
    });
  });

  it('keeps what is committed behind a gap with the end of an aborted transaction in it', async () => {
    const name = await topic('gap');
    await withProducer(async (producer) => {
      for (const [n, ends] of [[1, 'abort'], [2, 'commit'], [3, 'abort'], [4, 'commit']] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic: name, messages: [{ value: JSON.stringify({ n }) }, { value: JSON.stringify({ n: n * 10 }) }] });
        await transaction[ends]();
      }
    }, `${prefix}gap`);
    await withSource(options, async (source, table) => {
      const t = table(name);
      // Offsets: two of each transaction, then its end.
      const { rows } = await ask(source, t, { columns: ['n'], where: [{ kind: 'or', args: [compare(t, '_offset', '<', 1n), compare(t, '_offset', '=', 4n), compare(t, '_offset', '>=', 9n)] }] });
      expect(rows.map(([n]) => n)).toEqual([20n, 4n, 40n]);
    });
  });

  it('reads one partition for a key where the partitioner is known, the one that the producer chose', async () => {
    const name = await topic('keys', { numPartitions: 5 });
    await produce(name, Array.from({ length: 50 }, (_, i) => ({ key: `key ${i} é`, value: JSON.stringify({ i }) })));
    await withSource({ ...options, partitioner: 'murmur2' }, async (source, table) => {
      const t = table(name);
      for (const i of [0, 7, 31]) {
        const { rows, stats } = await ask(source, t, { columns: ['i', '_partition'], where: [compare(t, '_key', '=', `key ${i} é`)] });
        expect(rows).toEqual([[BigInt(i), BigInt(partitionOf(Buffer.from(`key ${i} é`), 5, 'murmur2'))]]);
        expect(stats.coverage!.length).toBe(1);
      }
    });
  });

  it('stops at a limit and says how far it came', async () => {
    const name = await topic('limit');
    await produce(name, Array.from({ length: 100 }, (_, n) => ({ value: JSON.stringify({ n }) })));
    await withSource(options, async (source, table) => {
      const { rows, stats } = await ask(source, table(name), { columns: ['n'], limit: 7 });
      expect(rows.length).toBe(7);
      expect(stats.proof).toBe('limit of 7 rows');
      expect(stats.coverage![0]).toMatchObject({ from: '0', to: '7', reachedEnd: false });
      expect((await ask(source, table(name), { columns: ['n'], limit: 0 })).rows).toEqual([]);
      const counted = await ask(source, table(name), { columns: [] });
      expect(counted.stats.rows).toBe(100);
    });
  });

  it('gives every partition its turn, however large the messages of another are', async () => {
    const name = await topic('turns', { numPartitions: 4 });
    const big = JSON.stringify({ body: 'x'.repeat(3_000_000) });
    await withProducer(async (producer) => {
      for (let i = 0; i < 16; i++) await producer.send({ topic: name, messages: [{ partition: i % 4, value: big }] });
    });
    await withSource({ ...options, sample: 1 }, async (source, table) => {
      const { stats } = await ask(source, table(name), { columns: ['_offset', 'body'] });
      expect(stats.rows).toBe(16);
      expect(stats.coverage!.map(({ messages }) => messages)).toEqual([4, 4, 4, 4]);
    });
  });

  it('says that a topic is gone', async () => {
    const name = await topic('gone');
    await withSource(options, async (source, table) => {
      const t = table(name);
      await removeTopics([name]);
      const error = await ask(source, t).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(AishellError);
      expect((error as AishellError).code).toBe('source.schema_changed');
    });
  });
});
