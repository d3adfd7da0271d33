import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AishellError } from '../../../src/errors.js';
import { decimal, types } from '../../../src/algebra/index.js';
import type { Type } from '../../../src/algebra/index.js';
import { openEngine } from '../../../src/engine/index.js';
import { Bench, collect, FakeService, plan, v } from './support.js';
import type { Row } from './support.js';

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
});

afterEach(async () => {
  await bench.close();
});

/** i, i mod 10 */
function* numbers(count: number): Iterable<Row> {
  for (let i = 0; i < count; i++) yield [v.number(i), v.number(i % 10)];
}

const two = { id: types.int64, ref: types.int32 };

describe('results', () => {
  it('join fragments of two services', async () => {
    const a = new FakeService('a', { left: { columns: two, rows: [...numbers(100)] } });
    const b = new FakeService('b', { right: { columns: two, rows: [...numbers(10)] } });
    const { rows, execution } = await bench.rows(
      plan('SELECT count(*) AS n, sum(l.id) AS s FROM a.left AS l JOIN b.right AS r ON l.ref = r.id', [a.fragment('f1', 'left'), b.fragment('f2', 'right')]),
      [a, b],
    );
    expect(rows).toEqual([['100', '4950']]);
    expect(execution.columns).toEqual([
      { name: 'n', type: 'BIGINT' },
      { name: 's', type: 'HUGEINT' },
    ]);
    expect(execution.missing).toEqual([]);
    expect(execution.fragments[0]).toMatchObject({
      id: 'f1',
      service: 'a',
      native: 'read left',
      params: [],
      rows: 100,
      bytes: 1000,
      pushed: ['columns'],
      kept: ['x > 1: a guess'],
      consistency: 'fake snapshot',
      proof: 'end after 100',
    });
    expect(new Date(execution.fragments[0]!.readAt).getTime()).not.toBeNaN();
    expect([a.opened, a.closedSnapshots, b.opened, b.closedSnapshots]).toEqual([1, 1, 1, 1]);
  });

  it('show declared columns in their order, unread ones as NULL', async () => {
    const a = new FakeService('a', { t: { columns: { x: types.int32, y: types.text, z: types.boolean }, rows: [[v.number(1), v.text('y'), v.boolean(true)]] } });
    const { rows, execution } = await bench.rows(plan('SELECT * FROM a.t', [a.fragment('f1', 't', ['z', 'x'])]), [a]);
    expect(execution.columns.map((c) => `${c.name} ${c.type}`)).toEqual(['x INTEGER', 'y VARCHAR', 'z BOOLEAN']);
    expect(rows).toEqual([[1, null, true]]);
  });

  it('find a table by every name that it has', async () => {
    const a = new FakeService('odd "name"', { 'T t': { columns: { 'a "b"': types.int32 }, rows: [[v.number(1)]], schema: 'S.x' } });
    const b = new FakeService('b', { t: { columns: { c: types.int32 }, rows: [[v.number(2)]] } });
    const sql = `SELECT "odd ""name"""."S.x"."T t"."a ""b""", b.t.c, b.main.t.c, t.c FROM "odd ""name"""."S.x"."T t", b.t`;
    const { rows } = await bench.rows(plan(sql, [a.fragment('f1', 'T t'), b.fragment('f2', 't')]), [a, b]);
    expect(rows).toEqual([[1, 2, 2, 2]]);
  });

  it('count rows of which no column is needed', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(5000)] } });
    const { rows } = await bench.rows(plan('SELECT count(*) FROM a.t', [a.fragment('f1', 't', [])]), [a]);
    expect(rows).toEqual([['5000']]);
  });

  it('of empty tables and of tables that need not be read', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [] }, u: { columns: { s: { kind: 'struct', fields: [{ name: 'f', type: types.uuid }] } }, rows: [], schema: 'q' } });
    const { rows, execution } = await bench.rows(
      plan('SELECT count(*), count(s.f) FROM a.t LEFT JOIN a.q.u ON true', [a.fragment('f1', 't')], { unread: [a.table('u')] }),
      [a],
    );
    expect(rows).toEqual([['0', '0']]);
    expect(execution.fragments.map((f) => [f.id, f.rows, f.proof])).toEqual([['f1', 0, 'end after 0']]);
    expect(a.queries.map((q) => q.payload.table)).toEqual(['t']);
  });

  it('without any table', async () => {
    const { rows } = await bench.rows(plan('SELECT 1 AS one', []), []);
    expect(rows).toEqual([[1]]);
  });

  it('stream, and stop when nobody reads on', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(1000)] } });
    const execution = await bench.engine.run(plan('SELECT l.id FROM a.t AS l, a.t AS r, a.t AS s', [a.fragment('f1', 't')]), bench.options([a]));
    for await (const batch of execution.batches) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    await execution.close();
    await execution.close();
    await bench.engine.close();
    expect(await readdir(bench.tempDir)).toEqual([]);
  });

  it('end after as many rows as will be read, in the order of the statement', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(5000)] } });
    const ordered = plan('SELECT id FROM a.t ORDER BY ref DESC, id', [a.fragment('f1', 't')]);
    const some = await bench.rows(ordered, [a], { rows: 3 });
    expect(some.rows).toEqual([['9'], ['19'], ['29']]);
    expect((await bench.rows(ordered, [a])).rows).toHaveLength(5000);
  });

  it('in the zone of the configuration', async () => {
    const a = new FakeService('a', { t: { columns: { x: types.timestamptz }, rows: [[v.bigint(1_719_835_200_000_000n)]] } });
    const { rows } = await bench.rows(plan('SELECT x, hour(x) FROM a.t', [a.fragment('f1', 't')]), [a], { timezone: 'Europe/Berlin' });
    expect(rows).toEqual([['2024-07-01 14:00:00+02', '14']]);
  });
});

