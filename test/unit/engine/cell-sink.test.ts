/** Cells that are made without the embedded engine are those that it would show; what it would show otherwise is left to it. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decimal, typeName, types } from '../../../src/algebra/index.js';
import type { Type } from '../../../src/algebra/index.js';
import { ChunkAppender, stagedTypeName } from '../../../src/duckdb/chunks.js';
import type { Connection } from '../../../src/duckdb/connection.js';
import { openInstance } from '../../../src/duckdb/instance.js';
import type { Instance } from '../../../src/duckdb/instance.js';
import { openResult } from '../../../src/duckdb/result.js';
import { Budget } from '../../../src/engine/budget.js';
import { CellSink } from '../../../src/engine/cell-sink.js';
import { castText } from '../../../src/engine/staging.js';
import type { ColumnWriter } from '../../../connectors/contract.js';
import { column, table } from '../../support/tables.js';

type Write = (writer: ColumnWriter) => void;

const zone = 'America/St_Johns';
let dir: string;
let instance: Instance;
let connection: Connection;
let tables = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-cells-'));
  instance = await openInstance({ tempDir: dir, memoryBytes: 1 << 30, timezone: zone });
  connection = await instance.connect();
});
afterAll(async () => {
  await instance.close();
  await rm(dir, { recursive: true });
});

async function shown(type: Type, writes: readonly Write[]): Promise<unknown[]> {
  const name = `t${++tables}`;
  await connection.run(`CREATE TABLE ${name} (c ${stagedTypeName(type)})`);
  const to = new ChunkAppender(connection, { schema: 'main', table: name, columns: [{ name: 'c', type }], service: 'svc', source: 'svc.tab' });
  for (const write of writes) {
    write(to.columns[0]!);
    to.endRow();
  }
  to.finish();
  const result = await openResult(connection, `SELECT ${castText('c', type)} AS c FROM ${name}`, new AbortController().signal);
  return (await result.next())!.map(([cell]) => cell);
}

function sinkFor(type: Type, most = 1_000, accepts: (cells: readonly unknown[]) => boolean = () => true): CellSink {
  const tab = table('svc.tab', [column('c', type)]);
  return new CellSink([{ id: 't.c', name: 'c', type }], { table: tab, budget: new Budget({ movedRows: 1_000_000, movedBytes: 1e12 }), timezone: zone, accepts, most, isEnough: () => false, onProgress: () => undefined });
}

function kept(type: Type, writes: readonly Write[]): unknown[] {
  const sink = sinkFor(type);
  for (const write of writes) {
    write(sink.columns[0]!);
    sink.endRow();
  }
  sink.drain();
  return sink.kept.map(([cell]) => cell);
}

const text = (value: string): Write => (w) => w.text(value);
const number = (value: number): Write => (w) => w.number(value);
const big = (value: bigint): Write => (w) => w.bigint(value);
const none: Write = (w) => w.null();

const struct: Type = { kind: 'struct', fields: [{ name: 'a', type: types.text }, { name: 'n', type: types.int64 }, { name: 'at', type: types.timestamp }, { name: 'many', type: { kind: 'list', element: types.float64 } }] };
const cases: readonly (readonly [Type, readonly Write[]])[] = [
  [types.boolean, [(w) => w.boolean(true), none, (w) => w.boolean(false)]],
  [types.int8, [number(-128), number(127)]],
  [types.uint16, [number(65_535), none]],
  [types.int32, [number(-(2 ** 31)), number(7)]],
  [types.int64, [big(-(2n ** 63n)), number(42), (w) => w.int64(-1, -1)]],
  [types.uint64, [big(2n ** 64n - 1n)]],
  [types.int128, [big(-(2n ** 127n)), big(2n ** 127n - 1n), number(-3)]],
  [types.float64, [number(0.1), number(-0), number(NaN), number(Infinity), number(1e300)]],
  [types.float32, [number(0.1), number(-Infinity), number(16_777_216)]],
  [decimal(4, 2), [text('-12.30'), text('0.05'), text('99.99')]],
  [decimal(18, 6), [text('-0.000001'), text('123456789012.000000'), none]],
  [decimal(38, 10), [text('-1234567890123456789012345678.0123456789'), text('0')]],
  [decimal(9, 0), [text('-7')]],
  [types.text, [text(''), text('twelve bytes'), text('thirteen byte'), text('𝕌 é \u0000 '.repeat(40)), none]],
  [types.blob, [(w) => w.utf8(Buffer.from([0, 255, 1]), 0, 3), (w) => w.utf8(Buffer.alloc(100, 200), 0, 100)]],
  [types.uuid, [text('00000000-0000-0000-0000-000000000000'), text('FFFFFFFF-ffff-4fff-bfff-fffffffffffe')]],
  [types.date, [number(0), number(-1), number(20_000), none]],
  [types.time, [number(0), number(86_399_999_999), number(3_600_000_100)]],
  [types.timestamp, [number(0), number(-1), number(1_767_225_600_123_400), number(1_767_225_600_000_000)]],
  [types.timestampNs, [big(1_767_225_600_123_456_789n), big(0n)]],
  [types.timestamptz, [number(0), number(1_767_225_600_500_000), number(1_783_036_800_000_001)]],
  [types.json, [text('{"a": [1, 12345678901234567890, 1.50, "x"]}'), text('null'), text('"plain"'), none]],
  [{ kind: 'list', element: types.text }, [text('["a", null, "é"]'), text('[]'), none]],
  [struct, [text('{"a": "x", "n": 9007199254740991, "at": "2026-02-03T04:05:06.7", "many": [1, 2.5, null]}'), text('{"a": null, "n": null, "at": null, "many": null}'), none]],
];

describe('cells without the engine', () => {
  it.each(cases.map(([type, writes]): [string, Type, readonly Write[]] => [typeName(type), type, writes]))('%s: as DuckDB shows them', async (_, type, writes) => {
    expect(kept(type, writes)).toEqual(await shown(type, writes));
  });

  it.each<[string, Type, Write]>([
    ['an instant of another age', types.timestamptz, big(-5_000_000_000_000_000n)],
    ['a year of five digits', types.timestamp, big(300_000_000_000_000_000n)],
    ['an infinity', types.date, number(2 ** 31 - 1)],
    ['what is no JSON', types.json, text('NaN')],
    ['a number where text should be', { kind: 'list', element: types.text }, text('[1]')],
    ['a member that the type lacks', struct, text('{"a": null, "n": null, "at": null, "other": null}')],
    ['a member that is lacking', struct, text('{"a": "x"}')],
    ['an integer that a double can’t hold', { kind: 'list', element: types.int64 }, text('[9007199254740993]')],
  ])('%s is left to the engine', (_, type, write) => {
    const sink = sinkFor(type);
    write(sink.columns[0]!);
    sink.endRow();
    expect(() => sink.drain()).toThrow();
    expect(sink.isRefused).toBe(true);
  });

  it('refuses what does not fit its column, in the words of the engine', () => {
    expect(() => sinkFor(types.int8).columns[0]!.number(128)).toThrow(expect.objectContaining({ code: 'source.value', service: 'svc' }));
    const sink = sinkFor(types.text);
    sink.columns[0]!.utf8(Buffer.from(`fourteen bytes \xff`, 'latin1'), 0, 16);
    sink.endRow();
    expect(() => sink.drain()).toThrow(expect.objectContaining({ code: 'source.value', message: expect.stringContaining('not valid UTF-8') as string }));
  });

  it('keeps as many rows as are wanted, of those that are meant, and ends the read', () => {
    const sink = sinkFor(types.int32, 2, ([n]) => Number(n) % 2 === 1);
    let rows = 0;
    expect(() => {
      for (; rows < 10_000; rows++) {
        sink.columns[0]!.number(rows);
        sink.endRow();
      }
    }).toThrow();
    expect([sink.kept, sink.isCut, sink.isRefused]).toEqual([[[1], [3]], true, false]);
    expect(rows).toBeLessThan(100);
  });
});
