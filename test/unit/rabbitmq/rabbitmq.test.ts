/** What streams hold and how it is read, against a real server; chunks, packed entries and AMQP values byte by byte. */

import { crc32, gzipSync } from 'node:zlib';
import { compressFrameSync } from 'lz4-napi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceConfig, Source, Table, TailWindow } from '../../../connectors/contract.js';
import { Chunk, CorruptChunk } from '../../../connectors/rabbitmq/chunk.js';
import { connector } from '../../../connectors/rabbitmq/index.js';
import { settings } from '../../../connectors/rabbitmq/options.js';
import { CollectingSink } from '../../support/collecting-sink.js';
import { amqpData, createStream, entries, packed, publish, publishEntries, reached, removeQueues, streamPort, withChannel } from '../../support/rabbitmq.js';
import { listening } from '../../support/servers.js';

const skip = !(await listening(`127.0.0.1:${streamPort}`)) && process.env['CI'] !== 'true';
const prefix = `unit-${process.pid}-`;
const host = { tempDir: '/nowhere', connectTimeoutMs: 10_000, log: () => {} };
const signal = () => AbortSignal.timeout(30_000);

function service(options: ServiceConfig['options'] = {}): ServiceConfig {
  return { name: 'mq', kind: 'rabbitmq', tags: {}, options: { ...reached, prefix, ...options }, tls: undefined, baseDir: '/' };
}

async function withSource<T>(work: (source: Source, tables: readonly Table[], warnings: readonly string[]) => Promise<T>, options: ServiceConfig['options'] = {}): Promise<T> {
  const source = await connector.connect(service(options), host, signal());
  try {
    const { tables, warnings } = await source.describe(signal());
    return await work(source, tables, warnings);
  } finally {
    await source.close();
  }
}

const called = (tables: readonly Table[], name: string) => tables.find((table) => table.name === name)!;

async function rowsOf(source: Pick<Source, 'open'>, table: Table, names: readonly string[]) {
  const columns = table.columns.filter(({ name }) => names.includes(name)).map((column) => ({ id: column.name, column }));
  const query = connector.dialect({ version: '' }).compile({ kind: 'scan', table, columns });
  const sink = new CollectingSink(query.columns);
  const stats = await (await source.open(signal())).read(query, sink, signal());
  return { rows: sink.rows, stats };
}

/** A chunk as the server sends it. */
function chunkOf(data: Buffer, entryCount: number, count: number, change: (header: Buffer) => void = () => {}): Buffer {
  const header = Buffer.alloc(48);
  header[0] = 0x50;
  header.writeUInt16BE(entryCount, 2);
  header.writeUInt32BE(count, 4);
  header.writeBigInt64BE(1_700_000_000_000n, 8);
  header.writeBigUInt64BE(41n, 24);
  header.writeUInt32BE(crc32(data), 32);
  header.writeUInt32BE(data.length, 36);
  change(header);
  return Buffer.concat([header, data]);
}

function bodiesOf(chunk: Chunk): [number, string][] {
  const cursor = chunk.cursor(chunk.records());
  const found: [number, string][] = [];
  while (cursor.next()) found.push([cursor.offset, cursor.buffer.toString('utf8', cursor.valueStart, cursor.valueEnd)]);
  return found;
}