describe('values at their extremes', () => {
  const cases: [name: string, type: Type, write: Row[number], cell: unknown][] = [
    ['2^63-1', types.int64, v.bigint(2n ** 63n - 1n), '9223372036854775807'],
    ['2^64-1', types.uint64, v.bigint(2n ** 64n - 1n), '18446744073709551615'],
    ['38 digits', decimal(38, 2), v.text('-999999999999999999999999999999999999.99'), '-999999999999999999999999999999999999.99'],
    ['NaN', types.float64, v.number(Number.NaN), 'NaN'],
    ['infinity', types.float64, v.number(Infinity), 'Infinity'],
    ['minus infinity', types.float32, v.number(-Infinity), '-Infinity'],
    ['year 1', types.date, v.number(-719162), '0001-01-01'],
    ['year 9999', types.timestamp, v.bigint(253402300799999999n), '9999-12-31 23:59:59.999999'],
    ['emoji', types.text, v.text('👩‍👩‍👧‍👦'), '👩‍👩‍👧‍👦'],
    ['NUL', types.text, v.text('a\0b'), 'a\0b'],
    ['empty text', types.text, v.text(''), ''],
    ['10 MB', types.text, v.text('x'.repeat(10 << 20)), 'x'.repeat(10 << 20)],
    ['NULL', types.text, v.null, null],
    ['JSON', types.json, v.text('{"a":[1,"x",null]}'), { a: [1, 'x', null] }],
    ['a list', { kind: 'list', element: types.int64 }, v.text('[1,null]'), ['1', null]],
    ['a struct', { kind: 'struct', fields: [{ name: 'a', type: types.text }, { name: 'b', type: { kind: 'list', element: decimal(5, 2) } }] }, v.text('{"a":"x","b":["1.50"]}'), { a: 'x', b: ['1.50'] }],
    ['a map', { kind: 'map', key: types.text, value: types.timestamp }, v.text('{"k":"2024-01-01 00:00:00"}'), { k: '2024-01-01 00:00:00' }],
    ['an interval', types.interval, v.text('1 year 2 days 00:00:01'), '1 year 2 days 00:00:01'],
    ['always null', types.null, v.null, null],
  ];

  it.each(cases)('%s', async (_name, type, write, cell) => {
    const a = new FakeService('a', { t: { columns: { x: type, n: types.int32 }, rows: [[write, v.number(1)], [v.null, v.number(2)]] } });
    const { rows } = await bench.rows(plan('SELECT x FROM a.t ORDER BY n', [a.fragment('f1', 't')]), [a]);
    expect(rows).toEqual([[cell], [null]]);
  });

  it('2,000 columns', async () => {
    const columns = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`c${i}`, i % 2 === 0 ? types.int64 : types.text]));
    const row = Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? v.number(i) : v.text(`text of column ${i}`)));
    const a = new FakeService('a', { t: { columns, rows: Array.from({ length: 200 }, () => row) } });
    const { rows } = await bench.rows(plan('SELECT * FROM a.t', [a.fragment('f1', 't')]), [a]);
    expect(rows.length).toBe(200);
    expect(rows[199]!.slice(1996)).toEqual(['1996', 'text of column 1997', '1998', 'text of column 1999']);
  });

  it.each([
    ['JSON', types.json, '{"a":'],
    ['a struct with a field too many', { kind: 'struct', fields: [{ name: 'a', type: types.int32 }] }, '{"a":1,"b":2}'],
    ['a struct with a field too few', { kind: 'struct', fields: [{ name: 'a', type: types.int32 }, { name: 'b', type: types.int32 }] }, '{"a":1}'],
    ['a list of other things', { kind: 'list', element: types.int32 }, '["x"]'],
    ['an interval', types.interval, 'soon'],
  ] as [string, Type, string][])('%s that is none is an error of the source', async (_name, type, text) => {
    const good: Row = [v.null, v.null];
    const a = new FakeService('a', { t: { columns: { other: { kind: 'list', element: types.int32 }, bad: type }, rows: [good, [v.null, v.text(text)]] } });
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a])).rejects.toMatchObject({
      code: 'source.value',
      service: 'a',
      data: { column: 'bad' },
    });
  });

  it('a value that does not fit names its column', async () => {
    const a = new FakeService('a', { t: { columns: { x: types.int8 }, rows: [[v.number(300)]] } });
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a])).rejects.toMatchObject({
      code: 'source.value',
      service: 'a',
      message: expect.stringContaining("Column 'x' of a.t holds 300"),
    });
  });
});

