/**
 * The same rows in four real stores and in one plain DuckDB: what generated statements are run over. Values are chosen
 * for trouble: case variants and accents for collations, trailing spaces, the empty string, integers around 2^53,
 * negative zero's neighbours, NULL everywhere; documents whose fields are of several types, some of them of types that
 * no sample saw.
 */

import { createClient } from '@clickhouse/client';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Double, Int32, Long, MongoClient, ObjectId, type Document } from 'mongodb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { tableName, typeName, quoteIdentifier } from '../../src/algebra/index.js';
import type { Type } from '../../src/algebra/index.js';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import type { Session } from '../../src/session/contract.js';
import type { ColumnKind, GeneratedSelect, GeneratorTable } from '../support/sql-generator.js';
import { servers } from '../support/servers.js';

type Value = null | boolean | bigint | string;

interface Spec {
  readonly table: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
}

/** service -> its tables. MongoDB has no date without time; it and ClickHouse have no wall clock, and MySQL no instant of before 1970. */
const layout: Readonly<Record<string, readonly Spec[]>> = {
  pg: [
    { table: 'crates', columns: { id: 'int', depot: 'int', label: 'text', weight: 'decimal', sealed: 'boolean', packed: 'date', seen: 'timestamp', scanned: 'instant' } },
    { table: 'depots', columns: { id: 'int', town: 'text', opened: 'date' } },
  ],
  my: [
    { table: 'trucks', columns: { id: 'int', depot: 'int', plate: 'text', load_limit: 'decimal', bought: 'date', serviced: 'timestamp' } },
    { table: 'drivers', columns: { id: 'int', truck: 'int', town: 'text' } },
  ],
  mo: [
    { table: 'notes', columns: { _id: 'int', crate: 'int', author: 'int', label: 'text', urgent: 'boolean', made: 'instant' } },
    { table: 'scraps', columns: { _id: 'int', crate: 'int', author: 'int', label: 'text', tag: 'text', mood: 'json' } },
  ],
  ch: [
    { table: 'pings', columns: { truck: 'int', crate: 'int', town: 'text', distance: 'decimal', day: 'date', heard: 'instant' } },
    { table: 'tolls', columns: { truck: 'int', town: 'text', fee: 'decimal', day: 'date' } },
  ],
};

const values: Readonly<Record<ColumnKind, readonly Value[]>> = {
  int: [1n, 2n, 3n, 4n, 5n, 7n, -1n, 0n, 9007199254740993n, 9007199254740992n],
  text: ['a', 'A', 'ab', 'aB', 'b', 'ä', 'a ', '', 'x%b', 'x_b', '😀', "it's", '0123456789abcdef01234567'],
  decimal: ['1.50', '2.00', '0.00', '-3.25', '10.00', '99999999.99'],
  boolean: [true, false],
  date: ['1970-01-01', '2024-02-29', '2024-03-01', '1969-12-31'],
  timestamp: ['2024-01-01 00:00:00', '2024-02-29 12:00:00.123456', '1970-01-01 00:00:00'],
  // Under several offsets, two of them the same instant; of milliseconds, which every store has.
  instant: ['2024-01-01 00:00:00.000+00', '2024-01-01 02:00:00.000+02', '2024-02-29 12:00:00.123-05', '1969-12-31 23:59:59.999+00'],
  // Types that have nothing in common.
  json: ['1', '"1"', '"one"', 'true', '{"a":1}', '[1,"x"]', '2.5'],
};

/** As an id in a document it is the same text. */
const hexId = '0123456789abcdef01234567';
/** Rows at the end of `scraps`, put there when the sample has been taken: whole numbers as doubles, text as ids. */
const drifted = 6;

export class DifferentialEstate {
  private constructor(
    readonly tables: readonly GeneratorTable[],
    private readonly session: Session,
    private readonly plain: DuckDBConnection,
    private readonly cleanup: () => Promise<void>,
  ) {}

