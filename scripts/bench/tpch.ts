/**
 * TPC-H over several stores, beside DuckDB with its own scanners and Trino, all warm and interleaved in one run.
 *
 *   npx tsx scripts/bench/tpch.ts [--scale 0.1] [--split a|b|c] [--runs 5] [--queries 1,2,3] [--pushdown all|scans]
 *                                 [--python P --tpchgen T] [--trino HOME --java JAVA_HOME] [--published] [--keep]
 *
 * Needs the test servers, a Python with the packages duckdb, duckdb-extension-postgres-scanner,
 * duckdb-extension-mysql-scanner, duckdb-extension-tpch and tpchgen-cli (default: .servers/cache/bench), and for Trino
 * an unpacked trino-server 476 (default: .servers/cache/trino-476, left out where absent). Splits: a: orders, lineitem,
 * part, partsupp in PostgreSQL and the rest in MySQL; b: the same with part in ClickHouse and supplier in MongoDB, which
 * the scanners can't read; c: lineitem and orders in MySQL and the rest in PostgreSQL.
 *
 * Prints medians in milliseconds from the statement's text to its last row, bytes from the servers, and ratios; every
 * answer is compared row by row with DuckDB alone over the same files, and with --published also with the answers that
 * DuckDB publishes for scale 0.01, 0.1 or 1 (`tpch_answers()`), over rows of its own generator: its addresses and
 * comments are not the specification's, which five of the answers show. Owed: a 0.9 of the scanners and 0.2 of Trino,
 * c 0.4 of the scanners (geometric means).
 */

import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import { servers } from '../../test/support/servers.js';
import { sameRows } from './tpch/compare.js';
import { connectionString, drop, generate, generateByDuckDB, load, places, qualified, splits } from './tpch/data.js';
import type { Store } from './tpch/data.js';
import { Meter } from './tpch/meter.js';
import { DuckDBPeer, TrinoPeer } from './tpch/peers.js';
import type { Run } from './tpch/peers.js';

const cache = join(process.env['AISHELL_SERVERS'] ?? '.servers', 'cache');
const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '0.1' },
    split: { type: 'string', default: 'a' },
    runs: { type: 'string', default: '5' },
    queries: { type: 'string', default: Array.from({ length: 22 }, (_, i) => i + 1).join(',') },
    pushdown: { type: 'string', default: 'all' },
    python: { type: 'string', default: join(cache, 'bench/bin/python') },
    tpchgen: { type: 'string', default: join(cache, 'bench/bin/tpchgen-cli') },
    trino: { type: 'string', default: join(cache, 'trino-476') },
    java: { type: 'string', default: process.env['JAVA25_HOME'] ?? '/usr/lib/jvm/temurin-25-jdk-amd64' },
    published: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const split = options.split as keyof typeof splits;
const runs = Number(options.runs);
const numbers = options.queries.split(',').map(Number);
const database = `tpch_${options.published ? 'published_' : ''}${split}_${options.scale.replace('.', '_')}`;
const used = [...new Set<Store>(Object.values(splits[split]))];

