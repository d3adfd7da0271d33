/**
 * Sixty steps that a person types at the prompt over six real stores, and what the screen then shows, cell by cell as a
 * terminal emulator holds them. The widths take turns, with and without colour; what is expected is computed from the
 * truth that the stores were filled from.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeEstate } from '../../examples/microservices/generator/estate.js';
import { displayWidth } from '../../src/render/width.js';
import { count } from '../../src/render/amounts.js';
import { openScreen } from '../support/screen.js';
import type { Screen } from '../support/screen.js';
import { truthOf } from './answers/truth.js';
import { withProgram, Workplace } from './support/aishell.js';
import { estateServersUp, ServerEstate } from './support/server-estate.js';

withProgram();

const ready = '[^]*aishell>$';

describe.skipIf(!estateServersUp && process.env['CI'] !== 'true')('sixty steps', () => {
  let place: Workplace;
  let estate: ServerEstate;
  let dir: string;
  const rows = new Map<string, number>();
  const screens: Screen[] = [];

  beforeAll(async () => {
    place = await Workplace.create();
    dir = await mkdtemp(join(tmpdir(), 'aishell-sixty-'));
    const made = makeEstate({ seed: 7, scale: 0.2, now: new Date('2026-02-03T00:00:00Z') });
    estate = await ServerEstate.create(made, 'sixty', join(place.dir, 'aishell.yaml'));
    for (const [path, amount] of truthOf(made).rows) rows.set(path, amount);
    expect((await place.run(['schema'])).code).toBe(0);
  }, 240_000);
  afterEach(() => {
    for (const screen of screens.splice(0)) screen.kill();
  });
  afterAll(async () => {
    await estate?.remove();
    await place?.remove();
    await rm(dir, { recursive: true, force: true });
  });

  const prompt = async (columns: number, colour: boolean): Promise<Screen> => {
    const screen = openScreen(place.command([]), { columns, rows: columns === 120 ? 60 : 40, cwd: place.dir, env: { ...place.env, ...(colour ? {} : { NO_COLOR: '1' }) } });
    screens.push(screen);
    await screen.shows('aishell>');
    return screen;
  };
  const of = (table: string): number => rows.get(table)!;

  /** What is typed, and what the screen shows once the prompt is back; `keys`: as it stands, without Enter and a clear screen. */
  type Step = { readonly type: string; readonly shows: RegExp | string } | { readonly keys: string; readonly shows: RegExp | string };

  async function run(columns: number, colour: boolean, steps: readonly Step[]): Promise<void> {
    const t = await prompt(columns, colour);
    for (const step of steps) {
      t.type('keys' in step ? step.keys : `\u000c${step.type}\r`);
      const wanted = typeof step.shows === 'string' ? step.shows.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : step.shows.source;
      const lines = await t.shows(new RegExp('keys' in step ? wanted : `${wanted}${ready}`), 30_000);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
    const coloured = /\u001b\[[0-9;]*3\dm/.test(t.output);
    expect(coloured).toBe(colour);
  }

  const commands: readonly Step[] = [
    { type: '.help', shows: /\.save +the whole last answer[^]*Ctrl-C stops what is running/ },
    { type: '.services', shows: /users +│? *postgres[^]*bus +│? *kafka/ },
    { type: '.tables orders', shows: /orders\.order_items/ },
    { type: '\\dt products', shows: /products\.products/ },
    { type: '\\d orders.orders', shows: /customer_id/ },
    { type: 'show databases', shows: /notifications/ },
    { type: 'show tables from payments', shows: /payments\.payments/ },
    { type: 'desc users.users', shows: /email/ },
    { type: 'use orders', shows: /nothing to switch to/ },
    { type: '\\c orders', shows: /connected at once/ },
    { type: '.timing on', shows: 'timing: on' },
    { type: 'SELECT 1 AS one', shows: /one[^]*Time: / },
    { type: '\\timing off', shows: 'timing: off' },
    { type: '.verbose on', shows: 'verbose: on' },
    { type: '.verbose off', shows: 'verbose: off' },
    { type: '.limit 3', shows: 'limit: 3' },
    { type: 'SELECT id FROM users.users ORDER BY id', shows: /first 3 rows/ },
    { type: '.limit 1k', shows: 'limit: 1000' },
    { type: '.nonsense', shows: /there is no command \.nonsense/ },
    { type: 'DROP TABLE users.users', shows: /only reads/ },
  ];

  test('twenty at 120 columns: commands and habits', () => run(120, true, commands), 120_000);

  test('twelve at 80 columns, without colour: every store answers in SQL, one by one and joined', () => run(80, false, [
    { type: 'SELECT count(*) AS n FROM users.users', shows: new RegExp(`\\n +${of('users.users')}\\n`) },
    { type: 'SELECT count(*) AS n FROM products.products', shows: new RegExp(`\\n +${of('products.products')}\\n`) },
    { type: 'SELECT count(*) AS n FROM orders.orders', shows: new RegExp(`\\n +${of('orders.orders')}\\n`) },
    { type: 'SELECT count(*) AS n FROM payments.payments', shows: new RegExp(`\\n +${of('payments.payments')}\\n`) },
    { type: 'SELECT count(*) AS n FROM notifications.notification', shows: new RegExp(`\\n +${of('notifications.notification')}\\n`) },
    { type: 'SELECT count(*) AS n FROM bus.orders', shows: new RegExp(`\\n +${of('bus.orders')}\\n`) },
    { type: 'SELECT count(*) AS n FROM orders.orders o JOIN users.users u ON u.id = o.customer_id', shows: /from 2? ?(?:1 service|2 services)/ },
    { type: 'SELECT * FROM orders.orders ORDER BY id LIMIT 1 \\G', shows: /row 1[^]*customer_id/ },
    { type: 'SELECT nothing FROM users.users', shows: /nothing[^]*what to do/ },
    { type: 'SELECT * FROM users.usres', shows: /users\.users/ },
    { type: '.explain SELECT count(*) FROM orders.orders WHERE id = 1', shows: /SELECT[^]*Then, here/ },
    { type: '.last', shows: /Then, here/ },
  ]), 120_000);

  test('twelve at 250 columns: English, readings, kept queries, files', async () => {
    await run(250, true, [
      { type: 'how many users', shows: new RegExp(count(of('users.users'))) },
      { type: '.last', shows: new RegExp(count(of('users.users'))) },
      { type: 'gronk the flibbertigibbet', shows: /what to do/ },
      { type: '.name big SELECT id FROM orders.orders WHERE id < $1 ORDER BY id', shows: '.run big 1=...' },
      { type: '.run big 4', shows: /id\n─+\n/ },
      { type: '.run big', shows: 'the parameter $1 has no value' },
      { type: '.name', shows: /big {2}SELECT id/ },
      { type: '.save orders.csv', shows: /wrote \d+ rows? to orders\.csv|nothing was answered/ },
      { type: '.save orders.parquet', shows: /wrote \d+ rows? to orders\.parquet/ },
      { type: '.save orders.xlsx', shows: /wrote \d+ rows? to orders\.xlsx/ },
      { type: '.copy', shows: /copied \d+ bytes of csv/ },
      { type: '.forget big', shows: 'big is gone' },
    ]);
    expect(await readFile(join(place.dir, 'orders.csv'), 'utf8')).toMatch(/^id\n/);
  }, 120_000);

  test('seventeen at 40 columns, without colour: keys, menu, history, pager', async () => {
    await run(40, false, [
      { keys: 'SELECT count(*) FROM orders.ord', shows: /orders\.ord$/ },
      { keys: '\t', shows: /> order/ },
      { keys: '\u001b', shows: /orders\.order$/ },
      { keys: '\u0015how many ord\t', shows: /ord/ },
      { keys: '\u001b', shows: /how many ord$/ },
      { keys: '\u0015', shows: /aishell>$/ },
      { keys: 'SELECT (\r', shows: 'a closing ) is' },
      { keys: '1) AS one\r', shows: /1 row[^]*aishell>$/ },
      { keys: '\u001b[A', shows: /SELECT \(/ },
      { keys: '\u0003', shows: /aishell>$/ },
      { keys: '\u0012one', shows: '(search) one' },
      { keys: '\u0007', shows: /aishell>$/ },
      { keys: '.x on\r', shows: 'expanded: on' },
      { keys: '.x off\r', shows: 'expanded: off' },
      { keys: 'SELECT id, name FROM users.users ORDER BY id\r', shows: /lines 1-/ },
      { keys: ' ', shows: /lines [23]\d-/ },
      { keys: 'q', shows: /aishell>$/ },
    ]);
  }, 120_000);
});
