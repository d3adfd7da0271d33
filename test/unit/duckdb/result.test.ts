import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInstance } from '../../../src/duckdb/instance.js';
import { openResult } from '../../../src/duckdb/result.js';
import { bareStatement } from '../../../src/duckdb/statement.js';
import type { Instance } from '../../../src/duckdb/instance.js';
import type { Connection } from '../../../src/duckdb/connection.js';
import type { AnswerColumn, Cell } from '../../../src/answer/contract.js';

let dir: string;
let instance: Instance;
let connection: Connection;
const { signal } = new AbortController();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-result-'));
  instance = await openInstance({ tempDir: dir, memoryBytes: 1 << 30, timezone: 'Europe/Berlin' });
  connection = await instance.connect();
});

afterAll(async () => {
  await instance.close();
  await rm(dir, { recursive: true });
});

async function all(sql: string): Promise<{ columns: readonly AnswerColumn[]; rows: (readonly Cell[])[] }> {
  const result = await openResult(connection, sql, signal);
  const rows: (readonly Cell[])[] = [];
  for (let batch = await result.next(); batch !== undefined; batch = await result.next()) rows.push(...batch);
  return { columns: result.columns, rows };
}

const cases: [sql: string, type: string, cell: Cell][] = [
  ['TRUE', 'BOOLEAN', true],
  ['-7::TINYINT', 'TINYINT', -7],
  ['4294967295::UINTEGER', 'UINTEGER', 4294967295],
  ['9223372036854775807', 'BIGINT', '9223372036854775807'],
  ['18446744073709551615::UBIGINT', 'UBIGINT', '18446744073709551615'],
  ['(-170141183460469231731687303715884105728)::HUGEINT', 'HUGEINT', '-170141183460469231731687303715884105728'],
  ['12.30::DECIMAL(12,2)', 'DECIMAL(12,2)', '12.30'],
  ['-0.5::DECIMAL(38,38)', 'DECIMAL(38,38)', '-0.50000000000000000000000000000000000000'],
  ['99999999999999999999999999999999999999::DECIMAL(38,0)', 'DECIMAL(38,0)', '99999999999999999999999999999999999999'],
  ['1.5::DOUBLE', 'DOUBLE', 1.5],
  ["'nan'::DOUBLE", 'DOUBLE', 'NaN'],
  ["'-inf'::FLOAT", 'FLOAT', '-Infinity'],
  ["'inf'::DOUBLE", 'DOUBLE', 'Infinity'],
  ['0.1::FLOAT', 'FLOAT', 0.1],
  ['16777217.3::FLOAT', 'FLOAT', 16777216],
  ["'a\u{1F600}'", 'VARCHAR', 'a\u{1F600}'],
  ["'a' || chr(0) || 'b'", 'VARCHAR', 'a\0b'],
  ["'\\xFF\\x00'::BLOB", 'BLOB', '/wA='],
  ["DATE '0001-01-01'", 'DATE', '0001-01-01'],
  ["DATE '9999-12-31'", 'DATE', '9999-12-31'],
  ["DATE '0044-03-15 (BC)'", 'DATE', '0044-03-15 (BC)'],
  ["TIME '12:34:56.5'", 'TIME', '12:34:56.5'],
  ["TIMESTAMP '2024-07-01 12:00:00'", 'TIMESTAMP', '2024-07-01 12:00:00'],
  ["TIMESTAMPTZ '2024-07-01 12:00:00+00'", 'TIMESTAMP WITH TIME ZONE', '2024-07-01 14:00:00+02'],
  ["TIMESTAMPTZ 'infinity'", 'TIMESTAMP WITH TIME ZONE', 'infinity'],
  ["TIMESTAMP_NS '2024-01-01 00:00:00.123456789'", 'TIMESTAMP_NS', '2024-01-01 00:00:00.123456789'],
  ["UUID '550e8400-e29b-41d4-a716-446655440000'", 'UUID', '550e8400-e29b-41d4-a716-446655440000'],
  ["INTERVAL '1 month 2 days'", 'INTERVAL', '1 month 2 days'],
  ["'101'::BIT", 'BIT', '101'],
  ["'x'::ENUM('x','y')", "ENUM('x', 'y')", 'x'],
  ['NULL::BIGINT', 'BIGINT', null],
  ['[1::BIGINT, NULL]', 'BIGINT[]', ['1', null]],
  ['[1, 2]::INTEGER[2]', 'INTEGER[2]', [1, 2]],
  ["{'a': 1::BIGINT, 'B c': [1.5::DECIMAL(3,1)], '__proto__': NULL::INTEGER}", 'STRUCT("a" BIGINT, "B c" DECIMAL(3,1)[], "__proto__" INTEGER)', { a: '1', 'B c': ['1.5'], ['__proto__']: null }],
  ["{'t': TIMESTAMPTZ '2024-01-01 12:00:00+00'}", 'STRUCT("t" TIMESTAMP WITH TIME ZONE)', { t: '2024-01-01 13:00:00+01' }],
  ["MAP {1: 'x'::BLOB}", 'MAP(INTEGER, BLOB)', { '1': 'eA==' }],
  ["MAP {'k': {'n': 'nan'::DOUBLE}}", 'MAP(VARCHAR, STRUCT("n" DOUBLE))', { k: { n: 'NaN' } }],
  ['row(1, 2)', 'STRUCT("" INTEGER, "" INTEGER)', '(1, 2)'],
  [`JSON '{"a": [1, 2.50, 9007199254740993, 1e400, 0.1234567890123456789], "s": "12345678901234567890", "e\\"1": null}'`, 'JSON', { a: [1, 2.5, '9007199254740993', '1e400', '0.1234567890123456789'], s: '12345678901234567890', 'e"1': null }],
  ["JSON '\"text\"'", 'JSON', 'text'],
  ["{'j': JSON '[1]'}", 'STRUCT("j" JSON)', { j: [1] }],
];