  static async open(seed: number): Promise<DifferentialEstate> {
    const name = `differential_${process.pid}_${seed}`;
    const rows = makeRows(seed);
    const drops = [await fillPostgres(name, rows), await fillMysql(name, rows), await fillMongo(name, rows), await fillClickHouse(name, rows)];
    const folder = await mkdtemp(join(tmpdir(), 'differential-'));
    await writeFile(
      join(folder, 'aishell.yaml'),
      JSON.stringify({
        services: {
          pg: { kind: 'postgres', url: withDatabase(servers.postgres, name) },
          my: { kind: 'mysql', url: withDatabase(servers.mysql, name) },
          mo: { kind: 'mongodb', url: withDatabase(servers.mongodb, name) },
          ch: { kind: 'clickhouse', url: withDatabase(servers.clickhouse, name) },
        },
      }),
    );
    const session = await openSession({ config: await loadConfig({ cwd: folder, env: process.env }), refresh: true });
    const catalog = await session.catalog(new AbortController().signal);
    await driftMongo(name, rows);
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const plain = await instance.connect();
    // DuckDB 1.5.5 hands the keys of a join down through a LIMIT, which makes other rows; src/duckdb/instance.ts has it off as well.
    await plain.run("SET disabled_optimizers = 'join_filter_pushdown'");
    const tables: GeneratorTable[] = [];
    for (const service of catalog.services) {
      await plain.run(`ATTACH ':memory:' AS ${service.name}`);
      for (const table of service.tables) {
        const spec = layout[service.name]!.find((candidate) => candidate.table === table.name)!;
        const columns = table.columns.filter((column) => kindOf(column.type) === spec.columns[column.name]);
        const lost = Object.keys(spec.columns).filter((column) => !columns.some((c) => c.name === column));
        if (lost.length > 0) throw new Error(`${tableName(table)}: ${lost.join(', ')} came back as another type`);
        await plain.run(`CREATE TABLE ${tableName(table)} (${columns.map((c) => `${quoteIdentifier(c.name)} ${typeName(c.type)}`).join(', ')})`);
        for (const row of rows.get(`${service.name}.${table.name}`)!) {
          await plain.run(`INSERT INTO ${tableName(table)} VALUES (${columns.map((c) => duckLiteral(row[c.name] ?? null, spec.columns[c.name]!)).join(', ')})`);
        }
        tables.push({
          name: tableName(table),
          columns: columns.map((c) => {
            const kind = spec.columns[c.name]!;
            return { name: c.name, kind, samples: values[kind].map((value) => duckLiteral(value, kind)) };
          }),
        });
      }
    }
    const cleanup = async () => {
      await session.close();
      instance.closeSync();
      for (const drop of drops) await drop();
      await rm(folder, { recursive: true, force: true });
    };
    return new DifferentialEstate(tables, session, plain, cleanup);
  }

  /** The rows of one statement, federated (in two ways) and plain, as comparable text; undefined where DuckDB itself can't run it. */
  async run({ sql, ordered, kinds }: GeneratedSelect): Promise<{ federated: string[]; scanned: string[]; plain: string[] } | undefined> {
    const reader = await this.plain.runAndReadAll(sql).catch(() => undefined);
    if (reader === undefined) return undefined;
    const jsonText = (cell: unknown, i: number) => (kinds[i] === 'json' ? JSON.parse(String(cell)) as unknown : undefined);
    const jsonValue = (cell: unknown, i: number) => (kinds[i] === 'json' ? cell : undefined);
    const answer = await this.session.sql(sql, { signal: new AbortController().signal, limit: 0 });
    const scanned = await this.session.sql(sql, { signal: new AbortController().signal, limit: 0, pushdown: 'scans' });
    return { federated: comparable(answer.rows, ordered, jsonValue), scanned: comparable(scanned.rows, ordered, jsonValue), plain: comparable(reader.getRowsJson(), ordered, jsonText) };
  }

  /** The federated answer alone. */
  answer(sql: string): Promise<unknown> {
    return this.session.sql(sql, { signal: new AbortController().signal, limit: 0 });
  }

  close(): Promise<void> {
    return this.cleanup();
  }
}

type Rows = ReadonlyMap<string, readonly Readonly<Record<string, Value>>[]>;

