import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteForWriting } from '../../support/sqlite.js';
import { columnsOf, failure, Folder } from './bench.js';

let folder: Folder;
afterEach(() => folder.close());

describe('.duckdb files', () => {
  it('bring all their tables, with keys, comments, enumerations and exact counts', async () => {
    folder = await Folder.make();
    await folder.duckdb(
      `ATTACH '$DIR/vet.duckdb' AS d`,
      'USE d',
      `CREATE TABLE owner (id BIGINT PRIMARY KEY, mail VARCHAR UNIQUE NOT NULL, kind ENUM ('a', 'b''c'))`,
      `CREATE TABLE pet (id INTEGER PRIMARY KEY, owner_id BIGINT REFERENCES owner (id), born DATE DEFAULT DATE '2020-01-01')`,
      `CREATE VIEW grown AS SELECT id FROM pet`,
      'CREATE SCHEMA extra',
      'CREATE TABLE extra.note (text VARCHAR)',
      `COMMENT ON TABLE owner IS 'People'`,
      `COMMENT ON COLUMN owner.mail IS 'Where to write'`,
      `INSERT INTO owner VALUES (1, 'x@y', 'b''c'), (2, 'z@y', NULL)`,
      'USE memory',
      'DETACH d',
    );
    const { tables, table } = await folder.describe();
    expect(tables.map(({ schema, name, kind }) => [schema, name, kind])).toEqual([
      ['extra', 'note', 'table'], [undefined, 'grown', 'view'], [undefined, 'owner', 'table'], [undefined, 'pet', 'table'],
    ]);
    expect(table('owner')).toMatchObject({ primaryKey: ['id'], uniques: [['mail']], comment: 'People', rows: { count: 2, exact: true } });
    expect(table('owner').columns).toMatchObject([
      { name: 'id', nullable: false },
      { name: 'mail', nullable: false, comment: 'Where to write' },
      { name: 'kind', nullable: true, type: { kind: 'text' }, enumValues: ['a', "b'c"] },
    ]);
    expect(table('pet').foreignKeys).toEqual([{ columns: ['owner_id'], references: { table: 'owner', columns: ['id'] } }]);
    expect(await folder.rows('owner')).toEqual([[1n, 'x@y', "b'c"], [2n, 'z@y', null]]);
    expect(await folder.rows('note')).toEqual([]);
  });

  it('are the service itself when called like it; others are schemas of it', async () => {
    folder = await Folder.make();
    await folder.duckdb(
      `ATTACH '$DIR/shelf.duckdb' AS a`, 'CREATE TABLE a.main.own (x INTEGER)', 'DETACH a',
      `ATTACH '$DIR/other.duckdb' AS b`, 'CREATE TABLE b.main.foreign_one (x INTEGER)', 'DETACH b',
    );
    const { tables } = await folder.describe();
    expect(tables.map(({ schema, name }) => [schema, name]).sort()).toEqual([[undefined, 'own'], ['other', 'foreign_one']].sort());
    expect(await folder.rows('foreign_one')).toEqual([]);
  });

  it('that are garbled say so', async () => {
    folder = await Folder.make({ 'bad.duckdb': 'this is no database, whatever its name says' });
    const error = await failure(folder.describe());
    expect(error.code).toBe('source.failed');
    expect(error.message).toContain('bad.duckdb');
  });

  it('that lost a column say that the catalogue is outdated', async () => {
    folder = await Folder.make();
    await folder.duckdb(`ATTACH '$DIR/a.duckdb' AS a`, 'CREATE TABLE a.t (x INTEGER, y INTEGER)', 'DETACH a');
    const table = (await folder.describe()).table('t');
    await folder.close();
    folder = await Folder.make();
    await folder.duckdb(`ATTACH '$DIR/a.duckdb' AS a`, 'CREATE TABLE a.t (x INTEGER)', 'DETACH a');
    expect((await failure(folder.read('t', {}, table))).code).toBe('source.schema_changed');
  });

  it('whose column changed its type say so too', async () => {
    folder = await Folder.make();
    await folder.duckdb(`ATTACH '$DIR/a.duckdb' AS a`, 'CREATE TABLE a.t (x TIMESTAMP, s STRUCT(a INTEGER, b JSON))', 'DETACH a');
    const table = (await folder.describe()).table('t');
    expect(await folder.rows('t')).toEqual([]);
    await folder.close();
    folder = await Folder.make();
    await folder.duckdb(`ATTACH '$DIR/a.duckdb' AS a`, 'CREATE TABLE a.t (x TIMESTAMPTZ, s STRUCT(a INTEGER, b JSON))', 'DETACH a');
    expect((await failure(folder.read('t', {}, table))).code).toBe('source.schema_changed');
  });
});

