/** A stream that fails among its rows must not look like one that came to its end. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openInstance } from '../../../src/duckdb/instance.js';
import type { Instance } from '../../../src/duckdb/instance.js';
import type { Connection } from '../../../src/duckdb/connection.js';

let dir: string;
let instance: Instance;
let connection: Connection;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-stream-'));
  instance = await openInstance({ tempDir: dir, memoryBytes: 1 << 30, timezone: 'UTC' });
  connection = await instance.connect();
});

afterAll(async () => {
  await instance.close();
  await rm(dir, { recursive: true, force: true });
});

async function count(sql: string, params?: readonly string[]): Promise<number> {
  let rows = 0;
  for await (const chunk of (await connection.stream(sql, undefined, params)).chunks()) rows += chunk.rowCount;
  return rows;
}

it('reads to the end', async () => {
  expect(await count('SELECT i FROM range(100000) t(i)')).toBe(100_000);
  expect(await count('SELECT i FROM range(10) t(i) WHERE i < CAST($1 AS BIGINT)', ['3'])).toBe(3);
});

it.each([
  ['in the first chunk', 0],
  ['after many chunks', 500_000],
])('a failure %s is an error', async (_, good) => {
  const sql = `SELECT CASE WHEN i < ${good} THEN i ELSE CAST('x' || i AS BIGINT) END AS v, 1 AS v FROM range(1000000) t(i)`;
  await expect(count(sql)).rejects.toMatchObject({ code: 'sql.failed', message: expect.stringContaining('Could not convert') as string });
  expect(await count('SELECT 1')).toBe(1);
});

it('a cancelled one is cancelled, not ended', async () => {
  const controller = new AbortController();
  const stream = await connection.stream('SELECT i FROM range(100000000) t(i)', controller.signal);
  await stream.next();
  controller.abort();
  await expect(
    (async () => {
      while ((await stream.next()) !== undefined);
    })(),
  ).rejects.toThrow();
  expect(await count('SELECT 1')).toBe(1);
});

it('ends when another statement comes, which may write', async () => {
  const stream = await connection.stream('SELECT i FROM range(1000000) t(i)');
  await stream.next();
  await connection.run('CREATE TEMP TABLE after_stream (x INTEGER)');
  await expect(
    (async () => {
      while ((await stream.next()) !== undefined);
    })(),
  ).rejects.toThrow('ended the stream');
  await connection.run('DROP TABLE after_stream');
});
