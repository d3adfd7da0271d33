import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import { Bench, collect, FakeService, plan, v } from './support.js';
import type { Row } from './support.js';

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
});

afterEach(async () => {
  await bench.close();
});

function* numbers(count: number): Iterable<Row> {
  for (let i = 0; i < count; i++) yield [v.number(i)];
}

const service = (name: string, rows: number) => new FakeService(name, { t: { columns: { id: types.int64 }, rows: [...numbers(rows)] } });
const counted = (a: FakeService) => plan('SELECT count(*) FROM a.t', [a.fragment('f1', 't')]);
/** Each open instance has a folder. */
const open = async () => (await readdir(bench.tempDir)).filter((name) => name.startsWith('duckdb-'));

it('a statement runs in the instance that the one before it left', async () => {
  const first = await bench.rows(counted(service('a', 10)), [service('a', 10)]);
  const before = await open();
  const a = service('a', 7);
  const second = await bench.rows(counted(a), [a]);
  expect([first.rows, second.rows]).toEqual([[['10']], [['7']]]);
  expect(before).toHaveLength(1);
  expect(await open()).toEqual(before);
});

it('it finds nothing there: no name, no row, no memory', async () => {
  const a = service('a', 300_000);
  const execution = await bench.engine.run(plan('SELECT id FROM a.t', [a.fragment('f1', 't')]), bench.options([a]));
  await execution.batches[Symbol.asyncIterator]().next();
  await execution.close();
  await expect(bench.rows(plan('SELECT * FROM a.t', []), [])).rejects.toMatchObject({ code: 'sql.unknown' });
  expect((await bench.rows(plan(`SELECT count(*) FROM duckdb_tables() WHERE NOT internal`, []), [])).rows).toEqual([['0']]);
  expect((await bench.rows(plan(`SELECT database_name FROM duckdb_databases() WHERE NOT internal`, []), [])).rows).toEqual([['memory']]);
  const held = await bench.rows(plan('SELECT sum(memory_usage_bytes + temporary_storage_bytes) < 1_000_000 FROM duckdb_memory()', []), []);
  expect(held.rows).toEqual([[true]]);
});

it('statements at once have one each, and share the memory', async () => {
  const run = () => bench.engine.run(plan(`SELECT current_setting('memory_limit')`, []), bench.options([]));
  const both = [await run(), await run()];
  expect(await open()).toHaveLength(2);
  const limits = [await collect(both[0]!), await collect(both[1]!)];
  expect(limits).toEqual([[['256.0 MiB']], [['128.0 MiB']]]);
  await both[0]!.close();
  await both[1]!.close();
  // Alone again: the one with all the memory.
  const alone = await run();
  expect(await collect(alone)).toEqual([['256.0 MiB']]);
  // Beside it: the one with half of it.
  const beside = await run();
  expect(await collect(beside)).toEqual([['128.0 MiB']]);
  await alone.close();
  await beside.close();
  expect(await open()).toHaveLength(2);
});

it('closing twice does not take it from the next statement', async () => {
  const a = service('a', 3);
  const first = await bench.engine.run(counted(a), bench.options([a]));
  await first.close();
  const b = service('a', 5);
  const second = await bench.engine.run(counted(b), bench.options([b]));
  await first.close();
  expect(await collect(second)).toEqual([['5']]);
  await second.close();
});

it('what was cancelled or failed leaves none behind', async () => {
  const controller = new AbortController();
  const a = service('a', 5_000);
  const execution = await bench.engine.run(plan('SELECT x.id FROM a.t x, a.t y', [a.fragment('f1', 't')]), bench.options([a], { signal: controller.signal }));
  controller.abort();
  await execution.close();
  await expect(bench.rows(plan('SELECT no_such_column FROM a.t', [a.fragment('f1', 't')]), [a])).rejects.toMatchObject({ kind: 'user' });
  expect(await open()).toEqual([]);
});