function makeRows(seed: number): Rows {
  let state = seed >>> 0;
  const random = (bound: number) => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % 65_521 % bound;
  const result = new Map<string, Record<string, Value>[]>();
  for (const [service, specs] of Object.entries(layout)) {
    for (const { table, columns } of specs) {
      const value = (kind: ColumnKind) => (random(7) === 0 ? null : values[kind][random(values[kind].length)]!);
      const rows = Array.from({ length: 25 + random(15) }, (_, index) =>
        Object.fromEntries(Object.entries(columns).map(([name, kind]) => [name, name === '_id' ? BigInt(index) : value(kind)])),
      );
      result.set(`${service}.${table}`, rows);
    }
  }
  return result;
}

function kindOf(type: Type): ColumnKind | undefined {
  if (type.kind === 'int') return 'int';
  if (type.kind === 'timestamp') return type.zoned ? 'instant' : 'timestamp';
  if (type.kind === 'json') return 'json';
  return type.kind === 'text' || type.kind === 'decimal' || type.kind === 'boolean' || type.kind === 'date' ? type.kind : undefined;
}

function duckLiteral(value: Value, kind: ColumnKind): string {
  if (value === null) return 'NULL';
  if (kind === 'date') return `DATE '${String(value)}'`;
  if (kind === 'timestamp') return `TIMESTAMP '${String(value)}'`;
  if (kind === 'instant') return `TIMESTAMPTZ '${String(value)}'`;
  if (kind === 'json') return `'${String(value)}'::JSON`;
  return kind === 'text' ? `'${String(value).replaceAll("'", "''")}'` : String(value);
}

/** @param json the value of a column of JSON; undefined of others */
function comparable(rows: readonly (readonly unknown[])[], ordered: boolean, json: (cell: unknown, column: number) => unknown): string[] {
  const shown = (cell: unknown, column: number) => (cell === null ? null : (json(cell, column) ?? instantOf(String(cell))));
  const texts = rows.map((row) => JSON.stringify(row.map(shown)));
  return ordered ? texts : texts.sort();
}

/** With an offset: as it is in UTC. */
function instantOf(text: string): string {
  const zoned = /^(\d{4}-\d\d-\d\d)[ T]([\d:.]+) ?(Z|[+-]\d\d(?::?\d\d)?)$/.exec(text);
  return zoned === null ? text : new Date(`${zoned[1]}T${zoned[2]}${zoned[3]!.length === 3 ? `${zoned[3]}:00` : zoned[3]}`).toISOString();
}

function withDatabase(url: string, database: string): string {
  const result = new URL(url);
  result.pathname = `/${database}`;
  return result.href;
}

const sqlTypes: Readonly<Record<'pg' | 'my' | 'ch', Readonly<Record<ColumnKind, string>>>> = {
  pg: { int: 'bigint', text: 'text', decimal: 'numeric(12,2)', boolean: 'boolean', date: 'date', timestamp: 'timestamp', instant: 'timestamptz', json: 'unused' },
  my: { int: 'bigint', text: 'varchar(60)', decimal: 'decimal(12,2)', boolean: 'boolean', date: 'date', timestamp: 'datetime(6)', instant: 'unused', json: 'unused' },
  ch: {
    int: 'Nullable(Int64)', text: 'Nullable(String)', decimal: 'Nullable(Decimal(12, 2))', boolean: 'Nullable(Bool)',
    date: 'Nullable(Date32)', timestamp: 'unused', instant: "Nullable(DateTime64(3, 'UTC'))", json: 'unused',
  },
};

function createTable(service: 'pg' | 'my', { table, columns }: Spec): string {
  const list = Object.entries(columns).map(([name, kind]) => `${name} ${sqlTypes[service][kind]}`);
  // MySQL is asked for joins only where an index serves them.
  if (service === 'my') list.push(...Object.entries(columns).flatMap(([name, kind]) => (kind === 'int' || kind === 'date' ? [`INDEX (${name})`] : [])));
  return `CREATE TABLE ${table} (${list.join(', ')})`;
}