describe('completeness', () => {
  it('a stream that is shorter than its end says is an error', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(100)] } });
    a.reader = async (_q, _s, _signal, plain) => ({ ...(await plain()), rows: 101 });
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a])).rejects.toMatchObject({ code: 'source.cut', exitCode: 5, service: 'a' });
  });

  it('a source that fails after some rows is an error, and stops the others', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(5000)] } });
    const b = new FakeService('b', { t: { columns: two, rows: [] } });
    const cut = new AishellError('source.cut', 'The connection was cut.', 'Try again.', { service: 'a' });
    let bReads: () => void;
    const reading = new Promise<void>((resolve) => (bReads = resolve));
    a.reader = async (_q, _s, _signal, plain) => {
      await plain();
      await reading;
      throw cut;
    };
    let stopped = false;
    b.reader = (_q, _s, signal) =>
      new Promise((_, reject) => {
        bReads();
        signal.addEventListener('abort', () => {
          stopped = true;
          reject(new Error('stopped'));
        });
      });
    await expect(bench.rows(plan('SELECT 1 FROM a.t, b.t', [a.fragment('f1', 't'), b.fragment('f2', 't')]), [a, b])).rejects.toBe(cut);
    expect(stopped).toBe(true);
    expect([a.closedSnapshots, b.closedSnapshots]).toEqual([1, 1]);
    expect(await readdir(bench.tempDir)).toEqual([]);
  });

  it('what a driver throws becomes an error of its service', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [] } });
    a.reader = () => Promise.reject(new Error('ECONNRESET postgres://me:hidden-word@host/db'));
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a])).rejects.toMatchObject({
      code: 'source.failed',
      service: 'a',
      message: expect.not.stringContaining('hidden-word'),
    });
  });

  it('a row without all its values is a fault of the connector', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [] } });
    a.reader = (_q, sink) => {
      sink.columns[0]!.number(1);
      sink.endRow();
      return Promise.resolve({ rows: 1, bytes: 0, proof: '' });
    };
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a])).rejects.toMatchObject({ code: 'internal' });
  });

  it('an error of the residual is the statement', async () => {
    const a = new FakeService('a', { t: { columns: { x: types.text }, rows: [[v.text('abc')]] } });
    await expect(bench.rows(plan('SELECT CAST(x AS INTEGER) FROM a.t', [a.fragment('f1', 't')]), [a])).rejects.toMatchObject({ code: 'sql.failed' });
  });
});

