import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { columnsOf, failure, Folder } from './bench.js';

const lines = (...values: unknown[]) => values.map(toJson).join('\n') + '\n';
const toJson = (value: unknown) => JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? `big ${v}` : v)).replace(/"big (\d+)"/g, '$1');
/** More than a sample holds, then one more. */
const late = (first: unknown, last: unknown) => lines(...Array.from({ length: 10_000 }, () => first), last);

let folder: Folder;
afterEach(() => folder.close());

describe('shape', () => {
  it('learns scalars, objects and arrays; mixed values are JSON', async () => {
    folder = await Folder.make({
      'things.ndjson': lines(
        { n: 1, x: 1, flag: true, word: 'a', nested: { a: 1, list: [{ b: 'x' }] }, mixed: 1, at: '2026-01-01T10:00:00Z', local: '2026-01-01 10:00:00', day: '2026-01-01', empty: null },
        { n: -2, x: 1.5, flag: null, nested: { a: 2, c: 1.5, list: [] }, mixed: 'one', at: '2026-01-01T10:00:00.5+02:00', local: '2026-01-01 10:00', day: '2026-02-28', empty: null },
      ),
    });
    expect(columnsOf((await folder.describe()).table('things'))).toEqual({
      n: 'BIGINT',
      x: 'DOUBLE',
      flag: 'BOOLEAN',
      word: 'VARCHAR',
      nested: 'STRUCT("a" BIGINT, "list" STRUCT("b" VARCHAR)[], "c" DOUBLE)',
      mixed: 'JSON',
      at: 'TIMESTAMP WITH TIME ZONE',
      local: 'TIMESTAMP',
      day: 'DATE',
      empty: 'JSON',
    });
    const [first, second] = await folder.rows('things');
    expect(first!.slice(0, 4)).toEqual([1n, 1, true, 'a']);
    expect(first![4]).toBe(`{'a': 1, 'list': [{'b': 'x'}], 'c': NULL}`);
    expect([first![5], second![5]]).toEqual(['1', '"one"']);
    expect(second![6]).toBe(BigInt(Date.parse('2026-01-01T08:00:00.5Z')) * 1000n);
    expect(second![3]).toBeNull();
  });

  it('says how often a field was there, and how many rows there are', async () => {
    folder = await Folder.make({ 'things.ndjson': lines({ a: 1 }, { a: 2, b: 1 }, { a: 3 }, { a: null, b: 2 }) });
    const table = (await folder.describe()).table('things');
    expect(table.columns.map(({ name, presence }) => [name, presence])).toEqual([['a', 1], ['b', 0.5]]);
    expect(table).toMatchObject({ kind: 'file', rows: { count: 4, exact: true }, sampled: 4 });
  });

  it('keeps whole numbers past 2^53 and up to 2^64', async () => {
    folder = await Folder.make({ 'big.ndjson': '{"a":9007199254740993,"b":18446744073709551615}\n{"a":-9223372036854775808,"b":0}\n' });
    expect(columnsOf((await folder.describe()).table('big'))).toEqual({ a: 'BIGINT', b: 'UBIGINT' });
    expect(await folder.rows('big')).toEqual([[9007199254740993n, 18446744073709551615n], [-9223372036854775808n, 0n]]);
  });

  it('keeps whole numbers of up to 38 digits, and mixes that a double would change as JSON', async () => {
    const most = '9'.repeat(38);
    folder = await Folder.make({ 'big.ndjson': `{"a":${most},"b":9007199254740993,"c":1e400,"d":1e20}\n{"a":-1,"b":0.5,"c":1,"d":0.5}\n` });
    expect(columnsOf((await folder.describe()).table('big'))).toEqual({ a: 'HUGEINT', b: 'JSON', c: 'JSON', d: 'DOUBLE' });
    expect(await folder.rows('big')).toEqual([[BigInt(most), '9007199254740993', '1e400', 1e20], [-1n, '0.5', '1', 0.5]]);
  });

  it.each([
    ['DOUBLE', '9007199254740993'], ['DOUBLE', '1e400'], ['HUGEINT', '1.5'], ['DECIMAL(9,2)', '1.005'], ['DECIMAL(38,20)', '0.12345678901234567890'], ['DECIMAL(38,20)', '123456789012345.123'], ['STRUCT(x DECIMAL(38,20))', '{"x":0.12345678901234567890}'], ['STRUCT(x DOUBLE)', '{"x":9007199254740993}'], ['STRUCT(x DECIMAL(9,2))', '{"x":1.005}'],
  ])('%s does not take %s', async (type, value) => {
    folder = await Folder.make({ 'a.ndjson': `{"n":${value}}\n` });
    expect((await failure(folder.rows('a', { tables: { a: { columns: { n: type } } } }))).code).toBe('source.value');
  });

  it('keeps fractions that a double keeps', async () => {
    folder = await Folder.make({ 'a.ndjson': '{"n":0.00012345678901234}\n{"n":123456789012.345}\n{"n":-1e3}\n{"n":12345678901234567}\n' });
    expect(await folder.rows('a', { tables: { a: { columns: { n: 'DECIMAL(38,18)' } } } })).toEqual([
      ['0.000123456789012340'], ['123456789012.345000000000000000'], ['-1000.000000000000000000'], ['12345678901234567.000000000000000000'],
    ]);
  });

  it('tells fields apart that differ only by case', async () => {
    folder = await Folder.make({ 'cases.ndjson': lines({ id: 1, Id: 'x', 'a/b~c': true }) });
    expect(columnsOf((await folder.describe()).table('cases'))).toEqual({ id: 'BIGINT', Id: 'VARCHAR', 'a/b~c': 'BOOLEAN' });
    const described = (await folder.describe()).table('cases');
    // As the catalogue renames them.
    const renamed = { ...described, columns: described.columns.map((c) => (c.name === 'Id' ? { ...c, name: 'Id_2', nativeName: 'Id' } : c)) };
    expect((await folder.read('cases', {}, renamed)).rows).toEqual([[1n, 'x', true]]);
  });

  it('reads arrays, single documents and compressed lines', async () => {
    folder = await Folder.make({
      'array.json': '[\n{"a":1},\n{"a":2}]',
      'one.json': '{\n  "a": 1,\n  "b": {"c": "x"}\n}',
      'packed.ndjson.gz': gzipSync(lines({ a: 1 }, { a: 2 })),
    });
    expect(await folder.rows('array')).toEqual([[1n], [2n]]);
    expect(await folder.rows('one')).toEqual([[1n, `{'c': 'x'}`]]);
    expect(await folder.rows('packed')).toEqual([[1n], [2n]]);
  });

  it('takes declared types, also for fields that nobody has seen yet', async () => {
    folder = await Folder.make({ 'things.ndjson': lines({ price: 1.1, when: '2026-01-01 00:00:00+00' }), 'none.ndjson': '' });
    const tables = { things: { columns: { price: 'DECIMAL(10,2)', later: 'VARCHAR' } }, none: { columns: { a: 'BIGINT' } } };
    const described = await folder.describe({ tables });
    expect(columnsOf(described.table('things'))).toEqual({ price: 'DECIMAL(10,2)', when: 'TIMESTAMP WITH TIME ZONE', later: 'VARCHAR' });
    expect((await folder.rows('things', { tables }))[0]!.slice(0, 1)).toEqual(['1.10']);
    expect(await folder.rows('none', { tables })).toEqual([]);
  });

  it('leaves out a file that is empty, and says so', async () => {
    folder = await Folder.make({ 'empty.ndjson': '', 'full.ndjson': lines({ a: 1 }) });
    const { tables, warnings } = await folder.describe();
    expect(tables.map(({ name }) => name)).toEqual(['full']);
    expect(warnings.join()).toContain('empty.ndjson');
  });
});

