/** Parquet and XLSX, from one command and from the prompt; a pager of one's own; .teach and .trace at the prompt. */

import { spawnSync } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { withSmallEstate } from './support/small-estate.js';

const estate = withSmallEstate();

const file = (name: string): string => join(estate.dir, name);
const values = `SELECT 170141183460469231731::HUGEINT AS huge, 12.50::DECIMAL(10,2) AS money, 9007199254740993::BIGINT AS big, TIMESTAMP '2026-03-01 12:30:00.25' AS at,
  DATE '2026-03-01' AS day, TIMESTAMPTZ '2026-03-01 12:00:00+00' AS zoned, '=1+1' AS text, '' AS empty, NULL::INTEGER AS nothing, true AS yes, {'a': [1, 2]} AS nested,
  INTERVAL 3 MICROSECONDS AS span, 1 AS id, 2 AS id, chr(27) || '<&>_x0041_' AS hard`;

async function read(sql: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Each sheet as rows of the XML between its cells' tags, by the cell's own address. */
async function workbook(name: string): Promise<Record<string, string>> {
  const parts = unzipSync(await readFile(file(name)));
  return Object.fromEntries(Object.entries(parts).map(([path, bytes]) => [path, strFromU8(bytes)]));
}

test('--output x.parquet keeps every type, and the limit', async () => {
  const { code, stderr } = await estate.run('sql', values, '--output', 'v.parquet');
  expect([code, stderr]).toEqual([0, '']);
  const columns = Object.fromEntries((await read(`DESCRIBE SELECT * FROM '${file('v.parquet')}'`) as { column_name: string; column_type: string }[]).map(({ column_name: name, column_type: type }) => [name, type]));
  expect(columns).toMatchObject({ huge: 'DECIMAL(38,0)', money: 'DECIMAL(10,2)', big: 'BIGINT', at: 'TIMESTAMP', day: 'DATE', zoned: 'TIMESTAMP WITH TIME ZONE', yes: 'BOOLEAN', nested: 'STRUCT(a INTEGER[])', span: 'VARCHAR', id: 'INTEGER', id_2: 'INTEGER' });
  expect(await read(`SELECT huge::VARCHAR AS huge, money::VARCHAR AS money, big::VARCHAR AS big, nothing, span, hard FROM '${file('v.parquet')}'`)).toEqual([
    { huge: '170141183460469231731', money: '12.50', big: '9007199254740993', nothing: null, span: '00:00:00.000003', hard: '\u001b<&>_x0041_' },
  ]);
  const cut = await estate.run('sql', 'SELECT id FROM zoo.animals ORDER BY id DESC', '--output', 'cut.parquet', '--limit', '7');
  expect(cut.stderr).toContain('these are the first 7 rows');
  expect(await read(`SELECT id::INTEGER AS id FROM '${file('cut.parquet')}'`)).toEqual([300, 299, 298, 297, 296, 295, 294].map((id) => ({ id })));
  expect(await estate.run('schema', '--output', 'schema.parquet')).toMatchObject({ code: 2, stderr: expect.stringContaining('Parquet holds rows of one statement') as string });
  expect(await estate.run('sql', 'SELECT 1', '--format', 'xlsx')).toMatchObject({ code: 2, stderr: expect.stringContaining('xlsx is no text') as string });
  await expect(readFile(file('schema.parquet'))).rejects.toThrow('ENOENT');
});

test('--output x.xlsx: numbers, dates and texts as they are, nothing is a formula, and what it holds not is an error', async () => {
  expect(await estate.run('sql', values, '--output', 'v.xlsx')).toMatchObject({ code: 0, stderr: '' });
  const parts = await workbook('v.xlsx');
  const sheet = parts['xl/worksheets/sheet1.xml']!;
  expect(sheet).toContain('<c r="A2" t="inlineStr"><is><t xml:space="preserve">170141183460469231731</t>');
  expect(sheet).toContain('<c r="B2"><v>12.50</v></c>');
  expect(sheet).toContain('<c r="C2" t="inlineStr"><is><t xml:space="preserve">9007199254740993</t>');
  expect(sheet).toMatch(/<c r="D2" s="3"><v>46082\.520836\d*<\/v><\/c><c r="E2" s="2"><v>46082<\/v><\/c>/);
  expect(sheet).toContain('<c r="G2" t="inlineStr"><is><t xml:space="preserve">=1+1</t>');
  expect(sheet).not.toContain('<f>');
  expect(sheet).not.toContain('r="I2"');
  expect(sheet).toContain('_x001B_&lt;&amp;&gt;_x005F_x0041_');
  expect(parts['xl/workbook.xml']).toContain('<sheet name="about"');
  expect(parts['xl/worksheets/sheet2.xml']).toContain('HUGEINT');
  const checked = spawnSync('python3', ['-c', 'import sys, zipfile, xml.dom.minidom as m\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n[m.parseString(z.read(n)) for n in z.namelist()]', file('v.xlsx')], { encoding: 'utf8' });
  if (checked.error === undefined) expect(checked.stderr).toBe('');
  const long = await estate.run('sql', "SELECT repeat('x', 40000) AS long", '--output', 'long.xlsx');
  expect([long.code, long.stderr]).toEqual([2, expect.stringContaining('a text of 40,000 characters; an XLSX file holds 32,767 characters a cell')]);
  await expect(readFile(file('long.xlsx'))).rejects.toThrow('ENOENT');
  expect((await estate.run('schema', '--output', 'schema.xlsx')).code).toBe(0);
  expect((await workbook('schema.xlsx'))['xl/worksheets/sheet1.xml']).toContain('animals');
});

test('.save x.parquet and x.xlsx write all rows', async () => {
  const t = await estate.prompt({ args: ['--limit', '5'] });
  t.type('SELECT id, kind FROM zoo.animals ORDER BY id\r');
  await t.shows('first 5 rows');
  t.type('.save all.parquet\r');
  await t.shows('wrote 300 rows to all.parquet');
  t.type('.save all.xlsx\r');
  await t.shows('wrote 300 rows to all.xlsx');
  expect(await read(`SELECT count(*)::INTEGER AS n, max(id)::INTEGER AS last FROM '${file('all.parquet')}'`)).toEqual([{ n: 300, last: 300 }]);
  expect((await workbook('all.xlsx'))['xl/worksheets/sheet1.xml']).toContain('<row r="301">');
});

test('$PAGER, where it is set, gets long results; one that can’t be started is said', async () => {
  const pager = file('pager.sh');
  await writeFile(pager, '#!/bin/sh\necho "MY PAGER $LESS"; head -2; wc -l\n');
  await chmod(pager, 0o755);
  const t = await estate.prompt({ env: { PAGER: pager }, rows: 14 });
  t.type('SELECT id FROM zoo.animals\r');
  await t.until('MY PAGER -SRX');
  await t.shows(/300 rows from 1 service[^]*aishell>$|aishell>$/);
  const broken = await estate.prompt({ env: { PAGER: '/no/such/pager' }, rows: 14 });
  broken.type('SELECT id FROM zoo.animals\r');
  await broken.until('the pager /no/such/pager can’t be started');
  const own = await estate.prompt({ env: { PAGER: pager, AISHELL_PAGER: '' }, rows: 14 });
  own.type('SELECT id FROM zoo.animals\r');
  await own.shows(/lines 1-11 of/);
  await rm(pager);
});

test('.teach keeps the last question, or one with its SQL; .trace takes the command line’s options', async () => {
  const t = await estate.prompt({ columns: 110, rows: 50 });
  t.type('how many animals\r');
  await t.shows('300');
  t.type('.teach\r');
  await t.shows(/aishell> \.teach[^]*how many animals[^]*aishell>$/);
  t.type('.teach "how many beasts" SELECT count(*) FROM zoo.animals\r');
  await t.shows(/how many beasts[^]*how many beasts[^]*aishell>$/);
  const config = await readFile(file('aishell.yaml'), 'utf8');
  expect(config).toMatch(/question: how many animals[^]*question: how many beasts\n +sql: SELECT count\(\*\) FROM zoo\.animals/);
  t.type('\u000c.trace 2 --as zoo.animals.id --depth 1\r');
  await t.shows(/Trace of 2[^]*aishell>$/);
  t.type('\u000c.trace 2 --bogus\r');
  await t.shows(/Unknown option '--bogus'[^]*--as <what>/);
  t.type('\u000c.trace 2 --since yesterdayish\r');
  await t.shows('--since can’t be yesterdayish');
});