describe('chunks', () => {
  const messages = ['{"n":1}', '{"n":2}'].map(amqpData);

  test.each([
    [1, gzipSync],
    [3, (bytes: Buffer) => compressFrameSync(bytes)],
  ] as const)('packed entries of codec %i stand among plain ones, each message with its offset', (codec, compress) => {
    const data = Buffer.concat([entries([amqpData('a')]), packed(codec, messages, compress), entries([amqpData('z')])]);
    expect(bodiesOf(new Chunk(chunkOf(data, 3, 4)))).toEqual([[41, 'a'], [42, '{"n":1}'], [43, '{"n":2}'], [44, 'z']]);
  });

  test('the size of a filter that was not sent changes nothing, and one that was sent is passed over', () => {
    const data = entries(messages);
    const named = chunkOf(data, 2, 2, (header) => (header[44] = 16));
    expect(bodiesOf(new Chunk(named))).toHaveLength(2);
    const sent = Buffer.concat([named.subarray(0, 48), Buffer.alloc(16, 7), data]);
    expect(bodiesOf(new Chunk(sent))).toHaveLength(2);
  });

  test('a bit that changed is noticed, and so is a length that is wrong', () => {
    const whole = chunkOf(entries(messages), 2, 2);
    whole[60]! ^= 1;
    expect(() => new Chunk(whole)).toThrow(CorruptChunk);
    expect(() => new Chunk(chunkOf(entries(messages), 3, 3)).records()).toThrow(CorruptChunk);
    expect(() => new Chunk(chunkOf(packed(1, messages, () => Buffer.from('no gzip')), 1, 2)).records()).toThrow(CorruptChunk);
  });

  test('what is no AMQP is a body, several data sections are one, and values have a JSON form', () => {
    const raw = Buffer.from('{"plain":true}');
    const two = Buffer.concat([amqpData('{"a":'), amqpData('1}')]);
    const uuid = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
    const id = Buffer.concat([Buffer.from([0x98]), Buffer.from(uuid.replaceAll('-', ''), 'hex')]);
    const properties = Buffer.concat([Buffer.from([0x00, 0x53, 0x73, 0xc0, id.length + 1, 1]), id, amqpData('x')]);
    const headers = Buffer.concat([Buffer.from([0x00, 0x53, 0x74, 0xc1, 1 + 3 + 9, 2, 0xa1, 1, 0x6b, 0x80, 0x7f, 255, 255, 255, 255, 255, 255, 255]), amqpData('y')]);
    const chunk = new Chunk(chunkOf(entries([raw, two, properties, headers]), 4, 4));
    expect(bodiesOf(chunk).map(([, body]) => body)).toEqual(['{"plain":true}', '{"a":1}', 'x', 'y']);
    const cursor = chunk.cursor(chunk.records());
    for (let i = 0; i < 3; i++) cursor.next();
    expect(JSON.parse(cursor.json('_properties'))).toEqual({ message_id: uuid });
    cursor.next();
    expect(JSON.parse(cursor.json('_headers'))).toEqual({ k: '9223372036854775807' });
  });
});

