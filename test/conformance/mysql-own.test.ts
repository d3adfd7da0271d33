/** What only MySQL and MariaDB have: their types, zero dates, long times, huge rows, users. */

import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeName, types, type ConfigValue, type Description, type Expr, type Literal, type Rel, type ServiceConfig, type Source, type Table, type TlsOptions } from '../../connectors/contract.js';
import { connector } from '../../connectors/mysql/index.js';
import { CollectingSink } from '../support/collecting-sink.js';
import { FaultProxy } from '../support/proxy.js';
import { listening, servers } from '../support/servers.js';
import { authorities } from './certificates.js';

const database = `own_suite_${process.pid}`;
const user = `own_suite_reader_${process.pid}`;
const host = { tempDir: '/tmp', connectTimeoutMs: 10_000, log: () => {} };
const signal = () => AbortSignal.timeout(60_000);
const up = { mysql: await listening(servers.mysql), mariadb: await listening(servers.mariadb) };

describe.each(['mysql', 'mariadb'] as const)('%s', (product) => {
  const url = new URL(servers[product]);
  let client: mysql.Connection;

  function service(options: Record<string, ConfigValue> = {}, tls?: TlsOptions): ServiceConfig {
    const fields = { host: url.hostname, port: Number(url.port), user: url.username, password: url.password, database };
    return { name: 'own', kind: 'mysql', tags: {}, options: { ...fields, ...options }, tls, baseDir: '/' };
  }

  describe.skipIf(!up[product] && process.env['CI'] !== 'true')('alone', () => {
    beforeAll(async () => {
      client = await mysql.createConnection({ host: url.hostname, port: Number(url.port), user: url.username, password: url.password, charset: 'utf8mb4', multipleStatements: true });
      await client.query(`DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database} CHARACTER SET utf8mb4; USE ${database}; SET SESSION sql_mode = ''; SET SESSION time_zone = '+00:00';
        DROP USER IF EXISTS ${user}; CREATE USER ${user} IDENTIFIED BY 'reader-password'`);
      await client.query(`CREATE TABLE parent (id int PRIMARY KEY, code varchar(10) UNIQUE COMMENT 'short') COMMENT 'the elder';
        CREATE TABLE child (id int PRIMARY KEY AUTO_INCREMENT, parent_id int NOT NULL, a int, b int, UNIQUE (a, b), FOREIGN KEY (parent_id) REFERENCES parent (id));
        CREATE TABLE kinds (
          id int PRIMARY KEY, flag tinyint(1), y year, bits bit(10), mood enum('sad', 'it''s ok'), tags set('a', 'b', 'c'), wide decimal(65, 30), p point,
          day date, moment datetime, stamp timestamp NULL, clock time(3), padded char(5), bin binary(4), doc json, open int);
        INSERT INTO kinds VALUES (1, 127, 2155, b'1000000001', 'it''s ok', 'a,c', 12.5, ST_GeomFromText('POINT(1 2)'), '2024-02-29', '1000-01-01 00:00:00', '2024-01-01 12:00:00', '-12:30:00.25', 'ab', 'x', '{"k": 1}', 5);
        CREATE TABLE zero (id int PRIMARY KEY, day date, moment datetime NOT NULL);
        INSERT INTO zero VALUES (1, '0000-00-00', '0000-00-00 00:00:00'), (2, '2024-00-00', '2024-01-00 10:00:00'), (3, '2024-01-02', '2024-01-02 03:04:05');
        CREATE TABLE wide (id int PRIMARY KEY, a longtext, b longtext);
        CREATE VIEW seen AS SELECT id FROM parent;
        GRANT SELECT ON ${database}.parent TO ${user}; GRANT SELECT (open) ON ${database}.kinds TO ${user}`);
    });

    afterAll(async () => {
      await client.query(`DROP DATABASE IF EXISTS ${database}; DROP USER IF EXISTS ${user}`);
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

    it('is not asked to subtract unsigned numbers, which fails there below zero', async () => {
      await client.query('CREATE TABLE counters (a int unsigned, b bigint unsigned, c int); INSERT INTO counters VALUES (1, 2, 3), (5, 1, -2)');
      await connected(service(), async (source, description) => {
        const table = named(description, 'counters');
        const [a, b, c] = table.columns.map((column) => ({ kind: 'column' as const, id: column.name, type: column.type }));
        const asked = (left: Expr, right: Expr): Rel => ({
          kind: 'project', columns: [{ id: 'd', expr: { kind: 'call', name: '-', args: [left, right], type: types.int64 } }],
          input: { kind: 'scan', table, columns: table.columns.map((column) => ({ id: column.name, column })) },
        });
        const dialect = connector.dialect(description.facts);
        for (const rel of [asked(a!, b!), asked(a!, c!), asked(c!, b!)]) expect(dialect.accepts(rel)).toMatchObject({ reason: 'unsigned numbers are computed with locally' });
        expect(dialect.accepts(asked(c!, c!))).toBe(true);
        expect((await read(source, description, table)).map((row) => row.map(String))).toEqual([['1', '2', '3'], ['5', '1', '-2']]);
      });
      await expect(client.query('SELECT a - b FROM counters')).rejects.toThrow(/UNSIGNED value is out of range/);
    });

    const named = ({ tables }: Description, name: string): Table => tables.find((table) => table.name === name)!;

    async function read(source: Source, { facts }: Description, table: Table, columns = table.columns.map((c) => c.name), isNull?: string): Promise<Literal[][]> {
      const scan = { kind: 'scan' as const, table, columns: columns.map((name) => ({ id: name, column: table.columns.find((c) => c.name === name)! })) };
      const conjuncts = isNull === undefined ? [] : [{ kind: 'isNull' as const, negated: false, arg: { kind: 'column' as const, id: isNull, type: table.columns.find((c) => c.name === isNull)!.type } }];
      const query = connector.dialect(facts).compile({ kind: 'filter', input: scan, conjuncts });
      const snapshot = await source.open(signal());
      const sink = new CollectingSink(query.columns);
      try {
        await snapshot.read(query, sink, signal());
        return sink.rows;
      } finally {
        await snapshot.close();
      }
    }

    it('keys are a table where an index leads to the rows, and a list where none does', async () => {
      await connected(service(), async (_, description) => {
        const table = named(description, 'child');
        const text = (name: string) => {
          const rel = { kind: 'scan' as const, table, columns: table.columns.map((column) => ({ id: column.name, column })) };
          return connector.dialect(description.facts).compile(rel, { column: name, type: { kind: 'int', bits: 64, signed: true }, values: [1n, 2n] }).text;
        };
        expect([text('id'), text('parent_id'), text('a')].map((sql) => sql.includes('JSON_TABLE'))).toEqual([true, true, true]);
        expect(text('b')).toMatch(/`b` IN \(CAST\(\? AS SIGNED\), CAST\(\? AS SIGNED\)\)$/);
      });
    });

    // MySQL knows CHECK from 8.0.16 on.
    const checks = product === 'mariadb' ? [product] : [];
    it.each(checks)('lists of a CHECK are labels, and other checks are none', async () => {
      await client.query("CREATE OR REPLACE TABLE checked (id int PRIMARY KEY, state varchar(9) CHECK (state IN ('new', 'it''s, ok')), n int CHECK (n IN (1, 2)), t varchar(9) CHECK (t NOT IN ('x')), u varchar(9), CONSTRAINT both_of CHECK (u IN ('a', 'b') OR n > 1))");
      const source = await connector.connect(service(), host, signal());
      try {
        const { tables } = await source.describe(signal());
        const labels = tables.find(({ name }) => name === 'checked')!.columns.map(({ name, enumValues }) => [name, enumValues]);
        expect(labels).toEqual([['id', undefined], ['state', ['new', "it's, ok"]], ['n', undefined], ['t', undefined], ['u', undefined]]);
      } finally {
        await source.close();
        await client.query('DROP TABLE checked');
      }
    });

    it('reads every kind of type', async () => {
      await connected(service({ time: 'interval' }), async (source, description) => {
        const table = named(description, 'kinds');
        const [row] = await read(source, description, table);
        const values = Object.fromEntries(table.columns.map((c, i) => [c.name, typeof row![i] === 'bigint' ? String(row![i]) : row![i]]));
        const day = (text: string) => String(Date.parse(`${text}Z`) / 86_400_000);
        const micros = (text: string) => String(Date.parse(`${text}Z`) * 1000);
        expect(values).toEqual({
          id: '1', flag: '127', y: '2155', bits: '513', mood: "it's ok", tags: 'a,c', wide: '12.500000000000000000000000000000', p: 'POINT(1 2)',
          day: day('2024-02-29T00:00:00'), moment: micros('1000-01-01T00:00:00'), stamp: micros('2024-01-01T12:00:00'), clock: '-12:30:00.250000',
          padded: 'ab', bin: Buffer.from('x\0\0\0'), doc: expect.stringMatching(/^\{"k": 1\}$/), open: '5',
        });
        expect(Object.fromEntries(table.columns.map((c) => [c.name, typeName(c.type)]))).toMatchObject({
          flag: 'TINYINT', y: 'SMALLINT', bits: 'UBIGINT', wide: 'DECIMAL(38,30)', moment: 'TIMESTAMP', stamp: 'TIMESTAMP WITH TIME ZONE', clock: 'INTERVAL', doc: 'JSON', bin: 'BLOB',
        });
      });
    });

    it('refuses times that are no times of day, and numbers of more than 38 digits', async () => {
      await connected(service(), async (source, description) => {
        await expect(read(source, description, named(description, 'kinds'), ['clock'])).rejects.toMatchObject({ code: 'source.value', message: expect.stringContaining('clock') });
      });
      await client.query(`CREATE TABLE huge (n decimal(65, 0)); INSERT INTO huge VALUES (${'9'.repeat(39)})`);
      await connected(service(), async (source, description) => {
        await expect(read(source, description, named(description, 'huge'))).rejects.toMatchObject({ code: 'source.value' });
      });
    });

    it('refuses zero dates, or makes them NULL in values and conditions alike', async () => {
      await connected(service(), async (source, description) => {
        await expect(read(source, description, named(description, 'zero'))).rejects.toMatchObject({ code: 'source.value', message: expect.stringContaining('0000-00-00') });
      });
      await connected(service({ zeroDates: 'null' }), async (source, description) => {
        const table = named(description, 'zero');
        const rows = await read(source, description, table);
        expect(rows.map(([id, day, moment]) => [id, day === null, moment === null])).toEqual([[1n, true, true], [2n, true, true], [3n, false, false]]);
        expect((await read(source, description, table, ['id', 'moment'], 'moment')).map(([id]) => id)).toEqual([1n, 2n]);
      });
    });

    it('reads rows of more than 16 MB, which come in several packets', async () => {
      // Both sides of the packet border, and a row that fills its packet to the byte: a mark, NULL bits, id and two lengths frame it.
      const lengths = [[9_000_000, 9_000_000], [16_777_215 - 2 - 4 - 4 - 1, 0], [16_777_216, 1]];
      for (const [i, [a, b]] of lengths.entries()) await client.query(`INSERT INTO wide VALUES (${i}, REPEAT('x', ${a}), REPEAT('y', ${b}))`);
      await connected(service(), async (source, description) => {
        const rows = await read(source, description, named(description, 'wide'));
        expect(rows.map(([, a, b]) => [(a as string).length, (b as string).length])).toEqual(lengths);
        expect(rows.every(([, a, b]) => /^x*$/.test(a as string) && /^y*$/.test(b as string))).toBe(true);
      });
    });

    it('describes keys, comments, values and views', async () => {
      await connected(service(), async (_source, description) => {
        expect(description.facts['product']).toBe(product === 'mysql' ? 'MySQL' : 'MariaDB');
        const column = (table: string, name: string) => named(description, table).columns.find((c) => c.name === name);
        expect(named(description, 'parent')).toMatchObject({ primaryKey: ['id'], uniques: [['code']], comment: 'the elder', rows: { count: 0, exact: true } });
        expect(column('parent', 'code')).toMatchObject({ comment: 'short', indexed: true, nullable: true });
        expect(named(description, 'child')).toMatchObject({ uniques: [['a', 'b']], foreignKeys: [{ columns: ['parent_id'], references: { table: 'parent', columns: ['id'] } }] });
        expect(column('kinds', 'mood')?.enumValues).toEqual(['sad', "it's ok"]);
        expect(named(description, 'seen').kind).toBe('view');
      });
    });

    it('shows what a user may read, and sees that it can\'t write', async () => {
      await connected(service({ user, password: 'reader-password' }), async (source, description) => {
        expect(description.tables.map((t) => t.name).sort()).toEqual(['kinds', 'parent']);
        expect(named(description, 'kinds').columns.map((c) => c.name)).toEqual(['open']);
        const health = await source.health(signal());
        expect(health).toMatchObject({ canWrite: false, advice: [] });
        expect(health.rights.join(' ')).not.toMatch(/IDENTIFIED/);
        const snapshot = await source.open(signal());
        const denied = { text: `SELECT \`id\` FROM \`${database}\`.\`child\``, params: [], columns: [] };
        await expect(snapshot.read(denied, new CollectingSink([]), signal())).rejects.toMatchObject({ code: 'source.denied' });
        await snapshot.close();
      });
    });

    it('names the tables of other databases with their database', async () => {
      const { database: _own, ...options } = service().options;
      await connected({ ...service(), options: { ...options, databases: ['mysql', database] } }, async (_source, description) => {
        expect(named(description, 'child')).toMatchObject({ schema: database, foreignKeys: [{ references: { schema: database } }] });
      });
    });

    it('reads all of a snapshot as of one moment, and estimates without reading', async () => {
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
        await client.query('INSERT INTO parent (id) VALUES (100)');
        expect(await count()).toBe(before);
        await snapshot.close();
        expect(await source.estimate!(query, signal())).toBeGreaterThanOrEqual(0);
      });
    });

    it('checks the name in the server\'s certificate, for names and addresses', async () => {
      const { good } = await authorities(product);
      const tls = (servername?: string): TlsOptions => ({ enabled: true, verify: true, ca: good, ...(servername && { servername }) });
      await expect(connector.connect(service({}, tls('other.example')), host, signal())).rejects.toMatchObject({ code: 'source.unreachable' });
      await (await connector.connect(service({}, tls('localhost')), host, signal())).close();
      await (await connector.connect(service({ host: 'localhost' }, tls()), host, signal())).close();
      // The certificate names 127.0.0.1, but no other address of this machine.
      const elsewhere = await FaultProxy.to(url.hostname, Number(url.port), '127.0.0.2');
      const { port } = elsewhere;
      await expect(connector.connect(service({ host: '127.0.0.2', port }, tls()), host, signal())).rejects.toMatchObject({ code: 'source.unreachable', message: expect.stringContaining('certificate') });
      await (await connector.connect(service({ host: '127.0.0.2', port }, tls('localhost')), host, signal())).close();
      await elsewhere.close();
    });
  });
});
