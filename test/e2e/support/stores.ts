/** A database of its own in every real store, for tests that put something awkward there; gone when they are done. */

import { createClient } from '@clickhouse/client';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { removeTopics } from '../../support/kafka.js';
import { listening, servers } from '../../support/servers.js';

export type StoreKind = 'postgres' | 'mysql' | 'mongodb' | 'clickhouse' | 'kafka';

export const storesUp = (await Promise.all([servers.postgres, servers.mysql, servers.mongodb, servers.clickhouse, ...servers.kafka.split(',')].map(listening))).every(Boolean);

export class Stores {
  /** Databases and, as a prefix, topics are called so. */
  readonly name: string;
  readonly #postgres: pg.Client;
  readonly #undo: (() => Promise<unknown>)[] = [];

  private constructor(purpose: string) {
    this.name = `${purpose}_${process.pid}`;
    this.#postgres = new pg.Client({ connectionString: withDatabase(servers.postgres, this.name) });
  }

  static async open(purpose: string): Promise<Stores> {
    const stores = new Stores(purpose);
    await Promise.all([stores.#openPostgres(), stores.#openMysql(), stores.#openMongo(), stores.#openClickHouse()]);
    stores.#undo.push(() => removeTopics(stores.#topics));
    return stores;
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.reverse()) await undo();
  }

  postgres(sql: string): Promise<unknown> {
    return this.#postgres.query(sql);
  }

  mysql!: (sql: string) => Promise<unknown>;
  clickhouse!: (sql: string) => Promise<unknown>;
  mongodb!: Db;
  readonly #topics: string[] = [];

  /** The name of a topic that will be removed. */
  topic(name: string): string {
    const topic = `${this.name}_${name}`;
    if (!this.#topics.includes(topic)) this.#topics.push(topic);
    return topic;
  }

  /** One service of a configuration; `port` leads through a proxy on 127.0.0.1, `password` is another than the right one. */
  service(kind: StoreKind, { port, password }: { readonly port?: number; readonly password?: string } = {}): string {
    if (kind === 'kafka') {
      const brokers = servers.kafka;
      const reached = port === undefined ? {} : { addresses: Object.fromEntries(brokers.split(',').map((broker) => [broker, `127.0.0.1:${port}`])) };
      return JSON.stringify({ kind, brokers: port === undefined ? brokers : `127.0.0.1:${port}`, topics: [`${this.name}_*`], ...reached });
    }
    const url = new URL(withDatabase(servers[kind], this.name));
    if (port !== undefined) url.host = `127.0.0.1:${port}`;
    if (password !== undefined) url.password = password;
    return JSON.stringify({ kind, url: url.href });
  }

  async #openPostgres(): Promise<void> {
    const admin = new pg.Client(servers.postgres);
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${this.name}`);
    await admin.query(`CREATE DATABASE ${this.name} ENCODING 'UTF8' TEMPLATE template0`);
    await this.#postgres.connect();
    this.#undo.push(async () => {
      await this.#postgres.end();
      await admin.query(`DROP DATABASE ${this.name} WITH (FORCE)`);
      await admin.end();
    });
  }

  async #openMysql(): Promise<void> {
    const connection = await createConnection({ uri: servers.mysql, charset: 'utf8mb4', timezone: 'Z' });
    await connection.query(`DROP DATABASE IF EXISTS ${this.name}`);
    await connection.query(`CREATE DATABASE ${this.name} CHARACTER SET utf8mb4`);
    await connection.query(`USE ${this.name}`);
    this.mysql = (sql) => connection.query(sql);
    this.#undo.push(async () => {
      await connection.query(`DROP DATABASE ${this.name}`);
      await connection.end();
    });
  }

  async #openMongo(): Promise<void> {
    const client = await new MongoClient(servers.mongodb).connect();
    this.mongodb = client.db(this.name);
    await this.mongodb.dropDatabase();
    this.#undo.push(async () => {
      await this.mongodb.dropDatabase();
      await client.close();
    });
  }

  async #openClickHouse(): Promise<void> {
    const client = createClient({ url: servers.clickhouse });
    await client.command({ query: `DROP DATABASE IF EXISTS ${this.name}` });
    await client.command({ query: `CREATE DATABASE ${this.name}` });
    this.clickhouse = (query) => client.command({ query: query.replaceAll('$db', this.name) });
    this.#undo.push(async () => {
      await client.command({ query: `DROP DATABASE ${this.name}` });
      await client.close();
    });
  }
}

/** Removes databases that a test had written by other means. */
export async function dropDatabases(names: Readonly<Partial<Record<'postgres' | 'mysql' | 'mongodb' | 'clickhouse', readonly string[]>>>): Promise<void> {
  const postgres = new pg.Client(servers.postgres);
  await postgres.connect();
  for (const name of names.postgres ?? []) await postgres.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  await postgres.end();
  const mysql = await createConnection({ uri: servers.mysql });
  for (const name of names.mysql ?? []) await mysql.query(`DROP DATABASE IF EXISTS \`${name}\``);
  await mysql.end();
  const mongo = await new MongoClient(servers.mongodb).connect();
  for (const name of names.mongodb ?? []) await mongo.db(name).dropDatabase();
  await mongo.close();
  const clickhouse = createClient({ url: servers.clickhouse });
  for (const name of names.clickhouse ?? []) await clickhouse.command({ query: `DROP DATABASE IF EXISTS \`${name}\`` });
  await clickhouse.close();
}

function withDatabase(url: string, database: string): string {
  const result = new URL(url);
  result.pathname = `/${database}`;
  return result.href;
}
