import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { decimal, types } from '../../../src/algebra/index.js';
import type { Expr, Table, Type } from '../../../src/algebra/index.js';
import { serializePlan } from '../../../src/duckdb/serialize.js';
import { printLiteral } from '../../../src/algebra/print.js';
import { readPlan } from '../../../src/plan/read.js';

/** One column of each type; the constant that a comparison with it is planned with. */
async function constant(type: Type, literal: string): Promise<Extract<Expr, { kind: 'literal' }>> {
  const table: Table = { service: 'consts', name: 't', kind: 'table', columns: [{ name: 'c', type, nullable: true, nativeType: '' }] };
  const serialized = await serializePlan(`SELECT c FROM consts.t WHERE c <> ${literal}`, [table], 'UTC');
  if (!serialized.ok) throw new Error(serialized.error.message);
  const found: Expr[] = [];
  JSON.stringify(readPlan(serialized.json, [table]).rel, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && (value as Expr).kind === 'literal') found.push(value as Expr);
    return typeof value === 'bigint' ? String(value) : value;
  });
  return found[0] as Extract<Expr, { kind: 'literal' }>;
}

const cases: readonly (readonly [Type, string, unknown])[] = [
  [types.boolean, 'true', true],
  [types.int8, '(-128)::TINYINT', -128n],
  [types.int64, '9007199254740993', 9007199254740993n],
  [types.int64, '-9223372036854775807', -9223372036854775807n],
  [types.uint64, '18446744073709551615', 18446744073709551615n],
  [types.int128, "'170141183460469231731687303715884105727'::HUGEINT", 2n ** 127n - 1n],
  [types.int128, "'-170141183460469231731687303715884105728'::HUGEINT", -(2n ** 127n)],
  [types.uint128, "'340282366920938463463374607431768211455'::UHUGEINT", 2n ** 128n - 1n],
  [types.float64, "'NaN'::DOUBLE", NaN],
  [types.float64, "'-Infinity'::DOUBLE", -Infinity],
  [types.float64, '1e-320::DOUBLE', 1e-320],
  [types.float32, '1.5::FLOAT', 1.5],
  [decimal(38, 2), '123456789012345678901234567890123456.78', '123456789012345678901234567890123456.78'],
  [decimal(38, 2), '-0.05::DECIMAL(38,2)', '-0.05'],
  [decimal(9, 0), '-7::DECIMAL(9,0)', '-7'],
  [decimal(18, 18), '0.000000000000000001::DECIMAL(18,18)', '0.000000000000000001'],
  [types.text, "'é''😀' || chr(0) || chr(10)", "é'😀\0\n"],
  [types.blob, "'\\x00\\xFFa\\x5C'::BLOB", Uint8Array.of(0, 255, 97, 92)],
  [types.uuid, "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  [types.uuid, "'00000000-0000-0000-0000-000000000001'::UUID", '00000000-0000-0000-0000-000000000001'],
  [types.date, "DATE '0001-01-01'", -719162n],
  [types.date, "DATE '9999-12-31'", 2932896n],
  [types.date, "DATE 'infinity'", 2147483647n],
  [types.time, "TIME '23:59:59.999999'", 86399999999n],
  [types.timestamp, "TIMESTAMP 'infinity'", 2n ** 63n - 1n],
  [types.timestamp, "TIMESTAMP '-infinity'", -(2n ** 63n - 1n)],
  [types.timestamp, "TIMESTAMP '1969-12-31 23:59:59.999999'", -1n],
  [types.timestampNs, "TIMESTAMP_NS '2024-01-01 00:00:00.123456789'", 1704067200123456789n],
  [types.timestamptz, "TIMESTAMPTZ '2024-01-01 00:00:00+05:30'", 1704047400000000n],
];

describe('constants of a plan', () => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run("SET TimeZone = 'UTC'");
  });

  test.each(cases)('%j %s is read exactly, and printed so that DuckDB reads it back', async (type, literal, expected) => {
    const { value } = await constant(type, literal);
    expect(value).toEqual(expected);
    const result = await connection.runAndReadAll(`SELECT (${printLiteral(value, type)}) IS NOT DISTINCT FROM (${literal})`);
    expect(result.getRows()[0]![0]).toBe(true);
  });

  test('an expression that Expr does not have becomes a call that nobody knows', async () => {
    const table: Table = { service: 'consts', name: 't', kind: 'table', columns: [{ name: 'c', type: types.text, nullable: true, nativeType: '' }] };
    const serialized = await serializePlan("SELECT c FROM consts.t WHERE CAST(c AS TIMESTAMP_S) > TIMESTAMP '2020-01-01' AND CAST(c AS ENUM('a')) = 'a'", [table], 'UTC');
    if (!serialized.ok) throw new Error(serialized.error.message);
    expect(JSON.stringify(readPlan(serialized.json, [table]).rel, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).toContain('"name":"?cast"');
  });
});
