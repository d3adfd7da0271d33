import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decimal, types } from '../../../src/algebra/index.js';
import type { Rel, Table, Type } from '../../../src/algebra/index.js';
import type { KeyShipment } from '../../../src/plan/contract.js';
import { AishellError } from '../../../src/errors.js';
import { breakEven } from '../../../src/engine/key-costs.js';
import { schedule } from '../../../src/engine/scheduler.js';
import { Bench, FakeService, plan, v } from './support.js';
import type { Value } from './support.js';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open();
});

afterAll(async () => {
  await bench.close();
});

const shipment = (from: string, to: string, column: string, keySql: string, keyType: Type): KeyShipment => ({ from, to, column, keySql, keyType, because: 's.k = b.k' });

interface Case {
  readonly type: Type;
  /** Of the small table; duplicates and NULLs among them. */
  readonly keys: readonly Value[];
  /** Of the big table, in turn. */
  readonly values: readonly Value[];
  readonly maxKeys?: number;
  readonly collation?: { readonly name: string; readonly binary: boolean };
  readonly estimate?: number | undefined;
}

/** Joins a small table of one service with a big one of another, with and without shipping keys. */
async function joined({ type, keys, values, maxKeys = 1000, collation, estimate = 5000 }: Case) {
  const small = new FakeService('small', { s: { columns: { k: type }, rows: keys.map((key) => [key]), estimate: keys.length } });
  const rows = Array.from({ length: 5000 }, (_, i) => [v.number(i), values[i % values.length]!]);
  const big = new FakeService('big', {
    b: { columns: { id: types.int64, k: type }, rows, ...(estimate === undefined ? {} : { estimate }), ...(collation === undefined ? {} : { collation }) },
  });
  big.maxKeys = maxKeys;
  const fragments = [small.fragment('f1', 's'), big.fragment('f2', 'b')];
  const sql = 'SELECT b.id, s.k FROM small.s AS s JOIN big.b AS b ON s.k = b.k ORDER BY ALL';
  const shipments = [shipment('f1', 'f2', 'k', 'SELECT k FROM small.s', type)];
  const plain = await bench.rows(plan(sql, fragments), [small, big]);
  big.queries.length = 0;
  const shipped = await bench.rows(plan(sql, fragments, { shipments }), [small, big]);
  expect(shipped.rows).toEqual(plain.rows);
  return { queries: big.queries, report: shipped.execution.fragments[1], rows: plain.rows };
}

