/** TPC-H's tables on the test servers, split as asked, with the keys that the specification names. */

import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@clickhouse/client';
import { DuckDBInstance } from '@duckdb/node-api';
import { Decimal128, MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { servers } from '../../../test/support/servers.js';
import { DuckDBPeer } from './peers.js';

export type Store = 'postgres' | 'mysql' | 'clickhouse' | 'mongodb';

export const splits = {
  a: { orders: 'postgres', lineitem: 'postgres', part: 'postgres', partsupp: 'postgres', customer: 'mysql', supplier: 'mysql', nation: 'mysql', region: 'mysql' },
  b: { orders: 'postgres', lineitem: 'postgres', part: 'clickhouse', partsupp: 'postgres', customer: 'mysql', supplier: 'mongodb', nation: 'mysql', region: 'mysql' },
  c: { orders: 'mysql', lineitem: 'mysql', part: 'postgres', partsupp: 'postgres', customer: 'postgres', supplier: 'postgres', nation: 'postgres', region: 'postgres' },
} as const satisfies Record<string, Record<TableName, Store>>;

export type TableName = keyof typeof tables;

/** Names in statements: service (or catalogue), schema. */
export const places: Readonly<Record<Store, { readonly service: string; readonly schema: (database: string) => string }>> = {
  postgres: { service: 'pg', schema: () => 'public' },
  mysql: { service: 'my', schema: (database) => database },
  clickhouse: { service: 'ch', schema: (database) => database },
  mongodb: { service: 'mo', schema: (database) => database },
};

const tables = {
  region: { columns: 'r_regionkey integer not null, r_name varchar(25) not null, r_comment varchar(152) not null', key: 'r_regionkey', indexes: [] },
  nation: { columns: 'n_nationkey integer not null, n_name varchar(25) not null, n_regionkey integer not null, n_comment varchar(152) not null', key: 'n_nationkey', indexes: ['n_regionkey'] },
  part: {
    columns: 'p_partkey integer not null, p_name varchar(55) not null, p_mfgr varchar(25) not null, p_brand varchar(10) not null, p_type varchar(25) not null, p_size integer not null, p_container varchar(10) not null, p_retailprice decimal(15,2) not null, p_comment varchar(23) not null',
    key: 'p_partkey',
    indexes: [],
  },
  supplier: {
    columns: 's_suppkey integer not null, s_name varchar(25) not null, s_address varchar(40) not null, s_nationkey integer not null, s_phone varchar(15) not null, s_acctbal decimal(15,2) not null, s_comment varchar(101) not null',
    key: 's_suppkey',
    indexes: ['s_nationkey'],
  },
  partsupp: {
    columns: 'ps_partkey integer not null, ps_suppkey integer not null, ps_availqty integer not null, ps_supplycost decimal(15,2) not null, ps_comment varchar(199) not null',
    key: 'ps_partkey, ps_suppkey',
    indexes: ['ps_suppkey'],
  },
  customer: {
    columns: 'c_custkey integer not null, c_name varchar(25) not null, c_address varchar(40) not null, c_nationkey integer not null, c_phone varchar(15) not null, c_acctbal decimal(15,2) not null, c_mktsegment varchar(10) not null, c_comment varchar(117) not null',
    key: 'c_custkey',
    indexes: ['c_nationkey'],
  },
  orders: {
    columns: 'o_orderkey integer not null, o_custkey integer not null, o_orderstatus varchar(1) not null, o_totalprice decimal(15,2) not null, o_orderdate date not null, o_orderpriority varchar(15) not null, o_clerk varchar(15) not null, o_shippriority integer not null, o_comment varchar(79) not null',
    key: 'o_orderkey',
    indexes: ['o_custkey'],
  },
  lineitem: {
    columns: 'l_orderkey integer not null, l_partkey integer not null, l_suppkey integer not null, l_linenumber integer not null, l_quantity decimal(15,2) not null, l_extendedprice decimal(15,2) not null, l_discount decimal(15,2) not null, l_tax decimal(15,2) not null, l_returnflag varchar(1) not null, l_linestatus varchar(1) not null, l_shipdate date not null, l_commitdate date not null, l_receiptdate date not null, l_shipinstruct varchar(25) not null, l_shipmode varchar(10) not null, l_comment varchar(44) not null',
    key: 'l_orderkey, l_linenumber',
    indexes: ['l_partkey, l_suppkey'],
  },
} as const;

/** Parquet files of this scale, made once. @param tool tpchgen-cli */
export async function generate(tool: string, folder: string, scale: string): Promise<string> {
  const files = join(folder, `tpch-${scale}`);
  if (await access(join(files, 'lineitem.parquet')).then(() => false, () => true)) {
    await mkdir(files, { recursive: true });
    await promisify(execFile)(tool, ['parquet', '-s', scale, '--output-dir', files]);
  }
  return files;
}

/** The same by DuckDB's own generator, whose texts are others. @param python see DuckDBPeer */
export async function generateByDuckDB(python: string, folder: string, scale: string): Promise<string> {
  const files = join(folder, `tpch-duckdb-${scale}`);
  if (await access(join(files, 'lineitem.parquet')).then(() => true, () => false)) return files;
  await mkdir(files, { recursive: true });
  const peer = new DuckDBPeer(python);
  // The biggest comes last: where it is, the others are.
  await peer.run(`CALL dbgen(sf = ${scale})`, ...Object.keys(tables).map((name) => `COPY ${name} TO '${join(files, `${name}.parquet`)}' (FORMAT parquet)`));
  peer.close();
  return files;
}

/** Loads every table into its store, into databases of this name. Loading again replaces. */
export async function load(files: string, split: keyof typeof splits, database: string, scanners: DuckDBPeer): Promise<void> {
  const admin = new pg.Client(servers.postgres);
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${database}`);
  await admin.end();
  const maria = await mysql.createConnection({ uri: servers.mysql });
  await maria.query(`DROP DATABASE IF EXISTS ${database}`);
  await maria.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
  await scanners.run(`ATTACH '${connectionString('postgres', database)}' AS load_pg (TYPE postgres)`, `ATTACH '${connectionString('mysql', database)}' AS load_my (TYPE mysql)`);
  for (const [name, { columns, key, indexes }] of Object.entries(tables)) {
    const store: Store = splits[split][name as TableName];
    const file = join(files, `${name}.parquet`);
    if (store === 'postgres' || store === 'mysql') {
      const [execute, catalog, target] = store === 'postgres' ? ['postgres_execute', 'load_pg', `load_pg.public.${name}`] : ['mysql_execute', 'load_my', `load_my.${database}.${name}`];
      // Text that compares by bytes, in every store: the statements' own meaning.
      const text = store === 'mysql' ? columns.replaceAll(/varchar\(\d+\)/g, '$& collate utf8mb4_bin') : columns;
      const run = (sql: string) => `CALL ${execute}('${catalog}', '${sql.replaceAll("'", "''")}')`;
      await scanners.run(run(`CREATE TABLE ${name} (${text}, PRIMARY KEY (${key}))`), 'CALL pg_clear_cache()', 'CALL mysql_clear_cache()');
      await scanners.run(`INSERT INTO ${target} SELECT ${columnsOf(columns).map(nameOf).join(', ')} FROM '${file}'`);
      await scanners.run(...indexes.map((index, i) => run(`CREATE INDEX ${name}_${i} ON ${name} (${index})`)), run(store === 'postgres' ? `ANALYZE ${name}` : `ANALYZE TABLE ${name}`));
    } else {
      await loadRows(file, name, columns, key, store, database);
    }
  }
  await maria.end();
  await scanners.run('DETACH load_pg', 'DETACH load_my');
}

