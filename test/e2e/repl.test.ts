/** The prompt in a real pseudo-terminal. The session behind it answers by rote. */

import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTerminal } from '../support/pty.js';
import type { Terminal, TerminalOptions } from '../support/pty.js';

const fakeCli = fileURLToPath(new URL('../support/fake-cli.ts', import.meta.url));
const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
const loader = new URL('../../node_modules/tsx/dist/esm/index.mjs', import.meta.url).href;

let dir: string;
let state = 0;
let open: Terminal[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-repl-'));
  await writeFile(join(dir, 'aishell.yaml'), 'services:\n  crm: { kind: postgres, url: "postgres://me:s3cretpw@127.0.0.1:1/x" }\n');
});
afterEach(() => {
  for (const terminal of open) terminal.kill();
  open = [];
});
afterAll(() => rm(dir, { recursive: true }));

async function prompt(options: TerminalOptions & { stateDir?: string; args?: string[] } = {}): Promise<Terminal> {
  const stateDir = options.stateDir ?? join(dir, `state-${state++}`);
  const terminal = openTerminal(['--import', loader, fakeCli, ...(options.args ?? [])], {
    ...options,
    cwd: dir,
    env: { HOME: dir, XDG_STATE_HOME: stateDir, TSX_TSCONFIG_PATH: tsconfig, ...options.env },
  });
  open.push(terminal);
  await terminal.until('aishell> ');
  return terminal;
}

test('greets, answers a question, and leaves on Ctrl-D with the terminal as it was', async () => {
  const t = await prompt();
  expect(t.output).toContain('crm');
  t.type('who is there\r');
  await t.until('you asked: who is there');
  await t.until('aishell> ');
  t.type('\u0004');
  expect(await t.exited).toBe(0);
  // Bracketed paste off and cursor shown again.
  expect(t.output.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(t.output.lastIndexOf('\u001b[?2004h'));
  expect(t.output.lastIndexOf('\u001b[?25h')).toBeGreaterThan(t.output.lastIndexOf('\u001b[?25l'));
});

test('Ctrl-C stops the query and not the prompt', async () => {
  const t = await prompt();
  t.type('slow one\r');
  await t.until('1,234 rows, 5.7 kB');
  t.type('\u0003');
  await t.until('error: cancelled');
  await t.until('aishell> ');
  t.type('next\r');
  await t.until('you asked: next');
});

test('Ctrl-C empties the line, and at an empty one says how to leave', async () => {
  const t = await prompt();
  t.type('half a question');
  await t.until('half a question');
  t.type('\u0003');
  t.type('\u0003');
  await t.until('Ctrl-D or .quit leaves.');
  t.type('.quit\r');
  expect(await t.exited).toBe(0);
});

test('history is kept between runs, once each, for its owner alone, without secrets', async () => {
  const stateDir = join(dir, 'kept');
  const first = await prompt({ stateDir });
  for (const question of ['first one', 'second one', 'first one', 'with s3cretpw in it']) {
    first.type(`${question}\r`);
    await first.until('1 service');
    await first.until('aishell> ');
  }
  first.type('\u0004');
  await first.exited;
  const folder = join(stateDir, 'aishell/history');
  const [name] = await readdir(folder);
  expect((await stat(join(folder, name!))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, name!), 'utf8')).not.toContain('s3cretpw');

  const second = await prompt({ stateDir });
  second.type('\u001b[A');
  await second.until('with *** in it');
  second.type('\u001b[A');
  await second.until('first one');
  second.type('\u001b[A');
  await second.until('second one');
  second.type('\u001b[B\r');
  await second.until('you asked: first one');
});

test('.sql takes several lines until a semicolon, or an empty line', async () => {
  const t = await prompt();
  t.type('.sql\r');
  await t.until('sql> ');
  t.type('SELECT 1\r');
  await t.until('-> ');
  t.type(', 2;\r');
  await t.until(/you asked: SELECT 1\s+, 2/);
  await t.until('aishell> ');
  t.type('.sql SELECT 3\r');
  await t.until('-> ');
  t.type('\r');
  await t.until('you asked: SELECT 3');
});

test('a paste of several lines is text: nothing runs until Enter', async () => {
  const t = await prompt();
  t.type('\u001b[200~one\r\ntwo\u001b[201~');
  await t.until('two');
  t.type(' three\r');
  await t.until(/you asked: one\s+two three/);
});

test('editing: home, end, words, kill and yank', async () => {
  const t = await prompt();
  t.type('beta gamma\u0001alpha \u0005 delta\u0017\u001b[1;5D\u001b[1;5D\u000b\u0019\u007f!\r');
  await t.until('you asked: alpha beta gamma!');
});

test('dot commands', async () => {
  const t = await prompt();
  t.type('.help\r');
  await t.until('.quit');
  t.type('.schema crm\r');
  await t.until('crm.people');
  t.type('.explain SELECT 1\r');
  await t.until('Then, here');
  t.type('.doctor\r');
  await t.until('Some services need attention.');
  t.type('.trace abc\r');
  await t.until('Trace of abc');
  t.type('.diff a b\r');
  await t.until('Schema differences');
  t.type('.format csv\r');
  await t.until('format: csv');
  t.type('.refresh\r');
  await t.until('1 services, 0 tables');
  t.type('x\r');
  await t.until('300,""');
  t.type('.nonsense\r');
  await t.until('there is no command .nonsense');
});

test('errors do not end it', async () => {
  const t = await prompt();
  t.type('fail\r');
  await t.until('what to do: Start it.');
  t.type('unread\r');
  await t.until('near readings:');
  t.type('bug\r');
  await t.until('This is a bug in aishell');
  t.type('ok\r');
  await t.until('you asked: ok');
});

test('a number picks a reading of the question before it', async () => {
  const t = await prompt();
  t.type('unread thing\r');
  await t.until('1. all people');
  t.type('1\r');
  await t.until('reading 1 of: unread thing');
});

test('hostile text reaches the screen as pictures', async () => {
  const t = await prompt();
  t.type('evil\r');
  await t.until('a␛[2J<U+202E>b<U+009B>31m␊c␇␀');
  expect(t.output).not.toContain('\u202e');
  expect(t.output).not.toContain('\u009b');
  expect(t.output).not.toContain('\u001b[2J');
});

test('a narrow terminal', async () => {
  const t = await prompt({ columns: 24, rows: 10 });
  t.type('many 3\r');
  await t.until('name 2');
  t.type('a question that is much longer than the terminal is wide\r');
  await t.until('aishell> ');
  t.type('.quit\r');
  expect(await t.exited).toBe(0);
});

test('NO_COLOR', async () => {
  const t = await prompt({ env: { NO_COLOR: '1' } });
  t.type('who\r');
  await t.until('you asked: who');
  await t.until('aishell> ');
   
  expect(t.output).not.toMatch(/\u001b\[(1|2|3\d)m/);
});

test('what is typed while something runs is kept for after', async () => {
  const t = await prompt();
  t.type('slow\r');
  await t.until('1,234 rows');
  t.type('typed ahead');
  t.type('\u0003');
  await t.until('aishell> ');
  t.type('after\r');
  await t.until(/you asked: (typed ahead)?after/);
});

test('SIGTERM leaves and restores the terminal', async () => {
  const t = await prompt();
  process.kill(t.pid, 'SIGTERM');
  expect(await t.exited).toBe(130);
  expect(t.output.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(t.output.lastIndexOf('\u001b[?2004h'));
});
