/**
 * One session a width, with and without colour: everything that the prompt offers, and what a person would see of it. No
 * line is longer than the screen, what belongs below each other stands below each other, and without colour there is none.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { displayWidth } from '../../src/render/width.js';
import type { Screen } from '../support/screen.js';
import { withSmallEstate } from './support/small-estate.js';

const estate = withSmallEstate();

const byKind = 'SELECT kind, count(*) AS n, sum(weight) AS kg FROM zoo.animals GROUP BY kind ORDER BY kind';
const byDay = 'SELECT CAST("at" AS TIMESTAMP) AS day, visit, visit * 2 AS twice FROM vets.visits';
const byTwo = 'SELECT a.kind, b.kind AS other, count(*) AS n FROM zoo.animals a JOIN zoo.animals b ON a.id <= b.id AND b.id < 9 GROUP BY ALL';
const escape = '\u001b';
const colours = /\u001b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9\d|10[0-7])(?:;[\d;]*)?m/;

/** A session, and what holds after each of its steps. */
class Hands {
  constructor(
    readonly screen: Screen,
    readonly columns: number,
    readonly color: boolean,
    readonly name: string,
  ) {}

  /** On an empty screen: what was typed, and its answer down to the next prompt. */
  async enter(text: string, shows: RegExp | string): Promise<string[]> {
    await this.clear();
    this.screen.type(`${text}\r`);
    const wanted = typeof shows === 'string' ? shows.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : shows.source;
    return this.fits(await this.screen.shows(new RegExp(`${wanted}[^]*aishell>$`)));
  }

  /** Nothing that is waited for may be there already. */
  async clear(): Promise<void> {
    this.screen.type('\u000c');
    await this.screen.shows(/^aishell>$/);
  }

  /** Keys as they stand. */
  async press(keys: string, shows: RegExp | string): Promise<string[]> {
    this.screen.type(keys);
    return this.fits(await this.screen.shows(shows));
  }

  async fits(lines: string[]): Promise<string[]> {
    expect(await this.screen.broken()).toEqual([]);
    return lines;
  }

  /** Every row of a table has its bars below those of the row above. */
  aligned(lines: readonly string[], bar = '│'): void {
    const grid = lines.filter((line) => line.includes(bar));
    expect(grid.length).toBeGreaterThan(0);
    const bars = new Set(grid.map((line) => [...line.matchAll(new RegExp(`[${bar}]`, 'g'))].map(({ index }) => displayWidth(line.slice(0, index))).join()));
    expect([...bars]).toHaveLength(1);
  }
}

type Part = (hands: Hands) => Promise<void>;

