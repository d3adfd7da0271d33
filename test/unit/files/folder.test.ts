import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/files/index.js';
import { matchesGlob } from '../../../connectors/files/glob.js';
import { unreadable } from '../../../connectors/files/settings.js';
import { columnsOf, failure, Folder, scanOf } from './bench.js';

let folder: Folder;
afterEach(() => folder?.close());

const row = '{"a":1}\n';

describe('tables of a folder', () => {
  it('are its files, folders of like files, and globs', async () => {
    folder = await Folder.make({
      'one.ndjson': row,
      'two.csv': 'a\n1\n',
      'two.ndjson': row,
      'many/2025.ndjson': row,
      'many/2026/01.ndjson': row,
      'mixed/x.ndjson': row,
      'mixed/y.csv': 'a\n1\n',
      'logs/a.ndjson': row,
      'notes.txt': 'not data',
      '.hidden.ndjson': row,
    });
    const tables = { logs: 'logs/*.ndjson', nothing: 'nothing/*.csv' };
    const { tables: found, warnings } = await folder.describe({ tables });
    expect(found.map(({ name, rows }) => [name, rows!.count]).sort()).toEqual([
      ['logs', 1], ['many', 2], ['mixed_x', 1], ['mixed_y', 1], ['one', 1], ['two', 1], ['two_ndjson', 1],
    ]);
    expect(warnings.join()).toContain('nothing');
  });

  it('may be one file', async () => {
    folder = await Folder.make({ 'one.ndjson': row, 'two.ndjson': row });
    expect((await folder.describe({ path: 'data/one.ndjson' })).tables.map(({ name }) => name)).toEqual(['one']);
  });

  it('are none in an empty folder, and that is said', async () => {
    folder = await Folder.make();
    const { tables, warnings } = await folder.describe();
    expect(tables).toEqual([]);
    expect(warnings.join()).toContain('no data files');
  });

  it('can not mix formats', async () => {
    folder = await Folder.make({ 'a.ndjson': row, 'b.csv': 'a\n1\n' });
    expect((await failure(folder.describe({ tables: { all: '*' } }))).code).toBe('config');
  });
});

describe('the folder', () => {
  it('that is missing, and a file of no known kind', async () => {
    folder = await Folder.make({ 'notes.txt': 'x' });
    const missing = await failure(folder.connect({ path: 'nowhere' }));
    expect(missing).toMatchObject({ code: 'source.unreachable', service: 'shelf' });
    expect(missing.remedy).toContain('services.shelf.path');
    expect((await failure(folder.connect({ path: 'data/*.csv' }))).remedy).toContain('tables: { <name>: "*.csv" }');
    expect((await failure(folder.describe({ path: 'data/notes.txt' }))).code).toBe('config');
  });

  it('that may not be read', () => {
    const error = unreadable('shelf', '/data', Object.assign(new Error('EACCES'), { code: 'EACCES' }));
    expect(error).toMatchObject({ code: 'source.denied', service: 'shelf' });
  });

  it('with a type that is none', async () => {
    folder = await Folder.make({ 'a.csv': 'x\n1\n' });
    expect((await failure(folder.connect({ tables: { a: { columns: { x: 'NUMBERS' } } } }))).message).toContain("'NUMBERS'");
    expect((await failure(folder.describe({ tables: { a: { columns: { y: 'BIGINT' } } } }))).message).toContain('no such column');
  });

  it('can be asked how it is', async () => {
    folder = await Folder.make({ 'a.ndjson': row });
    const health = await (await folder.connect()).health(AbortSignal.timeout(10_000));
    expect(health).toMatchObject({ canWrite: false, advice: [] });
    expect(health.version).toMatch(/^\d/);
  });
});

describe('links out of the folder', () => {
  it('are left out, and said to be', async () => {
    folder = await Folder.make({ 'in.ndjson': row });
    await writeFile(join(folder.base, 'secret.ndjson'), row);
    await symlink(join(folder.base, 'secret.ndjson'), join(folder.path, 'link.ndjson'));
    await symlink(folder.base, join(folder.path, 'above'));
    await symlink(join(folder.path, 'in.ndjson'), join(folder.path, 'inside.ndjson'));
    const { tables, warnings } = await folder.describe();
    expect(tables.map(({ name }) => name).sort()).toEqual(['in', 'inside']);
    expect(warnings.filter((warning) => warning.includes('link out of the folder')).length).toBe(2);
  });

  it('are refused when they are named, and when they came later', async () => {
    folder = await Folder.make({ 'a.ndjson': row });
    const table = (await folder.describe()).table('a');
    await writeFile(join(folder.base, 'secret.ndjson'), row);
    await symlink(join(folder.base, 'secret.ndjson'), join(folder.path, 'link.ndjson'));
    expect((await failure(folder.describe({ path: 'data/link.ndjson' }))).code).toBe('source.denied');
    for (const files of [['link.ndjson'], ['../secret.ndjson']]) {
      expect((await failure(folder.read('a', {}, { ...table, native: { ...table.native, files } }))).code).toBe('source.denied');
    }
  });
});