describe('SQLite files', () => {
  const make = async (...statements: string[]) => {
    folder = await Folder.make();
    const database = openSqliteForWriting(join(folder.path, 'data.db'));
    for (const statement of statements) database.exec(statement);
    database.close();
  };

  it('have the types that declarations and values agree on', async () => {
    await make(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, x REAL, price DECIMAL(10,2), name VARCHAR(20), day DATE, at DATETIME, ok BOOLEAN, raw BLOB, loose, untidy INTEGER)`,
      `INSERT INTO t VALUES (1, 9007199254740993, 1.5, 2, 'é', '2026-01-31', '2026-01-31 10:00:00.5', 1, x'00ff', 'a', 5), (2, NULL, 2, 2.5, 'b', NULL, NULL, 0, NULL, 7, 'five')`,
    );
    expect(columnsOf((await folder.describe()).table('t'))).toEqual({
      id: 'BIGINT', n: 'BIGINT', x: 'DOUBLE', price: 'DOUBLE', name: 'VARCHAR', day: 'DATE', at: 'TIMESTAMP', ok: 'BOOLEAN', raw: 'BLOB', loose: 'VARCHAR', untidy: 'VARCHAR',
    });
    const [first, second] = await folder.rows('t');
    expect(first).toEqual([1n, 9007199254740993n, 1.5, 2, 'é', 20484n, BigInt(Date.parse('2026-01-31T10:00:00.5Z')) * 1000n, true, new Uint8Array([0, 255]), 'a', '5']);
    expect(second).toEqual([2n, null, 2, 2.5, 'b', null, null, false, null, '7', 'five']);
  });

  it('have keys', async () => {
    await make(
      'CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT UNIQUE)',
      'CREATE TABLE b (p INTEGER, q INTEGER, r INTEGER REFERENCES a, PRIMARY KEY (q, p), FOREIGN KEY (p) REFERENCES a (x))',
      'CREATE VIEW v AS SELECT x FROM a',
    );
    const { table } = await folder.describe();
    expect(table('a')).toMatchObject({ primaryKey: ['x'], uniques: [['y']] });
    expect(table('b').primaryKey).toEqual(['q', 'p']);
    expect(table('b').foreignKeys).toEqual(
      expect.arrayContaining([
        { columns: ['p'], references: { table: 'a', columns: ['x'] } },
        { columns: ['r'], references: { table: 'a', columns: ['x'] } },
      ]),
    );
    expect(table('v').kind).toBe('view');
  });

  it('whose later value is of another type say so', async () => {
    await make('CREATE TABLE t (n INTEGER)', 'INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3000) SELECT i FROM c', `INSERT INTO t VALUES ('late')`);
    const error = await failure(folder.rows('t'));
    expect(error).toMatchObject({ code: 'source.value', service: 'shelf' });
  });

  it('keep text whole: NUL, BOM and what only looks like a number', async () => {
    await make('CREATE TABLE t (s TEXT)', `INSERT INTO t VALUES (CAST(x'610062' AS TEXT)), (CAST(x'EFBBBF78' AS TEXT)), ('1e5')`);
    expect(await folder.rows('t')).toEqual([['a\0b'], ['\ufeffx'], ['1e5']]);
  });

  it('get nothing written beside them', async () => {
    await make('CREATE TABLE t (x INTEGER)', 'INSERT INTO t VALUES (1)');
    expect(await folder.rows('t')).toEqual([[1n]]);
    expect(await readdir(folder.path)).toEqual(['data.db']);
    expect((await readdir(join(folder.base, 'temp'))).filter((name) => name.startsWith('sqlite'))).toEqual([]);
  });

  it('with changes that are not in them yet are refused', async () => {
    await make('CREATE TABLE t (x INTEGER)');
    await writeFile(join(folder.path, 'data.db-wal'), 'something');
    const error = await failure(folder.describe());
    expect(error.message).toContain('wal');
    expect(error.remedy).toContain('checkpoint');
  });

  it('that are cut say so', async () => {
    folder = await Folder.make({ 'cut.sqlite': Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(200, 7)]) });
    expect((await failure(folder.describe())).code).toBe('source.failed');
  });
});
