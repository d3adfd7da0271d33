/**
 * Introspection and comparison of 1,000 tables over the six stores, beside `pg_dump --schema-only` of as many tables in
 * one PostgreSQL.
 *
 *   npx tsx scripts/bench/schema.ts [tables] [--keep]     addresses: scripts/servers.sh env
 *
 * Prints wall clock, the CPU time of this process and its resident memory; on a busy machine compare the CPU times.
 */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import { fillStores } from '../../test/support/many-tables.js';

const count = Number(process.argv.find((arg) => /^\d+$/.test(arg)) ?? 1000);
const dir = await mkdtemp(join(tmpdir(), 'schema-bench-'));
process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
process.env['XDG_STATE_HOME'] = join(dir, 'state');

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  console.log(`${what.padEnd(58)} ${((performance.now() - wall) / 1000).toFixed(2).padStart(6)} s wall ${((user + system) / 1e6).toFixed(2).padStart(6)} s CPU here  ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
  return result;
}

const options = () => ({ signal: AbortSignal.timeout(300_000) });
const filled = await timed('fill the stores', () => fillStores(`bench${process.pid}`, count, dir));
try {
  const session = await openSession({ config: await loadConfig({ path: filled.config, cwd: dir, env: process.env }), log: process.argv.includes('-v') ? console.log : undefined } as Parameters<typeof openSession>[0]);
  try {
    const { services } = await timed(`introspect, values of few-valued columns included`, () => session.schema(options()));
    console.log(services.map(({ name, tables }) => `${name} ${tables.length}`).join(', '));
    await timed('introspect for a snapshot, and write it', () => session.snapshot(join(dir, 'schemas'), options()));
    await timed('introspect again and compare with the snapshot', () => session.changes(join(dir, 'schemas'), undefined, options()));
    await filled.change();
    const { changes } = await timed('the same, a column gone from ten tables: whom it hits', () => session.changes(join(dir, 'schemas'), undefined, options()));
    console.log(`${changes.length} changes`);
    const { pairs } = await timed('compare all services with each other, schemas alone', () => session.diff(undefined, undefined, { ...options(), values: false }));
    console.log(`${pairs.length} pairs of tables`);
  } finally {
    await session.close();
  }
  await timed(`pg_dump --schema-only of ${count} tables`, () => promisify(execFile)('pg_dump', ['--schema-only', filled.dumped], { maxBuffer: 2 ** 28 }));
} finally {
  await filled.remove();
  await rm(dir, { recursive: true, force: true });
}
