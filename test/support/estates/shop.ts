/**
 * The example estate as files, opened by aishell and, beside that, read by a plain DuckDB under the same names: the
 * gold statements run there, so what is true is never read through aishell.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import { writeEmbedded } from '../../../examples/microservices/generator/write/embedded.js';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import type { OpenEstate } from './estate.js';
import { now } from './estate.js';

const databases = ['users', 'products', 'orders', 'analytics'];
const documents: Readonly<Record<string, readonly string[]>> = { payments: ['payments', 'refunds', 'history'], notifications: ['notification', 'notification_count', 'notification_stream'] };

export async function openShop(folder: string): Promise<OpenEstate> {
  const data = join(folder, 'data');
  await mkdir(folder, { recursive: true });
  await writeEmbedded(makeEstate({ seed: 11, scale: 0.12, now: new Date(now) }), data);
  const config = join(folder, 'aishell.yaml');
  const services = [...databases, ...Object.keys(documents), 'bus'];
  await writeFile(config, `services:\n${services.map((s) => `  ${s}: { kind: files, path: data/${s} }\n`).join('')}`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  // Copied, so that the file is aishell's alone afterwards.
  for (const name of databases) {
    await connection.run(`ATTACH '${join(data, name, `${name}.duckdb`)}' AS file_of_${name} (READ_ONLY)`);
    await connection.run(`ATTACH ':memory:' AS ${name}`);
    const tables = (await connection.runAndReadAll(`SELECT table_name FROM information_schema.tables WHERE table_catalog = 'file_of_${name}'`)).getRowsJS().flat() as string[];
    for (const table of tables) await connection.run(`CREATE TABLE ${name}.${table} AS FROM file_of_${name}.${table}`);
    await connection.run(`DETACH file_of_${name}`);
  }
  for (const [name, tables] of Object.entries(documents)) {
    await connection.run(`ATTACH ':memory:' AS ${name}`);
    for (const table of tables) await connection.run(`CREATE TABLE ${name}.${table} AS FROM read_json('${join(data, name, `${table}.ndjson`)}', format = 'newline_delimited')`);
  }
  const loaded = await loadConfig({ path: config, cwd: '/', env: process.env });
  const session = await openSession({ config: loaded, refresh: true });
  return {
    session,
    truth: async (sql) => (await connection.runAndReadAll(sql)).getRowsJS() as unknown[][],
    close: async () => {
      await session.close();
      connection.closeSync();
      instance.closeSync();
    },
  };
}
