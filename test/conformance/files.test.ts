/** The files connector, format by format, on files that DuckDB and SQLite themselves wrote. */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openSqliteForWriting } from '../support/sqlite.js';
import { decimal, quoteIdentifier, typeName, types } from '../../connectors/contract.js';
import type { ConfigValue, Literal, ServiceConfig, Type } from '../../connectors/contract.js';
import { connector } from '../../connectors/files/index.js';
import { ChunkSink } from '../support/chunk-sink.js';
import { literalSql } from './oracle.js';
import { conformance } from './suite.js';
import type { ConformanceSpec, SeedTable } from './suite.js';

type Save = (connection: DuckDBConnection, table: string, folder: string, seeded: SeedTable) => Promise<void>;

const base = await mkdtemp(join(tmpdir(), 'aishell-files-'));

async function seedWith(folder: string, tables: readonly SeedTable[], save: Save): Promise<void> {
  await mkdir(folder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'`);
  for (const table of tables) {
    const { name, columns, rows } = table;
    await connection.run(`CREATE TABLE ${quoteIdentifier(name)} (${columns.map((c) => `${quoteIdentifier(c.name)} ${typeName(c.type)}`).join(', ')})`);
    for (let at = 0; at < rows.length; at += 500) {
      const values = rows.slice(at, at + 500).map((row) => `(${row.map((value, i) => literalSql(value, columns[i]!.type)).join(', ')})`);
      await connection.run(`INSERT INTO ${quoteIdentifier(name)} VALUES ${values.join(', ')}`);
    }
    await save(connection, name, folder, table);
  }
  connection.closeSync();
  instance.closeSync();
}

function spec(name: string, columns: Readonly<Record<string, Type>>, save: Save, more: Partial<ConformanceSpec> = {}, tables?: ConfigValue): ConformanceSpec {
  const folder = join(base, name);
  const options = { path: folder, ...(tables === undefined ? {} : { tables }) };
  const service = (): ServiceConfig => ({ name: 'conformance', kind: 'files', tags: {}, options, tls: undefined, baseDir: base });
  return {
    name: `files: ${name}`,
    connector: () => Promise.resolve(connector),
    service,
    columns,
    seed: (seeded) => seedWith(folder, seeded, save),
    cleanup: () => rm(folder, { recursive: true, force: true }),
    collect: async (snapshot, query, signal) => {
      const sink = new ChunkSink(query.columns);
      const stats = await snapshot.read(query, sink, signal);
      if (stats.rows !== sink.rows.length || stats.proof === '') throw new Error(`${stats.rows} rows reported, ${sink.rows.length} read`);
      return sink.rows;
    },
    mustPush: Object.keys(columns),
    mustShip: ['id'],
    ...more,
  };
}

const everything = {
  flag: types.boolean, tiny: types.int8, small: types.int16, int: types.int32, big: types.int64, huge: types.int128,
  utiny: types.uint8, uint: types.uint32, ubig: types.uint64, real: types.float32, double: types.float64,
  money: decimal(12, 2), long: decimal(38, 10), text: types.text, bytes: types.blob, uuid: types.uuid,
  date: types.date, time: types.time, moment: types.timestamp, instant: types.timestamptz, nanos: types.timestampNs, json: types.json,
};

// The driver's own decoding, which the test's sink uses, drops a leading BOM.
const noBom = (value: Literal) => typeof value !== 'string' || !value.startsWith('\ufeff');
const noNul = (value: Literal) => typeof value !== 'string' || !value.includes('\0');
const is = (type: Type, ...kinds: Type['kind'][]) => kinds.includes(type.kind);
const infinite = (value: Literal, type: Type) =>
  (type.kind === 'float' && !Number.isFinite(value)) ||
  (type.kind === 'date' && (value === 2_147_483_647n || value === -2_147_483_647n)) ||
  (type.kind === 'timestamp' && (value === 2n ** 63n - 1n || value === 1n - 2n ** 63n));

await conformance(
  spec('duckdb', everything, async (connection, table, folder) => {
    await connection.run(`ATTACH IF NOT EXISTS '${join(folder, 'data.duckdb')}' AS file`);
    await connection.run(`CREATE TABLE file.main.${quoteIdentifier(table)} AS FROM memory.main.${quoteIdentifier(table)}`);
    await connection.run('CHECKPOINT file');
  }, { holds: noBom }),
);

const { huge: _huge, ...inParquet } = everything;
await conformance(
  spec(
    'parquet',
    inParquet,
    async (connection, table, folder) => {
      await connection.run(`COPY ${quoteIdentifier(table)} TO '${join(folder, `${table}.parquet`)}'`);
    },
    // Parquet has neither infinite days nor the last microsecond of a day as its end.
    { holds: (value, type) => !(infinite(value, type) && !is(type, 'float')) && !(type.kind === 'time' && value === 86_400_000_000n) && noBom(value) },
  ),
);

const inJson = { flag: types.boolean, big: types.int64, double: types.float64, text: types.text, date: types.date, moment: types.timestamp, instant: types.timestamptz, json: types.json };
const declared = (columns: Readonly<Record<string, Type>>) => Object.fromEntries([['id', 'BIGINT'], ...Object.entries(columns).map(([name, type]) => [name, typeName(type)])]);
const words = { columns: { id: 'BIGINT', word: 'VARCHAR', line: 'VARCHAR' } };
const inYears = (value: Literal, type: Type) => !is(type, 'date', 'timestamp') || !infinite(value, type);

await conformance(
  spec(
    'ndjson',
    inJson,
    async (connection, table, folder) => {
      const zone = table === 'extremes' ? `REPLACE (strftime(instant, '%Y-%m-%dT%H:%M:%S.%fZ') AS instant)` : '';
      await connection.run(`COPY (SELECT * ${zone} FROM ${quoteIdentifier(table)}) TO '${join(folder, `${table}.ndjson`)}' (FORMAT json)`);
    },
    { holds: (value, type) => inYears(value, type) && !infinite(value, type) && noBom(value), largeBytes: 8_000_000 },
    { extremes: { columns: declared(inJson) }, empty: words },
  ),
);

const inCsv = { flag: types.boolean, big: types.int64, double: types.float64, money: decimal(12, 2), text: types.text, date: types.date, moment: types.timestamp, uuid: types.uuid };
await conformance(
  spec(
    'csv',
    inCsv,
    async (connection, table, folder) => {
      await connection.run(`COPY ${quoteIdentifier(table)} TO '${join(folder, `${table}.csv`)}' (HEADER, FORCE_QUOTE (${table === 'extremes' ? 'text' : table === 'large' ? 'body' : 'word, line'}))`);
    },
    { holds: (value, type) => inYears(value, type) && noNul(value) && noBom(value), largeBytes: 1_000_000 },
    { extremes: { columns: declared(inCsv) }, empty: words },
  ),
);

const inSqlite = { big: types.int64, double: types.float64, text: types.text, bytes: types.blob };
await conformance(
  spec(
    'sqlite',
    inSqlite,
    (_connection, table, folder, { columns, rows }) => {
      const database = openSqliteForWriting(join(folder, 'data.sqlite'));
      const names: Readonly<Record<string, string>> = { int: 'INTEGER', float: 'DOUBLE', blob: 'BLOB', text: 'TEXT' };
      database.exec(`CREATE TABLE ${quoteIdentifier(table)} (${columns.map(({ name, type }) => `${quoteIdentifier(name)} ${names[type.kind]}`).join(', ')})`);
      database.exec('BEGIN');
      const insert = database.prepare(`INSERT INTO ${quoteIdentifier(table)} VALUES (${columns.map(() => '?').join(', ')})`);
      for (const row of rows) insert.run(row as (string | number | bigint | Uint8Array | null)[]);
      insert.finalize();
      database.exec('COMMIT');
      database.close();
      return Promise.resolve();
    },
    // SQLite keeps NaN as NULL.
    { holds: (value, type) => !(type.kind === 'float' && Number.isNaN(value)) && noNul(value), mustPush: ['big', 'text'] },
  ),
);
