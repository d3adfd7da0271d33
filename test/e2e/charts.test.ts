/** Charts at the real prompt and in one-shot answers, as a person sees them. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { displayWidth } from '../../src/render/width.js';
import { withSmallEstate } from './support/small-estate.js';

const estate = withSmallEstate();

const byKind = 'SELECT kind, count(*) AS n FROM zoo.animals GROUP BY kind ORDER BY kind';
const byDay = 'SELECT date_trunc(\'day\', CAST("at" AS TIMESTAMP)) AS day, count(*) AS visits, count(*) - 2 AS less FROM vets.visits GROUP BY 1 ORDER BY 1';

test.each([[40, {}], [80, { NO_COLOR: '1' }], [120, { COLORTERM: 'truecolor' }], [250, {}]] as const)('%i columns: every kind of chart fits and is coloured as the terminal can', async (columns, env) => {
  const t = await estate.prompt({ columns, rows: 40, env: { COLORTERM: '', ...env } });
  const fits = async (until: RegExp): Promise<string[]> => {
    const lines = await t.shows(until);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    return lines;
  };
  t.type(`${byKind}\r`);
  await t.shows(/3 rows from[^]*aishell>$/);
  t.type('\u000c.chart\r');
  const bars = await fits(/guinea pig +│█+[^]*100[^]*aishell>$/);
  expect(bars.filter((line) => /│█+ +100$/.test(line))).toHaveLength(3);
  const cell = await t.cell('█');
  if ('NO_COLOR' in env) expect(cell.isFgDefault()).toBeTruthy();
  else if ('COLORTERM' in env) expect(cell.isFgRGB()).toBeTruthy();
  else expect(cell.isFgPalette()).toBeTruthy();
  t.type(`\u000c${byDay}\r`);
  await t.shows(/4 rows from[^]*aishell>$/);
  for (const [kind, shown] of [['line', /visits[^]*┤[^]*[⠁-⣿][^]*└[─┬][^]*day/], ['scatter', /visits[^]*[⠁-⣿]/], ['spark', /visits [▁-█]+[^]*last 1/], ['bar', /2026-01-0/]] as const) {
    t.type(`\u000c.chart ${kind}\r`);
    await fits(new RegExp(`${shown.source}[^]*aishell>$`));
  }
  t.type('\u000cSELECT a.kind, b.kind AS other, count(*) AS n FROM zoo.animals a JOIN zoo.animals b ON a.id <= b.id AND b.id < 9 GROUP BY ALL\r');
  await t.shows(/9 rows|6 rows|8 rows/);
  t.type('\u000c.chart heat\r');
  await fits(/n by kind and other[^]*nothing[^]*aishell>$/);
});

test('a question asks for its chart; what can’t be drawn says what it needs and is shown; .last is the answer itself', async () => {
  const t = await estate.prompt({ columns: 140, rows: 40 });
  t.type('how many animals by kind as a bar chart\r');
  const lines = await t.shows(/3 rows from 1 service[^]*reading[^]*aishell>$/);
  expect(lines.filter((line) => /(cat|dog|guinea pig) +│█/.test(line))).toHaveLength(3);
  t.type('\u000clist animals as a heat map\r');
  await t.shows(/lines 1-/);
  t.type('q');
  await t.shows(/Not drawn\. A heat map needs two columns of names/);
  t.type('\u000cSELECT name FROM zoo.animals LIMIT 2\r');
  await t.shows(/2 rows[^]*aishell>$/);
  t.type('\u000c.chart line\r');
  await t.shows(/error: the answer can’t be drawn as line[^]*A line chart needs [^]*name \(words\); 2 rows/);
  t.type('\u000c.chart pie\r');
  await t.shows(/there is no pie chart[^]*bar, line, heat, scatter, spark/);
  t.type('\u000c.last\r');
  await t.shows(/name 2/);
  t.type('\u000canimals by kind as a donut chart\r');
  await t.shows(/there is no donut chart here/);
});

test('.chart before any answer, and of an answer without rows', async () => {
  const t = await estate.prompt({ columns: 80 });
  t.type('.chart\r');
  await t.shows('nothing was answered yet');
  t.type('.services\r.doctor\r');
  await t.shows(/could write|read/i);
  t.type('.chart\r');
  await t.shows('no rows to draw');
});

test('a result of more rows than are kept is drawn from its first ones, and says so', async () => {
  const t = await estate.prompt({ columns: 80, rows: 24 });
  t.type('.limit 0\r');
  await t.shows('limit: 0');
  t.type('SELECT a.id * 1000 + b.id AS place_number, (a.id * b.id) % 97 AS height FROM zoo.animals a, zoo.animals b\r');
  await t.shows(/lines 1-/);
  t.type('q');
  await t.shows(/90,000 rows[^]*aishell>$/);
  t.type('\u000c.chart scatter\r');
  await t.shows(/height[^]*of the first 10000 rows alone: there are more/);
});

test('screen readers hear numbers, and dumb terminals get ASCII at most', async () => {
  const t = await estate.prompt({ columns: 80, env: { ACCESSIBLE: '1' } });
  t.type(`${byKind}\r`);
  await t.shows('3 rows');
  t.type('.chart\r');
  const lines = await t.shows('guinea pig: 100');
  expect(lines.join('\n')).toMatch(/Bars over 3 of kind\.\nn: always 100\.\ncat: 100\ndog: 100/);
  expect(lines.join('')).not.toMatch(/[█│⠁-⣿]/);
});

test('one-shot: --chart, --format svg by the file’s ending, and refusals with exit code 2', async () => {
  const piped = await estate.run('sql', '--chart', 'bar', byKind);
  expect(piped.code).toBe(0);
  expect(piped.stdout).toMatch(/cat +[│|][█#]+ +100\n/);
  expect(piped.stdout).not.toContain('\u001b');
  const file = join(estate.dir, 'kinds.svg');
  expect(await estate.run('query', 'how many animals by kind as a bar chart', '--output', file)).toMatchObject({ code: 0, stderr: '' });
  expect(await readFile(file, 'utf8')).toMatch(/^<svg [^>]*aria-label="Bars over 3 of kind/);
  expect(await estate.run('sql', '--format', 'svg', 'SELECT name FROM zoo.animals')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('A chart needs numbers') as string });
  expect(await estate.run('sql', '--chart', 'pie', byKind)).toMatchObject({ code: 2, stderr: expect.stringMatching(/pie/) as string });
  expect(await estate.run('doctor', '--format', 'svg')).toMatchObject({ code: 2, stderr: expect.stringContaining('no rows that could be drawn') as string });
  const json = await estate.run('query', 'how many animals by kind as a chart', '--format', 'json');
  expect(JSON.parse(json.stdout)).toMatchObject({ chart: 'auto', rowCount: 3, question: 'how many animals by kind as a chart' });
});

test('a terminal without UTF-8 gets ASCII alone', async () => {
  const t = await estate.prompt({ columns: 60, env: { LC_ALL: 'C' } });
  t.type(`${byKind}\r`);
  await t.shows(/3 rows[^]*aishell>$/);
  t.type('\u000c.chart bar\r');
  const lines = await t.shows(/cat +\|#+ +100[^]*aishell>$/);
  expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
});

test('.save writes the chart as SVG', async () => {
  const t = await estate.prompt({ columns: 80 });
  t.type(`${byDay}\r`);
  await t.shows(/4 rows[^]*aishell>$/);
  t.type('\u000c.save days.svg\r');
  await t.shows('wrote');
  expect(await readFile(join(estate.dir, 'days.svg'), 'utf8')).toContain('visits');
});
