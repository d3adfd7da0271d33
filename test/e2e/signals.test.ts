/**
 * The prompt and Ctrl-C, signals, a closed terminal and a resize, over a real PostgreSQL: no query goes on in the store,
 * no terminal is left broken, no history is lost.
 */

import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openScreen } from '../support/screen.js';
import type { Screen } from '../support/screen.js';
import type { TerminalOptions } from '../support/pty.js';
import { servers } from '../support/servers.js';
import { withProgram, Workplace } from './support/aishell.js';
import { Stores, storesUp } from './support/stores.js';

withProgram();

const slow = 'SELECT n FROM store.slow';
const asked = /aishell> SELECT n/;

describe.skipIf(!storesUp && process.env['CI'] !== 'true')('the prompt over a store that works', () => {
  let place: Workplace;
  let stores: Stores;
  let watcher: pg.Client;
  const screens: Screen[] = [];

  beforeAll(async () => {
    place = await Workplace.create();
    stores = await Stores.open('signals');
    watcher = new pg.Client(servers.postgres);
    await watcher.connect();
    await stores.postgres("CREATE VIEW slow AS SELECT n, pg_sleep(600) IS NULL AS waited FROM generate_series(1, 3) n; CREATE TABLE many AS SELECT n, md5(n::text) AS text FROM generate_series(1, 60000) n; ANALYZE many; CREATE VIEW trickle AS SELECT n, pg_sleep(0.01) IS NULL AS waited, repeat('x', 9000) AS text FROM generate_series(1, 600) n");
    await place.configure(`services:\n  store: ${stores.service('postgres')}\n`);
    expect((await place.run(['schema'])).code).toBe(0);
  }, 120_000);
  afterEach(() => {
    for (const screen of screens.splice(0)) screen.kill();
  });
  afterAll(async () => {
    await watcher?.end();
    await stores?.close();
    await place?.remove();
  });

  const inside = (script: string): string[] => ['-e', `const { spawnSync } = require('node:child_process'); process.on('SIGINT', () => {}); spawnSync('sh', ['-c', ${JSON.stringify(script)}], { stdio: 'inherit' })`];
  const running = async (): Promise<number> => {
    const { rows } = await watcher.query<{ n: number }>("SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND query ~ 'slow|trickle'", [stores.name]);
    return rows[0]!.n;
  };
  const isRunning = () => expect.poll(running, { timeout: 20_000, interval: 50 }).toBeGreaterThan(0);
  const isStopped = () => expect.poll(running, { timeout: 10_000, interval: 50 }).toBe(0);
  const open = (args: readonly string[], options: TerminalOptions = {}): Screen => {
    const screen = openScreen(args, { ...options, cwd: place.dir, env: { ...place.env, ...options.env } });
    screens.push(screen);
    return screen;
  };
  const prompt = async (options: TerminalOptions = {}): Promise<Screen> => {
    const screen = open(place.command([]), options);
    await screen.shows('aishell>');
    return screen;
  };
  const history = async (): Promise<string> => {
    const folder = join(place.env['XDG_STATE_HOME']!, 'aishell/history');
    return (await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))).join('');
  };
  const isRestored = (screen: Screen): void => {
    expect([screen.alternate(), screen.brackets()]).toEqual([false, false]);
    expect(screen.output.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(screen.output.lastIndexOf('\u001b[?25l'));
  };

  test('Ctrl-C once cancels in the store and says what; the prompt goes on; twice within a second leaves', async () => {
    const t = await prompt();
    t.type(`${slow}\r`);
    await isRunning();
    await t.shows('store.slow asked; no row yet');
    t.type('\u0003');
    await t.shows(/✗ store.slow its query was cancelled after 0 rows[^]*error: cancelled[^]*aishell>$/);
    await isStopped();
    t.type(`${slow}\r`);
    await isRunning();
    t.type('\u0003');
    t.type('\u0003');
    expect(await t.exited).toBe(0);
    await isStopped();
    isRestored(t);
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)('%s while a query runs ends both, and gives the terminal back as it was', async (signal) => {
    // The terminal belongs to a shell, as at a person's desk; it tells what it was left with.
    const pidFile = join(place.dir, `pid-${signal}`);
    const program = place.command([]).map((part) => `'${part}'`).join(' ');
    const t = open(inside(`'${process.execPath}' -e 0; sh -c 'echo $$ > ${pidFile}; exec '"'${process.execPath}'"' ${program.replaceAll("'", `'"'"'`)}'; stty -a | tr ';' '\\n'; echo left`));
    await t.shows('aishell>');
    t.type(`SELECT n, '${signal}' FROM store.slow\r`);
    await isRunning();
    process.kill(Number(await readFile(pidFile, 'utf8')), signal);
    const lines = await t.shows(/left$/);
    expect(lines.join(' ')).toMatch(/ icanon .* echo /);
    await isStopped();
    isRestored(t);
    expect(await history()).toContain(signal);
  });

  test('a terminal that is closed leaves no query behind, and keeps the history', async () => {
    const t = await prompt();
    t.type(`SELECT n, 'closed' FROM store.slow\r`);
    await isRunning();
    t.hangUp();
    await isStopped();
    await expect.poll(() => isAlive(t.pid), { timeout: 10_000 }).toBe(false);
    expect(await history()).toContain("'closed'");
  });

  test('SIGTERM in the pager, and in .watch', async () => {
    const t = await prompt({ rows: 12 });
    t.type('SELECT n FROM store.many ORDER BY n\r');
    await t.shows(/lines 1-9 of/);
    expect(t.alternate()).toBe(true);
    t.resize(50, 8);
    await t.shows(/lines 1-5 of/);
    process.kill(t.pid, 'SIGTERM');
    expect(await t.exited).toBe(130);
    await t.lines();
    isRestored(t);
    const rowFiles = (await readdir(tmpdir())).filter((name) => name.startsWith('aishell-rows-'));
    const watched = await prompt();
    watched.type(`.watch 1s ${slow}\r`);
    await isRunning();
    process.kill(watched.pid, 'SIGTERM');
    expect(await watched.exited).toBe(130);
    await isStopped();
    isRestored(watched);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('aishell-rows-')).length).toBeLessThanOrEqual(rowFiles.length);
  });

  test('Ctrl-C in an editor is the editor’s; SIGTERM ends both and removes the text', async () => {
    const editor = join(place.dir, 'editor.sh');
    await writeFile(editor, '#!/bin/sh\ncp "$1" "$1.seen"; echo "editing $1"; exec sleep 300\n');
    await chmod(editor, 0o755);
    const t = await prompt({ env: { EDITOR: editor, VISUAL: '' } });
    t.type('SELECT 1\u0018\u0005');
    await t.shows('editing ');
    t.type('\u0003');
    await t.shows(/ended with[^]*aishell> SELECT 1/);
    t.type('\u0018\u0005');
    const lines = await t.shows(/editing [^]*editing /);
    const file = /editing (\S+)/.exec(lines.findLast((line) => line.startsWith('editing '))!)![1]!;
    process.kill(t.pid, 'SIGTERM');
    expect(await t.exited).toBe(130);
    await t.lines();
    isRestored(t);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  test('a plain terminal makes a signal of Ctrl-C: it cancels the query, empties the line, and twice leaves', async () => {
    const t = await prompt({ env: { TERM: 'dumb' } });
    t.type(`${slow}\n`);
    await isRunning();
    t.type('\u0003');
    await t.until('x store.slow its query was cancelled after 0 rows');
    await t.until('aishell> ');
    await isStopped();
    // Sooner it would be the second within a second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    t.type('half a');
    t.type('\u0003');
    await t.until('Ctrl-D or .quit leaves.');
    t.type('SELECT 5 AS five\n');
    await t.until(/five\s+-+\s+5/);
    await t.until('aishell> ');
    t.type('\u0003');
    await t.until('Ctrl-D or .quit leaves.');
    t.type('\u0003');
    expect(await t.exited).toBe(0);
  });

  test('a resize while something runs, with a menu open, and at a half-typed line', async () => {
    const t = await prompt({ columns: 120 });
    t.type('SELECT * FROM \t');
    await t.shows(/> store +service/);
    t.resize(40, 20);
    // What a terminal has broken into further lines stays above, as in every shell; what is drawn now fits.
    await t.shows(/aishell> SELECT \* FROM\n> store +service[^\n]*…\n {2}store\.many [^\n]*…\n[^]*1 of \d+$/);
    t.type('\u001b');
    await t.shows(/aishell> SELECT \* FROM$/);
    t.type(`\u0015${slow}\r`);
    await isRunning();
    t.resize(100, 30);
    await t.shows('asked; no row yet');
    t.type('\u0003');
    await t.shows(/error: cancelled[^]*aishell>$/);
    await t.shows(asked);
  });

  test('one command: stores, tables, rows and rates are drawn at most ten times a second and wiped; a pipe gets none; programs get lines of JSON', async () => {
    const t = open(place.command(['sql', "SELECT count(*) FROM store.trickle WHERE text || n <> 'a'", '--timeout', '1m']), { columns: 70 });
    await t.shows(/store\.trickle [\d,]+ rows, [^]*rows\/s/);
    const [from, since] = [t.output.length, performance.now()];
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const frames = t.output.slice(from).split(/\d+ s {2}\(Ctrl-C/).length - 1;
    expect(frames).toBeLessThanOrEqual(Math.ceil((performance.now() - since) / 100) + 1);
    t.type('\u0003');
    expect(await t.exited).toBe(130);
    const lines = await t.lines();
    expect(lines.join('\n')).toMatch(/✗ store.trickle its query was cancelled after [\d,]+ rows/);
    expect(lines.join('\n')).not.toContain('stops it');
    await isStopped();

    const piped = await place.run(['sql', 'SELECT n, text FROM store.many', '--format', 'csv', '--limit', '0']);
    expect([piped.code, piped.stderr]).toEqual([0, '']);
    const { code, stderr } = await place.run(['sql', 'SELECT n, text FROM store.many', '--limit', '0', '--format', 'csv', '--progress', 'json']);
    expect(code).toBe(0);
    const told = stderr.trim().split('\n').map((line) => JSON.parse(line) as { type: string; service: string; table: string; state: string; rows: number; expectedRows: number | null });
    expect(told.every(({ type }) => type === 'progress')).toBe(true);
    expect(told.find(({ state }) => state === 'reading')).toMatchObject({ service: 'store', table: 'many', expectedRows: 60_000 });
    expect(told.find(({ state }) => state === 'done')).toMatchObject({ rows: 60_000 });
  });

  test('a million rows of a real table are paged within the memory that the configuration allows, and saved', async () => {
    await stores.postgres("CREATE TABLE million AS SELECT n, 'text of row ' || n AS words, n % 7 AS seventh FROM generate_series(0, 999999) n; ANALYZE million");
    expect((await place.run(['schema', '--refresh'])).code).toBe(0);
    const t = open(place.command(['--limit', '0']), { columns: 80, rows: 24 });
    await t.shows('aishell>');
    t.type('SELECT n, words, seventh FROM store.million ORDER BY n\r');
    await t.shows('lines 1-21 of 1,000,0', 90_000);
    t.type('G');
    await t.shows('text of row 999999');
    t.type('/row 654321\r');
    await t.shows(/text of row 654321/, 30_000);
    if (process.platform === 'linux') {
      const peak = Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${t.pid}/status`, 'utf8'))![1]!) * 1024;
      // limits.memory is 1 GiB unless set.
      expect(peak).toBeLessThan(2 ** 30);
    }
    t.type('q');
    await t.shows(/1,000,000 rows[^]*aishell>$/);
    t.type('.save million.ndjson\r');
    await t.shows('wrote 1,000,000 rows to million.ndjson', 90_000);
  }, 240_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