describe('keys', () => {
  it('restrict the other side, each once, without NULL', async () => {
    const { queries, report, rows } = await joined({
      type: types.int64,
      keys: [v.number(3), v.null, v.number(1), v.number(3)],
      values: Array.from({ length: 100 }, (_, i) => v.number(i)),
    });
    expect(queries.map((q) => q.payload.keys)).toEqual([{ column: 'f2.k', type: types.int64, values: [1n, 3n] }]);
    expect(report).toMatchObject({ rows: 100, native: 'read b where f2.k in (2)', params: [['1', '3']], pushed: ['columns', '2 keys of f1 for k (s.k = b.k)'] });
    expect(rows.length).toBe(150);
  });

  it('travel in batches that are disjoint', async () => {
    const { queries, report } = await joined({
      type: types.int32,
      keys: Array.from({ length: 25 }, (_, i) => v.number(i)),
      values: Array.from({ length: 100 }, (_, i) => v.number(i)),
      maxKeys: 10,
    });
    expect(queries.map((q) => q.payload.keys!.values.length)).toEqual([10, 10, 5]);
    expect(new Set(queries.flatMap((q) => q.payload.keys!.values)).size).toBe(25);
    expect(report).toMatchObject({ rows: 1250, pushed: ['columns', '25 keys of f1 for k in 3 batches (s.k = b.k)'], proof: expect.stringContaining('end after 500') });
  });

  it('stay at home when they need more than one batch and the store may take them for equal', async () => {
    const keys = ['A', 'a', 'B', 'b', 'c'].map(v.text);
    const collation = { name: 'utf8mb4_0900_ai_ci', binary: false };
    const split = await joined({ type: types.text, keys, values: keys, maxKeys: 2, collation });
    expect(split.queries.map((q) => q.payload.keys)).toEqual([undefined]);
    const whole = await joined({ type: types.text, keys, values: keys, maxKeys: 5, collation });
    expect(whole.queries.map((q) => q.payload.keys!.values)).toEqual([['A', 'B', 'a', 'b', 'c']]);
    const bytes = await joined({ type: types.text, keys, values: keys, maxKeys: 2 });
    expect(bytes.queries.length).toBe(3);
  });

  it('that are many are told apart and sorted too', async () => {
    const { queries } = await joined({
      type: types.int64,
      keys: Array.from({ length: 4000 }, (_, i) => v.number((i * 7) % 2500)),
      values: Array.from({ length: 5000 }, (_, i) => v.number(i)),
      maxKeys: 10_000,
      estimate: 1_000_000,
    });
    expect(queries.map((q) => q.payload.keys?.values)).toEqual([Array.from({ length: 2500 }, (_, i) => BigInt(i))]);
  });

  it('that are none ask the store nothing', async () => {
    const { queries, report, rows } = await joined({ type: types.int64, keys: [v.null], values: [v.number(1)] });
    expect(queries).toEqual([]);
    expect(rows).toEqual([]);
    expect(report).toMatchObject({ rows: 0, native: 'read b', consistency: 'not read', proof: 'not asked: f1 gave no keys to look for' });
  });

  it('that turn out to be too many are not shipped', async () => {
    const { queries } = await joined({
      type: types.int64,
      keys: Array.from({ length: 51 }, (_, i) => v.number(i)),
      values: Array.from({ length: 5000 }, (_, i) => v.number(i)),
    });
    expect(queries.map((q) => q.payload.keys)).toEqual([undefined]);
  });

  it('go to a table of unknown size', async () => {
    const { queries } = await joined({ type: types.int64, keys: [v.number(7)], values: [v.number(7), v.number(8)], estimate: undefined });
    expect(queries[0]!.payload.keys!.values).toEqual([7n]);
  });

  it.each([
    ['uuid', types.uuid, v.text('550e8400-e29b-41d4-a716-446655440000'), '550e8400-e29b-41d4-a716-446655440000'],
    ['decimal', decimal(20, 2), v.text('-0.50'), '-0.50'],
    ['decimal without whole digits', decimal(2, 2), v.text('-0.50'), '-0.50'],
    ['date', types.date, v.number(-1), -1n],
    ['time', types.time, v.number(5), 5n],
    ['timestamp', types.timestamp, v.bigint(2n ** 60n), 2n ** 60n],
    ['timestamptz', types.timestamptz, v.bigint(-5n), -5n],
    ['timestamp_ns', types.timestampNs, v.bigint(1_700_000_000_123_456_789n), 1_700_000_000_123_456_789n],
    ['uint64', types.uint64, v.bigint(2n ** 64n - 1n), 2n ** 64n - 1n],
    ['float64', types.float64, v.number(1.5), 1.5],
    ['boolean', types.boolean, v.boolean(true), true],
    ['text with NUL', types.text, v.text('a\0b'), 'a\0b'],
  ] as const)('of type %s travel as literals', async (_name, type, value, literal) => {
    const { queries, report } = await joined({ type, keys: [value], values: [value, v.null] });
    // The fake store compares what was written with the literal; types whose two forms differ are checked by value only.
    expect(queries.map((q) => q.payload.keys!.values)).toEqual([[literal]]);
    expect(() => JSON.stringify(report)).not.toThrow();
  });
});

it('travel on from a table that was itself restricted', async () => {
  const one = new FakeService('one', { t: { columns: { id: types.int64 }, rows: [[v.number(5)]], estimate: 1 } });
  const two = new FakeService('two', {
    t: { columns: { id: types.int64, one: types.int64 }, rows: Array.from({ length: 2000 }, (_, i) => [v.number(i), v.number(i % 500)]), estimate: 2000 },
  });
  const three = new FakeService('three', {
    t: { columns: { two: types.int64, n: types.int64 }, rows: Array.from({ length: 4000 }, (_, i) => [v.number(i % 2000), v.number(i)]), estimate: 4000 },
  });
  const fragments = [three.fragment('f1', 't'), two.fragment('f2', 't'), one.fragment('f3', 't')];
  const shipments = [
    shipment('f2', 'f1', 'two', 'SELECT id FROM two.t', types.int64),
    shipment('f3', 'f2', 'one', 'SELECT id FROM one.t', types.int64),
    shipment('f1', 'f2', 'id', 'SELECT two FROM three.t', types.int64),
    shipment('f2', 'f3', 'id', 'SELECT one FROM two.t', types.int64),
  ];
  const sql = 'SELECT count(*), sum(n) FROM one.t a JOIN two.t b ON b.one = a.id JOIN three.t c ON c.two = b.id';
  const { rows, execution } = await bench.rows(plan(sql, fragments, { shipments }), [one, two, three]);
  expect(rows).toEqual((await bench.rows(plan(sql, fragments), [one, two, three])).rows);
  expect(execution.fragments.map((f) => [f.id, f.rows])).toEqual([
    ['f1', 8],
    ['f2', 4],
    ['f3', 1],
  ]);
});

