import { mkdtemp, mkdir, rm, symlink, writeFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInstance, openPlanningInstance } from '../../../src/duckdb/instance.js';
import type { Instance } from '../../../src/duckdb/instance.js';
import type { Connection } from '../../../src/duckdb/connection.js';
import { AishellError } from '../../../src/errors.js';

let dir: string;
let instance: Instance;
let connection: Connection;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-duckdb-'));
  await mkdir(join(dir, 'own'));
  await mkdir(join(dir, 'files'));
  await writeFile(join(dir, 'files', 'a.csv'), 'x\n1\n');
  await symlink('/etc/passwd', join(dir, 'own', 'link.csv'));
  instance = await openInstance({ tempDir: join(dir, 'own'), memoryBytes: 1 << 30, timezone: 'Europe/Berlin' });
  connection = await instance.connect();
});

afterAll(async () => {
  await instance.close();
  await rm(dir, { recursive: true });
});

describe('the lock', () => {
  const refused = [
    `SELECT * FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_csv('/etc/passwd')`,
    `SELECT * FROM '/etc/passwd'`,
    `SELECT * FROM glob('/etc/*')`,
    `SELECT * FROM read_text('/proc/self/environ')`,
    `SELECT * FROM read_text('/dev/fd/0')`,
    `INSTALL httpfs`,
    `LOAD httpfs`,
    `LOAD '/tmp/x.duckdb_extension'`,
    `ATTACH '/tmp/aishell-other.db' AS other`,
    `COPY (SELECT 1) TO '/tmp/aishell-out.csv'`,
    `EXPORT DATABASE '/tmp/aishell-export'`,
    `SET enable_external_access = true`,
    `SET lock_configuration = false`,
    `RESET lock_configuration`,
    `SET memory_limit = '100GB'`,
    `SET TimeZone = 'UTC'`,
    `SET allowed_directories = ['/']`,
    `SET autoload_known_extensions = true`,
  ];
  it.each(refused)('refuses %s', async (sql) => {
    await expect(connection.run(sql)).rejects.toBeInstanceOf(AishellError);
  });

  it('refuses what leaves its folder by .. or a link', async () => {
    await expect(connection.run(`SELECT * FROM read_text('${join(dir, 'own')}/../files/a.csv')`)).rejects.toThrow(/Cannot access/);
    await expect(connection.run(`SELECT * FROM read_text('${join(dir, 'own', 'link.csv')}')`)).rejects.toThrow(/Cannot access/);
  });

  it('reads the folders that it is given', async () => {
    const reader = await openInstance({
      tempDir: join(dir, 'own'),
      memoryBytes: 1 << 30,
      timezone: 'UTC',
      readableFolders: [join(dir, 'files')],
    });
    const c = await reader.connect();
    expect(await c.rows(`FROM read_csv('${join(dir, 'files', 'a.csv')}')`)).toEqual([[1n]]);
    await expect(c.run(`SELECT * FROM read_text('/etc/passwd')`)).rejects.toThrow(/Cannot access/);
    await reader.close();
  });
});

describe('time zones', () => {
  it('work offline', async () => {
    expect(await connection.json(`SELECT CAST(TIMESTAMPTZ '2024-07-01 12:00:00+00' AS VARCHAR)`)).toBe('2024-07-01 14:00:00+02');
    expect(await connection.json(`SELECT TIMESTAMP '2024-01-01 12:00:00' AT TIME ZONE 'America/New_York'`)).not.toBe('null');
    expect(await connection.json(`SELECT CAST(CAST('2024-07-01 12:00:00' AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS VARCHAR)`)).toBe(
      '2024-07-01 10:00:00',
    );
  });

  it('that are unknown are a mistake in the configuration', async () => {
    await expect(openInstance({ tempDir: dir, memoryBytes: 1 << 30, timezone: "Mars/Olympus'" })).rejects.toMatchObject({
      code: 'config',
      exitCode: 2,
    });
  });
});

