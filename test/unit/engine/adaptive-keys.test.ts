/** Keys under estimates that are wrong by a thousand times, both ways: the engine ends in a sane plan and the right rows. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import type { KeyShipment, Fragment } from '../../../src/plan/contract.js';
import type { ReadStats, Sink } from '../../../connectors/contract.js';
import { Bench, FakeService, plan, v } from './support.js';
import type { Reader, Row } from './support.js';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open();
});

afterAll(async () => {
  await bench.close();
});

const columns = { k: types.int64 };
const link = (from: string, to: string, table: string): KeyShipment => ({ from, to, column: 'k', keySql: `SELECT k FROM ${table}`, keyType: types.int64, because: 'by k' });

/** A fragment of which a filter leaves something: what, only the estimate says. */
function filtered(fragment: Fragment, rows?: number): Fragment {
  const scan = fragment.rel as Extract<Fragment['rel'], { kind: 'scan' }>;
  const table = { ...scan.table, ...(rows !== undefined && { rows: { count: rows, exact: false } }) };
  return { ...fragment, table, rel: { kind: 'filter', input: { ...scan, table }, conjuncts: [] } };
}

/** The fake store reads the scan below the filter. */
function service(name: string, rows: readonly number[], estimate: number): FakeService {
  const fake = new FakeService(name, { t: { columns, rows: rows.map((k): Row => [v.number(k)]), estimate } });
  const { compile } = fake.dialect;
  fake.maxKeys = 50_000;
  return Object.assign(fake, { dialect: { ...fake.dialect, compile: (rel: Fragment['rel'], keys: Parameters<typeof compile>[1]) => compile(rel.kind === 'filter' ? rel.input : rel, keys) } });
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const sql = 'SELECT count(*) FROM one.t JOIN two.t USING (k)';
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise(setImmediate);
};

/** Rows as they come, and a wait among them. */
const slowly = (rows: readonly number[], at: number, ready: () => boolean): Reader => async (_query, sink, signal): Promise<ReadStats> => {
  for (const [i, k] of rows.entries()) {
    if (i === at) await until(() => signal.aborted || ready());
    signal.throwIfAborted();
    write(sink, k);
  }
  return { rows: rows.length, bytes: rows.length, proof: 'end' };
};

function write(sink: Sink, k: number): void {
  sink.columns[0]!.number(k);
  sink.endRow();
  sink.received(1);
}

describe('a source that is a thousand times larger than was thought', () => {
  it('keeps nobody waiting once more keys came than are worth shipping, long before its end', async () => {
    const one = service('one', range(100_000), 100);
    const two = service('two', range(20_000), 20_000);
    // The second half comes only when the other fragment is being read: it would hang if that waited for all of the first.
    one.reader = slowly(range(100_000), 50_000, () => two.queries.length > 0);
    const { rows, execution } = await bench.rows(plan(sql, [filtered(one.fragment('f1', 't')), two.fragment('f2', 't')], { shipments: [link('f1', 'f2', 'one.t')] }), [one, two]);
    expect(rows).toEqual([['20000']]);
    expect(two.queries.map(({ payload }) => payload.keys)).toEqual([undefined]);
    expect(execution.keys.decisions).toMatchObject([{ sourceRows: 100, targetRows: 20_000, breakEven: 5_000, chosen: 'keys' }]);
    expect(execution.keys.outcomes).toEqual([{ from: 'f1', to: 'f2', keys: 5_001, shipped: false, why: 'more than 5,000 keys came while f1 was still being read' }]);
  });

  it('still ships its keys if they are few, however many its rows are', async () => {
    const one = service('one', range(100_000).map((i) => i % 7), 100);
    const two = service('two', range(20_000), 20_000);
    const { rows, execution } = await bench.rows(plan('SELECT count(DISTINCT k) FROM one.t JOIN two.t USING (k)', [filtered(one.fragment('f1', 't')), two.fragment('f2', 't')], { shipments: [link('f1', 'f2', 'one.t')] }), [one, two]);
    expect(rows).toEqual([['7']]);
    expect(two.queries[0]!.payload.keys!.values).toHaveLength(7);
    expect(execution.keys.outcomes).toEqual([{ from: 'f1', to: 'f2', keys: 7, shipped: true, why: '' }]);
  });

  it('releases a whole chain', async () => {
    const one = service('one', range(60_000), 60);
    const two = service('two', range(40_000), 40_000);
    const three = service('three', range(50_000), 50_000);
    one.reader = slowly(range(60_000), 30_000, () => two.queries.length > 0 && three.queries.length > 0);
    const fragments = [filtered(one.fragment('f1', 't')), two.fragment('f2', 't'), three.fragment('f3', 't')];
    const shipments = [link('f1', 'f2', 'one.t'), link('f2', 'f3', 'two.t')];
    const { rows, execution } = await bench.rows(plan('SELECT count(*) FROM one.t JOIN two.t USING (k) JOIN three.t USING (k)', fragments, { shipments }), [one, two, three]);
    expect(rows).toEqual([['40000']]);
    expect(execution.keys.outcomes.map((outcome) => outcome?.why)).toEqual(['more than 10,000 keys came while f1 was still being read', 'f2 is read whole itself']);
  });
});