it('that never came because their service is missing find nothing', async () => {
  const small = new FakeService('small', { s: { columns: { k: types.int64 }, rows: [], estimate: 1 } });
  const big = new FakeService('big', { b: { columns: { k: types.int64 }, rows: [[v.number(1)]], estimate: 5000 } });
  small.connectError = new AishellError('source.unreachable', 'away', 'wait', { service: 'small' });
  const p = plan('SELECT count(*) FROM small.s JOIN big.b USING (k)', [small.fragment('f1', 's'), big.fragment('f2', 'b')], {
    shipments: [shipment('f1', 'f2', 'k', 'SELECT k FROM small.s', types.int64)],
  });
  const { rows, execution } = await bench.rows(p, [small, big], { allowPartial: true });
  expect(rows).toEqual([['0']]);
  expect(execution.missing.map((m) => m.service)).toEqual(['small']);
  expect(big.queries).toEqual([]);
  await expect(bench.rows(p, [small, big])).rejects.toBe(small.connectError);
});

it('that are none make an answer without the other store', async () => {
  const small = new FakeService('small', { s: { columns: { k: types.int64 }, rows: [], estimate: 0 } });
  const big = new FakeService('big', { b: { columns: { k: types.int64 }, rows: [], estimate: 5000 } });
  big.connectError = new AishellError('source.unreachable', 'away', 'wait', { service: 'big' });
  const p = plan('SELECT count(*) FROM small.s JOIN big.b USING (k)', [small.fragment('f1', 's'), big.fragment('f2', 'b')], {
    shipments: [shipment('f1', 'f2', 'k', 'SELECT k FROM small.s', types.int64)],
  });
  expect((await bench.rows(p, [small, big])).rows).toEqual([['0']]);
});