const folder = await mkdtemp(join(tmpdir(), 'aishell-tpch-'));
process.env['XDG_CACHE_HOME'] = folder;
const closing: (() => void | Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
try {
  const scanners = new DuckDBPeer(options.python);
  const alone = new DuckDBPeer(options.python);
  closing.push(() => (scanners.close(), alone.close()));
  const files = options.published ? await generateByDuckDB(options.python, cache, options.scale) : await generate(options.tpchgen, cache, options.scale);
  await alone.run(...['region', 'nation', 'part', 'supplier', 'partsupp', 'customer', 'orders', 'lineitem'].map((name) => `CREATE TABLE ${name} AS SELECT * FROM '${join(files, `${name}.parquet`)}'`));
  if (!(await kept())) await load(files, split, database, scanners);
  if (!options.keep) closing.push(() => drop(split, database));

  const meters = new Map<Store, Meter>();
  for (const store of used) meters.set(store, await Meter.to(Number(new URL(servers[store]).port)));
  closing.push(() => [...meters.values()].forEach((meter) => meter.close()));
  const through = (store: Store) => meters.get(store)!.port;

  const services = Object.fromEntries(used.map((store) => {
    const url = new URL(servers[store]);
    url.port = String(through(store));
    return [places[store].service, { kind: store, url: url.href, database, ...(store === 'postgres' && { tls: false }) }];
  }));
  await writeFile(join(folder, 'aishell.yaml'), JSON.stringify({ services }));
  const session = await openSession({ config: await loadConfig({ path: join(folder, 'aishell.yaml'), cwd: folder, env: process.env }) });
  closing.push(() => session.close());

  const peers: Record<string, (sql: string) => Promise<Run>> = {
    aishell: async (sql) => {
      const began = performance.now();
      const { rows } = await session.sql(sql, { signal: new AbortController().signal, limit: 0, pushdown: options.pushdown as 'all' | 'scans' });
      return { ms: performance.now() - began, rows };
    },
  };
  // Answers are compared, nobody's time.
  if (split !== 'b' && !options.published) {
    for (const store of ['postgres', 'mysql'] as const) await scanners.run(`ATTACH '${connectionString(store, database, through(store))}' AS ${places[store].service} (TYPE ${store}, READ_ONLY)`);
    peers['scanners'] = (sql) => scanners.query(sql);
  }
  if (!options.published && await access(join(options.trino, 'lib')).then(() => true, () => false)) {
    const trino = await TrinoPeer.start(options.trino, options.java, join(folder, 'trino'), used.map((store) => ({ name: places[store].service, properties: trinoProperties(store, through(store)) })));
    closing.push(() => trino.close());
    peers['trino'] = (sql) => trino.query(sql);
  }
  await measure(peers, meters, alone);
} finally {
  for (const close of closing.reverse()) await close();
}

async function measure(peers: Record<string, (sql: string) => Promise<Run>>, meters: ReadonlyMap<Store, Meter>, alone: DuckDBPeer): Promise<void> {
  const names = Object.keys(peers);
  const bytesNow = async () => (await Promise.all([...meters.values()].map((meter) => meter.bytes()))).reduce((a, b) => a + b, 0);
  const medians: Record<string, number>[] = [];
  const header = ['query', 'in DuckDB', ...names, ...names.slice(1).map((name) => `aishell / ${name}`), ...names.map((name) => `MB ${name}`), 'answers'];
  console.log(`| ${header.join(' | ')} |\n|${header.map(() => '---').join('|')}|`);
  for (const number of numbers) {
    const text = String((await alone.query(`SELECT query FROM tpch_queries() WHERE query_nr = ${number}`)).rows[0]![0]).replace(/;\s*$/, '');
    const [sql, ours] = [qualified(text, split, database), qualified(text, split)];
    const truth = await alone.query(text);
    const published = options.published ? await publishedAnswer(alone, number) : undefined;
    const [times, bytes, verdicts] = [new Map<string, number[]>(), new Map<string, number>(), new Map<string, string>()];
    // The first round warms, and tells answers and bytes.
    for (let round = 0; round <= runs; round++) {
      for (const name of names) {
        if (verdicts.get(name)?.startsWith('fails')) continue;
        const before = await bytesNow();
        try {
          const run = await peers[name]!(name === 'aishell' ? ours : sql);
          if (round > 0) times.set(name, [...(times.get(name) ?? []), run.ms]);
          bytes.set(name, (await bytesNow()) - before);
          if (round === 0) verdicts.set(name, !sameRows(run.rows, truth.rows) ? 'DIFFERENT' : published !== undefined && !sameRows(run.rows, published) ? 'NOT AS PUBLISHED' : 'equal');
        } catch (error) {
          verdicts.set(name, `fails: ${(error as Error).message.slice(0, 80)}`);
        }
      }
    }
    const base = (await alone.query(text)).ms;
    const took = (name: string) => (times.has(name) ? median(times.get(name)!) : NaN);
    medians.push(Object.fromEntries(names.map((name) => [name, took(name)])));
    const answers = [...verdicts].filter(([, verdict]) => verdict !== 'equal').map(([name, verdict]) => `${name} ${verdict}`).join('; ') || 'equal';
    const cells = [number, base.toFixed(0), ...names.map((name) => took(name).toFixed(0)), ...names.slice(1).map((name) => (took('aishell') / took(name)).toFixed(2)), ...names.map((name) => ((bytes.get(name) ?? NaN) / 1e6).toFixed(2)), answers];
    console.log(`| ${cells.join(' | ')} |`);
  }
  // Over the queries that both answered.
  const ratios = names.slice(1).map((name) => {
    const both = medians.map((each) => each['aishell']! / each[name]!).filter(Number.isFinite);
    return `${Math.exp(both.reduce((sum, ratio) => sum + Math.log(ratio), 0) / both.length).toFixed(2)} of ${name} (${both.length} queries)`;
  });
  if (ratios.length > 0) console.log(`\ngeometric means of the ratios: ${ratios.join(', ')}`);
}

/** A header, and a line a row with | between its cells. */
async function publishedAnswer(alone: DuckDBPeer, query: number): Promise<readonly (readonly string[])[]> {
  const { rows } = await alone.query(`SELECT answer FROM tpch_answers() WHERE query_nr = ${query} AND scale_factor = ${options.scale}`);
  if (rows.length !== 1) throw new Error(`no published answer to query ${query} at scale ${options.scale}`);
  return String(rows[0]![0]).trimEnd().split('\n').slice(1).map((line) => line.split('|'));
}

/** Loaded by an earlier run with --keep? */
async function kept(): Promise<boolean> {
  const { default: pg } = await import('pg');
  const admin = new pg.Client(servers.postgres);
  await admin.connect();
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  await admin.end();
  return options.keep && rowCount === 1;
}

function trinoProperties(store: Store, port: number): Record<string, string> {
  const { username, password } = new URL(servers[store]);
  const login = { 'connection-user': username, 'connection-password': password };
  switch (store) {
    case 'postgres':
      return { 'connector.name': 'postgresql', 'connection-url': `jdbc:postgresql://127.0.0.1:${port}/${database}`, ...login };
    case 'mysql':
      return { 'connector.name': 'mysql', 'connection-url': `jdbc:mysql://127.0.0.1:${port}?sslMode=DISABLED&allowPublicKeyRetrieval=true`, ...login };
    case 'clickhouse':
      // Uncompressed, as the test server answers, and text as text, which the connector takes for bytes otherwise.
      return { 'connector.name': 'clickhouse', 'connection-url': `jdbc:clickhouse://127.0.0.1:${port}/?compress=false`, 'clickhouse.map-string-as-varchar': 'true', ...login };
    case 'mongodb':
      return { 'connector.name': 'mongodb', 'mongodb.connection-url': `mongodb://127.0.0.1:${port}/` };
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