describe('a source that is a thousand times smaller than was thought', () => {
  it('gives its keys, if it is read at once', async () => {
    const one = service('one', [3, 5], 2_000_000);
    const two = service('two', range(8_000), 4_000_000);
    // On a slow machine the read may have begun: then it is given up.
    two.reader = (query, sink, signal, plain) => (query.payload.keys === undefined ? slowly(range(8_000), 5_000, () => false)(query, sink, signal, plain) : plain());
    const { rows, execution } = await bench.rows(plan(sql, [filtered(one.fragment('f1', 't')), two.fragment('f2', 't')], { shipments: [link('f1', 'f2', 'one.t')] }), [one, two]);
    expect(rows).toEqual([['2']]);
    expect(execution.keys.decisions[0]).toMatchObject({ chosen: 'try', sourceRows: 2_000_000, breakEven: 200_000 });
    expect(two.queries.at(-1)!.payload.keys?.values).toEqual([3n, 5n]);
  });

  it('stops the plain read of the other, if its keys come later and most of that is still to be read', async () => {
    const one = service('one', [3, 5], 2_000_000);
    const two = service('two', range(8_000), 4_000_000);
    let stopped = false;
    one.reader = slowly([3, 5], 1, () => two.queries.length > 0);
    two.reader = (query, sink, signal, plain) => (query.payload.keys === undefined ? slowly(range(6_000), 5_000, () => false)(query, sink, signal, plain).finally(() => (stopped = signal.aborted)) : plain());
    const { rows, execution } = await bench.rows(plan(sql, [filtered(one.fragment('f1', 't')), two.fragment('f2', 't')], { shipments: [link('f1', 'f2', 'one.t')] }), [one, two]);
    // What the first read brought is gone: each row counts once.
    expect(rows).toEqual([['2']]);
    expect(two.queries.map(({ payload }) => payload.keys?.values)).toEqual([undefined, [3n, 5n]]);
    expect(stopped).toBe(true);
    expect([two.opened, two.closedSnapshots]).toEqual([2, 2]);
    expect(execution.keys.outcomes).toEqual([{ from: 'f1', to: 'f2', keys: 2, shipped: true, why: '' }]);
    expect(execution.fragments[1]).toMatchObject({ rows: 2 });
  });

  it('stops nothing where another read shares the snapshot, or where little is left to read', async () => {
    const one = service('one', [3, 5], 2_000_000);
    const two = new FakeService('two', { t: { columns, rows: range(8_000).map((k): Row => [v.number(k)]), estimate: 4_000_000 }, u: { columns, rows: [[v.number(1)]], estimate: 1 } });
    let ended = false;
    one.reader = slowly([3, 5], 1, () => two.queries.some(({ payload }) => payload.table === 't'));
    two.reader = async (query, _sink, signal, plain) => {
      const stats = await plain();
      await new Promise((resolve) => setTimeout(resolve, 30));
      ended = !signal.aborted;
      return stats;
    };
    const fragments = [filtered(one.fragment('f1', 't')), two.fragment('f2', 't'), two.fragment('f3', 'u')];
    const { rows } = await bench.rows(plan('SELECT count(*) FROM one.t JOIN two.t USING (k), two.u', fragments, { shipments: [link('f1', 'f2', 'one.t')] }), [one, two]);
    expect(rows).toEqual([['2']]);
    expect(ended).toBe(true);
    expect(two.queries.map(({ payload }) => [payload.table, payload.keys])).toEqual([['u', undefined], ['t', undefined]]);
  });
});

describe('the stores are asked for their estimates', () => {
  const asked = (fake: FakeService, answer: (signal: AbortSignal) => Promise<number | undefined>) => {
    const calls: string[] = [];
    Object.assign(fake, { estimate: (query: { text: string }, signal: AbortSignal) => (calls.push(query.text), answer(signal)) });
    return calls;
  };
  const two = (estimate = 1_000_000) => service('two', range(2_000), estimate);

  it('where a guess decides, and are believed', async () => {
    const [one, other] = [service('one', [3, 5], 500_000), two()];
    const calls = asked(one, () => Promise.resolve(2));
    const others = asked(other, () => Promise.resolve(1));
    const { execution } = await bench.rows(plan(sql, [filtered(one.fragment('f1', 't'), 5_000_000), other.fragment('f2', 't')], { shipments: [link('f1', 'f2', 'one.t')] }), [one, other]);
    expect([calls, others]).toEqual([['read t'], ['read t']]);
    expect(execution.keys.decisions[0]).toMatchObject({ sourceRows: 2 });
  });

  it('not where they could change nothing', async () => {
    const [one, other] = [service('one', [3, 5], 100), two()];
    const calls = asked(one, () => Promise.resolve(2));
    await bench.rows(plan(sql, [filtered(one.fragment('f1', 't'), 1_000), other.fragment('f2', 't')], { shipments: [link('f1', 'f2', 'one.t')] }), [one, other]);
    await bench.rows(plan(sql, [filtered(one.fragment('f1', 't'), 5_000_000), other.fragment('f2', 't')]), [one, other]);
    expect(calls).toEqual([]);
  });

  it('for a moment only: without an answer the guess stands, and nobody goes on answering', async () => {
    const [one, other] = [service('one', [3, 5], 500_000), two()];
    let stopped = false;
    asked(one, (signal) => new Promise((resolve) => signal.addEventListener('abort', () => ((stopped = true), resolve(undefined)))));
    const { rows, execution } = await bench.rows(plan(sql, [filtered(one.fragment('f1', 't'), 5_000_000), other.fragment('f2', 't')], { shipments: [link('f1', 'f2', 'one.t')] }), [one, other]);
    expect(rows).toEqual([['2']]);
    expect(stopped).toBe(true);
    expect(execution.keys.decisions[0]).toMatchObject({ sourceRows: 500_000, chosen: 'try' });
  });

  it('and may fail at it', async () => {
    const [one, other] = [service('one', [3, 5], 500_000), two()];
    asked(one, () => Promise.reject(new Error('permission denied')));
    const { rows } = await bench.rows(plan(sql, [filtered(one.fragment('f1', 't'), 5_000_000), other.fragment('f2', 't')], { shipments: [link('f1', 'f2', 'one.t')] }), [one, other]);
    expect(rows).toEqual([['2']]);
  });
});