describe('text files that lie about themselves', () => {
  it('a CSV whose later value is no number', async () => {
    folder = await Folder.make({ 'a.csv': `n,w\n${'1,x\n'.repeat(1_000_000)}oops,x\n` });
    const error = await failure(folder.rows('a'));
    expect(error.code).toBe('source.value');
    expect(error.message).toContain('n was seen to be BIGINT');
  });

  it.each(['1.5', '1e-1', '0x1F', '9223372036854775808'])('a CSV whose later value would be changed: %s', async (later) => {
    folder = await Folder.make({ 'a.csv': `n,w\n${'1,x\n'.repeat(30_000)}${later},x\n` });
    expect((await failure(folder.rows('a'))).code).toBe('source.value');
    expect((await failure(folder.rows('a', { tables: { a: { columns: { n: 'DECIMAL(9,0)' } } } }))).code).toBe('source.value');
  });

  it.each(['1e400', '-1e400'])('a number that is too large for a double is no infinity: %s', async (large) => {
    folder = await Folder.make({ 'a.csv': `x,w\n1.5,a\ninf,b\n-Infinity,c\nnan,d\n`, 'b.csv': `x\n1.5\n${large}\n` });
    const columns = { columns: { x: 'DOUBLE' } };
    expect((await folder.rows('a', { tables: { a: columns } })).map(([x]) => x)).toEqual([1.5, Infinity, -Infinity, NaN]);
    expect((await failure(folder.rows('b'))).code).toBe('source.value');
    expect(await folder.rows('b', { tables: { b: { columns: { x: 'VARCHAR' } } } })).toEqual([['1.5'], [large]]);
  });

  it('digits that a double would change stay what they are', async () => {
    const most = '9'.repeat(38);
    folder = await Folder.make({ 'a.csv': `big,most,money,rate,late,zero\n9223372036854775808,${most},12345678901234567890.10,0.30000000000000004,1,1.0\n1,-${most},.5,1e3,2.0,2\n` });
    expect(columnsOf((await folder.describe()).table('a'))).toEqual({ big: 'DECIMAL(38,0)', most: 'DECIMAL(38,0)', money: 'DECIMAL(38,1)', rate: 'DOUBLE', late: 'DOUBLE', zero: 'DOUBLE' });
    const [first] = await folder.rows('a', { tables: { a: { columns: { money: 'DECIMAL(38,2)' } } } });
    expect(first!.slice(0, 4)).toEqual(['9223372036854775808', most, '12345678901234567890.10', 0.30000000000000004]);
  });

  it('a CSV whose quote never ends', async () => {
    folder = await Folder.make({ 'a.csv': `n,w\n${'1,"x, y"\n'.repeat(30_000)}2,"cut` });
    expect((await failure(folder.rows('a'))).kind).toBe('source');
  });

  it('digits with leading zeros stay text', async () => {
    folder = await Folder.make({ 'a.csv': 'zip,n\n01234,7\n99999,8\n' });
    expect(columnsOf((await folder.describe()).table('a'))).toEqual({ zip: 'VARCHAR', n: 'BIGINT' });
    expect(await folder.rows('a')).toEqual([['01234', 7n], ['99999', 8n]]);
  });

  it('an empty field is NULL, a quoted empty one is not', async () => {
    folder = await Folder.make({ 'a.csv': 'n,w\n1,\n2,""\n3,"x"\n' });
    expect(await folder.rows('a')).toEqual([[1n, null], [2n, ''], [3n, 'x']]);
  });

  it('a Parquet file that was cut, and one that is none', async () => {
    folder = await Folder.make({ 'none.parquet': 'PAR1 and then nothing like it' });
    expect((await failure(folder.describe())).code).toBe('source.failed');
  });
});

describe('what is asked', () => {
  it('is bound, and shown as it is sent', async () => {
    folder = await Folder.make({ 'a.ndjson': `${row}{"a":2}\n` });
    const table = (await folder.describe()).table('a');
    const scan = scanOf(table);
    const query = connector.dialect({ version: '' }).compile({
      kind: 'filter',
      input: scan,
      conjuncts: [{ kind: 'compare', op: '=', left: { kind: 'column', id: 'a', type: table.columns[0]!.type }, right: { kind: 'literal', value: 2n, type: table.columns[0]!.type } }],
    });
    expect(query).toMatchObject({ text: 'SELECT "a" FROM "a" WHERE ("a" = CAST($1 AS BIGINT))', params: ['2'] });
  });

  it('never depends on the zone of whoever reads', async () => {
    folder = await Folder.make({ 'a.ndjson': '{"t":"2026-01-01T00:00:00Z"}\n' });
    const table = (await folder.describe()).table('a');
    const column = { kind: 'column', id: 't', type: table.columns[0]!.type } as const;
    const dialect = connector.dialect({ version: '' });
    const asDate = { kind: 'cast', arg: column, type: { kind: 'date' }, try: false } as const;
    const day = { kind: 'call', name: 'day', args: [column], type: { kind: 'int', bits: 64, signed: true } } as const;
    for (const expr of [asDate, day]) {
      const judged = dialect.filter({ kind: 'isNull', arg: expr, negated: false }, scanOf(table));
      expect(judged).toMatchObject({ reason: expect.stringContaining('time zone') as string });
    }
  });
});

describe('globs', () => {
  it.each([
    ['a.csv', '*.csv', true],
    ['x/a.csv', '*.csv', false],
    ['x/a.csv', '**/*.csv', true],
    ['a.csv', '**/*.csv', true],
    ['x/y/a.csv', 'x/**', true],
    ['a1.csv', 'a?.csv', true],
    ['b.json', '*.{csv,json}', true],
    ['a+b.csv', 'a+b.csv', true],
    ['aab.csv', 'a+b.csv', false],
  ])('%s in %s: %s', (path, glob, expected) => {
    expect(matchesGlob(path, glob)).toBe(expected);
  });
});
