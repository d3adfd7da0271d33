/** Going on from an answer, at the real prompt: over an estate of two stores whose words are not the example's. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openScreen } from '../support/screen.js';
import type { Screen } from '../support/screen.js';
import { Workplace, withProgram } from './support/aishell.js';

withProgram();
let place: Workplace;
const open: Screen[] = [];

/** 40 hives of 4 sorts in two services: what a keeper notes, and what is harvested. */
const hives = Array.from({ length: 40 }, (_, i) => ({ id: i + 1, name: `hive ${i + 1}`, breed: ['carnica', 'buckfast', 'ligustica', 'mellifera'][i % 4], region: ['Fell', 'Moor', 'Coast'][i % 3], email: `h${i + 1}@hives.test` }));
const harvests = Array.from({ length: 200 }, (_, i) => ({ id: i + 1, hive_id: (i % 40) + 1, kilos: (i * 7) % 30, state: ['spoiled', 'sold', 'stored'][i % 3], taken_at: `2025-0${1 + (i % 9)}-1${i % 9}T10:00:00` }));

beforeAll(async () => {
  place = await Workplace.create();
  for (const [service, table, rows] of [['apiary', 'hives', hives], ['cellar', 'harvests', harvests]] as const) {
    await mkdir(join(place.dir, service));
    await writeFile(join(place.dir, service, `${table}.ndjson`), rows.map((row) => JSON.stringify(row)).join('\n'));
  }
  await place.configure('services:\n  apiary: { kind: files, path: apiary }\n  cellar: { kind: files, path: cellar }\n');
  await place.run(['schema']);
});
afterEach(() => open.splice(0).forEach((screen) => screen.kill()));
afterAll(() => place.remove());

async function prompt(): Promise<Screen> {
  const screen = openScreen(place.command(['--no-color']), { cwd: place.dir, env: place.env, columns: 110, rows: 45 });
  open.push(screen);
  await screen.shows('aishell>');
  return screen;
}

const spoiled = harvests.filter((h) => h.state === 'spoiled');
const perRegion = (region: string): number => spoiled.filter((h) => hives[h.hive_id - 1]!.region === region).length;

test('a count is narrowed, parted, ordered, cut and turned into percentages, and undone again', async () => {
  const t = await prompt();
  const ask = async (text: string, seen: string | RegExp): Promise<string> => {
    t.type('\u000c');
    t.type(`${text}\r`);
    // What was there before is gone once this is.
    await t.shows(`aishell> ${text}`);
    return (await t.shows(seen)).join('\n');
  };
  await ask('How many harvests are there?', /200[^]*1 row/);
  const narrowed = await ask('only spoiled ones', new RegExp(`\\b${spoiled.length}\\b[^]*1 row`));
  expect(narrowed).toContain("state is 'spoiled'");
  expect(await ask('by region', /3 rows/)).toMatch(new RegExp(`Moor +[^\\d]*${perRegion('Moor')}\\b`));
  await ask('sort by count descending', /highest first[^]*aishell>|3 rows/);
  await ask('top 2', /2 rows/);
  expect(await ask('undo', /3 rows/)).toContain('Coast');
  expect(await ask('as percentages', /percent[^]*3 rows/)).toMatch(/3[0-9]\.\d/);
  expect(await ask('what about sold ones?', /3 rows/)).toContain("in place of: state is 'spoiled'");
  const refused = await ask('only purple ones', 'is not understood');
  expect(refused).toContain('goes on from the last answer');
  // A question of its own is one, whatever went before.
  await ask('How many hives are there?', /\b40\b[^]*1 row/);
});

test('what is shown changes, a typed statement is gone on from as well, and a time may be another one', async () => {
  const t = await prompt();
  const ask = async (text: string, seen: string | RegExp): Promise<string> => {
    t.type('\u000c');
    t.type(`${text}\r`);
    // What was there before is gone once this is.
    await t.shows(`aishell> ${text}`);
    return (await t.shows(seen)).join('\n');
  };
  await ask("SELECT name FROM apiary.hives WHERE breed = 'carnica' AND region = 'Fell'", /4 rows/);
  await ask('show me the emails', 'h1@hives.test');
  await ask('only the first 2', /2 rows/);
  await ask('undo', /4 rows/);
  await ask('how many?', /\b4\b[^]*1 row/);
  await ask('How many harvests were taken in March 2025?', /1 row/);
  const april = harvests.filter((h) => h.taken_at.startsWith('2025-04')).length;
  expect(await ask('and in April 2025?', new RegExp(`\\b${april}\\b[^]*1 row`))).toContain('"April 2025" = 2025-04-01 to 2025-04-30');
  await ask('now per week', /week of taken_at/);
});
