/**
 * Introspection and comparison of 1,000 tables in one PostgreSQL, beside `pg_dump --schema-only` of the same tables.
 *
 *   AISHELL_POSTGRES_URL=... npx tsx scripts/bench/schema.ts [tables]
 *
 * Prints wall clock and the CPU time of this process; on a busy machine compare the CPU times.
 */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { toCatalogService } from '../../src/catalog/introspect.js';
import { loadConfig } from '../../src/config/index.js';
import { connectors } from '../../connectors/index.js';
import { compareSchemas } from '../../src/diff/index.js';
import { changesSince } from '../../src/diff/over-time/index.js';
import { takeSnapshot } from '../../src/diff/over-time/snapshot.js';
import { findLinks } from '../../src/catalog/links.js';
import { servers } from '../../test/support/servers.js';

const count = Number(process.argv[2] ?? 1000);
const database = 'schema_bench';

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  console.log(`${what.padEnd(48)} ${((performance.now() - wall) / 1000).toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s CPU here`);
  return result;
}

const admin = new pg.Client({ connectionString: servers.postgres });
await admin.connect();
const dir = await mkdtemp(join(tmpdir(), 'schema-bench-'));
try {
  await admin.query(`DROP DATABASE IF EXISTS ${database}`);
  await admin.query(`CREATE DATABASE ${database}`);
  const own = new URL(servers.postgres);
  own.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: own.href });
  await client.connect();
  for (const schema of ['one', 'two']) {
    await client.query(`CREATE SCHEMA ${schema}`);
    for (let i = 0; i < count / 2; i++) {
      const reference = i === 0 ? 'parent_id bigint' : `thing${i - 1}_id bigint`;
      await client.query(`CREATE TABLE ${schema}.thing${i} (id bigint PRIMARY KEY, ${reference}, name varchar(80) NOT NULL, state text, price numeric(12,2) NOT NULL, note text, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz)`);
    }
  }
  await client.end();
  const path = join(dir, 'aishell.yaml');
  await writeFile(path, `services:\n${['one', 'two'].map((schema) => `  ${schema}: { kind: postgres, url: ${JSON.stringify(servers.postgres)}, database: ${database}, schema: ${schema} }`).join('\n')}\n`);
  const config = await loadConfig({ path, cwd: dir, env: process.env });
  const connector = await connectors['postgres']!();
  const services = await timed(`introspect ${count} tables`, async () => {
    const described = [];
    for (const service of config.services) {
      const source = await connector.connect(service, { tempDir: dir, connectTimeoutMs: 10_000, log: () => undefined }, AbortSignal.timeout(120_000));
      described.push(toCatalogService(service, await source.describe(AbortSignal.timeout(120_000)), new Date()));
      await source.close();
    }
    return described;
  });
  const tables = services.flatMap((service) => service.tables);
  const links = await timed(`find links among ${tables.length} tables`, () => findLinks(tables, []));
  await timed('compare the two services, schemas alone', () => compareSchemas({ services, links }));
  const before = services.map((service) => takeSnapshot(service));
  const after = before.map((snapshot) => ({ ...snapshot, tables: snapshot.tables.map((table) => ({ ...table, columns: table.columns.filter(({ name }) => name !== 'note') })) }));
  const { changes } = await timed('compare with snapshots, a column gone from each table', () => changesSince(before, after, tables, []));
  console.log(`${links.length} links, ${changes.length} changes`);
  await timed('pg_dump --schema-only', () => promisify(execFile)('pg_dump', ['--schema-only', own.href], { maxBuffer: 2 ** 28 }));
} finally {
  await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.end();
  await rm(dir, { recursive: true, force: true });
}
