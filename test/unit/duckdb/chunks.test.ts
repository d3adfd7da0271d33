import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BatchAppender } from '../../../src/duckdb/batches.js';
import { ChunkAppender, stagedTypeName } from '../../../src/duckdb/chunks.js';
import { parseDecimal } from '../../../src/duckdb/decimals.js';
import { openInstance } from '../../../src/duckdb/instance.js';
import type { Instance } from '../../../src/duckdb/instance.js';
import type { Connection } from '../../../src/duckdb/connection.js';
import { decimal, types } from '../../../src/algebra/index.js';
import type { Type } from '../../../src/algebra/index.js';
import type { ColumnWriter } from '../../../connectors/contract.js';

let dir: string;
let instance: Instance;
let connection: Connection;
let tables = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-chunks-'));
  instance = await openInstance({ tempDir: dir, memoryBytes: 1 << 30, timezone: 'UTC' });
  connection = await instance.connect();
});

afterAll(async () => {
  await instance.close();
  await rm(dir, { recursive: true });
});

async function appender(...columns: Type[]): Promise<{ to: ChunkAppender; table: string }> {
  const table = `t${++tables}`;
  const named = columns.map((type, i) => ({ name: `c${i}`, type }));
  await connection.run(`CREATE TABLE ${table} (${named.map((c) => `${c.name} ${stagedTypeName(c.type)}`).join(', ')})`);
  return { to: new ChunkAppender(connection, { schema: 'main', table, columns: named, service: 'svc', source: 'svc.tab' }), table };
}

const utf8 = (text: string) => (w: ColumnWriter) => {
  const bytes = Buffer.from(`<<${text}>>`);
  w.utf8(bytes, 2, bytes.length - 2);
};

/** Writes each value as a row of a table of one column and gives what DuckDB then shows. */
async function shown(type: Type, writes: readonly ((w: ColumnWriter) => void)[], as = 'CAST(c0 AS VARCHAR)'): Promise<unknown[]> {
  const { to, table } = await appender(type);
  for (const write of writes) {
    write(to.columns[0]!);
    to.endRow();
  }
  to.finish();
  return (await connection.rows(`SELECT ${as} FROM ${table}`)).map((row) => row[0]);
}

async function refused(type: Type, write: (w: ColumnWriter) => void): Promise<void> {
  const { to } = await appender(type);
  expect(() => {
    write(to.columns[0]!);
    to.endRow();
    to.finish();
  }).toThrow(expect.objectContaining({ code: 'source.value', service: 'svc' }));
  to.abandon();
}

const int64 = (value: bigint) => (w: ColumnWriter) => w.int64(Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value)));

describe('integers', () => {
  const all: Type[] = [types.int8, types.int16, types.int32, types.int64, types.int128, types.uint8, types.uint16, types.uint32, types.uint64, types.uint128];
  it.each(all)('%o keeps its extremes and refuses what is beyond', async (type) => {
    if (type.kind !== 'int') throw new Error('not an integer');
    const most = 2n ** BigInt(type.signed ? type.bits - 1 : type.bits) - 1n;
    const least = type.signed ? -most - 1n : 0n;
    const values = [least, least + 1n, 0n, 1n, most - 1n, most];
    expect(await shown(type, values.map((v) => (w) => w.bigint(v)))).toEqual(values.map(String));
    const half = values.filter((v) => type.bits === 64 || (v >= -(2n ** 63n) && v < 2n ** 63n));
    expect(await shown(type, half.map(int64))).toEqual(half.map(String));
    const safe = values.filter((v) => Number.isSafeInteger(Number(v)) && BigInt(Number(v)) === v);
    expect(await shown(type, safe.map((v) => (w) => w.number(Number(v))))).toEqual(safe.map(String));
    for (const wrong of [least - 1n, most + 1n, 2n ** 130n, -(2n ** 130n)]) await refused(type, (w) => w.bigint(wrong));
    for (const wrong of [1.5, Number.NaN, Infinity, -Infinity, 2 ** 53]) {
      if (wrong === 2 ** 53 && type.bits < 64) continue;
      await refused(type, (w) => w.number(wrong));
    }
    if (type.bits < 64) {
      await refused(type, int64(most + 1n));
      await refused(type, int64(least - 1n));
    }
  });

  it('takes halves signed or unsigned', async () => {
    expect(await shown(types.int64, [(w) => w.int64(0xffffffff, 0xfffffffe)])).toEqual(['-2']);
    expect(await shown(types.uint64, [(w) => w.int64(-1, -2)])).toEqual(['18446744073709551614']);
    expect(await shown(types.int128, [(w) => w.int64(-1, -2)])).toEqual(['-2']);
    await refused(types.uint32, (w) => w.number(-1));
    await refused(types.uint64, (w) => w.number(-1));
    await refused(types.uint128, (w) => w.number(-1));
  });
});

