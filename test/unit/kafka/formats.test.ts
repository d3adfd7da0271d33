/** Avro and Protobuf as others write them, and what hostile bytes and schemas come to. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { typeName } from '../../../connectors/contract.js';
import { avroDecoder } from '../../../connectors/kafka/formats/avro.js';
import type { Decoder } from '../../../connectors/kafka/formats/contract.js';
import { messageAt, messageIndexes } from '../../../connectors/kafka/formats/framing.js';
import { jsonSchemaDecoder } from '../../../connectors/kafka/formats/json-schema.js';
import { protobufDecoder } from '../../../connectors/kafka/formats/protobuf.js';
import { parseProtobuf, readProtobufFile } from '../../../connectors/kafka/formats/protobuf-schema.js';
import { avroHex, avroSchema, descriptorHex, protoFile, protoHex, tinyOrderHex } from '../../support/formats/fixtures.js';

const decode = (decoder: Decoder, bytes: Buffer) => decoder.decode(bytes, 0, bytes.length);
const columns = (decoder: Decoder) => Object.fromEntries(decoder.fields.map(({ name, type }) => [name, typeName(type)]));
const avro = (schema: unknown, reader?: unknown) => avroDecoder('t', { text: JSON.stringify(schema) }, reader === undefined ? undefined : { text: JSON.stringify(reader) });

describe('Avro', () => {
  it('is read as fastavro wrote it, every logical type exactly', () => {
    const decoder = avro(avroSchema);
    const text = decode(decoder, Buffer.from(avroHex, 'hex'));
    const inner =
      '"id":"ORD-ü-1","big":-9007199254740993,"small":-3,"price":-12.34,"fee":0.0001,"at":"2023-11-14T22:13:20.123Z","at_us":"1969-12-31T23:59:59.999999Z",' +
      '"local":"2024-02-29T12:00:00.000005","day":"2024-02-29","clock":"23:59:59.007","clock_us":"00:00:00.000001","ref":"7f9c2ba4-e88f-47f8-a5f2-0c1d4e0a7c11","status":"PAID"';
    const end = '"to":{"street":"S","geo":[1.1,-2.5]},"raw":"AP8=","ok":true';
    const next = `{${inner},"note":null,"mixed":5,"tags":[],"attrs":{},${end},"next":null,"ratio":0.1}`;
    expect(text).toBe(`{${inner},"note":"x\\n\\"y\\"","mixed":{"x":1.5},"tags":["a","b"],"attrs":{"k":1,"l":-2},${end},"next":${next},"ratio":0.1}`);
    expect(columns(decoder)).toEqual({
      id: 'VARCHAR', big: 'BIGINT', small: 'INTEGER', price: 'DECIMAL(12,2)', fee: 'DECIMAL(18,4)', at: 'TIMESTAMP WITH TIME ZONE', at_us: 'TIMESTAMP WITH TIME ZONE', local: 'TIMESTAMP',
      day: 'DATE', clock: 'TIME', clock_us: 'TIME', ref: 'UUID', status: 'VARCHAR', note: 'VARCHAR', mixed: 'JSON', tags: 'VARCHAR[]', attrs: 'JSON',
      to: 'STRUCT("street" VARCHAR, "geo" FLOAT[])', raw: 'BLOB', ok: 'BOOLEAN', next: 'JSON', ratio: 'DOUBLE',
    });
  });

  it('is shown by the reader\'s schema: aliases, defaults, and what only the writer knows', () => {
    const writer = { type: 'record', name: 'Order', fields: [{ name: 'no', type: 'int' }, { name: 'old', type: 'string' }, { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } }] };
    const reader = {
      type: 'record', name: 'shop.Order', fields: [
        { name: 'number', aliases: ['no'], type: 'long' },
        { name: 'currency', type: 'string', default: 'EUR' },
        { name: 'since', type: { type: 'int', logicalType: 'date' }, default: 19782 },
        { name: 'raw', type: 'bytes', default: '\u00ff' },
        { name: 'tags', type: { type: 'array', items: 'string' }, default: ['x'] },
        { name: 'maybe', type: ['null', 'int'], default: null },
        { name: 'needed', type: 'int' },
        { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A'], default: 'A' } },
      ],
    };
    const bytes = avsc.Type.forSchema(writer as avsc.Schema).toBuffer({ no: 7, old: 'o', kind: 'B' });
    const decoder = avro(writer, reader);
    expect(JSON.parse(decode(decoder, bytes))).toEqual({ number: 7, old: 'o', kind: 'B', currency: 'EUR', since: '2024-02-29', raw: '/w==', tags: ['x'], maybe: null });
    // A default and a name stand in no byte of the message, a text of it does.
    expect([decoder.derives('EUR'), decoder.derives('currency'), decoder.derives('7'), decoder.derives('ORD-77')]).toEqual([true, true, true, false]);
  });

  it('is told as undecodable when the bytes are another\'s, and within bounds when they are hostile', () => {
    const list = avro({ type: 'record', name: 'L', fields: [{ name: 'v', type: 'int' }, { name: 'next', type: ['null', 'L'] }] });
    expect(() => decode(list, Buffer.from('00', 'hex'))).toThrow('too early');
    expect(() => decode(list, Buffer.from('000000', 'hex'))).toThrow('left over');
    expect(() => decode(list, Buffer.from('0008', 'hex'))).toThrow('no such branch');
    expect(() => decode(list, Buffer.alloc(200_000, Buffer.from('0002', 'hex')))).toThrow('deeper');
    // Thousands of millions of nothings in seven bytes.
    const nothings = avro({ type: 'array', items: 'null' });
    expect(() => decode(nothings, Buffer.from('feffffffff0f00', 'hex'))).toThrow('more than');
    // A large default, a few thousand times.
    const many = avro({ type: 'array', items: { type: 'record', name: 'R', fields: [] } }, { type: 'array', items: { type: 'record', name: 'R', fields: [{ name: 'd', type: 'string', default: 'x'.repeat(100_000) }] } });
    expect(() => decode(many, Buffer.from('feffffffff0f00', 'hex'))).toThrow('longer');
    expect(() => avro({ type: 'fixed', name: 'F', size: 2e9 })).toThrow('size');
    expect(() => avro({ type: 'record', name: 'R', fields: [{ name: 'x', type: 'Missing' }] })).toThrow('does not define');
    const deep = `${'{"type":"array","items":'.repeat(100_000)}"int"${'}'.repeat(100_000)}`;
    expect(() => avroDecoder('t', { text: deep })).toThrow(/nested/);
    // 2^40 columns in a small schema.
    const tree = Array.from({ length: 40 }, (_, i) => ({ type: 'record', name: `N${i}`, fields: ['a', 'b'].map((name) => ({ name, type: i === 0 ? 'int' : `N${i - 1}` })) }));
    const dependencies = tree.map((node) => ({ text: JSON.stringify(node) }));
    expect(JSON.stringify(columns(avroDecoder('t', { text: '{"type":"record","name":"Top","fields":[{"name":"x","type":"N39"}]}', dependencies }))).length).toBeLessThan(10_000);
  });
});

describe('Protobuf', () => {
  it('is read as Python wrote it: 64 bits, enums, maps, oneof, well-known types', async () => {
    const decoder = protobufDecoder('t', await parseProtobuf(protoFile, []), 'acme.shop.Order');
    const text = decode(decoder, Buffer.from(protoHex, 'hex'));
    expect(text).toContain('"big":-9007199254740993,"huge":18446744073709551615,"status":"PAID"');
    const { parent, ...order } = JSON.parse(text.replace('-9007199254740993', '0').replace('18446744073709551615', '0')) as Record<string, unknown>;
    expect(order).toEqual({
      order_id: 'ORD-ü-1', big: 0, huge: 0, status: 'PAID', lines: [{ sku: 'A', quantity: 3, codes: [1, -1, 300] }, { sku: 'B', quantity: 0, codes: [] }], counts: { x: 1, y: -2 },
      card: '4111', token: null, placed_at: '2023-11-14T22:13:20.123456789Z', note: '', extra: { a: [1, true, null, 't'], b: { c: 1.5 } }, took: '1.5s',
      any: { '@type': 'type.googleapis.com/acme.shop.Money', currency: 'EUR', units: 5, nanos: 0 }, ratio: 0.1, weight: 1.1, gift: true, rank: 0, fixed: -5,
      total: { currency: 'EUR', units: 12, nanos: -7 }, f32: 4_000_000_000, by_id: { 7: { currency: '', units: 9, nanos: 0 } },
    });
    expect(parent).toMatchObject({ order_id: 'P', big: 0, status: 'STATUS_UNKNOWN', rank: null, card: null, lines: [], counts: {}, parent: null });
    expect(columns(decoder)).toMatchObject({
      order_id: 'VARCHAR', big: 'BIGINT', huge: 'UBIGINT', status: 'VARCHAR', lines: 'STRUCT("sku" VARCHAR, "quantity" UINTEGER, "codes" INTEGER[])[]', counts: 'JSON', token: 'BLOB',
      placed_at: 'TIMESTAMP WITH TIME ZONE', note: 'VARCHAR', extra: 'JSON', took: 'VARCHAR', any: 'JSON', weight: 'FLOAT', fixed: 'BIGINT', total: 'STRUCT("currency" VARCHAR, "units" BIGINT, "nanos" INTEGER)', parent: 'JSON',
    });
  });

  it('finds the message that the indexes name, and imports', async () => {
    const money = 'syntax = "proto3"; package m; message Money { int64 units = 1; }';
    const main = 'syntax = "proto3"; import "money.proto"; enum E { Z = 0; } message A {} message B { message C {} message D { m.Money price = 1; } }';
    const schema = await parseProtobuf(main, [{ name: 'money.proto', text: money }]);
    const at = (hex: string) => messageAt(schema.messages, messageIndexes(Buffer.from(hex, 'hex'), 0, hex.length / 2).indexes);
    expect([at('00'), at('0202'), at('040202')]).toEqual(['A', 'B', 'B.D']);
    expect(() => at('0208')).toThrow('no message');
    expect(decode(protobufDecoder('t', schema, 'B.D'), Buffer.from('0a020805', 'hex'))).toBe('{"price":{"units":5}}');
    await expect(parseProtobuf(main, []).then((alone) => protobufDecoder('t', alone, 'B'))).resolves.toBeDefined();
    await expect(parseProtobuf(main, []).then((alone) => protobufDecoder('t', alone, 'B.D'))).rejects.toThrow(/Money/);
  });

  it('is refused when the bytes are another\'s, and bounded when hostile', async () => {
    const schema = await parseProtobuf('syntax = "proto3"; message Node { Node next = 1; string id = 2; repeated int32 n = 3; }', []);
    const decoder = protobufDecoder('t', schema);
    expect(() => decode(decoder, Buffer.from('1207', 'hex'))).toThrow('too early');
    expect(() => decode(decoder, Buffer.from('a201026869', 'hex'))).toThrow('none of its fields');
    expect(decode(decoder, Buffer.alloc(0))).toBe('{"next":null,"id":"","n":[]}');
    let deep = Buffer.alloc(0);
    for (let i = 0; i < 2_000; i++) {
      const size: number[] = [];
      for (let rest = deep.length; size.length === 0 || rest > 0; rest >>>= 7) size.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
      deep = Buffer.concat([Buffer.from([0x0a, ...size]), deep]);
    }
    expect(() => decode(decoder, deep)).toThrow('deeper');
    await expect(parseProtobuf('message {', [])).rejects.toThrow('no Protobuf schema');
    await expect(parseProtobuf(`message A { ${'message B {'.repeat(20_000)}`, [])).rejects.toThrow('no Protobuf schema');
  });

  it('reads compiled descriptor sets and .proto files with imports beside them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'formats-'));
    try {
      await writeFile(join(folder, 'tiny.desc'), Buffer.from(descriptorHex, 'hex'));
      await writeFile(join(folder, 'a.proto'), 'syntax = "proto3"; package a; import "b.proto"; message A { b.B b = 1; }');
      await writeFile(join(folder, 'b.proto'), 'syntax = "proto3"; package b; message B { string x = 1; }');
      const tiny = protobufDecoder('t', await readProtobufFile(join(folder, 'tiny.desc')), 'tiny.Order');
      expect(decode(tiny, Buffer.from(tinyOrderHex, 'hex'))).toBe('{"order_id":"T-1","at_ms":5,"inner":{"deep":"d"}}');
      expect(columns(protobufDecoder('t', await readProtobufFile(join(folder, 'a.proto'))))).toEqual({ b: 'STRUCT("x" VARCHAR)' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('JSON Schema', () => {
  it('tells columns, through $ref into others, and never without end', () => {
    const schema = {
      type: 'object',
      properties: {
        id: { type: 'string' }, n: { type: ['integer', 'null'] }, price: { type: 'number' }, at: { type: 'string', format: 'date-time' }, to: { $ref: 'address.json' }, own: { $ref: '#/$defs/Own' },
        list: { type: 'array', items: { type: 'string' } }, loop: { $ref: '#/properties/loop' }, either: { oneOf: [{ type: 'null' }, { type: 'boolean' }] }, any: {},
      },
      $defs: { Own: { type: 'object', properties: { up: { $ref: '#' } } } },
    };
    const decoder = jsonSchemaDecoder('t', JSON.stringify(schema), [{ name: 'address.json', text: '{"type":"object","properties":{"street":{"type":"string"}}}' }]);
    expect(columns(decoder)).toMatchObject({ id: 'VARCHAR', n: 'BIGINT', price: 'DOUBLE', at: 'TIMESTAMP WITH TIME ZONE', to: 'STRUCT("street" VARCHAR)', list: 'VARCHAR[]', loop: 'JSON', either: 'BOOLEAN', any: 'JSON' });
    expect(() => decode(decoder, Buffer.from('ff', 'hex'))).toThrow('UTF-8');
  });
});
