/** What is asked of the server and what is made of its answers: settings, rights, catalogue, cancellation, faults. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AishellError, type NativeQuery, type Source, type Table } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/clickhouse/index.js';
import { settings } from '../../../connectors/clickhouse/options.js';
import { servers } from '../../support/servers.js';
import { compile, host, read, readQuery, remake, service, signal, skip, types, url } from './ask.js';

const database = 'unit_clickhouse_source';
const second = 'unit_clickhouse_second';

interface Sent {
  readonly query: string;
  readonly settings: Record<string, string>;
  readonly user: string;
}

/** What the test server saw; a real one has system.query_log. */
async function seen<T>(what: 'requests' | 'killed'): Promise<T[]> {
  return (await (await fetch(new URL(what, url.origin))).json()) as T[];
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400 && !(await condition()); attempt++) await new Promise((resolve) => setTimeout(resolve, 25));
}

async function failure(work: Promise<unknown>): Promise<AishellError> {
  const error: unknown = await work.then(() => undefined, (e: unknown) => e);
  expect(error).toBeInstanceOf(AishellError);
  return error as AishellError;
}

describe.skipIf(skip)('a ClickHouse server', () => {
  let client: ClickHouseClient;
  let source: Source;
  let tables: readonly Table[];
  let warnings: readonly string[];
  const table = (name: string) => tables.find((t) => t.name === name)!;

  beforeAll(async () => {
    if (skip) return;
    client = createClient({ url: servers.clickhouse });
    for (const name of [database, second]) await remake(client, name);
    const statements = [
      `CREATE TABLE ${database}.facts (id UInt64 COMMENT 'the number', word LowCardinality(String), body String, made DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY (id, word) COMMENT 'what happened'`,
      `INSERT INTO ${database}.facts (id, word, body) SELECT number, 'word ' || toString(number % 3), repeat('x', 100) || toString(number) FROM numbers(1000)`,
      `CREATE VIEW ${database}.some AS SELECT id FROM ${database}.facts WHERE id < 10`,
      `CREATE TABLE ${database}.latest (id UInt64, n UInt8) ENGINE = ReplacingMergeTree ORDER BY id`,
      `INSERT INTO ${database}.latest VALUES (1, 1)`,
      `INSERT INTO ${database}.latest VALUES (1, 2)`,
      `CREATE TABLE ${database}.chosen (id UInt64) ENGINE = Set`,
      `CREATE TABLE ${database}.Folded (id UInt8, ID UInt8, Id UInt8) ENGINE = MergeTree ORDER BY id`,
      `CREATE TABLE ${database}.folded (id UInt8) ENGINE = MergeTree ORDER BY id`,
      `CREATE TABLE ${database}.late (id UInt64, body String) ENGINE = MergeTree ORDER BY id`,
      `INSERT INTO ${database}.late SELECT number, 'text' FROM numbers(10000)`,
      `INSERT INTO ${database}.late VALUES (99999, unhex('ff'))`,
      `CREATE TABLE ${database}.wide (${Array.from({ length: 2_000 }, (_, i) => `c${i} ${i % 2 === 0 ? 'String' : 'Int32'}`).join(', ')}) ENGINE = MergeTree ORDER BY tuple()`,
      `INSERT INTO ${database}.wide (c0, c1999) VALUES ('first', 1999)`,
      `CREATE TABLE ${second}.other (id UInt64) ENGINE = MergeTree ORDER BY id`,
    ];
    for (const query of statements) await client.command({ query, clickhouse_settings: { optimize_on_insert: 0, flatten_nested: 1 } });
    source = await connector.connect(service({ database, databases: [second] }), host, signal());
    ({ tables, warnings } = await source.describe(signal()));
  });

  afterAll(async () => {
    await source?.close();
    for (const name of [database, second]) await client?.command({ query: `DROP DATABASE IF EXISTS ${name}` });
    await client?.close();
  });

  it('is described with comments, keys, counts and the values of columns that have few', () => {
    expect(table('facts')).toMatchObject({ kind: 'table', comment: 'what happened', rows: { count: 1000 } });
    expect(table('facts').primaryKey).toBeUndefined();
    expect(table('facts').columns.map(({ name, indexed, comment, sampleValues, default: value }) => ({ name, indexed, comment, sampleValues, value }))).toEqual([
      { name: 'id', indexed: true, comment: 'the number', value: 'default of the type' },
      { name: 'word', sampleValues: ['word 0', 'word 1', 'word 2'], value: 'default of the type' },
      { name: 'body', value: 'default of the type' },
      { name: 'made', value: 'now()' },
    ]);
    expect(table('some').kind).toBe('view');
    expect(table('other').schema).toBe(second);
    expect(tables.map(({ name }) => name).filter((name) => /folded/i.test(name))).toEqual(['Folded', 'folded_2']);
    expect(table('Folded').columns.map(({ name, nativeName }) => [name, nativeName])).toEqual([['id', undefined], ['ID_2', 'ID'], ['Id_3', 'Id']]);
    expect(table('chosen')).toBeUndefined();
    expect(warnings.join('\n')).toContain('chosen is left out');
    expect(warnings.join('\n')).toContain('latest: ReplacingMergeTree merges rows later');
  });

  it('is asked read-only, and in UTC, for everything but the first question', async () => {
    await read(source, table('facts'), { columns: ['id'] });
    const sent = (await seen<Sent>('requests')).filter(({ query }) => query.includes(`\`${database}\`.\`facts\` FORMAT`));
    expect(sent.at(-1)!.settings).toMatchObject({ readonly: '2', session_timezone: 'UTC' });
    expect(sent.at(-1)!.query).toBe(`SELECT \`id\` FROM \`${database}\`.\`facts\` FORMAT Parquet`);
  });

  it('reads two thousand columns, and none', async () => {
    const { rows } = await read(source, table('wide'), { columns: table('wide').columns.map(({ name }) => name) });
    expect([rows[0]!.length, rows[0]![0], rows[0]!.at(-1)]).toEqual([2_000, 'first', 1999n]);
    const counted = await readQuery(source, { ...compile(table('facts'), { columns: [] }) });
    expect(counted.stats).toMatchObject({ rows: 1_000, proof: 'Parquet footer: 1000 rows' });
  });

  it('is told to merge where the configuration says so', async () => {
    expect((await read(source, table('latest'), { columns: ['n'] })).rows.length).toBe(2);
    const final = await connector.connect(service({ database, final: true }), host, signal());
    const described = await final.describe(signal());
    expect(described.warnings.join('\n')).not.toContain('merges rows later');
    expect((await read(final, described.tables.find((t) => t.name === 'latest')!, { columns: ['n'] })).rows).toEqual([[2n]]);
    await final.close();
  });

  it('takes keys beside the query, whatever is in them', async () => {
    const odd = ['word 1', "it's", 'a\tb', 'c\nd', '\\N', 'é\0', ''];
    const { rows } = await read(source, table('facts'), { columns: ['id'], keys: { column: 'word', type: types.text, values: odd } });
    expect(rows.length).toBe(333);
    const query = compile(table('facts'), { columns: ['id'], keys: { column: 'id', type: types.int64, values: [-1n, 5n, 2n ** 63n - 1n] } });
    expect(query.text).toContain('WHERE `id` IN (SELECT key FROM keys)');
    expect(query.params).toEqual([[-1n, 5n, 2n ** 63n - 1n]]);
    expect((await readQuery(source, query)).rows).toEqual([[5n]]);
    expect((await read(source, table('facts'), { columns: ['id'], keys: { column: 'id', type: types.int64, values: [] } })).rows).toEqual([]);
  });

  it('estimates by its primary key', async () => {
    const five = { kind: 'compare' as const, op: '=' as const, left: { kind: 'column' as const, id: 'id', type: types.uint64 }, right: { kind: 'literal' as const, value: 5n, type: types.uint64 } };
    expect(await source.estimate!(compile(table('facts'), { columns: ['id'], where: [five] }), signal())).toBeLessThanOrEqual(1_000);
    expect(await source.estimate!(compile(table('facts'), { columns: ['id'] }), signal())).toBe(1_000);
  });

  it('is told to stop a query that nobody waits for any more', async () => {
    const killed = (await seen<string>('killed')).length;
    const controller = new AbortController();
    const slow: NativeQuery = { text: 'SELECT sum(sleepEachRow(0.1)) FROM numbers(30)', params: [], columns: [{ id: 'n', name: 'n', type: types.uint64 }], payload: { params: [], keys: undefined } };
    const reading = failure(readQuery(source, slow, controller.signal));
    setTimeout(() => controller.abort(), 200);
    expect((await reading).code).toBe('cancelled');
    await until(async () => (await seen<string>('killed')).length > killed);
    expect((await seen<string>('killed')).at(-1)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('stops when the budget of the sink is used up', async () => {
    const query = compile(table('facts'), { columns: ['id', 'body'] });
    const snapshot = await source.open(signal());
    const budget = new AishellError('budget.bytes', 'enough', 'Ask for less.');
    const sink = { columns: [], endRow: () => {}, parquet: () => Promise.resolve(), chunk: () => {}, received: () => { throw budget; } };
    await expect(snapshot.read(query, sink, signal())).rejects.toBe(budget);
  });

  it('text that turns out not to be UTF-8 is an error with a remedy, which works', async () => {
    const body = (t: Table) => t.columns.find((c) => c.name === 'body')!.type.kind;
    // Beyond the rows that were sampled, so it was taken for text.
    if (body(table('late')) === 'text') {
      const error = await failure(read(source, table('late'), { columns: ['body'] }));
      expect(error).toMatchObject({ code: 'source.value', remedy: expect.stringContaining('binary') });
    }
    const told = await connector.connect(service({ database, binary: ['late.body'] }), host, signal());
    const { tables: again } = await told.describe(signal());
    const late = again.find((t) => t.name === 'late')!;
    expect(body(late)).toBe('blob');
    const { rows } = await read(told, late, { columns: ['body'], keys: { column: 'id', type: types.uint64, values: [99_999n] } });
    expect(rows).toEqual([[Buffer.from([0xff])]]);
    await told.close();
  });

  it('says what its users may do', async () => {
    const health = await source.health(signal());
    expect(health).toMatchObject({ user: 'aishell', canWrite: true });
    expect(health.advice[0]).toContain('readonly = 2');
    for (const [user, mode] of [['reader', 2], ['locked', 1]] as const) {
      const reader = await connector.connect(service({ database, user }), host, signal());
      expect(await reader.health(signal())).toMatchObject({ user, canWrite: false, rights: expect.arrayContaining([`readonly = ${mode}: no statement of this user writes`]) });
      const { facts, tables: visible } = await reader.describe(signal());
      expect(facts['readonly']).toBe(mode);
      // A user who may change no setting can still be read with.
      expect((await read(reader, visible.find((t) => t.name === 'facts')!, { columns: ['id'] })).rows.length).toBe(1_000);
      await reader.close();
    }
  });
});

describe('answers that are none', () => {
  /** No server can be made to fail at a chosen byte of an answer, so this one speaks just enough of the protocol. */
  async function answering(body: Buffer, end: 'end' | 'destroy'): Promise<{ port: number; close(): void }> {
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        if (request.url!.includes('readonly=2')) {
          response.write(body);
          if (end === 'end') response.end();
          else setTimeout(() => response.destroy(), 20);
        } else response.end('{"version":"25.1","readonly":"0"}\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, close: () => void (server.close(), server.closeAllConnections()) };
  }

  const query: NativeQuery = { text: 'SELECT 1', params: [], columns: [{ id: 'n', name: 'n', type: types.int64 }], payload: { params: [], keys: undefined } };

  it.each([
    ['an error in the middle', 'PAR1....Code: 395. DB::Exception: Value passed to throwIf: while reading (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)\r\n', 'end', 'source.failed'],
    ['half a file', 'PAR1.......', 'end', 'source.cut'],
    ['nothing', '', 'end', 'source.cut'],
    ['a footer that lies', 'PAR1....\x05\x00\x00\x00PAR1', 'end', 'source.cut'],
    ['a lost connection', 'PAR1.......', 'destroy', 'source.cut'],
  ] as const)('%s', async (_label, body, end, code) => {
    const server = await answering(Buffer.from(body, 'latin1'), end);
    const source = await connector.connect(service({ host: '127.0.0.1', port: server.port }), host, signal());
    const error = await failure(readQuery(source, query));
    expect(error.code).toBe(code);
    if (code === 'source.failed') expect(error.message).toContain('Value passed to throwIf');
    await source.close();
    server.close();
  });

  it('from a port that is not the HTTP one says so', async () => {
    const net = await import('node:net');
    const native = net.createServer((socket) => socket.end('\x02\x00not http'));
    await new Promise<void>((resolve) => native.listen(0, '127.0.0.1', resolve));
    const { port } = native.address() as AddressInfo;
    const error = await failure(connector.connect(service({ host: '127.0.0.1', port }), host, signal()));
    expect(error).toMatchObject({ code: 'source.unreachable', remedy: expect.stringContaining('8123') });
    native.close();
  });
});

describe('settings of a service', () => {
  const of = (options: Parameters<typeof service>[0], env = {}) => settings({ ...service({}), options }, env);

  it('come from a URL, from fields and from the environment', () => {
    expect(of({ url: 'https://me:p%40ss@db.example:9440/sales' })).toMatchObject({ url: 'https://db.example:9440', user: 'me', password: 'p@ss', databases: ['sales'] });
    expect(of({ url: 'clickhouse://db.example' })).toMatchObject({ url: 'http://db.example:8123', user: 'default', databases: ['default'] });
    expect(of({ host: 'h', databases: ['default', 'x'] }, { CLICKHOUSE_USER: 'env', CLICKHOUSE_PASSWORD: 'secret-of-env' })).toMatchObject({ url: 'http://h:8123', user: 'env', password: 'secret-of-env', databases: ['default', 'x'] });
  });

  it('that are wrong are refused without repeating a secret', () => {
    const error = (() => {
      try {
        return of({ url: 'postgres://me:hunter2secret@h/db' });
      } catch (e) {
        return e as AishellError;
      }
    })() as AishellError;
    expect(error.code).toBe('config');
    expect(error.message).not.toContain('hunter2secret');
  });
});
