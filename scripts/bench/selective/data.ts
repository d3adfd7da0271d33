/** Orders, their customers, parcels and events in four stores, made by the stores themselves where they can. */

import { createClient } from '@clickhouse/client';
import { Long, MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { servers } from '../../../test/support/servers.js';

/** Orders of one batch. */
const batchOrders = 100;
/** Events of each order that has any; only the first orders have parcels too. */
const orderEvents = 7;

/** The MongoDB-compatible test server reads a whole collection to count or sample it. */
const mostParcels = 20_000;

export function sizes(rows: number) {
  const [orders, customers] = [Math.floor(rows * 0.4), Math.floor(rows * 0.2)];
  const parcels = Math.floor(Math.min(rows * 0.05, mostParcels) / batchOrders) * batchOrders;
  return { orders, customers, parcels, events: rows - orders - customers - parcels, batches: parcels / batchOrders };
}

/** Does nothing where the databases are there already. */
export async function fill(database: string, rows: number): Promise<void> {
  const { orders, customers, parcels, events } = sizes(rows);
  const admin = new pg.Client(servers.postgres);
  await admin.connect();
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) {
    await fillMysql(database, customers);
    await fillClickHouse(database, events);
    await fillMongo(database, parcels);
    await admin.query(`CREATE DATABASE ${database}`);
  }
  await admin.end();
  if (rowCount !== 0) return;
  const client = new pg.Client(Object.assign(new URL(servers.postgres), { pathname: `/${database}` }).href);
  await client.connect();
  await client.query('CREATE TABLE orders (id bigint PRIMARY KEY, batch integer NOT NULL, customer bigint NOT NULL, total numeric(10,2) NOT NULL, note text NOT NULL)');
  await client.query(`INSERT INTO orders SELECT n, n / ${batchOrders}, n * 7919 % ${customers}, n % 1000, 'order number ' || n FROM generate_series(0::bigint, ${orders - 1}) n`);
  await client.query('CREATE INDEX ON orders (batch)');
  await client.query('VACUUM ANALYZE orders');
  await client.end();
}

export async function remove(database: string): Promise<void> {
  const admin = new pg.Client(servers.postgres);
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.end();
  const maria = await mysql.createConnection({ uri: servers.mysql });
  await maria.query(`DROP DATABASE IF EXISTS ${database}`);
  await maria.end();
  const click = createClient({ url: servers.clickhouse });
  await click.command({ query: `DROP DATABASE IF EXISTS ${database}` });
  await click.close();
  const mongo = await new MongoClient(servers.mongodb).connect();
  await mongo.db(database).dropDatabase();
  await mongo.close();
}

async function fillMysql(database: string, customers: number): Promise<void> {
  const client = await mysql.createConnection({ uri: servers.mysql });
  await client.query(`DROP DATABASE IF EXISTS ${database}`);
  await client.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
  await client.query(`CREATE TABLE ${database}.customers (id bigint PRIMARY KEY, name varchar(60) NOT NULL, town varchar(40) NOT NULL)`);
  await client.query('SET SESSION cte_max_recursion_depth = 4294967295');
  for (let at = 0; at < customers; at += 500_000) {
    const end = Math.min(customers, at + 500_000) - 1;
    await client.query(`INSERT INTO ${database}.customers WITH RECURSIVE numbers AS (SELECT ${at} AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < ${end}) SELECT n, concat('customer ', n), concat('town ', n % 977) FROM numbers`);
  }
  await client.query(`ANALYZE TABLE ${database}.customers`);
  await client.end();
}

async function fillClickHouse(database: string, events: number): Promise<void> {
  const client = createClient({ url: servers.clickhouse });
  await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  await client.command({ query: `CREATE OR REPLACE TABLE ${database}.events (order Int64, step Int32, amount Decimal(10,2), agent String) ENGINE = MergeTree ORDER BY (order, step)` });
  await client.command({ query: `INSERT INTO ${database}.events SELECT intDiv(number, ${orderEvents}), number % ${orderEvents}, number % 1000, concat('agent ', toString(number)) FROM numbers(${events})` });
  await client.close();
}

async function fillMongo(database: string, parcels: number): Promise<void> {
  const client = await new MongoClient(servers.mongodb).connect();
  await client.db(database).dropDatabase();
  // Without a strict validator a field may hold anything, so that every filter also asks for what is of another type.
  const properties = { order: { bsonType: 'long' }, carrier: { bsonType: 'string' }, grams: { bsonType: 'int' } };
  const collection = await client.db(database).createCollection('parcels', { validator: { $jsonSchema: { required: ['order', 'carrier', 'grams'], properties } }, validationLevel: 'strict', validationAction: 'error' });
  await collection.createIndex({ order: 1 }, { unique: true });
  for (let at = 0; at < parcels; at += 10_000) {
    const documents = Array.from({ length: Math.min(10_000, parcels - at) }, (_, i) => ({ order: Long.fromNumber(at + i), carrier: `carrier ${(at + i) % 7}`, grams: (at + i) % 5_000, address: { street: `street ${i}`, town: `town ${i % 977}` } }));
    await collection.insertMany(documents, { ordered: false });
  }
  await client.close();
}