describe.skipIf(skip)('RabbitMQ', () => {
  beforeAll(async () => {
    await createStream(`${prefix}events`);
    await createStream(`${prefix}empty`);
    await publish(`${prefix}events`, Array.from({ length: 5 }, (_, i) => ({ body: JSON.stringify({ n: i }), messageId: `m-${i}`, correlationId: 'c', type: 'made', headers: { tenant: 7 } })));
    await publishEntries(`${prefix}events`, [packed(1, [amqpData('{"n":5}'), amqpData('{"n":6}')], gzipSync), entries([Buffer.from('no json')])]);
    await withChannel(async (channel) => {
      await channel.assertQueue(`${prefix}dead`, { durable: true });
      await channel.assertQueue(`${prefix}work`, { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': `${prefix}dead` } });
    });
    await publish(`${prefix}dead`, [{ body: 'one' }, { body: 'two' }]);
  }, 60_000);

  afterAll(() => removeQueues(['events', 'empty', 'work', 'dead'].map((name) => prefix + name)));

  test('a stream is a table, read as often as one likes', async () => {
    await withSource(async (source, tables) => {
      const table = called(tables, 'events');
      expect(table).toMatchObject({ kind: 'topic', rows: { count: 8 } });
      for (let time = 0; time < 2; time++) {
        const { rows, stats } = await rowsOf(source, table, ['_offset', '_key', '_properties', '_headers', '_value', 'n']);
        expect(rows.map(([offset, , , , value, n]) => [offset, value, n])).toEqual([
          ...Array.from({ length: 7 }, (_, i) => [BigInt(i), `{"n":${i}}`, BigInt(i)]),
          [7n, 'no json', null],
        ]);
        expect(rows[0]!.slice(1, 4)).toEqual([`${prefix}events`, '{"message_id":"m-0","correlation_id":"c","type":"made"}', '{"tenant":7}']);
        expect(stats.coverage).toEqual([expect.objectContaining({ partition: `${prefix}events`, from: '0', to: '8', messages: 8, reachedEnd: true })]);
        expect(stats.warnings?.[0]).toContain('1 of the messages looked into are no JSON object');
      }
      const empty = await rowsOf(source, called(tables, 'empty'), ['_offset']);
      expect([empty.rows, empty.stats.coverage![0]!.reachedEnd]).toEqual([[], true]);
    });
  }, 60_000);

  test('queues are listed with their depths and their dead letters, and nothing of them is consumed', async () => {
    await withSource(async (source, tables, warnings) => {
      expect(warnings.some((warning) => warning.includes('not searchable'))).toBe(true);
      let rows: unknown[][] = [];
      // The management plugin counts once a second.
      for (let attempt = 0; attempt < 40 && !rows.some(([, , messages]) => messages === 2n); attempt++) {
        ({ rows } = await rowsOf(source, called(tables, 'queues'), ['name', 'type', 'messages', 'dead_letters_of']));
        await new Promise((done) => setTimeout(done, 250));
      }
      expect(rows).toEqual(expect.arrayContaining([
        [`${prefix}dead`, 'classic', 2n, `${prefix}work`],
        [`${prefix}work`, 'quorum', 0n, null],
      ]));
    });
    expect(await withChannel(async (channel) => (await channel.checkQueue(`${prefix}dead`)).messageCount)).toBe(2);
  }, 60_000);

  test('without the management plugin the named streams are there, and doctor says what is lacking', async () => {
    const blind = { user: 'blind', password: 'aishell-test' };
    await withSource(async (source, tables, warnings) => {
      expect(tables.map(({ name }) => name)).toEqual(['events']);
      expect(warnings[0]).toContain('queues are not listed');
      expect((await source.health(signal())).advice.join()).toContain('may not look at the management plugin');
    }, { ...blind, streams: ['events'] });
    await expect(withSource(() => Promise.resolve(), blind)).rejects.toThrow('may not look at the management plugin');
  }, 60_000);

  test('is followed by offset, and new messages come in the next window', async () => {
    await withSource(async (source, tables) => {
      const table = called(tables, 'events');
      const tail = await source.tail!([{ table, from: { offset: '6' } }], signal());
      const take = async () => {
        let window: TailWindow;
        do window = await tail.next(signal());
        while (window.tables.length === 0);
        return (await rowsOf({ open: () => Promise.resolve(window.snapshot) }, table, ['_offset', '_value'])).rows;
      };
      try {
        const rows = await take();
        while (rows.length < 2) rows.push(...(await take()));
        expect(rows).toEqual([[6n, '{"n":6}'], [7n, 'no json']]);
        await publish(`${prefix}events`, [{ body: '{"n":8}' }]);
        expect(await take()).toEqual([[8n, '{"n":8}']]);
      } finally {
        await tail.close();
      }
    });
  }, 60_000);
});

test('url, hosts, TLS and virtual host are read, and what is no address is refused', () => {
  const of = (options: ServiceConfig['options'], tls?: ServiceConfig['tls']) => settings({ ...service(options), options, tls });
  expect(of({ url: 'amqps://u:p%40@rabbit/shop' })).toMatchObject({ user: 'u', password: 'p@', vhost: 'shop', nodes: [{ host: 'rabbit', port: 5551 }], management: 'https://rabbit:15671/' });
  expect(of({ hosts: ['a', 'b:1'] })).toMatchObject({ vhost: '/', nodes: [{ host: 'a', port: 5552 }, { host: 'b', port: 1 }] });
  expect(() => of({ url: 'http://u:secret@x' })).toThrow(/url is not an amqp/);
  expect(() => of({ hosts: ['a b'] })).toThrow(/host/);
});
