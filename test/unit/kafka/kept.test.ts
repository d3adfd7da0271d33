/** A short topic that a snapshot is asked again for: the same answer, and nothing is fetched. */

import { afterAll, describe, expect, it } from 'vitest';
import type { Expr, Snapshot, Table } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/kafka/index.js';
import { CollectingSink } from '../../support/collecting-sink.js';
import { createTopic, produce, removeTopics } from '../../support/kafka.js';
import { column, compare, relOf, signal, skip, types, withSource, type Asked } from './ask.js';

const prefix = `unit-kept-${process.pid}-`;
const names = ['short', 'packed', 'long', 'growing'].map((name) => prefix + name);

async function asked(snapshot: Snapshot, table: Table, what: Asked = {}) {
  const query = connector.dialect({ version: '' }).compile(relOf(table, what));
  const sink = new CollectingSink(query.columns);
  const stats = await snapshot.read(query, sink, signal());
  return { rows: sink.rows, fetched: sink.bytes, coverage: stats.coverage };
}

const value = (n: number) => ({ key: `k${n % 7}`, value: JSON.stringify({ n, note: `note ${n}` }) });
const noted = (table: Table, text: string): Expr => ({ kind: 'call', name: 'contains', args: [column(table, '_value'), { kind: 'literal', value: text, type: types.text }], type: types.boolean });

describe.skipIf(skip)('a topic that is asked again', () => {
  afterAll(async () => {
    if (!skip) await removeTopics(names);
  });

  it.each([['short', 300, 3], ['long', 10_050, 1]] as const)('%s: the same messages and the same coverage, by any condition', async (name, count, partitions) => {
    await createTopic(prefix + name, { numPartitions: partitions });
    await produce(prefix + name, Array.from({ length: count }, (_, n) => value(n)));
    await withSource({ topics: [`${prefix}*`] }, async (source, table) => {
      const t = table(prefix + name);
      const [snapshot, fresh] = [await source.open(signal(), [t]), await source.open(signal(), [t])];
      const first = await asked(snapshot, t);
      const again = await asked(snapshot, t);
      expect(first.rows.length).toBe(count);
      expect(first.fetched).toBeGreaterThan(0);
      expect(again.rows).toEqual(first.rows);
      expect(again.coverage).toEqual(first.coverage);
      // A longer one is fetched anew: what is kept is bounded.
      expect(again.fetched === 0).toBe(name === 'short');
      for (const where of [[noted(t, 'note 42')], [compare(t, 'n', '=', 17n)], [compare(t, '_key', '=', 'k3')], [compare(t, '_offset', '<', 5n)]]) {
        const [here, anew] = [await asked(snapshot, t, { where }), await asked(fresh, t, { where })];
        const sorted = (rows: readonly unknown[][]) => rows.map((row) => row.map(String).join(' ')).sort();
        expect(sorted(here.rows)).toEqual(sorted(anew.rows));
        expect(here.rows.length).toBeGreaterThan(0);
        expect(here.coverage!.map(({ partition, from, to, messages, reachedEnd }) => [partition, from, to, messages, reachedEnd]).sort()).toEqual(anew.coverage!.map(({ partition, from, to, messages, reachedEnd }) => [partition, from, to, messages, reachedEnd]).sort());
      }
      // A limit ends it before its end, and the coverage says where.
      const cut = await asked(snapshot, t, { limit: 5 });
      expect(cut.rows.length).toBe(5);
      expect(cut.coverage!.some(({ reachedEnd }) => !reachedEnd)).toBe(true);
      for (const { from, to, messages } of cut.coverage!) expect(messages).toBeGreaterThanOrEqual(Number(to) - Number(from));
      await Promise.all([snapshot.close(), fresh.close()]);
    });
  });

  it('is not kept where a part of it was not read, and not beyond its snapshot', async () => {
    const name = `${prefix}growing`;
    await createTopic(name);
    await produce(name, [value(1), value(2), value(3)]);
    await withSource({ topics: [`${prefix}*`] }, async (source, table) => {
      const t = table(name);
      const snapshot = await source.open(signal(), [t]);
      expect((await asked(snapshot, t, { limit: 1 })).rows.length).toBe(1);
      const whole = await asked(snapshot, t);
      expect([whole.rows.length, whole.fetched > 0]).toEqual([3, true]);
      await produce(name, [value(4)]);
      expect((await asked(snapshot, t)).rows.length).toBe(3);
      const later = await source.open(signal(), [t]);
      expect((await asked(later, t)).rows.length).toBe(4);
      await Promise.all([snapshot.close(), later.close()]);
    });
  });

  it('is kept unpacked, whole transactions and compressed batches alike', async () => {
    const name = `${prefix}packed`;
    await createTopic(name);
    const { withProducer } = await import('../../support/kafka.js');
    await withProducer(async (producer) => {
      const { CompressionTypes } = await import('kafkajs');
      await producer.send({ topic: name, compression: CompressionTypes.GZIP, messages: Array.from({ length: 50 }, (_, n) => value(n)) });
    });
    await withProducer(async (producer) => {
      const undone = await producer.transaction();
      await undone.send({ topic: name, messages: [value(1_000)] });
      await undone.abort();
    }, `${prefix}tx`);
    await withSource({ topics: [`${prefix}*`] }, async (source, table) => {
      const t = table(name);
      const snapshot = await source.open(signal(), [t]);
      const [first, again] = [await asked(snapshot, t), await asked(snapshot, t)];
      expect(first.rows.length).toBe(50);
      expect([again.rows, again.coverage, again.fetched]).toEqual([first.rows, first.coverage, 0]);
      expect(again.coverage![0]!.aborted).toBe(1);
      await snapshot.close();
    });
  });
});