describe('statements', () => {
  it('stream in chunks', async () => {
    const stream = await connection.stream('SELECT range AS i FROM range(5000)');
    expect(stream.columns).toEqual([{ name: 'i', type: 'BIGINT' }]);
    let rows = 0;
    for await (const chunk of stream.chunks()) rows += chunk.rowCount;
    expect(rows).toBe(5000);
  });

  it('stop when the signal aborts, with its reason', async () => {
    const abort = new AbortController();
    const reason = new AishellError('budget.time', 'too long', 'wait');
    const running = connection.run('SELECT count(*) FROM range(100000000000) a, range(1000) b', abort.signal);
    setTimeout(() => abort.abort(reason), 20);
    await expect(running).rejects.toBe(reason);
    await expect(connection.run('SELECT 1', abort.signal)).rejects.toBe(reason);
    expect(await connection.json('SELECT 42')).toBe('42');
  });

  it('that an interrupt stops are cancelled', async () => {
    const running = connection.run('SELECT count(*) FROM range(100000000000) a, range(1000) b');
    const repeat = setInterval(() => connection.interrupt(), 10);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    clearInterval(repeat);
  });

  it('that need too much memory say so', async () => {
    const small = await openInstance({ tempDir: dir, memoryBytes: 1, timezone: 'UTC', threads: 1 });
    const c = await small.connect();
    await expect(c.run(`SELECT list(range::VARCHAR || repeat('x', 1000)) FROM range(1000000)`)).rejects.toMatchObject({ code: 'budget.memory' });
    await small.close();
  });

  it('that fail on values say which', async () => {
    await expect(connection.run(`SELECT CAST('abc' AS INTEGER)`)).rejects.toMatchObject({ code: 'sql.failed', message: expect.stringContaining('abc') });
    await expect(connection.run('SELEC 1')).rejects.toMatchObject({ code: 'sql.syntax' });
    await expect(connection.run('SELECT * FROM nowhere')).rejects.toMatchObject({ code: 'sql.unknown' });
  });
});

it('spills beyond its memory and leaves nothing behind', async () => {
  const own = await mkdtemp(join(dir, 'spill-'));
  const small = await openInstance({ tempDir: own, memoryBytes: 512 << 20, timezone: 'UTC', threads: 1 });
  const c = await small.connect();
  await c.run(`CREATE TABLE t AS SELECT range AS i, md5(range::VARCHAR) || md5((range + 1)::VARCHAR) AS s FROM range(3000000)`);
  expect(await c.json('SELECT count(DISTINCT s) FROM t')).toBe('3000000');
  await small.close();
  expect(await readdir(own)).toEqual([]);
});

it('limits rows before they are joined, however many threads there are', async () => {
  const four = await openInstance({ tempDir: dir, memoryBytes: 1 << 30, timezone: 'UTC', threads: 4 });
  const c = await four.connect();
  await c.run(`CREATE TABLE a AS SELECT (n * 7) % 11 - 1 AS id, n % 3 AS x FROM range(25) t(n); CREATE TABLE b AS SELECT n % 9 - 1 AS id, 'x' AS s FROM range(30) t(n)`);
  const sql = 'SELECT count(*) FROM (SELECT count(DISTINCT id) AS n, id, x FROM a GROUP BY id, x ORDER BY 1, 2, 3 LIMIT 6) AS a JOIN b ON a.id = b.id WHERE b.id NOT IN (-1, 0) AND b.s = b.s';
  const answers = new Set<string>();
  for (let i = 0; i < 40; i++) answers.add(await c.json(sql));
  expect([...answers]).toEqual(['4']);
  await four.close();
});

it('plans over attached empty tables', async () => {
  const planning = await openPlanningInstance({ tempDir: dir, memoryBytes: 1 << 30, timezone: 'UTC' });
  const c = await planning.connect();
  await c.run(`ATTACH ':memory:' AS svc; CREATE TABLE svc.t(a INTEGER, b VARCHAR)`);
  const plan = await c.json(
    `SELECT json_serialize_plan('SELECT a FROM svc.t WHERE b = ''x'' ORDER BY a LIMIT 3', optimize := true, skip_null := true, skip_empty := true, skip_default := true)`,
  );
  expect(plan).toContain('LOGICAL_TOP_N');
  expect(await c.json(`SELECT current_setting('disabled_optimizers')`)).toContain('late_materialization');
  await planning.close();
});