describe('a later value of another type is an error, never NULL and never rounded', () => {
  it.each<[string, unknown, unknown]>([
    ['a fraction where whole numbers were', { v: 1 }, { v: 1.5 }],
    ['a text where whole numbers were', { v: 1 }, { v: '7' }],
    ['a boolean where whole numbers were', { v: 1 }, { v: true }],
    ['a number where texts were', { v: 'a' }, { v: 1 }],
    ['an object where texts were', { v: 'a' }, { v: { a: 1 } }],
    ['a text where booleans were', { v: true }, { v: 'true' }],
    ['words where times were', { v: '2026-01-01T00:00:00Z' }, { v: 'tomorrow' }],
    ['a time without a zone where times had one', { v: '2026-01-01T00:00:00Z' }, { v: '2026-01-01T00:00:00' }],
    ['a scalar where objects were', { v: { a: 1 } }, { v: 1 }],
    ['a fraction deep in an object', { v: { a: { b: 1 } } }, { v: { a: { b: 1.5 } } }],
    ['a text deep in a list of objects', { v: [{ b: 1 }] }, { v: [{ b: 1 }, { b: 'x' }] }],
    ['words deep in a list of dates', { v: [{ b: '2026-01-01' }] }, { v: [{ b: 'today' }] }],
    ['a time without a zone deep in an object', { v: { a: '2026-01-01T00:00:00Z' } }, { v: { a: '2026-01-01T00:00:00' } }],
    ['a number past 64 bits in a list', { v: [1] }, { v: [18446744073709551615n] }],
    ['a scalar in a list of objects', { v: [{ b: 1 }] }, { v: [{ b: 1 }, 2] }],
  ])('%s', async (_, first, last) => {
    folder = await Folder.make({ 'late.ndjson': late(first, last) });
    const error = await failure(folder.rows('late'));
    expect(error.code).toBe('source.value');
    expect(error.message).toContain('late.ndjson');
    expect(error.remedy).toContain('services.shelf.tables');
  });

  it('but null is no other type, and a declared JSON column takes anything', async () => {
    folder = await Folder.make({ 'late.ndjson': late({ v: 1 }, { v: null }), 'any.ndjson': late({ v: 1 }, { v: 'x' }) });
    expect((await folder.rows('late')).at(-1)).toEqual([null]);
    expect((await folder.rows('any', { tables: { any: { columns: { v: 'JSON' } } } })).at(-1)).toEqual(['"x"']);
  });
});

