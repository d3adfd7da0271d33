/** Typing at the real prompt over real files: what a person sees, cell by cell. */

import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSmallEstate } from './support/small-estate.js';

const estate = withSmallEstate();

test('Tab completes tables, columns and values of a statement, and a menu says what each is', async () => {
  const t = await estate.prompt({ columns: 80 });
  t.type('SELECT name FROM zoo.\t');
  await t.shows(/> animals +table +file, 300 rows/);
  await t.shows(/ {2}hard +table/);
  t.type('an');
  await t.hides(/hard +table/);
  t.type('\r');
  await t.shows('FROM zoo.animals');
  t.type(' WHERE ki\t');
  await t.shows('WHERE kind');
  t.type(" = '\t");
  await t.shows(/> cat +value +kind in zoo.animals/);
  t.type('\u001b[B\u001b[B\r');
  await t.shows("WHERE kind = 'guinea pig'");
  t.type(' ORDER BY id LIMIT 1\r');
  await t.shows('name 3');
  await t.shows(/1 row from 1 service/);
});

test('Tab completes names and values of a question, and commands', async () => {
  const t = await estate.prompt();
  t.type('how many guin\t');
  await t.shows('how many guinea pig');
  t.type(' in anim\t');
  await t.shows(/> animals +table +file, 300 rows in zoo/);
  t.type('\r');
  await t.shows('guinea pig in animals');
  t.type('\u0015.sch\t');
  await t.shows('.schema');
  t.type(' vets.v\t');
  await t.shows('.schema vets.visits');
  t.type('\u0015.format \t');
  await t.shows(/> table +setting/);
  t.type('\u001b');
  await t.hides('> table');
});

test('keywords, strings and numbers have colours; without colour there are none', async () => {
  const t = await estate.prompt();
  t.type("SELECT 'x', 42");
  await t.shows("SELECT 'x', 42");
  const colors = await Promise.all(['SELECT', "'x'", '42'].map(async (text) => (await t.cell(text)).getFgColor()));
  expect(colors).toEqual([5, 2, 3]);
  const plain = await estate.prompt({ env: { NO_COLOR: '1' } });
  plain.type("SELECT 'x', 42");
  expect((await plain.cell('SELECT')).isFgDefault()).toBe(true);
});

test('Enter goes on while a bracket or a quote is open, and runs a whole statement', async () => {
  const t = await estate.prompt();
  t.type('SELECT count(*) FROM (\r');
  await t.shows('a closing ) is missing');
  t.type("SELECT 'it''s\r");
  await t.shows("a closing ' is missing");
  t.type("open' FROM zoo.animals)\r");
  await t.shows('300');
});

test('history: grey suggestion, Ctrl-R, and undo', async () => {
  const t = await estate.prompt({ env: { XDG_STATE_HOME: join(estate.dir, 'state-history') } });
  t.type('SELECT 11 AS eleven\r');
  await t.shows(/eleven[^]*aishell>$/);
  t.type('SELECT 22 AS twenty_two\r');
  await t.shows(/twenty_two[^]*1 row[^]*aishell>/);
  t.type('SELECT 1');
  await t.shows(/aishell> SELECT 11 AS eleven$/);
  expect((await t.cell('eleven')).isDim()).toBeTruthy();
  expect((await t.cell('SELECT 11')).isDim()).toBeFalsy();
  t.type('\u0005');
  await t.shows('aishell> SELECT 11 AS eleven');
  t.type('\u001f');
  t.type('\u0015\u0012twen');
  await t.shows('(search) twen');
  await t.shows('  SELECT 22 AS twenty_two');
  t.type('\u001b');
  await t.shows(/aishell> SELECT 22 AS twenty_two\n*$/);
  t.type('\u0015\u0012eleven\r');
  await t.shows(/aishell> SELECT 11 AS eleven\n+ *eleven/);
});

test('.edit and Ctrl-X Ctrl-E open the editor; what comes back stands in the line', async () => {
  const editor = join(estate.dir, 'editor.sh');
  await writeFile(editor, '#!/bin/sh\nprintf "%s" "SELECT 7 * 6 AS answer" > "$1"\n');
  await chmod(editor, 0o755);
  const t = await estate.prompt({ env: { EDITOR: editor, VISUAL: '' } });
  t.type('SELECT 1\u0018\u0005');
  await t.shows('aishell> SELECT 7 * 6 AS answer');
  t.type('\r');
  await t.shows('42');
  t.type('.edit\r');
  await t.shows(/42[^]*aishell> SELECT 7 \* 6 AS answer/);
  t.type('\u0003');
  const broken = await estate.prompt({ env: { EDITOR: 'false', VISUAL: '' } });
  broken.type('kept\u0018\u0005');
  await broken.shows('the editor false ended with 1');
  await broken.shows('aishell> kept');
});

test('Ctrl-C twice leaves, and the history is kept', async () => {
  const t = await estate.prompt();
  t.type('SELECT 5\r');
  await t.shows('1 row');
  t.type('\u0003');
  await t.shows('Ctrl-D or .quit leaves.');
  t.type('\u0003');
  expect(await t.exited).toBe(0);
});

test('a key sends few bytes, however many were typed before it, and a slow line shows nothing but the prompt', async () => {
  const t = await estate.prompt({ columns: 120 });
  // What is read in the background draws nothing.
  await t.shows('aishell>');
  const line = "SELECT name, kind FROM zoo.animals WHERE kind = 'cat' LIMIT 1";
  const sizes: number[] = [];
  for (const [i, key] of [...line].entries()) {
    const before = t.output.length;
    t.type(key);
    await t.shows(`aishell> ${line.slice(0, i + 1)}`.trimEnd());
    await new Promise((resolve) => setTimeout(resolve, 20));
    sizes.push(Buffer.byteLength(t.output.slice(before)));
  }
  // The median, since the screen may show a key before all of its bytes are read here.
  expect([...sizes].sort((a, b) => a - b)[Math.floor(sizes.length / 2)]).toBeLessThan(150);
  expect(Math.max(...sizes)).toBeLessThan(400);

  const slow = await estate.prompt({ columns: 80, rows: 30, slowMs: 100 });
  for (const keys of ['SEL', 'ECT * FROM zoo.', '\t', '\u001b[B', '\u001b\u0015', 'SELECT na', 'me FROM zoo.an', '\t', ' WHERE id = 1', '\r']) slow.type(keys);
  const lines = await slow.shows(/1 row from 1 service[^]*aishell>$/);
  expect(lines.filter((each) => each.startsWith('aishell>'))).toEqual(['aishell> SELECT name FROM zoo.animals WHERE id = 1', 'aishell>']);
  expect(lines.join('\n')).not.toMatch(/table +file|Ctrl-C stops it/);
});

test('a long line keeps its label whole at 40 columns', async () => {
  const t = await estate.prompt({ columns: 40, rows: 20 });
  t.type('SELECT name, kind, weight FROM zoo.animals WHERE id = 1');
  await t.shows(/aishell> SELECT name[^]*id = 1$/);
});

test.each([40, 80, 120, 250])('the menu fits %i columns', async (columns) => {
  const t = await estate.prompt({ columns });
  t.type('SELECT * FROM \t');
  const lines = await t.shows(/> zoo +service/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(lines.filter((line) => line.includes('service')).length).toBe(2);
});
