/** Writes the second estate: .duckdb, SQLite, NDJSON and Parquet files, and on request two services on real servers. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { writeDuckdb } from '../../../examples/microservices/generator/write/duckdb.js';
import { writeMysql } from '../../../examples/microservices/generator/write/mysql.js';
import { writeNdjson } from '../../../examples/microservices/generator/write/ndjson.js';
import { writePostgres } from '../../../examples/microservices/generator/write/postgres.js';
import { servers } from '../servers.js';
import { openSqliteForWriting } from '../sqlite.js';
import { relational } from './estate.js';
import type { SecondEstate } from './estate.js';

/** Everything as files below `folder`; returns the path of the configuration. */
export async function writeFiles(estate: SecondEstate, folder: string): Promise<string> {
  const tables = relational(estate);
  for (const service of ['fleet', 'clients', 'freight', 'harbours', 'customs', 'telemetry', 'wire']) await mkdir(join(folder, service), { recursive: true });
  for (const service of ['fleet', 'clients', 'freight'] as const) await writeDuckdb(join(folder, service, `${service}.duckdb`), tables[service]);
  writeHarbours(estate, join(folder, 'harbours', 'harbours.sqlite'));
  await writeNdjson(join(folder, 'customs', 'declarations.ndjson'), estate.declarations);
  await writeParquet(estate, folder);
  for (const log of ['booking_messages', 'customs_messages', 'dispatch_messages'] as const) {
    const own = estate.messages.filter((message) => message.log === log).map(({ log: _, ...message }) => message);
    await writeNdjson(join(folder, 'wire', `${log}.ndjson`), own);
  }
  const path = join(folder, 'aishell.yaml');
  await writeFile(path, config({}));
  return path;
}

/** The same with freight and clients in PostgreSQL and fleet in MySQL; `name` keeps it apart from whatever else is there. */
export async function writeOnServers(estate: SecondEstate, folder: string, name: string): Promise<string> {
  await writeFiles(estate, folder);
  const { fleet, clients, freight } = relational(estate);
  await writePostgres(servers.postgres, name, 'clients', clients);
  await writePostgres(servers.postgres, name, 'freight', freight);
  await writeMysql(servers.mysql, name, fleet);
  const postgres = (schema: string) => `kind: postgres, url: ${JSON.stringify(servers.postgres)}, database: ${name}, schema: ${schema}`;
  const path = join(folder, 'aishell.servers.yaml');
  await writeFile(
    path,
    config({ clients: postgres('clients'), freight: postgres('freight'), fleet: `kind: mysql, url: ${JSON.stringify(servers.mysql)}, database: ${name}` }),
  );
  return path;
}

function config(elsewhere: Readonly<Record<string, string>>): string {
  const lines = ['fleet', 'harbours', 'clients', 'freight', 'customs', 'telemetry', 'wire'].map(
    (service) => `  ${service}: { ${elsewhere[service] ?? `kind: files, path: ${service}`}, tags: { site: north } }`,
  );
  return `services:\n${lines.join('\n')}\n`;
}

function writeHarbours(estate: SecondEstate, path: string): void {
  const database = openSqliteForWriting(path);
  database.exec('CREATE TABLE ports (port_code TEXT PRIMARY KEY NOT NULL, port_title TEXT NOT NULL, nation TEXT NOT NULL)');
  database.exec('CREATE TABLE berths (berth_no INTEGER PRIMARY KEY, port_code TEXT NOT NULL REFERENCES ports (port_code), length_m REAL)');
  for (const [index, { port_code, port_title, nation }] of estate.ports.entries()) {
    database.run('INSERT INTO ports VALUES (?, ?, ?)', [port_code, port_title, nation]);
    for (let n = 1; n <= 3; n++) database.run('INSERT INTO berths VALUES (?, ?, ?)', [index * 10 + n, port_code, 200.5 + n]);
  }
  database.close();
}

async function writeParquet(estate: SecondEstate, folder: string): Promise<void> {
  const rows = estate.vitals.map(({ sampled_at, ...row }) => ({ ...row, sampled_at: new Date(sampled_at).toISOString() }));
  const source = join(folder, 'vitals.ndjson');
  await writeNdjson(source, rows);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const columns = `{component: 'VARCHAR', sampled_at: 'TIMESTAMPTZ', calls: 'INTEGER', fault_ratio: 'DOUBLE', p99_ms: 'INTEGER'}`;
  await connection.run(`COPY (FROM read_json('${source}', columns = ${columns})) TO '${join(folder, 'telemetry', 'component_vitals.parquet')}'`);
  connection.closeSync();
  instance.closeSync();
}
