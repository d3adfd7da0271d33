import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInstance } from '../../../src/duckdb/instance.js';
import type { Instance } from '../../../src/duckdb/instance.js';
import type { Connection } from '../../../src/duckdb/connection.js';
import { decimal, types } from '../../../src/algebra/index.js';
import type { Type } from '../../../src/algebra/index.js';
import { Bench, FakeService, plan } from './support.js';

let bench: Bench;
let writer: Instance;
let connection: Connection;
let files = 0;

beforeAll(async () => {
  bench = await Bench.open();
  writer = await openInstance({ tempDir: bench.tempDir, memoryBytes: 1 << 30, timezone: 'UTC' });
  connection = await writer.connect();
});

afterAll(async () => {
  await writer.close();
  await bench.close();
});

/** A store that answers with a Parquet file made by DuckDB itself. */
async function throughParquet(columns: Readonly<Record<string, Type>>, select: string, rows: number, sql: string, timezone = 'UTC') {
  const path = join(bench.tempDir, `answer-${++files}.parquet`);
  const a = new FakeService('a', { t: { columns, rows: [] } });
  a.reader = async (_query, sink) => {
    await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
    await sink.parquet(path, rows);
    return { rows, bytes: 1, proof: 'parquet footer' };
  };
  try {
    return (await bench.rows(plan(sql, [a.fragment('f1', 't')]), [a], { timezone })).rows;
  } finally {
    expect(existsSync(path)).toBe(false);
  }
}

describe('a Parquet file', () => {
  const cases: [string, Type, string, unknown][] = [
    ['wider integers', types.uint8, '200::BIGINT', 200],
    ['integers', types.int64, '9223372036854775807', '9223372036854775807'],
    ['doubles', types.float64, "'nan'::DOUBLE", 'NaN'],
    ['decimals', decimal(38, 10), "'1234567890123456789012345678.0123456789'::DECIMAL(38,10)", '1234567890123456789012345678.0123456789'],
    ['text', types.text, "'naïve'", 'naïve'],
    ['text as bytes', types.text, "encode('naïve 😀')", 'naïve 😀'],
    ['bytes', types.blob, "'\\xFF\\x00'::BLOB", '/wA='],
    ['dates', types.date, "DATE '9999-12-31'", '9999-12-31'],
    ['dates as numbers', types.date, '1::USMALLINT', '1970-01-02'],
    ['instants for wall clocks', types.timestamp, "TIMESTAMPTZ '2024-07-01 12:00:00.123+00'", '2024-07-01 12:00:00.123'],
    ['instants', types.timestamptz, "TIMESTAMPTZ '2024-07-01 12:00:00+00'", '2024-07-01 14:00:00+02'],
    ['wall clocks for instants', types.timestamptz, "TIMESTAMP '2024-07-01 12:00:00'", '2024-07-01 14:00:00+02'],
    ['seconds for instants', types.timestamptz, '1719835200::UINTEGER', '2024-07-01 14:00:00+02'],
    ['seconds for wall clocks', types.timestamp, '1719835200::UINTEGER', '2024-07-01 12:00:00'],
    ['nanoseconds', types.timestampNs, "TIMESTAMP_NS '2024-07-01 12:00:00.123456789'", '2024-07-01 12:00:00.123456789'],
    ['UUIDs', types.uuid, "UUID '550e8400-e29b-41d4-a716-446655440000'", '550e8400-e29b-41d4-a716-446655440000'],
    ['UUIDs as bytes', types.uuid, "unhex('550e8400e29b41d4a716446655440000')", '550e8400-e29b-41d4-a716-446655440000'],
    ['lists', { kind: 'list', element: types.int32 }, '[1::BIGINT, NULL]', [1, null]],
    ['lists as JSON', { kind: 'list', element: types.int32 }, "'[1, null]'", [1, null]],
    ['structs as JSON in bytes', { kind: 'struct', fields: [{ name: 'a', type: types.text }] }, `encode('{"a":"x"}')`, { a: 'x' }],
    ['JSON', types.json, `'{"a":1}'`, { a: 1 }],
    ['nothing', types.null, 'NULL::INTEGER', null],
  ];

  it.each(cases)('carries %s', async (_name, type, value, cell) => {
    const rows = await throughParquet({ x: type, n: types.int32 }, `SELECT ${value} AS "any name", 1 AS n UNION ALL SELECT NULL, 2`, 2, 'SELECT x FROM a.t ORDER BY n', 'Europe/Berlin');
    expect(rows).toEqual([[cell], [null]]);
  });

  it('with a value that does not fit is an error that names the column', async () => {
    for (const [type, value] of [[types.int8, '300'], [types.text, "'\\xFF'::BLOB"], [decimal(4, 2), '1000.5'], [types.json, "'{'"]] as const) {
      await expect(throughParquet({ ok: types.int32, bad: type }, `SELECT 1, ${value}`, 1, 'SELECT 1 FROM a.t')).rejects.toMatchObject({
        code: 'source.value',
        service: 'a',
        data: { column: 'bad' },
      });
    }
  });

  it('with fewer rows than the store said is an error', async () => {
    await expect(throughParquet({ x: types.int64 }, 'SELECT range FROM range(10)', 11, 'SELECT 1 FROM a.t')).rejects.toMatchObject({ code: 'source.cut' });
  });

  it('of another number of columns is a fault of the connector', async () => {
    await expect(throughParquet({ x: types.int64 }, 'SELECT 1, 2', 1, 'SELECT 1 FROM a.t')).rejects.toMatchObject({ code: 'internal' });
  });

  it('that is no Parquet file is an error', async () => {
    const a = new FakeService('a', { t: { columns: { x: types.int64 }, rows: [] } });
    a.reader = async (_q, sink) => {
      await sink.parquet(join(bench.tempDir, 'missing.parquet'), 1);
      return { rows: 1, bytes: 0, proof: '' };
    };
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a])).rejects.toMatchObject({ kind: 'source', service: 'a' });
    a.reader = async (_q, sink) => {
      await sink.parquet('/etc/passwd', 1);
      return { rows: 1, bytes: 0, proof: '' };
    };
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a])).rejects.toThrow(/outside/);
    expect(existsSync('/etc/passwd')).toBe(true);
  });

  it('counts into the budget', async () => {
    const path = join(bench.tempDir, 'budget.parquet');
    const a = new FakeService('a', { t: { columns: { x: types.int64 }, rows: [] } });
    a.reader = async (_q, sink) => {
      await connection.run(`COPY (SELECT range FROM range(100)) TO '${path}' (FORMAT parquet)`);
      await sink.parquet(path, 100);
      return { rows: 100, bytes: 1, proof: '' };
    };
    const limits = { ...bench.options([]).limits, movedRows: 99 };
    await expect(bench.rows(plan('SELECT 1 FROM a.t', [a.fragment('f1', 't')]), [a], { limits })).rejects.toMatchObject({ code: 'budget.rows' });
  });
});