describe('cells', () => {
  it.each(cases)('%s', async (sql, type, cell) => {
    const { columns, rows } = await all(`SELECT ${sql} AS v`);
    if (!sql.startsWith("{'j'")) expect(columns).toEqual([{ name: 'v', type }]);
    expect(rows).toEqual([[cell]]);
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
  });
});

it('keeps the sign of zero in both widths', async () => {
  // JSON.stringify writes it as 0, which is equal.
  expect((await all(`SELECT '-0.0'::FLOAT, '-0.0'::DOUBLE, 0::FLOAT`)).rows).toEqual([[-0, -0, 0]]);
});

it('keeps names that occur twice', async () => {
  const { columns, rows } = await all(`SELECT 1 AS a, 2 AS a, 'x' AS "A"`);
  expect(columns.map((c) => c.name)).toEqual(['a', 'a', 'A']);
  expect(rows).toEqual([[1, 2, 'x']]);
});

it('keeps the order of the statement, over many chunks', async () => {
  const { rows } = await all('SELECT i FROM (SELECT hash(range) AS h, range AS i FROM range(300000)) ORDER BY h, i; -- done');
  const expected = await connection.rows('SELECT range FROM range(300000) ORDER BY hash(range), range');
  expect(rows.length).toBe(300_000);
  expect(rows.every((row, i) => row[0] === String(expected[i]![0]))).toBe(true);
});

it('gives nothing but columns for an empty result', async () => {
  expect(await all('SELECT 1 AS a WHERE false')).toEqual({ columns: [{ name: 'a', type: 'INTEGER' }], rows: [] });
});

it('cuts a statement at its end and nowhere else', () => {
  expect(bareStatement('SELECT 1; -- ;')).toBe('SELECT 1');
  for (const sql of [`SELECT ';' AS ";" -- ;\n, 2 /* ; */`, `SELECT $$;$$, $a$ ; $$ $a$`, `SELECT e'it\\';'`, `SELECT 'it'';'`]) {
    expect(bareStatement(sql)).toBe(sql);
    expect(bareStatement(`${sql}\n;\n`)).toBe(`${sql}\n`);
  }
});

it('outputs without an alias are called as SQL writes them', async () => {
  const { columns } = await all('SELECT count(*), count(*) FILTER (WHERE n > 1), sum(n) FROM range(3) AS r(n)');
  expect(columns.map(({ name }) => name)).toEqual(['count(*)', 'count(*) FILTER (WHERE (n > 1))', 'sum(n)']);
});
