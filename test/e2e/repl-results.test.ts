/** Results at the real prompt over real files, as a person sees them. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { displayWidth } from '../../src/render/width.js';
import { withSmallEstate } from './support/small-estate.js';

const estate = withSmallEstate();

const ready = /aishell>$/;

test('a result longer than the screen opens a pager: its head stays, it scrolls, goes sideways, searches, and leaves the screen as it was', async () => {
  const t = await estate.prompt({ columns: 80, rows: 20 });
  t.type('SELECT *, repeat(name, 20) AS far_away, 42 AS last_column FROM zoo.animals ORDER BY id\r');
  await t.shows(/lines 1-17 of/);
  expect(t.alternate()).toBe(true);
  t.type(' ');
  const second = await t.shows(/lines 18-34 of/);
  expect(second[0]).toMatch(/^ +id .*name/);
  expect(second[2]).toContain('name 18');
  t.type('/guinea PIG\r');
  await t.shows(/lines 3-19 of[^]*n goes on/);
  t.type('n');
  await t.shows(/lines 6-22 of/);
  t.type('\u001b[C\u001b[C\u001b[C\u001b[C\u001b[C');
  await t.shows('last_column');
  await t.shows('from column 201');
  t.type('/gronk\r');
  await t.shows('gronk is not found below');
  t.type('Gg');
  await t.shows(/lines 1-17 of/);
  t.resize(60, 12);
  await t.shows(/lines 1-9 of/);
  t.type('q');
  await t.shows(/300 rows from 1 service[^]*aishell>$/);
  expect(t.alternate()).toBe(false);
  t.type('SELECT 7 AS seven\r');
  await t.shows('seven');
});

test('what told of progress is gone when the answer is paged, and when the prompt is left', async () => {
  const t = await estate.prompt({ columns: 80, rows: 20 });
  t.type('.limit 0\r');
  await t.shows('limit: 0');
  const before = t.output.length;
  t.type('SELECT a.id, b.name FROM zoo.animals a, zoo.animals b, range(5)\r');
  await t.shows('Ctrl-C stops it');
  await t.shows(/lines 1-17 of/);
  // At most ten frames a second, by the clock that each frame shows.
  const clocks = [...t.output.slice(before).matchAll(/([\d.]+) s \(Ctrl-C/g)].map(([, seconds]) => Math.floor(Number(seconds)));
  for (const second of new Set(clocks)) expect(clocks.filter((each) => each === second).length).toBeLessThanOrEqual(10);
  t.type('q');
  const left = (await t.shows(/450,000 rows from 1 service[^]*aishell>$/)).join('\n');
  expect(left).not.toContain('Ctrl-C stops it');
  expect(left).not.toMatch(/zoo.animals 300 rows/);
});

test('several statements run one after another, typed or from a file, until one fails', async () => {
  const t = await estate.prompt({ columns: 80, rows: 40 });
  t.type('SELECT 11 AS one; SELECT 22 AS two;\r');
  await t.shows(/1 of 2: SELECT 11[^]*11[^]*2 of 2: SELECT 22[^]*22[^]*aishell>$/);
  await writeFile(join(estate.dir, 'monday.sql'), "-- first\nSELECT count(*) AS animals\n  FROM zoo.animals; SELECT ';' AS semicolon;\nhow many animals\n.limit 7\nSELECT nothing FROM zoo.animals;\nSELECT 33 AS never;\n");
  t.type('\u000c.read monday.sql\r');
  const lines = await t.shows(/what to do[^]*aishell>$/);
  const all = lines.join('\n');
  expect(all).toMatch(/300[^]*2 of 6[^]* ;\n[^]*3 of 6: how many animals[^]*300[^]*limit: 7[^]*5 of 6[^]*4 of 6 were run; the others were not\.\nerror:/);
  expect(all).not.toContain('never');
  t.type('\u000c.read nowhere.sql\r');
  await t.shows('nowhere.sql can’t be read (ENOENT)');
});

test('what psql’s hands put behind a statement: \\g FILE, \\watch; .history and .help', async () => {
  const t = await estate.prompt({ columns: 80, rows: 60 });
  t.type('SELECT 5 AS five \\g five.csv\r');
  await t.shows(/five[^]*wrote 1 row to five\.csv[^]*aishell>$/);
  expect(await readFile(join(estate.dir, 'five.csv'), 'utf8')).toBe('five\n5\n');
  t.type('\u000cSELECT 6 AS six \\watch 0.1 c=2\r');
  await t.shows(/six[^]*six[^]*1 row[^]*aishell>$/);
  t.type('\u000cEXPLAIN ANALYZE SELECT count(*) FROM zoo.animals\r');
  await t.shows(/actual +300 rows[^]*aishell>$/);
  t.type('\u000c.history 2\r');
  await t.shows(/^EXPLAIN ANALYZE [^]*\n\.history 2\n\naishell>$/m);
  t.type('\u000c.help \\watch\r');
  await t.shows(/\.watch \[2s\][^]*\.watch 5s[^]*aishell>$/);
  t.type('\u000c\\dt *mal*\r');
  await t.shows(/zoo\.animals[^]*aishell>$/);
  for (const line of await t.lines()) expect(line).not.toContain('zoo.hard');
});

test('.x and \\G show a block a row with every value whole; .last shows it again', async () => {
  const t = await estate.prompt({ columns: 60, rows: 40 });
  t.type('SELECT id, what, value FROM zoo.hard WHERE id = 10 \\G\r');
  const lines = await t.shows(/row 1[^]*aishell>$/);
  const blocks = lines.join('').replace(/\s|│/g, '');
  expect(blocks).toContain('loremipsumdolorsitametconsectetur'.repeat(8));
  t.type('.x on\r');
  await t.shows('expanded: on');
  t.type("\u000cSELECT {'a': [1, 2]} AS nested\r");
  await t.shows(/nested │ \{\n +│ {3}"a": \[\n/);
  t.type('\\x off\r');
  await t.shows('expanded: off');
  t.type('\u000c.last\r');
  await t.shows(/nested\n[^]*\{"a":\[1,2\]\}/);
});

test.each([40, 80, 120, 250])('hard values fit %i columns', async (columns) => {
  const t = await estate.prompt({ columns, rows: 40 });
  t.type('.pager off\r');
  await t.shows('pager: off');
  t.type('\u000cSELECT * FROM zoo.hard ORDER BY id\r');
  const lines = await t.shows(/10 rows from 1 service[^]*aishell>$/);
  const grid = lines.filter((line) => line.includes('│'));
  for (const line of grid) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  // The bars stand under each other, whatever stands between them.
  const bars = new Set(grid.map((line) => displayWidth(line.slice(0, line.lastIndexOf('│')))));
  expect(bars.size).toBe(1);
  expect(grid.find((line) => /8 │ blank/.test(line))).toContain('"  "');
  expect(grid.find((line) => /9 │ nothing/.test(line))).toContain('NULL');
  expect(grid.find((line) => /7 │ empty/.test(line))).toMatch(/│$/);
  expect(grid.find((line) => /5 │ tab/.test(line))).toContain('a␉b');
});

test('.save writes all rows, though the screen had the first; never over a file that is there', async () => {
  const t = await estate.prompt({ args: ['--limit', '5'] });
  t.type('SELECT id, kind FROM zoo.animals ORDER BY id\r');
  await t.shows('first 5 rows');
  t.type('.save out.csv\r');
  await t.shows('wrote 300 rows to out.csv');
  expect((await readFile(join(estate.dir, 'out.csv'), 'utf8')).split('\n')).toHaveLength(302);
  await writeFile(join(estate.dir, 'mine.csv'), 'precious');
  t.type('.save mine.csv\r');
  await t.shows('mine.csv is there already');
  expect(await readFile(join(estate.dir, 'mine.csv'), 'utf8')).toBe('precious');
  t.type('.save -f mine.csv\r');
  await t.shows('wrote 300 rows to mine.csv');
  t.type('.save nothing.doc\r');
  await t.shows('doesn’t say a format');
  t.type('.copy\r');
  await t.shows(/copied \d+ bytes of csv/);
  const copied = /\u001b\]52;c;([^\u0007]*)\u0007/.exec(t.output)![1]!;
  expect(Buffer.from(copied, 'base64').toString()).toBe('id,kind\n1,cat\n2,dog\n3,guinea pig\n4,cat\n5,dog\n');
});

test('.name keeps a query with parameters, .run fills them in as literals, in another run too', async () => {
  const first = await estate.prompt();
  first.type(".name of_kind SELECT count(*) AS n FROM zoo.animals WHERE kind = $kind AND id < $1\r");
  await first.shows('.run of_kind kind=... 1=...');
  const t = await estate.prompt();
  t.type('.run of_kind 10 kind="guinea pig"\r');
  await t.shows(/n\n─+\n +3\n/);
  t.type("\u000c.run of_kind \"x' OR 'a' = 'a\" 1=10\r");
  await t.shows(/n\n─+\n +0\n/);
  t.type('.run of_kind cat\r');
  await t.shows('the parameter $1 has no value');
  t.type('.run of_kin 1\r');
  await t.shows('Did you mean of_kind?'.toLowerCase());
  t.type('\u000c.name\r');
  await t.shows('of_kind  SELECT count(*) AS n');
  t.type('.forget of_kind\r');
  await t.shows('of_kind is gone');
});

test('.watch repeats until Ctrl-C', async () => {
  const t = await estate.prompt({ rows: 60 });
  t.type('.watch 200ms SELECT count(*) AS n FROM vets.visits\r');
  await t.until('every 200 ms');
  await t.until('every 200 ms');
  await t.until('every 200 ms');
  t.type('\u0003');
  await t.shows(ready);
});

test('habits of other shells answer, or say what to type', async () => {
  const t = await estate.prompt({ columns: 110, rows: 60 });
  for (const [typed, answer] of [
    ['\\dt', 'zoo.animals'],
    ['show tables from vets;', 'vets.visits'],
    ['\\d vets.visits', 'animal_id'],
    ['show databases', 'never read'.length === 0 ? '' : 'files'],
    ['use zoo', 'There is nothing to switch to'],
    ['\\c zoo', 'All services are connected at once'],
    ['\\timing', 'timing: on'],
    ['SELECT 1 AS one', 'Time: '],
    ['\\nonsense', 'There is no such backslash command'],
    ['DROP TABLE x', 'aishell only reads'],
    ['desc zoo.animals', 'weight'],
  ] as const) {
    t.type(`\u000c${typed}\r`);
    await t.shows(new RegExp(`${answer.replace(/[.\\]/g, '\\$&')}[^]*aishell>$`));
  }
  t.type('\\q\r');
  expect(await t.exited).toBe(0);
});
