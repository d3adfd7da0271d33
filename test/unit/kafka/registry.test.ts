/** Topics whose messages are Avro, Protobuf and JSON Schema by a real registry, or by a schema file, on a real broker. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeName, type Expr, type Table } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/kafka/index.js';
import { avroHex, avroSchema, protoFile, protoHex } from '../../support/formats/fixtures.js';
import { createTopic, produce, removeTopics } from '../../support/kafka.js';
import { register, removeSubjects } from '../../support/registry.js';
import { listening, servers } from '../../support/servers.js';
import { ask, column, compare, host, service, signal, skip, types, withSource } from './ask.js';

const prefix = `formats-${process.pid}-${Date.now()}-`;
const registryIsUp = await listening(servers.registry);
const topics: string[] = [];
const subjects: string[] = [];
const options = { prefix, registry: { url: servers.registry } };

async function topic(name: string, messages: Parameters<typeof produce>[1]): Promise<string> {
  topics.push(prefix + name);
  await createTopic(prefix + name);
  await produce(prefix + name, messages);
  return name;
}

async function registered(subject: string, schema: unknown, schemaType?: 'PROTOBUF' | 'JSON', references?: Parameters<typeof register>[1]['references']): Promise<number> {
  subjects.unshift(prefix + subject);
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
  return register(prefix + subject, { schema: text, ...(schemaType && { schemaType }), ...(references && { references }) });
}

const frame = (id: number, ...parts: (Buffer | string)[]) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, ...parts.map((part) => Buffer.from(part))]);
};
const contains = (table: Table, name: string, text: string): Expr => ({ kind: 'call', name: 'contains', type: types.boolean, args: [column(table, name), { kind: 'literal', value: text, type: types.text }] });
const typesOf = (table: Table) => Object.fromEntries(table.columns.filter(({ name }) => !name.startsWith('_')).map(({ name, type }) => [name, typeName(type)]));

const isSkipped = skip || (!registryIsUp && process.env['CI'] !== 'true');

describe.skipIf(isSkipped)('a topic with a registry', () => {
  afterAll(async () => {
    if (isSkipped) return;
    await removeTopics(topics);
    await removeSubjects(subjects);
  });

  it('of Avro: columns come from the schema, values are exact, keys are decoded', async () => {
    const id = await registered('avro-value', avroSchema);
    const keyId = await registered('avro-key', '"long"');
    const bytes = Buffer.from(avroHex, 'hex');
    const name = await topic('avro', [
      { key: frame(keyId, avsc.Type.forSchema('long').toBuffer(1042)), value: frame(id, bytes) },
      { key: frame(keyId, avsc.Type.forSchema('long').toBuffer(7)), value: null },
    ]);
    await withSource(options, async (source, table) => {
      const t = table(name);
      expect(t.columns.map((c) => c.name).slice(0, 7)).toEqual(['_partition', '_offset', '_timestamp', '_key', '_headers', '_value', '_undecoded']);
      expect(typesOf(t)).toMatchObject({ id: 'VARCHAR', price: 'DECIMAL(12,2)', day: 'DATE', clock: 'TIME', local: 'TIMESTAMP', ref: 'UUID', raw: 'BLOB', at: 'TIMESTAMP WITH TIME ZONE' });
      expect(t.columns.find((c) => c.name === 'price')!.nativeType).toBe('Avro bytes, decimal');
      const { rows, stats } = await ask(source, t, { columns: ['_key', 'id', 'big', 'price', 'day', 'clock_us', 'local', 'ref', 'raw', 'to', 'status', '_undecoded'] });
      expect(rows[0]).toEqual(['1042', 'ORD-ü-1', -9007199254740993n, '-12.34', 19782n, 1n, 1709208000000005n, '7f9c2ba4-e88f-47f8-a5f2-0c1d4e0a7c11', Buffer.from('00ff', 'hex'), '{"street":"S","geo":[1.1,-2.5]}', 'PAID', null]);
      expect(rows[1]).toEqual(['7', null, null, null, null, null, null, null, null, null, null, null]);
      expect(stats.warnings).toBeUndefined();
      // Neither a number nor a symbol nor a UUID stands in the bytes as it is asked for.
      for (const where of [compare(t, '_key', '=', '1042'), compare(t, 'status', '=', 'PAID'), compare(t, 'big', '=', -9007199254740993n), contains(t, '_value', '"price":-12.34'), contains(t, '_value', 'ORD-ü-1')]) {
        expect((await ask(source, t, { columns: ['_offset'], where: [where] })).rows).toEqual([[0n]]);
      }
      expect((await ask(source, t, { columns: ['_offset'], where: [contains(t, '_value', 'ORD-2')] })).rows).toEqual([]);
    });
  });

  it('of Avro in several versions: the latest names and defaults, the same columns as JSON has', async () => {
    const v1 = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }, { name: 'n', type: 'int' }] };
    const v2 = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }, { name: 'number', aliases: ['n'], type: 'long' }, { name: 'currency', type: 'string', default: 'EUR' }] };
    const [first, second] = [await registered('versions-value', v1), await registered('versions-value', v2)];
    const name = await topic('versions', [
      { value: frame(first, avsc.Type.forSchema(v1 as avsc.Schema).toBuffer({ id: 'a', n: 1 })) },
      { value: frame(second, avsc.Type.forSchema(v2 as avsc.Schema).toBuffer({ id: 'b', number: 2, currency: 'USD' })) },
      { value: '{"id":"c","number":3,"currency":"EUR"}' },
    ]);
    await withSource(options, async (source, table) => {
      expect(typesOf(table(name))).toMatchObject({ id: 'VARCHAR', number: 'BIGINT', currency: 'VARCHAR' });
      expect((await ask(source, table(name), { columns: ['id', 'number', 'currency'] })).rows).toEqual([['a', 1n, 'EUR'], ['b', 2n, 'USD'], ['c', 3n, 'EUR']]);
      expect((await ask(source, table(name), { columns: ['id'], where: [compare(table(name), 'currency', '=', 'EUR')] })).rows).toEqual([['a'], ['c']]);
    });
  });

  it('of Protobuf with message indexes and references, and of JSON Schema', async () => {
    await registered('money', 'syntax = "proto3"; package m; message Money { int64 units = 1; }', 'PROTOBUF');
    const proto = await registered('proto-value', protoFile, 'PROTOBUF');
    const main = 'syntax = "proto3"; import "money.proto"; message A { string a = 1; } message B { message C { m.Money price = 1; string id = 2; } }';
    const nested = await registered('nested-value', main, 'PROTOBUF', [{ name: 'money.proto', subject: `${prefix}money`, version: 1 }]);
    const json = await registered('json-value', { type: 'object', properties: { id: { type: 'string' }, n: { type: 'integer' }, at: { type: 'string', format: 'date-time' } } }, 'JSON');
    const names = [
      await topic('proto', [{ value: frame(proto, Buffer.from([2, 2]), Buffer.from(protoHex, 'hex')) }]),
      await topic('nested', [{ value: frame(nested, Buffer.from([4, 2, 0]), Buffer.from('0a020805120149', 'hex')) }]),
      await topic('json', [{ value: frame(json, '{"id":"j\\u002d1","n":5,"at":"2024-01-01T00:00:00Z"}') }]),
    ];
    await withSource(options, async (source, table) => {
      const [p, n, j] = names.map(table) as [Table, Table, Table];
      expect(typesOf(p)).toMatchObject({ order_id: 'VARCHAR', huge: 'UBIGINT', placed_at: 'TIMESTAMP WITH TIME ZONE', token: 'BLOB' });
      expect((await ask(source, p, { columns: ['order_id', 'huge', 'status', 'placed_at', 'card'] })).rows).toEqual([['ORD-ü-1', 18446744073709551615n, 'PAID', 1700000000123456n, '4111']]);
      expect((await ask(source, n, { columns: ['id', '_value'] })).rows).toEqual([['I', '{"price":{"units":5},"id":"I"}']]);
      expect((await ask(source, j, { columns: ['id', 'n', 'at'], where: [compare(j, 'id', '=', 'j-1')] })).rows).toEqual([['j-1', 5n, 1704067200000000n]]);
    });
  });

  it('names what it can\'t decode, shows its bytes, and finds text in them', async () => {
    const schema = { type: 'record', name: 'R', fields: [{ name: 'id', type: 'string' }] };
    const id = await registered('broken-value', schema);
    const good = avsc.Type.forSchema(schema as avsc.Schema).toBuffer({ id: 'fine' });
    const name = await topic('broken', [{ value: frame(id, good) }, { value: frame(2_000_000_000, 'ORD-lost') }, { value: frame(id, good, 'tail-ORD') }, { value: Buffer.from('ff01', 'hex') }]);
    await withSource(options, async (source, table) => {
      const { rows, stats } = await ask(source, table(name), { columns: ['id', '_undecoded'] });
      expect(rows).toEqual([['fine', null], [null, 'value: schema 2000000000 is not in the registry'], [null, 'value: 8 bytes are left over'], [null, 'value: it does not begin with a schema id and is no text']]);
      expect(stats.warnings).toEqual([`${prefix}broken: 3 of the messages looked into can't be decoded (see _undecoded); the first is at partition 0, offset 1: value: schema 2000000000 is not in the registry`]);
      expect((await ask(source, table(name), { columns: ['_offset'], where: [contains(table(name), '_value', 'ORD-lost')] })).rows).toEqual([[1n]]);
      const missing: Expr = { kind: 'isNull', arg: column(table(name), '_undecoded'), negated: true };
      expect((await ask(source, table(name), { columns: ['_offset'], where: [missing] })).rows).toEqual([[1n], [2n], [3n]]);
    });
  });

  it('is waited for by a tail that needs a schema of it, and nothing is lost meanwhile', async () => {
    const fields = [{ name: 'id', type: 'string' }];
    const known = await registered('away-value', { type: 'record', name: 'R', fields });
    const name = await topic('away', [{ value: frame(known, avsc.Type.forSchema({ type: 'record', name: 'R', fields } as avsc.Schema).toBuffer({ id: 'first' })) }]);
    const later = { type: 'record', name: 'R', fields: [...fields, { name: 'more', type: 'string', default: '' }] };
    const start = (port: number) =>
      new Promise<Server>((resolve) => {
        const server = createServer((request, answer) => void fetch(`${servers.registry}${request.url}`).then(async (from) => answer.writeHead(from.status).end(await from.text())));
        server.listen(port, '127.0.0.1', () => resolve(server));
      });
    let server = await start(0);
    const { port } = server.address() as AddressInfo;
    await withSource({ brokers: servers.kafka, prefix, registry: { url: `http://127.0.0.1:${port}` } }, async (source, table) => {
      const tail = await source.tail!([{ table: table(name), from: 'end' }], signal());
      try {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
        const id = await registered('away-value', later);
        await produce(prefix + name, [{ value: frame(id, avsc.Type.forSchema(later as avsc.Schema).toBuffer({ id: 'second', more: 'x' })) }]);
        const notes: string[] = [];
        const next = async () => {
          const window = await tail.next(signal());
          notes.push(...window.notes);
          return window;
        };
        while (notes.length === 0) expect((await next()).tables).toEqual([]);
        expect(notes[0]).toMatch(/schema registry .*; waiting for it to come back$/);
        server = await start(port);
        let window = await next();
        while (window.tables.length === 0) window = await next();
        const windowed = { ...source, open: () => Promise.resolve(window.snapshot) };
        const { rows, stats } = await ask(windowed, table(name), { columns: ['_offset', 'id', '_undecoded'] });
        expect([rows, stats.lacking]).toEqual([[[1n, 'second', null]], undefined]);
        expect(notes.at(-1)).toContain('connected again');
      } finally {
        await tail.close();
        server.close();
      }
    });
  });

  it('says what the answer lacks when the registry is gone, and gives every message', async () => {
    const id = await registered('gone-value', '"string"');
    const name = await topic('gone', [{ key: 'k', value: frame(id, avsc.Type.forSchema('string').toBuffer('ORD-9')) }]);
    let server: Server | undefined = createServer((request, answer) => {
      void fetch(`${servers.registry}${request.url}`).then(async (from) => answer.writeHead(from.status).end(await from.text()));
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const asked = service({ brokers: servers.kafka, prefix, registry: { url } });
    const described = await connector.connect(asked, host, signal());
    const { tables } = await described.describe(signal());
    await described.close();
    server.closeAllConnections();
    server.close();
    server = undefined;
    const source = await connector.connect(asked, host, signal());
    try {
      const table = tables.find((t) => t.name === name)!;
      const { rows, stats } = await ask(source, table, { columns: ['_key', '_undecoded'], where: [contains(table, '_value', 'ORD-9')] });
      expect(rows).toEqual([['k', expect.stringContaining('can\'t be reached') as string]]);
      expect(stats.lacking).toMatchObject({ code: 'source.failed', message: expect.stringContaining('messages can\'t be decoded') as string });
      // What needs no decoding lacks nothing.
      expect((await ask(source, table, { columns: ['_offset'] })).stats.lacking).toBeUndefined();
      const health = await source.health(signal());
      expect(health.advice.join(' ')).toContain('schema registry');
    } finally {
      await source.close();
    }
  });
});

describe.skipIf(skip)('a topic with a schema file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'formats-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await removeTopics(topics);
  });

  it('is decoded by it, and a file that is none is a mistake in the configuration', async () => {
    await writeFile(join(folder, 'order.avsc'), JSON.stringify(avroSchema));
    await writeFile(join(folder, 'shop.proto'), protoFile);
    const names = [await topic('file-avro', [{ key: 'k', value: Buffer.from(avroHex, 'hex') }]), await topic('file-proto', [{ value: Buffer.from(protoHex, 'hex') }])];
    const formats = { 'file-a*': { value: { type: 'avro', file: join(folder, 'order.avsc') } }, 'file-proto': { value: { type: 'protobuf', file: join(folder, 'shop.proto'), message: 'acme.shop.Order' } } };
    await withSource({ prefix: `${prefix}`, formats }, async (source, table) => {
      expect((await ask(source, table(names[0]!), { columns: ['_key', 'id', 'price'] })).rows).toEqual([['k', 'ORD-ü-1', '-12.34']]);
      expect((await ask(source, table(names[1]!), { columns: ['order_id', 'status'] })).rows).toEqual([['ORD-ü-1', 'PAID']]);
    });
    const wrong = { 'file-avro': { value: { type: 'avro', file: join(folder, 'none.avsc') } } };
    await expect(withSource({ prefix, formats: wrong }, () => Promise.resolve())).rejects.toMatchObject({ code: 'config' });
  });
});