describe('the schedule', () => {
  const service = new FakeService('s', {});
  /** Of one column, k. */
  const fragment = (id: string, estimate: number | undefined, more: Partial<Table> = {}, indexed = true) => {
    const column = { name: 'k', type: types.int64, nullable: true, nativeType: 'bigint', ...(indexed && { indexed }) };
    const table: Table = { service: 's', name: id, kind: 'table', columns: [column], ...more };
    return { id, service: service.name, table, rel: { kind: 'scan', table, columns: [{ id: `${id}.k`, column }] } as Rel, columns: [], estimate, pushed: [], kept: [] };
  };
  /** Of only some rows of its table. */
  const some = (id: string, estimate: number | undefined) => ({ ...fragment(id, estimate), rel: { kind: 'filter', input: fragment(id, estimate).rel, conjuncts: [] } as const });
  const link = (from: string, to: string) => shipment(from, to, 'k', '', types.int64);
  const waits = (fragments: ReturnType<typeof fragment>[], shipments: KeyShipment[]) =>
    Object.fromEntries([...schedule({ fragments, shipments }, () => 50_000).waits].map(([to, { shipment: { from }, patience }]) => [to, patience === undefined ? from : `${from}, for a moment`]));

  it('reads the cheapest first', () => {
    const { order } = schedule({ fragments: [fragment('a', undefined), fragment('b', 50), fragment('c', 5)], shipments: [] }, () => 1);
    expect(order.map((f) => f.id)).toEqual(['c', 'b', 'a']);
  });

  it('waits only where that is cheaper', () => {
    expect(waits([some('a', 10), fragment('b', 100_000)], [link('a', 'b'), link('b', 'a')])).toEqual({ b: 'a' });
    expect(waits([some('a', 10), fragment('b', 500)], [link('a', 'b')])).toEqual({});
    expect(waits([some('a', 25_000), fragment('b', 100_000)], [link('a', 'b')])).toEqual({ b: 'a' });
    expect(waits([fragment('a', 25_001), fragment('b', 100_000)], [link('a', 'b')])).toEqual({});
    expect(waits([some('a', undefined), fragment('b', 100_000)], [link('a', 'b')])).toEqual({});
    expect(waits([some('a', 10), fragment('b', undefined)], [link('a', 'b')])).toEqual({ b: 'a' });
  });

  it('expects nothing of the keys of a whole table, unless they are few or look up a unique column', () => {
    const parent = fragment('b', 100_000, { primaryKey: ['k'], rows: { count: 100_000, exact: true } });
    expect(waits([fragment('a', 20_000), fragment('b', 100_000)], [link('a', 'b')])).toEqual({});
    expect(waits([fragment('a', 1_000), fragment('b', 100_000)], [link('a', 'b')])).toEqual({ b: 'a' });
    expect(waits([fragment('a', 20_000), parent], [link('a', 'b')])).toEqual({ b: 'a' });
  });

  it('never waits in a circle', () => {
    const fragments = ['a', 'b', 'c', 'd'].map((id, i) => some(id, 10 ** (i * 2)));
    const all = fragments.flatMap((x) => fragments.filter((y) => y !== x).map((y) => link(x.id, y.id)));
    expect(waits(fragments, all)).toEqual({ c: 'a', d: 'a' });
  });

  it('bounds the keys by the scan, the batches and itself', () => {
    const limit = (rows: number, maxKeys: number, narrows = true, to = fragment('b', rows)) => breakEven(to, rows, link('a', 'b'), narrows, maxKeys).keys;
    expect(limit(4000, 10_000)).toBe(1000);
    expect(limit(4000, 10_000, false)).toBe(40);
    expect(limit(4_000_000, 10)).toBe(200);
    expect(limit(100, 10)).toBe(0);
    expect(limit(4e9, 1e9)).toBe(1_000_000);
  });

  it('bounds them by the rows that each one finds, where the store counts its values', () => {
    const limit = (distinct: number) => breakEven(fragment('b', 1_000_000, { distinct: { k: distinct } }), 1_000_000, link('a', 'b'), false, 50_000).keys;
    expect([10, 1_000, 1_000_000].map(limit)).toEqual([9, 996, 200_000]);
  });

  it('sends few batches where each of them is a scan', () => {
    const limit = (maxKeys: number) => breakEven(fragment('b', 1_000_000, {}, false), 1_000_000, link('a', 'b'), true, maxKeys);
    expect(limit(1_000)).toEqual({ keys: 5_000, because: 'no index leads to k, so that each batch is a scan' });
    expect(limit(500_000).keys).toBe(250_000);
  });

  it('tries for a moment where a filter may leave fewer than is thought', () => {
    expect(waits([some('a', 25_001), fragment('b', 100_000)], [link('a', 'b')])).toEqual({ b: 'a, for a moment' });
    const { waits: tried, decisions } = schedule({ fragments: [some('a', 900_000), fragment('b', 1_000_000)], shipments: [link('a', 'b')] }, () => 50_000);
    expect(tried.get('b')).toMatchObject({ patience: 25, limit: 250_000 });
    expect(decisions).toEqual([{ from: 'a', to: 'b', sourceRows: 900_000, keys: 900_000, targetRows: 1_000_000, breakEven: 250_000, chosen: 'try', why: 'beyond that a scan is cheaper' }]);
  });

  it('follows chains: what keys leave of one fragment are the keys of the next', () => {
    const fragments = [some('a', 10), fragment('b', 1_000_000, { distinct: { k: 500_000 } }), fragment('c', 10_000_000)];
    const links = [link('a', 'b'), link('b', 'a'), link('b', 'c'), link('c', 'b')];
    const { waits: chain, decisions } = schedule({ fragments, shipments: links }, () => 50_000);
    expect([...chain].map(([to, { shipment: { from }, limit }]) => [from, to, limit])).toEqual([['a', 'b', 166_666], ['b', 'c', 1_000_000]]);
    expect(decisions.map(({ from, to, sourceRows, chosen, why }) => [from, to, sourceRows, chosen, why])).toEqual([
      ['a', 'b', 10, 'keys', 'beyond that a scan is cheaper'],
      ['b', 'a', 20, 'scan', 'a is read before b, of which more is expected'],
      ['b', 'c', 20, 'keys', 'beyond that there are too many batches'],
      ['c', 'b', 200, 'scan', 'b is read before c, of which more is expected'],
    ]);
  });
});
