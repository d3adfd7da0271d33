/** What only PostgreSQL has: its types, its catalogue, its roles, several services on one server. */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeName, type ConfigValue, type Description, type Literal, type ServiceConfig, type Source, type Table, type TlsOptions } from '../../connectors/contract.js';
import { connector } from '../../connectors/postgres/index.js';
import { CollectingSink } from '../support/collecting-sink.js';
import { listening, servers } from '../support/servers.js';
import { authorities } from './certificates.js';

const up = await listening(servers.postgres);
const url = new URL(servers.postgres);
const schema = `own_suite_${process.pid}`;
const role = `own_suite_reader_${process.pid}`;
const host = { tempDir: '/tmp', connectTimeoutMs: 10_000, log: () => {} };
const signal = () => AbortSignal.timeout(30_000);

function service(options: Record<string, ConfigValue> = {}, tls?: TlsOptions): ServiceConfig {
  const fields = { host: url.hostname, port: Number(url.port), user: url.username, password: url.password, database: url.pathname.slice(1), schema };
  return { name: 'own', kind: 'postgres', tags: {}, options: { ...fields, ...options }, tls, baseDir: '/' };
}

describe.skipIf(!up && process.env['CI'] !== 'true')('PostgreSQL', () => {
  const client = new pg.Client(servers.postgres);

  beforeAll(async () => {
    await client.connect();
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; DROP ROLE IF EXISTS ${role}`);
    await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema};
      CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
      CREATE DOMAIN small AS integer CHECK (VALUE > 0);
      CREATE DOMAIN smaller AS small;
      CREATE TYPE pair AS (a integer, b text);
      CREATE TABLE kinds (
        id bigint PRIMARY KEY, n numeric, padded character(5), mood mood, dom smaller, span interval, cash money, ip inet, bits bit(3), r int4range,
        pair pair, ints integer[], words text[], prices numeric(10,2)[], days date[], stamps timestamptz[], reals double precision[], nested integer[][],
        clock timetz, doc json, o oid, ch "char");
      COMMENT ON TABLE kinds IS 'one of each';
      COMMENT ON COLUMN kinds.n IS 'any scale';
      INSERT INTO kinds VALUES (1, 12.345, 'ab', 'it''s ok', 7, '1 year -2 mons 3 days -04:05:06.5', '-1234.50', '10.0.0.0/8', '101', '[1,5)',
        ROW(1, 'x,y'), '{1,NULL,-3}', '{"a\\"b",NULL,"NULL",😀}', '{1.50,-0.01,12345678.90}', '{infinity,2000-02-29,0044-03-15 BC}',
        '{1969-12-31 23:59:59.999999+00,-infinity}', '{NaN,-Infinity,0.1}', '{4}', '10:00:00.5+02', '{"a": 1, "a": 2}', 4294967295, 'x');
      INSERT INTO kinds (id, ints) VALUES (2, '{}');
      CREATE TABLE parent (id integer PRIMARY KEY, code text UNIQUE, state text CHECK (state IN ('new', 'old')));
      CREATE TABLE child (a integer, b integer, parent_id integer NOT NULL REFERENCES parent (id), UNIQUE (a, b));
      CREATE INDEX ON child (parent_id);
      CREATE TABLE parts (id integer, day date) PARTITION BY RANGE (day);
      CREATE TABLE parts_2024 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      INSERT INTO parts SELECT i, date '2024-01-01' + i FROM generate_series(1, 100) i; ANALYZE parts;
      CREATE VIEW seen AS SELECT id, code FROM parent;
      CREATE MATERIALIZED VIEW kept AS SELECT id FROM kinds;
      CREATE TABLE "Odd ""Name""" ("Mixed Case" integer);
      CREATE TABLE hidden (id integer, open integer);
      CREATE TABLE bad (id integer, n numeric);
      INSERT INTO bad VALUES (1, 'NaN');
      CREATE ROLE ${role} LOGIN PASSWORD 'reader-password';
      GRANT USAGE ON SCHEMA ${schema} TO ${role};
      GRANT SELECT ON parent, kinds TO ${role};
      GRANT SELECT (open) ON hidden TO ${role}`);
  });

  afterAll(async () => {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; DROP OWNED BY ${role}; DROP ROLE IF EXISTS ${role}`);
    await client.end();
  });

  async function connected<T>(config: ServiceConfig, work: (source: Source, description: Description) => Promise<T>): Promise<T> {
    const source = await connector.connect(config, host, signal());
    try {
      return await work(source, await source.describe(signal()));
    } finally {
      await source.close();
    }
  }

  const named = ({ tables }: Description, name: string): Table => tables.find((table) => table.name === name)!;

  async function read(source: Source, { facts }: Description, table: Table, columns = table.columns.map((c) => c.name)): Promise<Literal[][]> {
    const scan = { kind: 'scan' as const, table, columns: columns.map((name) => ({ id: name, column: table.columns.find((c) => c.name === name)! })) };
    const query = connector.dialect(facts).compile(scan);
    const snapshot = await source.open(signal());
    const sink = new CollectingSink(query.columns);
    try {
      await snapshot.read(query, sink, signal());
      return sink.rows;
    } finally {
      await snapshot.close();
    }
  }

  it('reads every kind of type', async () => {
    await connected(service(), async (source, description) => {
      const table = named(description, 'kinds');
      const columns = table.columns.map((c) => c.name).filter((name) => name !== 'nested');
      const [first, second] = await read(source, description, table, columns);
      const value = (name: string) => first![columns.indexOf(name)];
      expect(Object.fromEntries(columns.map((name) => [name, typeof value(name) === 'bigint' ? String(value(name)) : value(name)]))).toEqual({
        id: '1', n: '12.345000000000000000', padded: 'ab', mood: "it's ok", dom: '7', span: '10 months 3 days -04:05:06.500000', cash: '-1234.50',
        ip: '10.0.0.0/8', bits: '101', r: '[1,5)', pair: '(1,"x,y")', ints: '[1,null,-3]', words: '["a\\"b",null,"NULL","😀"]',
        prices: '["1.50","-0.01","12345678.90"]', days: '["infinity","2000-02-29","0044-03-15 (BC)"]',
        stamps: '["1969-12-31 23:59:59.999999+00","-infinity"]', reals: '["NaN","-Infinity",0.1]', clock: '10:00:00.5+02', doc: '{"a": 1, "a": 2}',
        o: '4294967295', ch: 'x',
      });
      expect(second![columns.indexOf('ints')]).toBe('[]');
      const types = Object.fromEntries(table.columns.map((c) => [c.name, typeName(c.type)]));
      expect(types).toMatchObject({ n: 'DECIMAL(38,18)', dom: 'INTEGER', mood: 'VARCHAR', prices: 'DECIMAL(10,2)[]', stamps: 'TIMESTAMP WITH TIME ZONE[]', cash: 'DECIMAL(19,2)' });
    });
  });

  it('pushes conditions on enumerations, domains, networks and padded text', async () => {
    await connected(service(), async (source, { facts, tables }) => {
      const table = tables.find((t) => t.name === 'kinds')!;
      const dialect = connector.dialect(facts);
      const conditions: [string, Literal][] = [['mood', "it's ok"], ['ip', '10.0.0.0/8'], ['padded', 'ab'], ['dom', 7n], ['cash', '-1234.50'], ['ch', 'x'], ['o', 4_294_967_295n]];
      for (const [name, value] of conditions) {
        const column = table.columns.find((c) => c.name === name)!;
        const scan = { kind: 'scan' as const, table, columns: [{ id: name, column }] };
        const conjunct = { kind: 'compare' as const, op: '=' as const, left: { kind: 'column' as const, id: name, type: column.type }, right: { kind: 'literal' as const, value, type: column.type } };
        expect(dialect.filter(conjunct, scan), name).toBe('exact');
        const query = dialect.compile({ kind: 'filter', input: scan, conjuncts: [conjunct] });
        const snapshot = await source.open(signal());
        const sink = new CollectingSink(query.columns);
        await snapshot.read(query, sink, signal());
        await snapshot.close();
        expect(sink.rows, name).toEqual([[value]]);
      }
    });
  });

  it('refuses what a column type cannot hold, and says which column', async () => {
    await connected(service(), async (source, description) => {
      await expect(read(source, description, named(description, 'bad'))).rejects.toMatchObject({ code: 'source.value', message: expect.stringContaining('column n') });
    });
    await connected(service({ numeric: 'double' }), async (source, description) => {
      expect(await read(source, description, named(description, 'bad'))).toEqual([[1n, NaN]]);
    });
    await connected(service({ numeric: 'text' }), async (source, description) => {
      expect(await read(source, description, named(description, 'bad'))).toEqual([[1n, 'NaN']]);
    });
    await client.query(`CREATE TABLE ${schema}.deep (a integer[]); INSERT INTO ${schema}.deep VALUES ('{{1,2},{3,4}}')`);
    await connected(service(), async (source, description) => {
      await expect(read(source, description, named(description, 'deep'))).rejects.toMatchObject({ code: 'source.value' });
    });
  });

  it('describes keys, comments, values, partitions and views', async () => {
    await connected(service(), async (_source, description) => {
      expect(named(description, 'kinds')).toMatchObject({ comment: 'one of each', primaryKey: ['id'], rows: { count: 2, exact: true } });
      const column = (table: string, name: string) => named(description, table).columns.find((c) => c.name === name);
      expect(column('kinds', 'n')).toMatchObject({ comment: 'any scale', nullable: true });
      expect(column('kinds', 'mood')?.enumValues).toEqual(['sad', "it's ok"]);
      expect(column('parent', 'state')?.enumValues).toEqual(['new', 'old']);
      expect(column('parent', 'code')).toMatchObject({ indexed: true, collation: { binary: false } });
      expect(named(description, 'parent').uniques).toEqual([['code']]);
      expect(named(description, 'child')).toMatchObject({ uniques: [['a', 'b']], foreignKeys: [{ columns: ['parent_id'], references: { table: 'parent', columns: ['id'] } }] });
      expect(column('child', 'parent_id')).toMatchObject({ indexed: true, nullable: false });
      expect(column('child', 'b')?.indexed).toBeUndefined();
      expect(named(description, 'parts').rows).toEqual({ count: 100, exact: false });
      expect(description.tables.map((t) => t.name)).not.toContain('parts_2024');
      expect([named(description, 'seen').kind, named(description, 'kept').kind]).toEqual(['view', 'view']);
      expect(named(description, 'Odd "Name"').columns[0]?.name).toBe('Mixed Case');
    });
  });

  it('names the tables of other schemas with their schema', async () => {
    const { schema: _own, ...options } = service().options;
    const all: ServiceConfig = { ...service(), options };
    await connected(all, async (_source, description) => {
      expect(named(description, 'child')).toMatchObject({ schema, foreignKeys: [{ references: { schema, table: 'parent' } }] });
    });
    await connected(service({ schema: 'no_such_schema' }), async (_source, description) => {
      expect(description).toMatchObject({ tables: [], warnings: [expect.stringContaining('no_such_schema')] });
    });
  });

  it('shows what a role may read, says what it may not, and sees that it can\'t write', async () => {
    await connected(service({ user: role, password: 'reader-password' }), async (source, description) => {
      expect(description.tables.map((t) => t.name).sort()).toEqual(['hidden', 'kinds', 'parent']);
      expect(named(description, 'hidden').columns.map((c) => c.name)).toEqual(['open']);
      expect(description.warnings.join(' ')).toContain(`${schema}.child`);
      const health = await source.health(signal());
      expect(health).toMatchObject({ user: role, canWrite: false });
      expect(health.advice.join(' ')).toContain(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role};`);
      const denied = { text: `SELECT "a" FROM "${schema}"."child"`, params: [], columns: [] };
      const snapshot = await source.open(signal());
      await expect(snapshot.read(denied, new CollectingSink([]), signal())).rejects.toMatchObject({ code: 'source.denied', remedy: expect.stringContaining('GRANT SELECT') });
      await snapshot.close();
    });
  });

  it('serves several services of one server from one bounded pool, all open at once', async () => {
    const sources = await Promise.all([1, 2, 3].map(() => connector.connect(service(), host, signal())));
    const snapshots = await Promise.all(sources.map((source) => source.open(signal())));
    const estimates = await Promise.all(sources.map((source) => source.estimate!({ text: `SELECT FROM ${schema}.parts`, params: [], columns: [] }, signal())));
    expect(estimates).toEqual([100, 100, 100]);
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'aishell'`);
    expect(rows[0]!.n).toBeGreaterThanOrEqual(3);
    for (const snapshot of snapshots) await snapshot.close();
    for (const source of sources) await source.close();
  });

  it('reads all of a snapshot as of one moment', async () => {
    await connected(service(), async (source, { facts, tables }) => {
      const table = tables.find((t) => t.name === 'parent')!;
      const query = connector.dialect(facts).compile({ kind: 'scan', table, columns: [{ id: 'id', column: table.columns[0]! }] });
      const snapshot = await source.open(signal());
      const count = async () => {
        const sink = new CollectingSink(query.columns);
        await snapshot.read(query, sink, signal());
        return sink.rows.length;
      };
      const before = await count();
      await client.query(`INSERT INTO ${schema}.parent VALUES (100)`);
      expect(await count()).toBe(before);
      await snapshot.close();
    });
  });

  it('checks the name in the server\'s certificate', async () => {
    const { good } = await authorities('postgres');
    const tls = (servername: string): TlsOptions => ({ enabled: true, verify: true, ca: good, servername });
    await expect(connector.connect(service({}, tls('other.example')), host, signal())).rejects.toMatchObject({ code: 'source.unreachable' });
    await (await connector.connect(service({}, tls('localhost')), host, signal())).close();
  });

  it('says which database does not exist', async () => {
    await expect(connector.connect(service({ database: 'no_such_database' }), host, signal())).rejects.toMatchObject({ code: 'source.failed', message: expect.stringContaining('no_such_database') });
  });
});
