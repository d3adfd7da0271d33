/**
 * A hundred orders' worth of rows joined over four stores, out of many: aishell beside the queries that a person would
 * write by hand for it, run by the same drivers in the same process, interleaved. Medians and their ratio, and the rows
 * moved against those that the hand-written queries need. Owed: at most 1.5 and 2.
 *
 *   npx tsx scripts/bench/selective.ts [--rows 10000000] [--runs 7] [--keep]
 *
 * Of the rows, 40% are orders in PostgreSQL, 20% customers in MySQL, 5% but 20,000 at most parcels in MongoDB (whose test
 * server reads slowly), and the rest events in ClickHouse. With --keep they stay where they are for the next run. Each run
 * asks for other orders; every answer is compared. Both go through the same proxies, which count the servers' bytes.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '@clickhouse/client';
import { MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import { servers } from '../../test/support/servers.js';
import { fill, remove, sizes } from './selective/data.js';
import { Meter } from './tpch/meter.js';

const { values: options } = parseArgs({ options: { rows: { type: 'string', default: '10000000' }, runs: { type: 'string', default: '7' }, keep: { type: 'boolean', default: false } } });
const [rows, runs] = [Number(options.rows), Number(options.runs)];
const database = options.keep ? `bench_selective_${rows}` : `bench_selective_${process.pid}`;
const folder = await mkdtemp(join(tmpdir(), 'aishell-selective-'));
process.env['XDG_CACHE_HOME'] = folder;
const closing: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];

interface Run {
  readonly rows: readonly (readonly unknown[])[];
  readonly moved: number;
}

try {
  if (!options.keep) closing.push(() => remove(database));
  await fill(database, rows);
  const meters: Meter[] = [];
  const through = async (address: string) => {
    const url = new URL(address);
    const meter = await Meter.to(Number(url.port));
    meters.push(meter);
    closing.push(() => meter.close());
    url.port = String(meter.port);
    return url;
  };
  const [postgresUrl, mysqlUrl, mongoUrl, clickhouseUrl] = [await through(servers.postgres), await through(servers.mysql), await through(servers.mongodb), await through(servers.clickhouse)];
  const bytes = async () => (await Promise.all(meters.map((meter) => meter.bytes()))).reduce((sum, one) => sum + one, 0);

  const services = {
    shop: { kind: 'postgres', url: postgresUrl.href, database, tls: false },
    crm: { kind: 'mysql', url: mysqlUrl.href, database },
    depot: { kind: 'mongodb', url: mongoUrl.href, database },
    web: { kind: 'clickhouse', url: clickhouseUrl.href, database },
  };
  await writeFile(join(folder, 'aishell.yaml'), JSON.stringify({ services }));
  const session = await openSession({ config: await loadConfig({ path: join(folder, 'aishell.yaml'), cwd: folder, env: process.env }) });
  closing.push(() => session.close());
  const federated = async (batch: number): Promise<Run> => {
    const answer = await session.sql(
      `SELECT o.id, c.name, p.carrier, e.step, e.amount FROM shop.orders o JOIN crm.customers c ON c.id = o.customer JOIN depot.parcels p ON p.order = o.id JOIN web.events e ON e.order = o.id
        WHERE o.batch = ${batch} ORDER BY o.id, e.step`,
      { signal: new AbortController().signal, limit: 0 },
    );
    return { rows: answer.rows, moved: answer.fragments.reduce((sum, fragment) => sum + fragment.rows, 0) };
  };
  const cases = { 'hand-written': await handWritten(database, { postgresUrl, mysqlUrl, mongoUrl, clickhouseUrl }), aishell: federated };

  const taken = new Map<string, { ms: number; moved: number; bytes: number }[]>(Object.keys(cases).map((name) => [name, []]));
  const batches = sizes(rows).batches;
  // The first two rounds warm both.
  for (let round = -2; round < runs; round++) {
    const batch = 1 + (((round + 2) * 7_919) % (batches - 1));
    const answers: string[] = [];
    for (const [name, run] of round % 2 === 0 ? Object.entries(cases) : Object.entries(cases).toReversed()) {
      const [before, began] = [await bytes(), performance.now()];
      const { rows: answer, moved } = await run(batch);
      const ms = performance.now() - began;
      answers.push(JSON.stringify(answer.map((row) => row.map(String))));
      if (round >= 0) taken.get(name)!.push({ ms, moved, bytes: (await bytes()) - before });
    }
    if (answers[0] !== answers[1] || answers[0] === '[]') throw new Error(`batch ${batch}: ${answers.map((answer) => answer.slice(0, 300)).join('\n')}`);
  }
  const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
  const [floor] = [...taken.values()].map((all) => ({ ms: median(all.map(({ ms }) => ms)), moved: median(all.map(({ moved }) => moved)) }));
  console.log(`100 orders of ${rows.toLocaleString('en')} rows in four stores; medians of ${runs} runs\n`);
  console.log('| | ms | ratio | rows moved | of those needed | KB |\n|---|---|---|---|---|---|');
  for (const [name, all] of taken) {
    const [ms, moved] = [median(all.map((one) => one.ms)), median(all.map((one) => one.moved))];
    console.log(`| ${name} | ${ms.toFixed(1)} | ${(ms / floor!.ms).toFixed(2)} | ${moved} | ${(moved / floor!.moved).toFixed(2)} | ${(median(all.map((one) => one.bytes)) / 1e3).toFixed(0)} |`);
  }
} finally {
  for (const close of closing.reverse()) await close();
}

/** One query to the first store, then one to each of the others at once, and a join by hand. */
async function handWritten(name: string, urls: Record<'postgresUrl' | 'mysqlUrl' | 'mongoUrl' | 'clickhouseUrl', URL>): Promise<(batch: number) => Promise<Run>> {
  const withDatabase = (url: URL) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const shop = new pg.Client({ connectionString: withDatabase(urls.postgresUrl) });
  await shop.connect();
  const crm = await mysql.createConnection({ uri: withDatabase(urls.mysqlUrl) });
  const depot = await new MongoClient(urls.mongoUrl.href).connect();
  const web = createClient({ url: urls.clickhouseUrl.href, database: name });
  closing.push(() => Promise.all([shop.end(), crm.end(), depot.close(), web.close()]));
  return async (batch) => {
    const { rows: orders } = await shop.query<{ id: string; customer: string }>('SELECT id, customer FROM orders WHERE batch = $1', [batch]);
    const ids = orders.map(({ id }) => Number(id));
    const customers = [...new Set(orders.map(({ customer }) => customer))];
    const [[people], parcels, events] = await Promise.all([
      crm.query<mysql.RowDataPacket[]>('SELECT id, name FROM customers WHERE id IN (?)', [customers]),
      depot.db(name).collection('parcels').find({ order: { $in: ids } }, { projection: { _id: 0, order: 1, carrier: 1 } }).toArray(),
      web.query({ query: 'SELECT order, step, amount FROM events WHERE order IN {ids: Array(Int64)}', query_params: { ids }, format: 'JSONCompactEachRow' }).then((result) => result.json<[string, number, string]>()),
    ]);
    const [names, carriers] = [new Map(people.map((row) => [String(row['id']), row['name'] as string])), new Map(parcels.map((row) => [Number(row['order']), row['carrier'] as string]))];
    const customerOf = new Map(orders.map(({ id, customer }) => [Number(id), customer]));
    const joined = events.map(([order, step, amount]) => [Number(order), names.get(customerOf.get(Number(order))!), carriers.get(Number(order)), step, Number(amount).toFixed(2)] as const);
    joined.sort((a, b) => a[0] - b[0] || a[3] - b[3]);
    return { rows: joined, moved: orders.length + people.length + parcels.length + events.length };
  };
}