describe('chunks of another instance', () => {
  const nested: Type = { kind: 'struct', fields: [{ name: 'a', type: { kind: 'list', element: types.int64 } }] };

  async function throughChunks(columns: Readonly<Record<string, Type>>, select: string, sql: string) {
    const a = new FakeService('a', { t: { columns, rows: [] } });
    a.reader = async (_query, sink) => {
      const stream = await connection.stream(select);
      let rows = 0;
      for await (const chunk of stream.chunks()) {
        sink.chunk(chunk, chunk.rowCount);
        rows += chunk.rowCount;
      }
      return { rows, bytes: 1, proof: 'end of result' };
    };
    return bench.rows(plan(sql, [a.fragment('f1', 't', Object.keys(columns).slice(0, (await connection.describe(select)).length))]), [a]);
  }

  it('are taken as they are, nested values too', async () => {
    const { rows, execution } = await throughChunks(
      { i: types.int64, s: nested, j: types.json, d: types.interval },
      `SELECT range AS i, {'a': [range, NULL]} AS s, '{"x":1}'::JSON AS j, INTERVAL 1 DAY AS d FROM range(5000)`,
      'SELECT * FROM a.t ORDER BY i DESC LIMIT 1',
    );
    expect(rows).toEqual([['4999', { a: ['4999', null] }, { x: 1 }, '1 day']]);
    expect(execution.fragments[0]!.rows).toBe(5000);
  });

  it.each([
    [types.int8, '1::BIGINT'],
    [types.text, '[1]'],
    [types.json, `'{'`],
  ] as [Type, string][])('of another type than %o are refused', async (type, value) => {
    await expect(throughChunks({ i: type }, `SELECT ${value} AS i`, 'SELECT 1 FROM a.t')).rejects.toMatchObject({ service: 'a' });
  });
});
