/** What is in the messages: JSON and what is none, text and what is none, keys, headers, types that change. */

import { afterAll, describe, expect, it } from 'vitest';
import { AishellError, typeName, type Table } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/kafka/index.js';
import { createTopic, produce, removeTopics } from '../../support/kafka.js';
import { ask, column, compare, signal, skip, types, withSource } from './ask.js';

const prefix = 'unit-messages-';
const topics: string[] = [];
const options = { topics: [`${prefix}*`] };

async function topic(name: string, messages: Parameters<typeof produce>[1]): Promise<string> {
  topics.push(prefix + name);
  await createTopic(prefix + name);
  await produce(prefix + name, messages);
  return prefix + name;
}

function typesOf(table: Table): Record<string, string> {
  return Object.fromEntries(table.columns.map(({ name, type }) => [name, typeName(type)]));
}

describe.skipIf(skip)('messages', () => {
  afterAll(async () => {
    if (!skip) await removeTopics(topics);
  });

  it('become columns by what the last ones hold', async () => {
    const name = await topic('fields', [
      { value: '{"id": 1, "big": 9223372036854775808, "price": 1.5, "at": "2024-02-29T12:00:00+02:00", "day": "2024-02-29", "ok": true, "tags": ["a"], "who": {"name": "x", "age": 3}, "mixed": 1, "rates": 9007199254740993, "nothing": null, "_offset": 7, "Id": "upper", "a b": 1, "list": [], "map": {}}' },
      { value: '{"id": 2, "price": 2, "at": "2024-03-01T00:00:00.5Z", "who": {"name": null, "city": "y"}, "mixed": "two", "rates": 0.5, "tags": []}' },
      { value: 'not json' },
      { key: 'k', value: null },
    ]);
    await withSource(options, async (source, table) => {
      const t = table(name);
      expect(typesOf(t)).toEqual({
        _partition: 'INTEGER', _offset: 'BIGINT', _timestamp: 'TIMESTAMP WITH TIME ZONE', _key: 'VARCHAR', _headers: 'JSON', _value: 'VARCHAR',
        id: 'BIGINT', big: 'DECIMAL(38,0)', price: 'DOUBLE', at: 'TIMESTAMP WITH TIME ZONE', day: 'VARCHAR', ok: 'BOOLEAN', tags: 'VARCHAR[]',
        who: 'STRUCT("name" VARCHAR, "age" BIGINT, "city" VARCHAR)', mixed: 'JSON', rates: 'JSON', nothing: 'JSON', _offset_2: 'BIGINT', Id_2: 'VARCHAR', 'a b': 'BIGINT', list: 'JSON', map: 'JSON',
      });
      expect(t).toMatchObject({ kind: 'topic', sampled: 4, rows: { count: 4, exact: false } });
      expect(t.columns.find((c) => c.name === 'big')!.presence).toBe(0.5);
      expect(t.columns.find((c) => c.name === 'Id_2')).toMatchObject({ nativeName: 'Id', sampleValues: ['upper'] });
      const { rows, stats } = await ask(source, t, { columns: ['id', 'at', 'who', 'mixed', '_offset_2', 'Id_2', 'a b', 'tags', '_value'] });
      const at = BigInt(Date.parse('2024-02-29T10:00:00Z')) * 1000n;
      expect(rows[0]!.slice(0, 8)).toEqual([1n, at, '{"name":"x","age":3,"city":null}', '1', 7n, 'upper', 1n, '["a"]']);
      expect(rows[1]!.slice(0, 8)).toEqual([2n, BigInt(Date.parse('2024-03-01T00:00:00.5Z')) * 1000n, '{"name":null,"age":null,"city":"y"}', '"two"', null, null, null, '[]']);
      expect(rows[2]).toEqual([null, null, null, null, null, null, null, null, 'not json']);
      expect(rows[3]).toEqual([null, null, null, null, null, null, null, null, null]);
      // The poison message is told of; the tombstone is no poison.
      expect(stats.warnings).toEqual([`${name}: 1 of the messages looked into are no JSON object, so their fields are NULL; the first is at partition 0, offset 2 (see _value)`]);
    });
  });

  it('are found by their fields however JSON writes them', async () => {
    const name = await topic('escapes', [
      { value: '{"id":"caf\\u00e9/1","n":1}' },
      { value: '{"id":"café/1","n":2}' },
      { value: '{"id":"caf\\u00e9\\/1","n":3}' },
      { value: '{"\\u0069d":"caf\\u00E9/1","n":4}' },
      { value: '{"id":"cafe/1","n":5,"note":"café/1"}' },
      { value: '{"id":"\\ud83d\\ude00","n":6}' },
      { value: '{"id":"\\u0001\\"\\\\","n":7}' },
      { value: '{"id":"x","id":"café/1","n":8}' },
      { value: '{"id":"","n":9}' },
    ]);
    await withSource(options, async (source, table) => {
      const t = table(name);
      const found = async (id: string) => (await ask(source, t, { columns: ['n'], where: [compare(t, 'id', '=', id)] })).rows.map(([n]) => n);
      expect(await found('café/1')).toEqual([1n, 2n, 3n, 4n, 8n]);
      expect(await found('😀')).toEqual([6n]);
      expect(await found('\u0001"\\')).toEqual([7n]);
      expect(await found('')).toEqual([9n]);
      expect(await found('nowhere')).toEqual([]);
      const contains = { kind: 'call' as const, name: 'contains', args: [column(t, '_value'), { kind: 'literal' as const, value: 'note', type: types.text }], type: types.boolean };
      expect((await ask(source, t, { columns: ['n'], where: [contains] })).rows).toEqual([[5n]]);
      const either = { kind: 'or' as const, args: [compare(t, 'n', '=', 6n), compare(t, 'id', '=', 'x')] };
      expect((await ask(source, t, { columns: ['n'], where: [either] })).rows).toEqual([[6n]]);
      const missing = { kind: 'isNull' as const, arg: column(t, 'note'), negated: false };
      expect((await ask(source, t, { columns: ['n'], where: [missing] })).rows.length).toBe(8);
    });
  });

  it('are found by what stands in their headers, as the column shows it', async () => {
    const name = await topic('header-search', [
      { value: '{"n":1}', headers: { id: 'e-1', 'quoted "key"': 'x' } },
      { value: '{"n":2}', headers: { id: 'say "e-1"', other: '' } },
      { value: '{"n":3}', headers: { 'e-1': 'name', twice: ['nullable', 'b'] } },
      { value: '{"n":4,"id":"e-1"}' },
    ]);
    await withSource(options, async (source, table) => {
      const t = table(name);
      const headers = { kind: 'cast' as const, arg: column(t, '_headers'), type: types.text, try: false };
      const all = (await ask(source, t, { columns: ['n', '_headers'] })).rows as [bigint, string][];
      for (const part of ['e-1', '"e-1"', '\\"e-1', ':', 'null', 'ull', '{', '","', 'quoted', 'nowhere', '']) {
        const contains = { kind: 'call' as const, name: 'contains', args: [headers, { kind: 'literal' as const, value: part, type: types.text }], type: types.boolean };
        const { rows } = await ask(source, t, { columns: ['n'], where: [contains] });
        expect(rows.map(([n]) => n), part).toEqual(all.filter(([, shown]) => shown.includes(part)).map(([n]) => n));
      }
    });
  });

  it('of another type than was observed are an error that says what to do, and doing it helps', async () => {
    const name = await topic('drift', [{ value: '{"id":"late one"}' }, ...Array.from({ length: 5 }, (_, id) => ({ value: JSON.stringify({ id, at: '2024-01-01T00:00:00Z', nest: { a: id } }) })), { value: '{"nest":{"a":5,"b":6}}' }]);
    await withSource({ ...options, sample: 6 }, async (source, table) => {
      const t = table(name);
      expect(typesOf(t)['id']).toBe('BIGINT');
      const error = (await ask(source, t, { columns: ['id'] }).catch((e: unknown) => e)) as AishellError;
      expect(error).toBeInstanceOf(AishellError);
      expect(error).toMatchObject({ code: 'source.value', remedy: expect.stringContaining(`types: {"${name}": {"id": json}}`) });
      expect(error.message).not.toContain('late one');
      expect((await ask(source, t, { columns: ['_offset'] })).rows.length).toBe(7);
    });
    await withSource({ ...options, sample: 6, types: { [name]: { id: 'json', at: 'text', new: 'decimal(5,2)' } } }, async (source, table) => {
      const t = table(name);
      expect(typesOf(t)).toMatchObject({ id: 'JSON', at: 'VARCHAR', new: 'DECIMAL(5,2)' });
      const { rows } = await ask(source, t, { columns: ['id', 'at', 'new'] });
      expect(rows[0]).toEqual(['"late one"', null, null]);
      expect(rows[1]).toEqual(['0', '2024-01-01T00:00:00Z', null]);
    });
  });

  it('have keys, headers and values that may be bytes', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const mostlyText = await topic('bytes', [
      { key: 'k', value: bytes, headers: { a: 'x', number: Buffer.from([0, 1, 0xc8, 0x2c]) } },
      ...Array.from({ length: 3 }, () => ({ key: 'k', value: '{"n":1}', headers: { once: 'é"', twice: ['1', '2'] } })),
    ]);
    const binary = await topic('binary', [{ key: bytes, value: bytes }, { value: Buffer.alloc(0) }]);
    await withSource({ ...options, sample: 3 }, async (source, table) => {
      const t = table(mostlyText);
      expect(typesOf(t)).toMatchObject({ _key: 'VARCHAR', _value: 'VARCHAR' });
      const { rows, stats } = await ask(source, t, { columns: ['_value', '_headers', 'n'] });
      // No byte of a header is lost.
      expect(rows[0]).toEqual(['\ufffd\0\ufffd', JSON.stringify({ a: 'x', number: '\0\x01\uefc8,' }), null]);
      expect(JSON.parse(rows[1]![1] as string)).toEqual({ once: 'é"', twice: ['1', '2'] });
      expect(stats.warnings!.join('\n')).toContain('1 values are no UTF-8 text');
      const b = table(binary);
      expect(typesOf(b)).toEqual({ _partition: 'INTEGER', _offset: 'BIGINT', _timestamp: 'TIMESTAMP WITH TIME ZONE', _key: 'BLOB', _headers: 'JSON', _value: 'BLOB' });
      expect((await ask(source, b, { columns: ['_key', '_value'] })).rows).toEqual([[bytes, bytes], [null, Buffer.alloc(0)]]);
    });
    await withSource({ ...options, types: { [binary]: { _key: 'text' } } }, async (source, table) => {
      await expect(ask(source, table(binary), { columns: ['_key'] })).rejects.toMatchObject({ code: 'source.value' });
    });
  });

  it('of a table too wide to be one are left in _value', async () => {
    const wide = Object.fromEntries(Array.from({ length: 2_500 }, (_, i) => [`key${i}`, i]));
    const name = await topic('wide', [{ value: JSON.stringify(wide) }]);
    await withSource(options, async (source, table) => {
      expect(table(name).columns.length).toBe(6);
      expect((await source.describe(signal())).warnings.join('\n')).toContain('2500 different fields');
    });
  });

  it('show in the native query, whose constants are parameters', async () => {
    const name = await topic('native', [{ value: '{"id":"a","odd name":1}' }]);
    await withSource(options, async (_source, table) => {
      const t = table(name);
      const dialect = connector.dialect({ version: '' });
      const scan = { kind: 'scan' as const, table: t, columns: t.columns.map((c) => ({ id: c.name, column: c })) };
      const query = dialect.compile({ kind: 'filter', input: scan, conjuncts: [compare(t, 'id', '=', 'secret value'), compare(t, 'odd name', '>', 3n)] });
      expect(query.text).toContain(`FETCH "${name}"`);
      expect(query.text).toContain('WHERE value.id = $1 AND value."odd name" > $2');
      expect(query.params).toEqual(['secret value', 3n]);
      expect(dialect.filter({ kind: 'not', arg: compare(t, 'id', '=', 'x') }, scan)).toHaveProperty('reason');
      expect(dialect.acceptsKeys('_timestamp', types.timestamptz, scan)).toHaveProperty('reason');
      const counted = dialect.accepts({ kind: 'aggregate', input: scan, groups: [], aggregates: [{ id: 'n', name: 'count_star', args: [], distinct: false, type: types.int64 }] });
      expect(counted).toEqual({ reason: expect.stringContaining('offsets have gaps') as string });
    });
  });
});