export async function drop(split: keyof typeof splits, database: string): Promise<void> {
  const stores = new Set<Store>(Object.values(splits[split]));
  const admin = new pg.Client(servers.postgres);
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.end();
  const connection = await mysql.createConnection({ uri: servers.mysql });
  await connection.query(`DROP DATABASE IF EXISTS ${database}`);
  await connection.end();
  if (stores.has('clickhouse')) {
    const client = createClient({ url: servers.clickhouse });
    await client.command({ query: `DROP DATABASE IF EXISTS ${database}` });
    await client.close();
  }
  if (stores.has('mongodb')) {
    const client = await new MongoClient(servers.mongodb).connect();
    await client.db(database).dropDatabase();
    await client.close();
  }
}

/** As DuckDB's scanners take them. @param port another than the server's own, a proxy's */
export function connectionString(store: 'postgres' | 'mysql', database: string, port?: number): string {
  const { hostname, port: own, username, password } = new URL(servers[store]);
  const name = store === 'postgres' ? 'dbname' : 'database';
  return `host=${hostname} port=${port ?? own} user=${username} password=${password} ${name}=${database}`;
}

async function loadRows(file: string, name: string, columns: string, key: string, store: 'clickhouse' | 'mongodb', database: string): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  const typed = columnsOf(columns).map((column) => `CAST(${nameOf(column)} AS ${column.split(' ')[1]!}) AS ${nameOf(column)}`);
  const rows = (await connection.runAndReadAll(`SELECT ${typed.join(', ')} FROM '${file}'`)).getRowObjectsJson();
  if (store === 'clickhouse') {
    const client = createClient({ url: servers.clickhouse });
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
    const types = columns.replaceAll(' not null', '').replaceAll(/varchar\(\d+\)/g, 'String').replaceAll('integer', 'Int32').replaceAll('decimal', 'Decimal');
    await client.command({ query: `CREATE OR REPLACE TABLE ${database}.${name} (${types}) ENGINE = MergeTree ORDER BY (${key})` });
    await client.insert({ table: `${database}.${name}`, values: rows, format: 'JSONEachRow' });
    await client.close();
    return;
  }
  const client = await new MongoClient(servers.mongodb).connect();
  const collection = client.db(database).collection(name);
  await collection.drop().catch(() => undefined);
  const decimals = new Set(columnsOf(columns).filter((column) => column.includes('decimal')).map(nameOf));
  const documents = rows.map((row) => Object.fromEntries(Object.entries(row).map(([field, value]) => [field, decimals.has(field) ? Decimal128.fromString(value as string) : value])));
  await collection.insertMany(documents);
  await collection.createIndex({ [key]: 1 }, { unique: true });
  await client.close();
}

function columnsOf(columns: string): string[] {
  return columns.split(/,\s+(?=[a-z]+_)/);
}

function nameOf(column: string): string {
  return column.split(' ')[0]!;
}

/** The statement over tables where the split puts them: service.table, or service.schema.table as the peers want it. */
export function qualified(sql: string, split: keyof typeof splits, database?: string): string {
  const names = new RegExp(`(?<![.\\w'%]|AS )(${Object.keys(tables).join('|')})(?![\\w.'%(])`, 'g');
  const qualify = (clause: string) => clause.replaceAll(names, (name) => {
    const { service, schema } = places[splits[split][name as TableName]];
    return database === undefined ? `${service}.${name}` : `${service}.${schema(database)}.${name}`;
  });
  return sql.replaceAll(/\bFROM\b[\s\S]*?(?=\b(?:WHERE|GROUP|ORDER|HAVING|LIMIT)\b|$)/g, qualify);
}
