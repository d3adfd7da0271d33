import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ParsedTables } from '../../../connectors/files/parsed.js';
import type { Parsed } from '../../../connectors/files/parsed.js';
import type { Table } from '../../../connectors/contract.js';
import { openInstance } from '../../../src/duckdb/instance.js';
import type { Instance } from '../../../src/duckdb/instance.js';
import type { Connection } from '../../../src/duckdb/connection.js';
import { connector } from '../../../connectors/files/index.js';
import { ChunkSink } from '../../support/chunk-sink.js';
import { Folder, scanOf } from './bench.js';

const signal = AbortSignal.timeout(60_000);
const lines = (...rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
/** What was written before this call is old from now on. */
const later = () => vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);

afterEach(() => vi.restoreAllMocks());

describe('a text file as a table', () => {
  let folder: string;
  let instance: Instance;
  let connection: Connection;
  let parsed: ParsedTables;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aishell-parsed-'));
    instance = await openInstance({ tempDir: join(folder, 'temp'), memoryBytes: 1 << 30, timezone: 'UTC', readableFolders: [folder] });
    connection = await instance.connect();
    parsed = new ParsedTables();
  });

  afterEach(async () => {
    await instance.close();
    await rm(folder, { recursive: true });
  });

  const path = (name: string) => join(folder, name);
  const relation = (name: string, column = 'a') => `SELECT CAST(${column} AS INTEGER) AS a FROM read_json(['${path(name)}'], columns = {a: 'VARCHAR', b: 'VARCHAR'})`;
  const ask = (name: string, eager = false, sql = relation(name)): Promise<Parsed> => parsed.of(connection, sql, [path(name)], eager, signal);

  it('is kept from its second read on, or from its first', async () => {
    await writeFile(path('x.ndjson'), lines({ a: 1 }, { a: 2 }));
    later();
    expect(await ask('x.ndjson')).toEqual({ table: undefined, stale: undefined });
    const { table } = await ask('x.ndjson');
    expect((await ask('x.ndjson')).table).toBe(table);
    expect(await connection.rows(`SELECT a FROM ${table!}`)).toEqual([[1], [2]]);
    expect((await ask('x.ndjson', true, relation('x.ndjson', 'b'))).table).toBeDefined();
  });

  it('is made once for all who ask at once', async () => {
    await writeFile(path('x.ndjson'), lines({ a: 1 }));
    later();
    const tables = (await Promise.all([ask('x.ndjson', true), ask('x.ndjson', true), ask('x.ndjson', true)])).map(({ table }) => table);
    expect(new Set(tables).size).toBe(1);
    expect(await connection.rows(`SELECT count(*) FROM duckdb_tables()`)).toEqual([[1n]]);
  });

  it('ends with the state that it was made of', async () => {
    await writeFile(path('x.ndjson'), lines({ a: 1 }));
    later();
    const first = await ask('x.ndjson', true);
    await writeFile(path('x.ndjson'), lines({ a: 5 }));
    later();
    const second = await ask('x.ndjson', true);
    expect(second).toEqual({ table: expect.not.stringContaining(first.table!), stale: first.table });
    expect(await connection.rows(`SELECT a FROM ${second.table!}`)).toEqual([[5]]);
  });

  it('is not kept while it may still be written', async () => {
    await writeFile(path('x.ndjson'), lines({ a: 1 }));
    expect((await ask('x.ndjson', true)).table).toBeUndefined();
  });

  it('is not kept when it is large, or may be', async () => {
    await writeFile(path('x.ndjson'), lines({ a: 1, b: 'x'.repeat(33 << 20) }));
    await writeFile(path('y.ndjson.gz'), gzipSync(lines({ a: 1 })));
    later();
    expect((await ask('x.ndjson', true)).table).toBeUndefined();
    expect((await ask('y.ndjson.gz', true)).table).toBeUndefined();
  });

  it('with a value that can not be read is left to the statements that read it', async () => {
    await writeFile(path('x.ndjson'), lines({ a: 1 }, { a: 'one' }));
    later();
    expect((await ask('x.ndjson', true)).table).toBeUndefined();
  });
});

it('a log that is read again and again is as it is on disk each time', async () => {
  const record = (offset: number, a: number) => ({ _partition: 0, _offset: offset, _timestamp: '2026-01-01T00:00:00Z', _key: 'k', _value: '{}', a });
  const folder = await Folder.make({ 'events.ndjson': lines(record(5, 1), record(6, 2)) });
  const source = await folder.connect();
  const read = async (table: Table) => {
    const query = connector.dialect({ version: '' }).compile(scanOf(table));
    const sink = new ChunkSink(query.columns);
    const snapshot = await source.open(signal);
    const { coverage } = await snapshot.read(query, sink, signal);
    return [sink.rows.map((row) => row.at(-1)), coverage?.map(({ from, to }) => [from, to])];
  };
  try {
    const [table] = (await source.describe(signal)).tables;
    for (let i = 0; i < 3; i++) expect(await read(table!)).toEqual([[1n, 2n], [['5', '7']]]);
    later();
    for (let i = 0; i < 3; i++) expect(await read(table!)).toEqual([[1n, 2n], [['5', '7']]]);
    await folder.write('events.ndjson', lines(record(5, 1), record(6, 2), record(7, 3)));
    for (let i = 0; i < 3; i++) expect(await read(table!)).toEqual([[1n, 2n, 3n], [['5', '8']]]);
    later();
    for (let i = 0; i < 3; i++) expect(await read(table!)).toEqual([[1n, 2n, 3n], [['5', '8']]]);
    await folder.write('events.ndjson', lines(record(6, 2)));
    later();
    expect(await read(table!)).toEqual([[2n], [['6', '7']]]);
  } finally {
    await folder.close();
  }
});