const parts: Readonly<Record<string, Part>> = {
  async 'the menu'(t) {
    await t.press('SELECT * FROM zo\t', /> zoo +service +files[^]*animals +table/);
    expect((await t.screen.cell('> zoo')).isInverse() !== 0).toBe(t.color);
    await t.press('\t', /> zoo\.animals +table/);
    await t.press('\r', /aishell> SELECT \* FROM zoo\.animals$/);
    await t.press('\u0015', /aishell>$/);
  },
  async 'colours of SQL'(t) {
    await t.press("SELECT 'x', 42", "SELECT 'x', 42");
    for (const text of ['SELECT', "'x'", '42']) expect(!(await t.screen.cell(text)).isFgDefault(), text).toBe(t.color);
    await t.press('\u0015', /aishell>$/);
  },
  async 'several lines'(t) {
    await t.press('SELECT (\r', /-> $|->$|a closing \)/);
    await t.press('1 + 1) AS two\r', /two\n─+\n +2\n[^]*1 row[^]*aishell>$/);
  },
  async 'history: in grey, and by Ctrl-R'(t) {
    await t.enter('SELECT 11 AS eleven', /eleven/);
    await t.clear();
    await t.press('SELECT 11', t.color ? 'aishell> SELECT 11 AS eleven' : /aishell> SELECT 11$/);
    if (t.color) expect((await t.screen.cell('AS eleven')).isDim()).toBeTruthy();
    await t.press('\u0015\u0012elev', /\(search\) elev *\n {2}SELECT 11 AS eleven/);
    await t.press('\u0007', /aishell>$/);
  },
  async 'a paste is text until Enter'(t) {
    expect(t.screen.brackets()).toBe(true);
    await t.clear();
    await t.press(`${escape}[200~SELECT 3 AS three,\n  4 AS four${escape}[201~`, /aishell> SELECT 3 AS three,\n +->   4 AS four$/);
    await t.press('\r', /three │ four\n─+┼─+\n +3 │ +4\n/);
  },
  async 'a table of hard values'(t) {
    await t.enter('.pager off', 'pager: off');
    const lines = await t.enter('SELECT * FROM zoo.hard ORDER BY id', '10 rows from 1 service');
    t.aligned(lines);
    expect(lines.join('\n')).toMatch(/8 │ blank[^\n]*"  "/);
    expect(lines.join('')).toContain('…');
    await t.enter('.pager on', 'pager: on');
  },
  async 'blocks: .x, \\x, \\G, and back'(t) {
    const lines = await t.enter('SELECT id, what, value FROM zoo.hard WHERE id IN (2, 8) \\G', /row 1[^]*row 2[^]*2 rows/);
    t.aligned(lines);
    await t.enter('.x on', 'expanded: on');
    await t.enter("SELECT {'a': [1, 2]} AS nested", /nested │ \{\n +│ {3}"a": \[/);
    await t.enter('\\x off', 'expanded: off');
    await t.enter('.last', /nested\n─+\n +\{"a":\[1,2\]\}/);
  },
  async 'the pager: head, search, sideways'(t) {
    await t.clear();
    const page = await t.press('SELECT *, repeat(name, 40) AS far_away, 42 AS last_column FROM zoo.animals ORDER BY id\r', /^ +id │ name[^]*lines 1-3\d of/);
    expect(t.screen.alternate()).toBe(true);
    expect(page).toHaveLength(40);
    const found = await t.press('/guinea PIG\r', /^ +id │[^]*lines 3-39/);
    expect((await t.screen.cell('guinea')).isInverse() !== 0 || !t.color).toBe(true);
    expect(found[2]).toMatch(/^ +3 │ name 3/);
    for (let i = 0; i < 30 && !(await t.screen.lines()).join('').includes('last_column'); i += 1) {
      await t.press(`${escape}[C`, 'from column');
    }
    await t.press('', 'last_column');
    await t.press('q', /300 rows from 1[^]*aishell>$/);
    expect(t.screen.alternate()).toBe(false);
  },
  async '.timing'(t) {
    await t.enter('.timing on', 'timing: on');
    await t.enter('SELECT 5 AS five', /five[^]*\nTime: \d/);
    await t.enter('\\timing', 'timing: off');
  },
  async '.watch, by times and until Ctrl-C'(t) {
    await t.enter('SELECT 6 AS six \\watch 0.1 c=2', /six[^]*every 100[^]*six[^]*every 100/);
    await t.clear();
    await t.press('.watch 100ms SELECT 7 AS seven\r', /every 100[^]*every 100/);
    await t.press('\u0003', /aishell>$/);
  },
  async '.save, .copy, .last'(t) {
    await t.enter("SELECT 'é🦄' AS what, 12 AS n", /é🦄/);
    await t.enter(`.save ${t.name}.csv`, `wrote 1 row to ${t.name}.csv`);
    expect(await readFile(join(estate.dir, `${t.name}.csv`), 'utf8')).toBe('what,n\né🦄,12\n');
    await t.enter(`.save ${t.name}.csv`, /is there already[^]*\.save -f/);
    await t.enter('.save /nowhere/x.csv', /error: [^]*what to do: /);
    await t.enter('.copy', /copied 17 bytes of csv/);
    const copied = [...t.screen.output.matchAll(/\u001b\]52;c;([^\u0007]*)\u0007/g)].at(-1)![1]!;
    expect(Buffer.from(copied, 'base64').toString()).toBe('what,n\né🦄,12\n');
    await t.enter('\\g', /é🦄 +│ 12\n[^]*1 row/);
    await t.enter('.last', /what │ +n\n[^]*é🦄 +│ 12\n/);
  },
  async '.name and .run'(t) {
    await t.enter(`.name ${t.name} SELECT count(*) AS n FROM zoo.animals WHERE kind = $kind AND id < $1`, new RegExp(`kept; \\.run ${t.name} kind=\\.\\.\\. 1=`));
    await t.enter(`.run ${t.name} 10 kind="guinea pig"`, /n\n─+\n +3\n/);
    await t.enter(`.run ${t.name} cat`, 'parameter $1 has no value');
    await t.enter('.name', new RegExp(`${t.name} `));
    await t.enter(`.forget ${t.name}`, `${t.name} is gone`);
  },
  async '.explain'(t) {
    await t.enter('.explain SELECT kind, count(*) FROM zoo.animals WHERE id < 9 GROUP BY kind', /zoo[^]*SELECT/);
    await t.enter('EXPLAIN ANALYZE SELECT count(*) FROM zoo.animals', /actual/);
  },
  async '.services, .doctor, .schema, .help'(t) {
    await t.enter('.services', /zoo[^]*files[^]*vets/);
    await t.enter('.doctor', /zoo[^]*vets/);
    await t.enter('.pager off', 'pager: off');
    await t.enter('.schema zoo.animals', /weight[^]*DOUBLE[^]*CSV field/);
    await t.enter('.help save', /\.save \[-f\][^]*rows\.parquet/);
    await t.enter('.help', /Ctrl-C/);
    await t.enter('.graph', /animals/);
    await t.enter('.links', /animal_id/);
    await t.enter('.pager on', 'pager: on');
  },
  async 'charts of every kind'(t) {
    await t.enter(byKind, '3 rows');
    const bars = await t.enter('.chart bar', /guinea pig +│█+[^]*100/);
    expect(bars.filter((line) => /█+ +100$/.test(line))).toHaveLength(3);
    expect((await t.screen.cell('█')).isFgDefault()).toBe(!t.color);
    await t.enter(byDay, '4 rows');
    for (const [kind, shown] of [['line', /┤[^]*[⠁-⣿][^]*└[─┬]/], ['scatter', /[⠁-⣿]/], ['spark', /visit [▁-█]+/]] as const) await t.enter(`.chart ${kind}`, shown);
    await t.enter(byTwo, /rows from/);
    await t.enter('.chart heat', /n by kind and other/);
    await t.enter('how many animals by kind as a bar chart', /cat +│█+/);
  },
  async 'a question, its reading and what goes on from it'(t) {
    await t.enter('how many animals by kind', /guinea pig[^]*100[^]*3 rows/);
    await t.enter('only cats', /cat[^]*100/);
  },
  async 'errors'(t) {
    await t.enter('SELECT wieght FROM zoo.animals', /wieght[^]*what to do: /);
    await t.enter('SELECT count(* FROM zoo.animals\r', /error: /);
    await t.enter('.nonsense', /there is no command \.nonsense/);
  },
  async 'progress, and Ctrl-C'(t) {
    await t.clear();
    await t.press('SELECT sum(a.id * b.id + c.id) FROM zoo.animals a, zoo.animals b, zoo.animals c, range(100000)\r', /\d s \(Ctrl-C stops it\)/);
    const lines = await t.press('\u0003', /error: cancelled[^]*aishell>$/);
    expect(lines.join('\n')).not.toContain('Ctrl-C stops it');
    await t.press('half a line\u0003', /aishell>$/);
  },
  async 'habits of other shells'(t) {
    await t.enter('\\dt', /zoo\.animals/);
    await t.enter('\\d vets.visits', /animal_id[^]*BIGINT/);
    await t.enter('show tables from vets;', /vets\.visits/);
    await t.enter('use zoo', /nothing to switch/);
    await t.enter('DROP TABLE x', /only reads/);
  },
};

const widths = [40, 80, 120, 250] as const;
const every = widths.flatMap((columns) => [true, false].map((color) => [columns, color] as const));

test.each(every)('%i columns, in colour: %s', async (columns, color) => {
  const name = `c${columns}${color ? 'c' : 'p'}`;
  const screen = await estate.prompt({ columns, rows: 40, env: { COLORTERM: '', XDG_STATE_HOME: join(estate.dir, `state-${name}`), ...(!color && { NO_COLOR: '1' }) } });
  const hands = new Hands(screen, columns, color, name);
  for (const [title, part] of Object.entries(parts)) {
    try {
      await part(hands);
    } catch (error) {
      throw new Error(`${title}: ${(error as Error).message}`, { cause: error });
    }
  }
  screen.type('\u000cexit\r');
  expect(await screen.exited).toBe(0);
  expect(colours.test(screen.output)).toBe(color);
}, 120_000);