describe('a service that is missing', () => {
  const setUp = () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(10)] } });
    const b = new FakeService('b', { t: { columns: two, rows: [...numbers(10)] }, u: { columns: two, rows: [...numbers(7)] } });
    const p = plan('SELECT (SELECT count(*) FROM a.t), (SELECT count(*) FROM b.t), (SELECT count(*) FROM b.u)', [
      a.fragment('f1', 't'),
      b.fragment('f2', 't'),
      b.fragment('f3', 'u'),
    ]);
    return { a, b, p };
  };
  const unreachable = new AishellError('source.unreachable', "Service 'b' does not answer.", 'Start it.', { service: 'b' });

  it('fails the statement', async () => {
    const { a, b, p } = setUp();
    b.connectError = unreachable;
    await expect(bench.rows(p, [a, b])).rejects.toBe(unreachable);
  });

  it('is left out and named with allowPartial', async () => {
    const { a, b, p } = setUp();
    b.connectError = unreachable;
    const { rows, execution } = await bench.rows(p, [a, b], { allowPartial: true });
    expect(rows).toEqual([['10', '0', '0']]);
    expect(execution.missing).toEqual([{ service: 'b', reason: "Service 'b' does not answer.", remedy: 'Start it.' }]);
    expect(execution.fragments.map((f) => f.id)).toEqual(['f1']);
  });

  it('is left out whole, whatever part of it had arrived', async () => {
    const { a, b, p } = setUp();
    b.reader = async (query, _s, _signal, plain) => {
      const stats = await plain();
      if (query.payload.table === 't') throw unreachable;
      return stats;
    };
    const { rows, execution } = await bench.rows(p, [a, b], { allowPartial: true });
    expect(rows).toEqual([['10', '0', '0']]);
    expect(execution.missing.map((m) => m.service)).toEqual(['b']);
  });

  it('is an error all the same when there is no other, or when its schema changed, or when it was a budget', async () => {
    const { a, b, p } = setUp();
    b.connectError = unreachable;
    a.connectError = new AishellError('source.auth', 'no', 'yes', { service: 'a' });
    await expect(bench.rows(p, [a, b], { allowPartial: true })).rejects.toMatchObject({ kind: 'source' });
    a.connectError = undefined;
    const changed = new AishellError('source.schema_changed', 'no such column', 'refresh', { service: 'b' });
    b.connectError = changed;
    await expect(bench.rows(p, [a, b], { allowPartial: true })).rejects.toBe(changed);
    b.connectError = undefined;
    const limits = { ...bench.options([]).limits, movedRows: 12 };
    await expect(bench.rows(p, [a, b], { allowPartial: true, limits })).rejects.toMatchObject({ code: 'budget.rows' });
  });
});

describe('budgets', () => {
  it('stop at the row that is one too many', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: numbers(1_000_000) } });
    const limits = { ...bench.options([]).limits, movedRows: 50_000 };
    const run = (rows: number) => {
      const b = new FakeService('b', { t: { columns: two, rows: [...numbers(rows)] } });
      return bench.rows(plan('SELECT count(*) FROM b.t', [b.fragment('f1', 't')]), [b], { limits });
    };
    expect((await run(50_000)).rows).toEqual([['50000']]);
    await expect(run(50_001)).rejects.toMatchObject({ code: 'budget.rows', exitCode: 6 });
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a], { limits })).rejects.toMatchObject({ code: 'budget.rows' });
  });

  it('count the rows and bytes of all stores together', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(60)] } });
    const b = new FakeService('b', { t: { columns: two, rows: [...numbers(60)] } });
    const p = plan('SELECT 1 FROM a.t, b.t', [a.fragment('f1', 't'), b.fragment('f2', 't')]);
    const limits = bench.options([]).limits;
    await expect(bench.rows(p, [a, b], { limits: { ...limits, movedRows: 100 } })).rejects.toMatchObject({ code: 'budget.rows' });
    await expect(bench.rows(p, [a, b], { limits: { ...limits, movedBytes: 1100 } })).rejects.toMatchObject({ code: 'budget.bytes', exitCode: 6 });
    expect((await bench.rows(p, [a, b], { limits: { ...limits, movedRows: 120, movedBytes: 1200 } })).rows.length).toBe(3600);
  });
});