async function fillPostgres(name: string, rows: Rows): Promise<() => Promise<void>> {
  const admin = new pg.Client(servers.postgres);
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${name}`);
  await admin.query(`CREATE DATABASE ${name}`);
  const client = new pg.Client(withDatabase(servers.postgres, name));
  await client.connect();
  for (const spec of layout['pg']!) {
    await client.query(createTable('pg', spec));
    const names = Object.keys(spec.columns);
    for (const row of rows.get(`pg.${spec.table}`)!) {
      const marks = names.map((_, i) => `$${i + 1}`).join(', ');
      await client.query(`INSERT INTO ${spec.table} (${names.join(', ')}) VALUES (${marks})`, names.map((n) => row[n]));
    }
  }
  await client.query('ANALYZE');
  await client.end();
  return async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
  };
}

async function fillMysql(name: string, rows: Rows): Promise<() => Promise<void>> {
  const client = await createConnection({ uri: servers.mysql, charset: 'utf8mb4', timezone: 'Z' });
  await client.query(`DROP DATABASE IF EXISTS ${name}`);
  await client.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  await client.query(`USE ${name}`);
  for (const spec of layout['my']!) {
    await client.query(createTable('my', spec));
    const names = Object.keys(spec.columns);
    for (const row of rows.get(`my.${spec.table}`)!) {
      await client.query(`INSERT INTO ${spec.table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, names.map((n) => row[n]));
    }
  }
  return async () => {
    await client.query(`DROP DATABASE ${name}`);
    await client.end();
  };
}

async function fillMongo(name: string, rows: Rows): Promise<() => Promise<void>> {
  const client = await new MongoClient(servers.mongodb).connect();
  for (const { table } of layout['mo']!) {
    const all = rows.get(`mo.${table}`)!;
    const documents = (table === 'scraps' ? all.slice(0, -drifted) : all).map((row) => document(row));
    await client.db(name).collection(table).insertMany(documents);
    if (table === 'notes') await client.db(name).collection(table).createIndex({ crate: 1 });
  }
  return async () => {
    await client.db(name).dropDatabase();
    await client.close();
  };
}

/** Fields that are null are missing in every other document. */
function document(row: Readonly<Record<string, Value>>, isDrifted = false): Document {
  const id = Number(row['_id']);
  const fields = Object.entries(row).flatMap(([key, value]): [string, unknown][] => {
    if (value === null) return id % 2 === 0 ? [] : [[key, null]];
    if (key === 'made') return [[key, new Date(instantOf(String(value)))]];
    if (key === 'mood') return [[key, JSON.parse(String(value))]];
    if (value === hexId && (isDrifted || key === 'tag' && id % 3 === 0)) return [[key, new ObjectId(hexId)]];
    if (typeof value !== 'bigint') return [[key, value]];
    if (isDrifted && key === 'crate' && Math.abs(Number(value)) < 1000) return [[key, new Double(Number(value))]];
    return [[key, id % 5 === 0 && Math.abs(Number(value)) < 1000 ? new Int32(Number(value)) : Long.fromBigInt(value)]];
  });
  return Object.fromEntries(fields);
}

async function driftMongo(name: string, rows: Rows): Promise<void> {
  const client = await new MongoClient(servers.mongodb).connect();
  await client.db(name).collection('scraps').insertMany(rows.get('mo.scraps')!.slice(-drifted).map((row) => document(row, true)));
  await client.close();
}

async function fillClickHouse(name: string, rows: Rows): Promise<() => Promise<void>> {
  const client = createClient({ url: servers.clickhouse });
  const run = (query: string) => client.command({ query });
  await run(`DROP DATABASE IF EXISTS ${name}`);
  await run(`CREATE DATABASE ${name}`);
  for (const { table, columns } of layout['ch']!) {
    const list = Object.entries(columns).map(([column, kind]) => `${column} ${sqlTypes.ch[kind]}`).join(', ');
    await run(`CREATE TABLE ${name}.${table} (${list}) ENGINE = MergeTree ORDER BY tuple()`);
    const literal = (value: Value | undefined) => (value === null || value === undefined ? 'NULL' : typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : String(value));
    const written = (value: Value | undefined, kind: ColumnKind) => (kind === 'instant' && value ? literal(instantOf(String(value)).replace('T', ' ').replace('Z', '')) : literal(value));
    const tuples = rows.get(`ch.${table}`)!.map((row) => `(${Object.entries(columns).map(([column, kind]) => written(row[column], kind)).join(', ')})`);
    await run(`INSERT INTO ${name}.${table} VALUES ${tuples.join(', ')}`);
  }
  return async () => {
    await run(`DROP DATABASE ${name}`);
    await client.close();
  };
}
