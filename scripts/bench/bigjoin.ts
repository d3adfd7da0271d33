/**
 * A big join: two tables of two real servers joined row by row and sorted, with `limits.memory` at 1 GiB. The peak of the
 * whole product's process (VmHWM), this program included, has to stay under it.
 *
 *   scripts/servers.sh up postgres mysql && npx tsx scripts/bench/bigjoin.ts [--rows 10000000] [--left postgres] [--right mysql] [--keep]
 *
 * The tables are made in databases of their own, which are dropped afterwards, or with --keep found again by the next
 * run. Every row has one partner, far away from it. Fails if a row is missing or the peak is above the limit.
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import { servers } from '../../test/support/servers.js';

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '10000000' }, left: { type: 'string', default: 'postgres' }, right: { type: 'string', default: 'mysql' }, keep: { type: 'boolean', default: false } },
});
const rows = Number(options.rows);
const kinds = [options.left, options.right];

interface Made {
  readonly kind: string;
  readonly url: string;
  drop(): Promise<void>;
}

async function postgres(database: string): Promise<Made> {
  const { default: pg } = await import('pg');
  const run = async (url: string, ...statements: string[]) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const url = Object.assign(new URL(servers.postgres), { pathname: `/${database}` }).href;
  const made: Made = { kind: 'postgres', url, drop: () => run(servers.postgres, `DROP DATABASE ${database}`) };
  if (await rowsIn(servers.postgres, `SELECT FROM pg_database WHERE datname = '${database}'`)) return made;
  await run(servers.postgres, `CREATE DATABASE ${database}`);
  await run(
    url,
    `CREATE TABLE big AS SELECT i::bigint AS id, i * 7919 % ${rows} AS other, i / 100.0::float8 AS amount,
       'a remark of ordinary length, number ' || i AS note, timestamp '2024-01-01' + i * interval '1 second' AS at
       FROM generate_series(0::bigint, ${rows - 1}) AS i`,
    'ALTER TABLE big ADD PRIMARY KEY (id)',
    'ANALYZE big',
  );
  return made;

  async function rowsIn(at: string, query: string): Promise<boolean> {
    const client = new pg.Client({ connectionString: at });
    await client.connect();
    const { rowCount } = await client.query(query);
    await client.end();
    return rowCount !== 0;
  }
}

async function mysql(database: string): Promise<Made> {
  const { default: driver } = await import('mysql2/promise');
  const run = async (...statements: string[]) => {
    const client = await driver.createConnection(servers.mysql);
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const digits = '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
  const places = Array.from({ length: String(rows - 1).length }, (_, i) => `d${i}`);
  const number = places.map((place, i) => `${place}.d * ${10 ** i}`).join(' + ');
  const url = Object.assign(new URL(servers.mysql), { pathname: `/${database}` }).href;
  const made: Made = { kind: 'mysql', url, drop: () => run(`DROP DATABASE ${database}`) };
  const client = await driver.createConnection(servers.mysql);
  const [found] = await client.query(`SHOW DATABASES LIKE '${database}'`);
  await client.end();
  if ((found as unknown[]).length > 0) return made;
  await run(
    `CREATE DATABASE ${database}`,
    `CREATE TABLE ${database}.big (id bigint PRIMARY KEY, other bigint NOT NULL, amount double NOT NULL, note varchar(80) NOT NULL, at datetime NOT NULL)`,
    `INSERT INTO ${database}.big SELECT n, n * 7919 % ${rows}, n / 100, concat('a remark of ordinary length, number ', n), timestamp '2024-01-01 00:00:00' + interval n second
       FROM (SELECT ${number} AS n FROM ${places.map((place) => `${digits} AS ${place}`).join(' CROSS JOIN ')}) AS numbers WHERE n < ${rows} ORDER BY n`,
    `ANALYZE TABLE ${database}.big`,
  );
  return made;
}

const make: Readonly<Record<string, (database: string) => Promise<Made>>> = { postgres, mysql };
const peak = async () => Math.round(Number(/VmHWM:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8'))?.[1]) / 1024);

const folder = await mkdtemp(join(tmpdir(), 'aishell-memory-'));
const made: Made[] = [];
try {
  for (const [index, kind] of kinds.entries()) made.push(await make[kind]!(options.keep ? `bench_bigjoin_${rows}_${index}` : `bench_bigjoin_${process.pid}_${index}`));
  const path = join(folder, 'aishell.yaml');
  const entry = (name: string, { kind, url }: Made) => `  ${name}:\n    kind: ${kind}\n    url: ${url}\n`;
  await writeFile(path, `limits:\n  memory: 1GiB\n  movedRows: ${2 * rows + 1}\n  movedBytes: ${1000 * rows + 1_000_000}\n  timeout: 1h\nservices:\n${entry('l', made[0]!)}${entry('r', made[1]!)}`);
  process.env['XDG_CACHE_HOME'] = folder;
  const session = await openSession({ config: await loadConfig({ path, cwd: folder, env: process.env }) });
  const { signal } = new AbortController();
  await session.catalog(signal);
  const began = performance.now();
  let joining: number | undefined;
  let count = 0;
  await session.sql('SELECT l.id, r.note, l.amount + r.amount AS amount, l.note AS other, r.at FROM l.big AS l JOIN r.big AS r ON l.other = r.id ORDER BY r.note, l.id', {
    signal,
    limit: 0,
    onProgress: ({ state }) => {
      if (state === 'joining') joining ??= performance.now() - began;
    },
    rows: { columns: () => undefined, rows: (batch) => void (count += batch.length) },
  });
  const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(2);
  console.log(`${kinds.join(' x ')}: ${rows.toLocaleString('en-US')} x ${rows.toLocaleString('en-US')} rows, ${count.toLocaleString('en-US')} joined`);
  console.log(`staged after ${seconds(joining)} s, done after ${seconds(performance.now() - began)} s`);
  const [most, limit] = [await peak(), session.config.limits.memoryBytes / 2 ** 20];
  console.log(`peak ${most} MiB (limit ${limit} MiB)`);
  if (count !== rows || most > limit) process.exitCode = 1;
  await session.close();
} finally {
  if (!options.keep) for (const database of made) await database.drop();
  await rm(folder, { recursive: true, force: true });
}
