/**
 * Rows of PostgreSQL in bulk: a joined result over them against reading and dropping the frames of the same columns
 * that COPY (FORMAT binary) sends, interleaved in one run. Medians and their ratio; owed: at most 1.3.
 *
 *   npx tsx scripts/bench/bulk.ts [--rows 2000000] [--runs 5]
 *
 * Writes a database of its own on the server of AISHELL_POSTGRES_URL, and removes it. The rows are joined with a file
 * of another service, by an outer join and a sum over both sides, so that all of them have to come.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import { servers } from '../../test/support/servers.js';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '2000000' }, runs: { type: 'string', default: '5' } } });
const [rows, runs] = [Number(values.rows), Number(values.runs)];
const database = `bench_bulk_${process.pid}`;
const columns = 'kind, quantity, amount';
const statement = `SELECT k.name, count(*) AS n, sum(s.quantity * k.weight), max(s.amount) FROM store.sales s LEFT JOIN lists.kinds k ON k.id = s.kind GROUP BY 1 ORDER BY 1`;

const admin = new pg.Client(servers.postgres);
await admin.connect();
await admin.query(`CREATE DATABASE ${database}`);
const url = new URL(servers.postgres);
url.pathname = `/${database}`;
const client = new pg.Client(url.href);
await client.connect();
const folder = await mkdtemp(join(tmpdir(), 'aishell-bulk-'));
process.env['XDG_CACHE_HOME'] = folder;
try {
  await client.query(`CREATE TABLE sales AS SELECT n AS id, n % 100 AS kind, n % 7 AS quantity, n * 0.5::float8 AS amount, 'a remark, number ' || n AS note FROM generate_series(1, ${rows}) n`);
  await client.query('VACUUM ANALYZE sales');
  await writeFile(join(folder, 'kinds.ndjson'), Array.from({ length: 100 }, (_, id) => `${JSON.stringify({ id, name: `kind ${id % 10}`, weight: id })}\n`).join(''));
  await writeFile(join(folder, 'aishell.yaml'), JSON.stringify({ services: { store: { kind: 'postgres', url: url.href }, lists: { kind: 'files', path: '.' } } }));
  const session = await openSession({ config: await loadConfig({ path: join(folder, 'aishell.yaml'), cwd: folder, env: process.env }) });
  let moved = 0;
  const cases = {
    'COPY frames read and dropped': drop,
    'joined result': async () => {
      const answer = await session.sql(statement, { signal: new AbortController().signal, limit: 0 });
      moved = answer.fragments.reduce((sum, fragment) => sum + fragment.rows, 0);
      if (answer.rows.reduce((sum, row) => sum + Number(row[1]), 0) !== rows) throw new Error('not every row was counted');
    },
  };
  const taken = new Map<string, { ms: number; cpuMs: number }[]>(Object.keys(cases).map((name) => [name, []]));
  // The first round warms both.
  for (let round = 0; round <= runs; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      await run();
      const { user, system } = process.cpuUsage(cpu);
      if (round > 0) taken.get(name)!.push({ ms: performance.now() - began, cpuMs: (user + system) / 1000 });
    }
  }
  await session.close();
  const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
  const [floor] = [...taken.values()].map((all) => median(all.map(({ ms }) => ms)));
  console.log(`${rows.toLocaleString('en')} rows of ${columns}; ${moved.toLocaleString('en')} rows moved; medians of ${runs} runs\n`);
  console.log('| | ms | CPU ms of this process | ratio |\n|---|---|---|---|');
  for (const [name, all] of taken) {
    const ms = median(all.map((one) => one.ms));
    console.log(`| ${name} | ${ms.toFixed(0)} | ${median(all.map((one) => one.cpuMs)).toFixed(0)} | ${(ms / floor!).toFixed(2)} |`);
  }
} finally {
  await client.end();
  await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
  await admin.end();
  await rm(folder, { recursive: true, force: true });
}

/** Takes the socket from pg until the server is ready again. */
function drop(): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: NodeJS.ReadWriteStream } }).connection;
  const listeners = stream.listeners('data') as ((chunk: Buffer) => void)[];
  return new Promise((resolve) => {
    const onData = (chunk: Buffer) => {
      // ReadyForQuery, idle: nothing follows it.
      if (chunk.length < 6 || chunk.toString('latin1', chunk.length - 6) !== 'Z\0\0\0\u0005I') return;
      stream.removeListener('data', onData);
      for (const listener of listeners) stream.on('data', listener);
      resolve();
    };
    for (const listener of listeners) stream.removeListener('data', listener);
    stream.on('data', onData);
    const text = Buffer.from(`COPY (SELECT ${columns} FROM sales) TO STDOUT (FORMAT binary)\0`);
    const head = Buffer.alloc(5);
    head[0] = 0x51;
    head.writeUInt32BE(text.length + 4, 1);
    stream.write(Buffer.concat([head, text]));
  });
}
