/** Tables by the hundred on the six servers, a few rows each, for what depends on their number. */

import { createClient } from '@clickhouse/client';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { removeTopics, withAdmin, withProducer } from './kafka.js';
import { servers } from './servers.js';

export interface Filled {
  /** aishell.yaml over the six services. */
  readonly config: string;
  /** A PostgreSQL database that holds all the tables alone. */
  readonly dumped: string;
  /** A column goes from ten tables of PostgreSQL. */
  readonly change: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** The share of each store. */
const shares = { postgres: 0.4, mysql: 0.2, mongodb: 0.15, clickhouse: 0.1, redis: 0.05, kafka: 0.1 } as const;

const columns = 'name varchar(80) NOT NULL, state varchar(20), price decimal(12,2) NOT NULL, note varchar(200), created_at timestamp NOT NULL';
const reference = (i: number) => (i === 0 ? 'parent_id' : `thing${i - 1}_id`);

export async function fillStores(run: string, count: number, dir: string): Promise<Filled> {
  const of = (store: keyof typeof shares) => Array.from({ length: Math.max(2, Math.round(count * shares[store])) }, (_, i) => i);

  const admin = new pg.Client({ connectionString: servers.postgres });
  await admin.connect();
  const database = async (name: string, tables: readonly number[]): Promise<string> => {
    await admin.query(`CREATE DATABASE ${name}`);
    const own = new URL(servers.postgres);
    own.pathname = `/${name}`;
    const client = new pg.Client({ connectionString: own.href });
    await client.connect();
    const made = (i: number) => `CREATE TABLE thing${i} (id bigint PRIMARY KEY, ${reference(i)} bigint, ${columns}); INSERT INTO thing${i} SELECT n, n, 'n' || n, CASE WHEN n % 2 = 0 THEN 'on' ELSE 'off' END, n, NULL, now() FROM generate_series(1, 20) n;`;
    for (let at = 0; at < tables.length; at += 50) await client.query(tables.slice(at, at + 50).map(made).join('\n'));
    await client.end();
    return own.href;
  };
  await database(run, of('postgres'));
  const dumped = await database(`${run}_all`, Array.from({ length: count }, (_, i) => i));

  const { hostname, port, username, password } = new URL(servers.mysql);
  const sql = await mysql.createConnection({ host: hostname, port: Number(port), user: username, password, multipleStatements: true });
  await sql.query(`CREATE DATABASE ${run}; USE ${run}`);
  for (const i of of('mysql')) await sql.query(`CREATE TABLE thing${i} (id bigint PRIMARY KEY, ${reference(i)} bigint, ${columns}); INSERT INTO thing${i} VALUES (1, 1, 'a', 'on', 1, NULL, now()), (2, 2, 'b', 'off', 2, NULL, now())`);

  const mongo = new MongoClient(servers.mongodb);
  const documents = () => Array.from({ length: 20 }, (_, n) => ({ _id: n as never, owner: n, name: `n${n}`, state: n % 2 === 0 ? 'on' : 'off', amount: { value: n, currency: 'EUR' }, lines: [{ sku: `s${n}`, n }] }));
  for (const i of of('mongodb')) await mongo.db(run).collection<object>(`thing${i}`).insertMany(documents());

  const clickhouse = createClient({ url: servers.clickhouse });
  const command = (query: string) => clickhouse.command({ query });
  await command(`CREATE DATABASE ${run}`);
  for (const i of of('clickhouse')) await command(`CREATE TABLE ${run}.thing${i} ENGINE = MergeTree ORDER BY id AS SELECT number AS id, number AS ${reference(i)}, toString(number) AS name, if(number % 2 = 0, 'on', 'off') AS state, toDecimal64(number, 2) AS price, now() AS created_at FROM numbers(20)`);

  const redis = new Redis(servers.redis);
  const pipeline = redis.pipeline();
  for (const i of of('redis')) for (let n = 0; n < 5; n++) pipeline.hset(`${run}:thing${i}:${n}`, { owner: n, state: n % 2 === 0 ? 'on' : 'off', price: '1.50' });
  await pipeline.exec();

  const topics = of('kafka').map((i) => `${run}.thing${i}`);
  await withAdmin((kafka) => kafka.createTopics({ waitForLeaders: true, topics: topics.map((topic) => ({ topic, numPartitions: 1 })) }));
  const messages = Array.from({ length: 10 }, (_, n) => ({ key: String(n), value: JSON.stringify({ thingId: n, state: n % 2 === 0 ? 'on' : 'off', price: '1.50' }) }));
  await withProducer((producer) => producer.sendBatch({ topicMessages: topics.map((topic) => ({ topic, messages })) }));

  const config = join(dir, 'aishell.yaml');
  const redisUrl = new URL(servers.redis);
  const services = {
    pg: `kind: postgres, url: ${JSON.stringify(servers.postgres)}, database: ${run}`,
    my: `kind: mysql, url: ${JSON.stringify(servers.mysql)}, database: ${run}`,
    mongo: `kind: mongodb, url: ${JSON.stringify(servers.mongodb)}, database: ${run}`,
    ch: `kind: clickhouse, url: ${JSON.stringify(servers.clickhouse)}, database: ${run}`,
    redis: `kind: redis, url: ${JSON.stringify(redisUrl.href)}, patterns: { ${of('redis').map((i) => `thing${i}: "${run}:thing${i}:{id}"`).join(', ')} }`,
    bus: `kind: kafka, brokers: ${JSON.stringify(servers.kafka)}, prefix: "${run}."`,
  };
  await writeFile(config, `services:\n${Object.entries(services).map(([name, fields]) => `  ${name}: { ${fields} }\n`).join('')}`);
  return {
    config,
    dumped,
    async change() {
      const own = new URL(servers.postgres);
      own.pathname = `/${run}`;
      const client = new pg.Client({ connectionString: own.href });
      await client.connect();
      for (let i = 0; i < 10; i++) await client.query(`ALTER TABLE thing${i} DROP COLUMN note`);
      await client.end();
    },
    async remove() {
      for (const name of [run, `${run}_all`]) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
      await sql.query(`DROP DATABASE IF EXISTS ${run}`);
      await sql.end();
      await mongo.db(run).dropDatabase();
      await mongo.close();
      await command(`DROP DATABASE IF EXISTS ${run}`);
      await clickhouse.close();
      const keys = of('redis').flatMap((i) => Array.from({ length: 5 }, (_, n) => `${run}:thing${i}:${n}`));
      await redis.del(...keys);
      redis.disconnect();
      await removeTopics(topics);
    },
  };
}