describe('decimals', () => {
  it.each([
    [4, 2],
    [9, 3],
    [18, 6],
    [38, 10],
    [38, 38],
    [1, 0],
  ])('DECIMAL(%i,%i) keeps its extremes and refuses what is beyond', async (precision, scale) => {
    const type = decimal(precision, scale);
    const most = 10n ** BigInt(precision) - 1n;
    const text = (v: bigint) => {
      const digits = (v < 0n ? -v : v).toString().padStart(scale + 1, '0');
      // DuckDB shows no zero before the point where none can be.
      const before = digits.slice(0, digits.length - scale);
      const whole = scale === precision && before === '0' ? '' : before;
      return `${v < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
    };
    const values = [most, -most, 0n, 1n, -1n];
    const expected = values.map(text);
    expect(await shown(type, values.map((v) => (w) => w.bigint(v)))).toEqual(expected);
    expect(await shown(type, expected.map((v) => (w) => w.text(v)))).toEqual(expected);
    expect(await shown(type, expected.map((v) => utf8(v)))).toEqual(expected);
    for (const wrong of [most + 1n, -most - 1n]) {
      await refused(type, (w) => w.bigint(wrong));
      await refused(type, (w) => w.text(text(wrong)));
      if (precision <= 18) await refused(type, int64(wrong));
    }
    for (const wrong of ['NaN', 'Infinity', '', '-', '.', '1..2', '1e', 'abc', ' 1', `0.${'0'.repeat(scale)}1`]) {
      await refused(type, (w) => w.text(wrong));
    }
  });

  it('read every way of writing a number', () => {
    expect(parseDecimal('-12.30', 2)).toBe(-1230);
    expect(parseDecimal('-12.30', 3)).toBe(-12300);
    expect(parseDecimal('+.5', 1)).toBe(5);
    expect(parseDecimal('5.', 0)).toBe(5);
    expect(parseDecimal('1.5E+3', 2)).toBe(150000n);
    expect(parseDecimal('1500E-3', 1)).toBe(15n);
    expect(parseDecimal('0E-6176', 2)).toBe(0n);
    expect(parseDecimal('1E+6144', 2)).toBeUndefined();
    expect(parseDecimal('1.2000000000000000000', 1)).toBe(12n);
    expect(parseDecimal('1.25', 1)).toBeUndefined();
    expect(parseDecimal('0.001', 2)).toBeUndefined();
    expect(parseDecimal('9999999999999999', 0)).toBe(9999999999999999n);
    expect(parseDecimal(`${'0'.repeat(100)}7`, 0)).toBe(7n);
    expect(parseDecimal(`7.${'0'.repeat(100)}`, 0)).toBe(7n);
  });
});

describe('floats, booleans, nulls', () => {
  it('keep NaN, infinities and minus zero', async () => {
    const values = [Number.NaN, Infinity, -Infinity, -0, 5e-324, Number.MAX_VALUE];
    expect(await shown(types.float64, values.map((v) => (w) => w.number(v)), 'c0')).toEqual(values);
    expect(await shown(types.float32, [Number.NaN, Infinity, -0, 1.5].map((v) => (w) => w.number(v)), 'c0')).toEqual([Number.NaN, Infinity, -0, 1.5]);
    await refused(types.float32, (w) => w.number(1e300));
  });

  it('keep booleans and nulls apart', async () => {
    const writes = [(w: ColumnWriter) => w.boolean(true), (w: ColumnWriter) => w.null(), (w: ColumnWriter) => w.boolean(false)];
    expect(await shown(types.boolean, writes, 'c0')).toEqual([true, null, false]);
    expect(await shown(types.null, [(w) => w.null()], 'c0')).toEqual([null]);
    await refused(types.null, (w) => w.boolean(true));
  });
});

describe('text and bytes', () => {
  const texts = ['', 'a', 'twelve bytes', 'thirteen char', 'x'.repeat(40), '😀', '😀😀😀', '😀😀😀😀', 'é', 'nul\0inside', '\0', 'a long one with \0 inside', 'ünï'.repeat(20)];

  it.each(['text', 'utf8'] as const)('round-trip by %s', async (call) => {
    const writes = texts.map((t) => (call === 'text' ? (w: ColumnWriter) => w.text(t) : utf8(t)));
    expect(await shown(types.text, writes, 'c0')).toEqual(texts);
    const sizes = (await shown(types.text, writes, 'octet_length(encode(c0))')).map(Number);
    expect(sizes).toEqual(texts.map((t) => Buffer.byteLength(t)));
  });

  it('tells empty from NULL', async () => {
    expect(await shown(types.text, [(w) => w.text(''), (w) => w.null(), (w) => w.text('')], 'c0')).toEqual(['', null, '']);
  });

  it('takes 10 MB values', async () => {
    const big = 'é'.repeat(5 << 20);
    const rows = await shown(types.text, [utf8(big), (w) => w.text('short'), (w) => w.text(big), utf8('after it all came this')], 'md5(c0)');
    expect(new Set(rows).size).toBe(3);
    expect(rows[0]).toBe(rows[2]);
    expect(await shown(types.text, [utf8(big)], 'length(c0)')).toEqual([5n << 20n]);
  });

  it('refuses what is not UTF-8, wherever it stands', async () => {
    const invalid = [[0xff], [0xc3], [0x80, 0x41], [0xed, 0xa0, 0x80], [...Buffer.from('long enough to be in the heap '), 0xc3], [0x80, ...Buffer.from('long enough to be in the heap ')]];
    for (const bytes of invalid) await refused(types.text, (w) => w.utf8(Uint8Array.from(bytes), 0, bytes.length));
    await refused(types.text, (w) => w.text('\ud800'));
    await refused(types.text, (w) => w.text(`${'long enough '.repeat(5)}\udc00`));
  });

  it('refuses a character that is split over two values', async () => {
    const { to } = await appender(types.text);
    const euro = Buffer.from('the sign of the euro €');
    expect(() => {
      to.columns[0]!.utf8(euro, 0, euro.length - 1);
      to.endRow();
      to.columns[0]!.utf8(Buffer.concat([euro.subarray(-1), euro]), 0, euro.length + 1);
      to.endRow();
      to.finish();
    }).toThrow(expect.objectContaining({ code: 'source.value' }));
    to.abandon();
  });

  it('keeps any bytes in a blob', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => 255 - i);
    const rows = await shown(types.blob, [(w) => w.utf8(bytes, 0, 256), (w) => w.utf8(bytes, 0, 3), (w) => w.utf8(bytes, 0, 0)], 'hex(c0)');
    expect(rows).toEqual([Buffer.from(bytes).toString('hex').toUpperCase(), 'FFFEFD', '']);
    const { to } = await appender(types.blob);
    expect(() => to.columns[0]!.text('x')).toThrow(/takes no text/);
    to.abandon();
  });

  it('never shows a control character in a message', async () => {
    const { to } = await appender(types.int8);
    expect(() => to.columns[0]!.text('\u001b[31m')).toThrow(/takes no text/);
    const d = await appender(decimal(4, 2));
    expect(() => d.to.columns[0]!.text('\u001b[31m\u202e')).toThrow(/"\\u001b\[31m\\u202e"/);
    to.abandon();
    d.to.abandon();
  });
});

describe('uuids and times', () => {
  it('flip the top bit of a UUID', async () => {
    const uuids = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '550e8400-e29b-41d4-a716-446655440000'];
    const bytes = (u: string) => Buffer.from(`aa${u.replaceAll('-', '')}`, 'hex');
    expect(await shown(types.uuid, uuids.map((u) => (w) => w.uuid(bytes(u), 1)))).toEqual(uuids);
    expect(await shown(types.uuid, uuids.map((u) => (w) => w.text(u.toUpperCase())))).toEqual(uuids);
    expect(await shown(types.uuid, [utf8('550e8400e29b41d4a716446655440000')])).toEqual([uuids[2]]);
    for (const wrong of ['', 'x', '550e8400-e29b41d4a716446655440000', '550e8400-e29b-41d4-a716-44665544000g']) await refused(types.uuid, (w) => w.text(wrong));
  });

  it('keep dates from before Christ to infinity', async () => {
    const day = (y: number, m: number, d: number) => {
      const date = new Date(Date.UTC(2000, m - 1, d));
      date.setUTCFullYear(y);
      return Math.floor(date.getTime() / 86_400_000);
    };
    expect(
      await shown(
        types.date,
        [day(1, 1, 1), day(9999, 12, 31), 0, 2147483647, -2147483647].map((v) => (w) => w.number(v)),
      ),
    ).toEqual(['0001-01-01', '9999-12-31', '1970-01-01', 'infinity', '-infinity']);
    await refused(types.date, (w) => w.number(-2147483648));
  });

  it('keep times of the day', async () => {
    expect(await shown(types.time, [0, 86_399_999_999, 86_400_000_000].map((v) => (w) => w.number(v)))).toEqual(['00:00:00', '23:59:59.999999', '24:00:00']);
    await refused(types.time, (w) => w.number(-1));
    await refused(types.time, (w) => w.number(86_400_000_001));
  });

  it('keep timestamps to the microsecond, and to the nanosecond', async () => {
    const values = [-62135596800000000n, 253402300799999999n, 2n ** 63n - 1n, -(2n ** 63n - 1n), 0n];
    const texts = ['0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', 'infinity', '-infinity', '1970-01-01 00:00:00'];
    expect(await shown(types.timestamp, values.map((v) => (w) => w.bigint(v)))).toEqual(texts);
    expect(await shown(types.timestamp, values.map(int64))).toEqual(texts);
    expect((await shown(types.timestamptz, values.map(int64)))[1]).toBe('9999-12-31 23:59:59.999999+00');
    expect(await shown(types.timestampNs, [int64(1_700_000_000_123_456_789n)])).toEqual(['2023-11-14 22:13:20.123456789']);
    const zonedNs: Type = { kind: 'timestamp', zoned: true, unit: 'ns' };
    expect(await shown(zonedNs, [int64(1_700_000_000_123_456_000n)])).toEqual(['2023-11-14 22:13:20.123456+00']);
    await refused(zonedNs, int64(1n));
    await refused(types.timestamp, int64(-(2n ** 63n)));
    await refused(types.timestamp, (w) => w.bigint(2n ** 63n));
    await refused(types.timestampNs, int64(-(2n ** 63n)));
  });
});

describe('rows', () => {
  it('fill chunk after chunk with nulls where they were written', async () => {
    const { to, table } = await appender(types.int32, types.text);
    for (let i = 0; i < 10_000; i++) {
      if (i % 7 === 3) to.columns[0]!.null();
      else to.columns[0]!.number(i);
      if (i % 5 === 2) to.columns[1]!.null();
      else to.columns[1]!.text(`${i % 3 === 0 ? 'a text beyond twelve bytes ' : ''}${i}`);
      to.endRow();
      expect(to.count).toBe(i + 1);
    }
    to.finish();
    expect(
      await connection.rows(`SELECT count(*), count(c0), count(c1),
        count(*) FILTER (c1 IS NOT DISTINCT FROM CASE WHEN r % 5 <> 2 THEN CASE WHEN r % 3 = 0 THEN 'a text beyond twelve bytes ' ELSE '' END || r END),
        count(*) FILTER (c0 IS NOT DISTINCT FROM CASE WHEN r % 7 <> 3 THEN r END)
        FROM (SELECT *, row_number() OVER () - 1 AS r FROM ${table})`),
    ).toEqual([[10_000n, 8_571n, 8_000n, 10_000n, 10_000n]]);
  });

  it('of 2,000 columns', async () => {
    const columns = Array.from({ length: 2000 }, (_, i) => [types.int64, types.text, types.float64][i % 3]!);
    const { to, table } = await appender(...columns);
    for (let i = 0; i < 300; i++) {
      for (let c = 0; c < 2000; c++) {
        if (c % 3 === 0) to.columns[c]!.number(i * c);
        else if (c % 3 === 1) to.columns[c]!.text(`row ${i} column ${c} of many`);
        else to.columns[c]!.null();
      }
      to.endRow();
    }
    to.finish();
    expect(await connection.rows(`SELECT count(*), max(c1998), max(c1999), count(c2) FROM ${table}`)).toEqual([[300n, 299n * 1998n, 'row 99 column 1999 of many', 0n]]);
  });

  it('that lack a value, or have two, are a fault of the connector', async () => {
    const { to } = await appender(types.int32, types.int32);
    to.columns[0]!.number(1);
    expect(() => to.endRow()).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(() => to.columns[0]!.number(2)).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(() => to.finish()).toThrow(expect.objectContaining({ code: 'internal' }));
    to.abandon();
  });

  it('come from another instance as chunks', async () => {
    const other = await openInstance({ tempDir: dir, memoryBytes: 1 << 30, timezone: 'UTC' });
    const from = await other.connect();
    const { table } = await appender(types.int64, types.text, types.text);
    const to = new BatchAppender(connection, { schema: 'main', table, service: 's', source: 's.t' });
    const stream = await from.stream(`SELECT range, 'constant text of some length', CASE WHEN range % 2 = 0 THEN 'text number ' || range END FROM range(5000)`);
    for await (const chunk of stream.chunks()) to.append(chunk);
    await other.close();
    to.finish();
    expect(await connection.rows(`SELECT count(*), count(DISTINCT c1), count(c2), max(c0) FROM ${table} WHERE c2 IS NULL OR c2 = 'text number ' || c0`)).toEqual([[5000n, 1n, 2500n, 4999n]]);
  });
});
