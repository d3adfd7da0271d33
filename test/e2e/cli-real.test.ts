/** The whole product as a process and in a pseudo-terminal, over files that need no server. */

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal } from '../support/pty.js';
import type { Terminal } from '../support/pty.js';

const cli = fileURLToPath(new URL('../support/real-cli.ts', import.meta.url));
const loader = new URL('../../node_modules/tsx/dist/esm/index.mjs', import.meta.url).href;
const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
// Billions of pairs: it never ends by itself while a test looks on.
const endless = 'SELECT sum(a.id * b.id % 7 + c.id) AS n FROM zoo.animals a, zoo.animals b, zoo.animals c';

let dir: string;
let env: Record<string, string>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-real-'));
  await mkdir(join(dir, 'zoo'));
  await mkdir(join(dir, 'vets'));
  const animals = Array.from({ length: 5000 }, (_, i) => `${i + 1},name ${i + 1},${i % 2 === 0 ? 'cat' : 'dog'}`);
  await writeFile(join(dir, 'zoo/animals.csv'), `id,name,kind\n${animals.join('\n')}\n`);
  await writeFile(join(dir, 'vets/visits.ndjson'), [1, 2, 2].map((animal, i) => `{"visit":${i + 1},"animal_id":${animal},"note":"n\\u001b[31m${i}"}`).join('\n'));
  await writeFile(join(dir, 'aishell.yaml'), 'services:\n  zoo: { kind: files, path: zoo, tags: { cloud: none } }\n  vets: { kind: files, path: vets }\n');
  env = { HOME: dir, XDG_CACHE_HOME: join(dir, 'cache'), XDG_STATE_HOME: join(dir, 'state'), XDG_CONFIG_HOME: join(dir, 'config'), TSX_TSCONFIG_PATH: tsconfig };
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function aishell(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--import', loader, cli, ...args], { cwd: dir, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

describe('as a process', () => {
  test('--version and --help', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect((await aishell('--version')).stdout).toBe(`${version}\n`);
    expect((await aishell('--help')).stdout).toContain('query [options] [question...]');
  });

  test('a join of two services, with its proof', async () => {
    const { code, stdout, stderr } = await aishell('sql', 'SELECT a.name, v.note FROM zoo.animals a JOIN vets.visits v ON v.animal_id = a.id ORDER BY v.visit', '--format', 'json');
    expect([code, stderr]).toEqual([0, '']);
    const answer = JSON.parse(stdout) as { rows: unknown; complete: boolean; fragments: { service: string; rows: number }[] };
    expect(answer.rows).toEqual([['name 1', 'n\u001b[31m0'], ['name 2', 'n\u001b[31m1'], ['name 2', 'n\u001b[31m2']]);
    expect(answer.complete).toBe(true);
    expect(answer.fragments.map(({ service }) => service).sort()).toEqual(['vets', 'zoo']);
    expect(stdout).not.toContain('\u001b');
  });

  test('all rows as csv into a file', async () => {
    expect((await aishell('sql', 'SELECT id FROM zoo.animals ORDER BY id', '--limit', '0', '--output', 'ids.csv')).code).toBe(0);
    expect((await readFile(join(dir, 'ids.csv'), 'utf8')).split('\n')).toHaveLength(5002);
  });

  test('explain --analyze says what every part came to', async () => {
    const sql = 'SELECT v.note FROM zoo.animals a JOIN vets.visits v ON v.animal_id = a.id WHERE a.id < 100';
    const { fragments, analysis } = JSON.parse((await aishell('explain', '--analyze', sql, '--format', 'json')).stdout);
    expect(fragments.map(({ actual }: { actual: { rows: number } }) => actual.rows).sort()).toEqual([2, 3]);
    expect(analysis).toMatchObject({ rows: 3, planMs: expect.any(Number), readMs: expect.any(Number), joinMs: expect.any(Number) });
    expect((await aishell('explain', '--analyze', sql)).stdout).toMatch(/actual\s+2 rows[^]*time\s+\d/);
    const planned = JSON.parse((await aishell('explain', sql, '--format', 'json')).stdout);
    expect(planned.analysis).toBeUndefined();
  });

  test('explain, schema and doctor', async () => {
    expect((await aishell('explain', 'SELECT * FROM zoo.animals WHERE id = 3')).stdout).toContain('zoo.animals');
    expect((await aishell('schema', 'zoo')).stdout).toContain('cloud none');
    expect((await aishell('doctor')).stdout).toContain('Every service answers.');
  });

  test.each<[number, string[], RegExp]>([
    [2, ['sql', 'SELECT * FROM zoo.animls'], /animals/],
    [2, ['sql', 'SELEC 1'], /error: /],
    [6, ['sql', 'DELETE FROM zoo.animals'], /SELECT/],
    [6, ['sql', "SELECT * FROM read_csv('/etc/passwd')"], /read_csv/],
    [6, ['sql', endless, '--timeout', '2s'], /time/],
    [2, ['sql', 'SELECT 1', '--service', 'zo'], /did you mean zoo/i],
    [3, ['query', 'gronk the flurbs quizzically'], /error: /],
  ])('%i: %j', async (code, args, stderr) => {
    const ran = await aishell(...args);
    expect(ran.stderr).toMatch(stderr);
    expect(ran.stderr).toContain('what to do:');
    expect(ran.stdout).toBe('');
    expect(ran.code).toBe(code);
  });
});

describe('in a terminal', () => {
  let terminal: Terminal | undefined;
  afterEach(() => terminal?.kill());

  async function prompt(): Promise<Terminal> {
    terminal = openTerminal(['--import', loader, cli], { cwd: dir, env });
    await terminal.until('aishell> ');
    return terminal;
  }

  test('SQL, a question, Ctrl-C on a running query, and history in the next run', async () => {
    const first = await prompt();
    first.type('SELECT count(*) AS n FROM zoo.animals\r');
    await first.until('5000');
    await first.until('aishell> ');
    first.type(`${endless}\r`);
    await first.until('Ctrl-C stops it');
    await first.until('✓ zoo');
    first.type('\u0003');
    await first.until('error: cancelled');
    await first.until('aishell> ');
    first.type('how many animals are there\r');
    await first.until('reading');
    await first.until('aishell> ');
    first.type('\u0004');
    expect(await first.exited).toBe(0);

    const second = await prompt();
    second.type('\u001b[A\u001b[A\u001b[A');
    await second.until('SELECT count(*) AS n FROM zoo.animals');
    second.type('\r');
    await second.until('5000');
    second.type('.quit\r');
    expect(await second.exited).toBe(0);
  });

  test('a command at a terminal has colours; progress is shown and wiped', async () => {
    terminal = openTerminal(['--import', loader, cli, 'sql', endless, '--timeout', '5s'], { cwd: dir, env });
    await terminal.until(/zoo[^]*\d s {2}\(Ctrl-C stops it\)/);
    expect(await terminal.exited).toBe(6);
    expect(terminal.output).toContain('\u001b[31merror:');
    expect(terminal.output).toMatch(/\r\u001b\[\d+A\u001b\[J/);
  });
});
