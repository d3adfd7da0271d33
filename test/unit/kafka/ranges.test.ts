/** Ranges of offsets and times that conditions leave: whatever they are, no row is lost by them. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { types } from '../../../connectors/contract.js';
import type { TopicTable } from '../../../connectors/log/columns.js';
import { partitionOf } from '../../../connectors/log/partitioner.js';
import { mostStretches, regionsOf, stretchesOf, type TimedLog } from '../../../connectors/log/ranges.js';
import type { Order, Test } from '../../../connectors/log/tests.js';

const topic: TopicTable = { topic: 't', partitions: 3, timestampType: 'CreateTime', partitioner: 'murmur2' };
const keys = ['a', 'b', 'c', 'd'];

interface Row {
  readonly _partition: number;
  readonly _offset: number;
  /** Milliseconds. */
  readonly _timestamp: number;
  readonly _key: string;
  readonly n: number;
}

const parts = ['_partition', '_offset', '_timestamp'] as const;
const place = (part: (typeof parts)[number]) => ({ place: { part }, type: part === '_timestamp' ? types.timestamptz : types.int64 });
const valueFor = (part: (typeof parts)[number]) => fc.bigInt(part === '_partition' ? { min: -1n, max: 3n } : part === '_offset' ? { min: -2n, max: 62n } : { min: -1_500n, max: 62_500n });
const leaf: fc.Arbitrary<Test> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...parts).chain((part) => fc.record({ op: fc.constantFrom<Order>('=', '<>', '<', '<=', '>', '>='), value: valueFor(part) }).map(({ op, value }): Test => ({ kind: 'number', ...place(part), op, value }))) },
  { weight: 4, arbitrary: fc.constantFrom(...parts).chain((part) => fc.array(valueFor(part), { maxLength: 60 }).map((values): Test => ({ kind: 'numberIn', ...place(part), values }))) },
  { weight: 1, arbitrary: fc.subarray(keys).map((values): Test => ({ kind: 'textIn', place: { part: '_key' }, type: types.text, values })) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n).map((value): Test => ({ kind: 'number', place: { field: 'n' }, type: types.int64, op: '=', value })) },
);
const { test } = fc.letrec<{ test: Test }>((tie) => ({
  test: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), tests: fc.array(tie('test'), { maxLength: 4 }) })),
}));

function holds(of: Test, row: Row): boolean {
  if (of.kind === 'and') return of.tests.every((part) => holds(part, row));
  if (of.kind === 'or') return of.tests.some((part) => holds(part, row));
  if (of.kind === 'textIn') return of.values.includes(row._key);
  if (of.kind !== 'number' && of.kind !== 'numberIn') throw new Error(of.kind);
  const read = 'field' in of.place ? row.n : row[of.place.part as '_offset'];
  const value = 'part' in of.place && of.place.part === '_timestamp' ? BigInt(read) * 1000n : BigInt(read);
  if (of.kind === 'numberIn') return of.values.includes(value);
  const wanted = BigInt(of.value);
  return { '=': value === wanted, '<>': value !== wanted, '<': value < wanted, '<=': value <= wanted, '>': value > wanted, '>=': value >= wanted }[of.op];
}

const messages = fc.array(fc.record({ time: fc.integer({ min: 0, max: 62 }), key: fc.constantFrom(...keys), n: fc.integer({ min: 0, max: 2 }) }), { maxLength: 60 });

describe('ranges of a log', () => {
  it('hold every row that a condition is true of, are few, in order and apart, whether times are in order or not', async () => {
    await fc.assert(
      fc.asyncProperty(test, messages, fc.boolean(), async (condition, written, isOrdered) => {
        const times = written.map(({ time }) => time);
        if (isOrdered) times.sort((a, b) => a - b);
        const rows = written.map(({ key, n }, i): Row => ({ _partition: partitionOf(Buffer.from(key), 3, 'murmur2'), _offset: i, _timestamp: times[i]!, _key: key, n }));
        const first = (time: number) => {
          const found = rows.findIndex((row) => row._timestamp >= time);
          return found < 0 ? rows.length : found;
        };
        const log: TimedLog = {
          start: 0, end: rows.length, noun: 'log',
          from: (time) => Promise.resolve(first(time)),
          to: (time) => Promise.resolve(isOrdered ? { offset: first(time), bound: 'clock' } : undefined),
        };
        const regions = regionsOf([condition], topic);
        for (const partition of [0, 1, 2]) {
          const stretches = await stretchesOf(regions(partition), log);
          expect(stretches.length).toBeLessThanOrEqual(mostStretches);
          for (const [i, { from, to }] of stretches.entries()) expect(from <= to && (i === 0 || from > stretches[i - 1]!.to)).toBe(true);
          for (const row of rows) {
            if (row._partition !== partition || !holds(condition, row)) continue;
            expect(stretches.some(({ from, to }) => row._offset >= from && row._offset < to), `row ${row._offset}`).toBe(true);
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('are exactly what is asked for where that is little, and keep the widest gaps where it is much', async () => {
    const log: TimedLog = { start: 0, end: 1_000_000, noun: 'log', from: () => Promise.resolve(0), to: () => Promise.resolve(undefined) };
    const list = (values: readonly bigint[]): Test => ({ kind: 'numberIn', ...place('_offset'), values });
    const stretches = async (condition: Test) => (await stretchesOf(regionsOf([condition], topic)(0), log)).map(({ from, to }) => [from, to]);
    expect(await stretches(list([7n, 5n, 6n, 100n]))).toEqual([[5, 8], [100, 101]]);
    const many = Array.from({ length: 400_000 }, (_, i) => BigInt(i < 200_000 ? i * 2 : 500_000 + i));
    const found = await stretches(list(many));
    expect(found.length).toBeLessThanOrEqual(mostStretches);
    expect(found.some(([, to], i) => to === 399_999 && found[i + 1]?.[0] === 700_000)).toBe(true);
    expect(await stretches({ kind: 'and', tests: [list([1n]), list([2n])] })).toEqual([]);
  });
});