describe('stopping', () => {
  const tooLong = new AishellError('budget.time', 'It took too long.', 'Wait.');

  it('before anything has begun', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [] } });
    const signal = AbortSignal.abort(tooLong);
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a], { signal })).rejects.toBe(tooLong);
    expect(a.opened).toBe(0);
  });

  it('while a source hangs that does not listen', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [] } });
    const abort = new AbortController();
    a.reader = () => {
      setTimeout(() => abort.abort(tooLong), 10);
      return new Promise(() => undefined);
    };
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a], { signal: abort.signal })).rejects.toBe(tooLong);
    expect(await readdir(bench.tempDir)).toEqual([]);
  });

  it('while rows arrive; what comes later is refused', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [] } });
    const abort = new AbortController();
    let late: unknown;
    const ended = new Promise<void>((resolve) => {
      a.reader = async (_q, sink) => {
        try {
          for (let i = 0; ; i++) {
            sink.columns[0]!.number(i);
            sink.columns[1]!.number(i);
            sink.endRow();
            if (i === 5000) abort.abort();
            if (i % 100 === 0) await new Promise(setImmediate);
          }
        } catch (error) {
          late = error;
          resolve();
          throw error;
        }
      };
    });
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a], { signal: abort.signal })).rejects.toMatchObject({
      code: 'cancelled',
      exitCode: 130,
    });
    await ended;
    expect(late).toMatchObject({ code: 'cancelled' });
  });

  it('while a connection opens', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [] } });
    const abort = new AbortController();
    const options = bench.options([a], { signal: abort.signal, source: () => new Promise(() => undefined) });
    const running = bench.engine.run(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), options);
    setTimeout(() => abort.abort(tooLong), 10);
    await expect(running).rejects.toBe(tooLong);
  });

  it('while the residual runs', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(20_000)] } });
    const abort = new AbortController();
    const onProgress = (event: { state: string }) => {
      if (event.state === 'joining') setTimeout(() => abort.abort(tooLong), 20);
    };
    const sql = 'SELECT count(*) FROM a.t x, a.t y, a.t z WHERE x.id + y.id + z.id = -1';
    await expect(bench.rows(plan(sql, [a.fragment('f1', 't')]), [a], { signal: abort.signal, onProgress })).rejects.toBe(tooLong);
  });

  it('while batches are read', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(2000)] } });
    const abort = new AbortController();
    const execution = await bench.engine.run(plan('SELECT x.id FROM a.t x, a.t y', [a.fragment('f1', 't')]), bench.options([a], { signal: abort.signal }));
    const reading = (async () => {
      for await (const _batch of execution.batches) abort.abort(tooLong);
    })();
    await expect(reading).rejects.toBe(tooLong);
    await execution.close();
  });

  it('when a timer of the platform runs out', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [] } });
    a.reader = () => new Promise(() => undefined);
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a], { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({
      code: 'budget.time',
      exitCode: 6,
    });
  });

  it('when the engine is closed', async () => {
    const a = new FakeService('a', { t: { columns: two, rows: [...numbers(2000)] } });
    const execution = await bench.engine.run(plan('SELECT x.id FROM a.t x, a.t y', [a.fragment('f1', 't')]), bench.options([a]));
    await bench.engine.close();
    await expect(collect(execution)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(bench.rows(plan('SELECT 1', []), [])).rejects.toMatchObject({ code: 'cancelled' });
  });
});

it.each([`SELECT * FROM read_text('/etc/passwd')`, `SELECT * FROM glob('/etc/*')`, `SELECT * FROM '/etc/hosts.csv'`, `COPY (SELECT 1) TO '/tmp/aishell-x'`])(
  'runs nothing that leaves its folder: %s',
  async (sql) => {
    await expect(bench.rows(plan(sql, []), [])).rejects.toBeInstanceOf(AishellError);
  },
);

it('runs statements at once without mixing them', async () => {
  const results = await Promise.all(
    [1, 2, 3, 4, 5].map(async (n) => {
      const a = new FakeService('a', { t: { columns: two, rows: [...numbers(n * 1000)] } });
      return (await bench.rows(plan('SELECT count(*) FROM a.t', [a.fragment('f1', 't')]), [a], { timezone: n % 2 === 0 ? 'UTC' : 'Asia/Tokyo' })).rows;
    }),
  );
  expect(results).toEqual([1, 2, 3, 4, 5].map((n) => [[String(n * 1000)]]));
});

it('has an instance ready for the zone that it expects', async () => {
  const engine = openEngine({ tempDir: bench.tempDir, memoryBytes: 1 << 30, timezone: 'Asia/Tokyo' });
  for (const [timezone, hour] of [['Asia/Tokyo', '9'], ['Asia/Tokyo', '9'], ['UTC', '0']] as const) {
    const execution = await engine.run(plan(`SELECT hour(TIMESTAMPTZ '2024-01-01 00:00:00+00')`, []), bench.options([], { timezone }));
    expect(await collect(execution)).toEqual([[hour]]);
    await execution.close();
  }
  await engine.close();
  await openEngine({ tempDir: bench.tempDir, memoryBytes: 1 << 30, timezone: 'UTC' }).close();
  expect(await readdir(bench.tempDir)).toEqual([]);
});

it('reads from one service at once with one snapshot', async () => {
  const a = new FakeService('a', Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`t${i}`, { columns: two, rows: [...numbers(i)] }])));
  let reading = 0;
  let most = 0;
  a.reader = async (_q, _s, _signal, plain) => {
    most = Math.max(most, ++reading);
    await new Promise((resolve) => setTimeout(resolve, 5));
    reading--;
    return plain();
  };
  const fragments = Array.from({ length: 12 }, (_, i) => a.fragment(`f${i}`, `t${i}`));
  const { rows } = await bench.rows(plan(`SELECT ${fragments.map((_, i) => `(SELECT count(*) FROM a.t${i})`).join(' + ')}`, fragments), [a]);
  expect(rows).toEqual([['66']]);
  expect(a.opened).toBe(1);
  expect(most).toBeGreaterThan(1);
});