describe('damage', () => {
  it.each([
    ['a line cut short', '{"a":1}\n{"a":2'],
    ['a line that is no JSON', '{"a":1}\noops\n{"a":3}\n'],
  ])('%s', async (_, text) => {
    folder = await Folder.make({ 'broken.ndjson': text });
    // Its other lines tell what its columns are.
    expect(columnsOf((await folder.describe()).table('broken'))).toEqual({ a: 'BIGINT' });
    const error = await failure(folder.rows('broken'));
    expect(error.code).toBe('source.failed');
    expect(error.message).toContain('broken.ndjson');
  });

  it('after it was described', async () => {
    folder = await Folder.make({ 'broken.ndjson': lines({ a: 1 }, { a: 2 }) });
    const table = (await folder.describe()).table('broken');
    await folder.write('broken.ndjson', '{"a":1}\n{"a":');
    expect((await failure(folder.read('broken', {}, table))).code).toBe('source.failed');
  });

  it('a compressed file cut short', async () => {
    const packed = gzipSync(lines(...Array.from({ length: 5000 }, (_, a) => ({ a, word: `word ${a}` }))));
    folder = await Folder.make({ 'cut.ndjson.gz': packed.subarray(0, packed.length / 2) });
    expect((await failure(folder.rows('cut'))).kind).toBe('source');
  });
});

describe('event logs', () => {
  const record = (partition: number, offset: number) => ({ _partition: partition, _offset: offset, _timestamp: '2026-01-01T00:00:00Z', _key: 'k', _headers: { traceparent: '00-1' }, _value: '{"a":1}', a: 1 });

  it('are topics, whose columns have the types that a log has', async () => {
    folder = await Folder.make({ 'events.ndjson': lines(record(0, 5), record(1, 0)) });
    const table = (await folder.describe()).table('events');
    expect(table.kind).toBe('topic');
    expect(columnsOf(table)).toMatchObject({ _partition: 'INTEGER', _offset: 'BIGINT', _timestamp: 'TIMESTAMP WITH TIME ZONE', _key: 'VARCHAR', _headers: 'JSON', _value: 'VARCHAR' });
  });

  it('say which offsets were scanned', async () => {
    folder = await Folder.make({ 'events.ndjson': lines(record(0, 5), record(0, 6), record(1, 0)) });
    const { stats } = await folder.read('events');
    expect(stats.coverage).toMatchObject([
      { partition: '0', from: '5', to: '7', messages: 2, reachedEnd: true },
      { partition: '1', from: '0', to: '1', messages: 1, reachedEnd: true },
    ]);
  });
});
