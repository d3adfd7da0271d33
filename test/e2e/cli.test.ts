/** The command line as a process: arguments, stdin, signals, files, exit codes. The session behind it answers by rote. */

import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tsx } from '../support/pty.js';

const fakeCli = fileURLToPath(new URL('../support/fake-cli.ts', import.meta.url));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-cli-'));
  await writeFile(join(dir, 'aishell.yaml'), 'services:\n  crm: { kind: postgres, url: "postgres://me:s3cretpw@127.0.0.1:1/x" }\n');
});
afterAll(() => rm(dir, { recursive: true }));

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(args: readonly string[], { cwd = dir }: { cwd?: string } = {}) {
  // The loader as an import, so that the pid is the program's own and signals reach it.
  const child = spawn(process.execPath, ['--import', new URL('../../node_modules/tsx/dist/esm/index.mjs', import.meta.url).href, fakeCli, ...args], {
    cwd,
    env: { ...process.env, XDG_CONFIG_HOME: join(dir, 'xdg'), HOME: dir, NO_COLOR: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const done = new Promise<Ran>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { child, done, seen: () => stderr };
}

async function aishell(args: readonly string[], options: { input?: string; cwd?: string } = {}): Promise<Ran> {
  const { child, done } = start(args, options);
  child.stdin.end(options.input ?? '');
  return done;
}

test('the helper knows where tsx is', () => expect(tsx).toContain('tsx'));

describe('answers', () => {
  test('a question given as one word or many', async () => {
    for (const args of [['query', 'who is there'], ['query', 'who', 'is', 'there']]) {
      const { code, stdout, stderr } = await aishell(args);
      expect(stdout).toContain('you asked: who is there');
      expect([code, stderr]).toEqual([0, '']);
    }
  });

  test('a question from stdin, absent or as -', async () => {
    for (const args of [['query'], ['query', '-']]) {
      const { code, stdout } = await aishell(args, { input: 'who from stdin\n' });
      expect(stdout).toContain('you asked: who from stdin');
      expect(code).toBe(0);
    }
  });

  test('an empty argument is an empty question: stdin is not waited for', async () => {
    const { child, done } = start(['query', '']);
    const { code, stderr } = await done;
    child.stdin.destroy();
    expect(stderr).toContain('no question was given');
    expect(code).toBe(2);
  });

  test('options before and after the command, and every format', async () => {
    expect((await aishell(['--format', 'csv', 'sql', 'SELECT 1'])).stdout).toBe('id,name\n1,Ann\n20,\n300,""\n');
    expect((await aishell(['sql', 'SELECT 1', '-f', 'ndjson'])).stdout.split('\n')[1]).toBe('{"id":"20","name":null}');
    const json = JSON.parse((await aishell(['sql', 'SELECT 1', '--format', 'json'])).stdout) as { rows: unknown };
    expect(json.rows).toEqual([['1', 'Ann'], ['20', null], ['300', '']]);
    expect((await aishell(['sql', 'SELECT 1', '--format', 'markdown'])).stdout).toContain('| 1 | Ann |');
  });

  test('no colours where there is no terminal', async () => {
    expect((await aishell(['query', 'x'])).stdout).not.toContain('\u001b');
  });

  test.each([
    ['schema'], ['schema', 'crm'], ['schema diff'], ['schema diff', 'a', 'b'], ['trace'], ['trace', 'abc'], ['explain', 'x'],
  ])('%s', async (command, ...rest) => {
    const { code, stdout } = await aishell([...command.split(' '), ...rest]);
    expect(code).toBe(0);
    expect(stdout).not.toBe('');
  });
});

describe('exit codes', () => {
  test.each<[number, string[], RegExp]>([
    [2, ['nonsense'], /there is no command nonsense/],
    [2, ['quer', 'x'], /Did you mean aishell query\?/],
    [2, ['how many people are there'], /aishell query "how many people are there"/],
    [2, ['query', 'x', '--nope'], /unknown option '--nope'\nwhat to do: See aishell query --help/],
    [2, ['--config', 'a.yaml', 'query', 'x', '--nope'], /See aishell query --help/],
    [2, ['--config', 'a.yaml', '--nope'], /See aishell --help/],
    [2, ['query', 'x', '--format', 'xml'], /there is no format xml/],
    [2, ['query', 'x', '--limit', 'lots'], /--limit/],
    [2, ['query', 'x', '--timeout', '0'], /--timeout/],
    [2, ['query', 'x', '--config', 'none.yaml'], /none\.yaml/],
    [2, ['query', 'x', '--service', 'crn'], /did you mean crm/i],
    [2, ['query'], /no question was given/],
    [2, ['query', 'x'.repeat(20_000)], /longer than 10,000/],
    [2, ['trace', 'a', 'b'], /takes no argument b/],
    [2, [], /needs a terminal/],
    [3, ['query', 'unread'], /understood: people\nnot understood: gronk\nnear readings:\n {2}1\. all people\n {5}SELECT \* FROM crm\.people\nwhat to do: Ask otherwise\./],
    [4, ['query', 'partial', '--allow-partial'], /^$/],
    [5, ['query', 'fail'], /^error: crm can’t be reached\nwhat to do: Start it\.\n$/],
    [5, ['schema', 'missing'], /^$/],
    [4, ['schema', 'missing', '--allow-partial'], /^$/],
    [5, ['doctor'], /^$/],
    [6, ['query', 'stubborn', '--timeout', '1ms'], /no end was reached/],
    [10, ['schema', 'diff', '--fail-on', 'risky'], /^$/],
    [0, ['schema', 'diff', '--fail-on', 'breaking'], /^$/],
    [1, ['query', 'bug'], /^error: an unexpected error: x is not a function\nwhat to do: [^\n]+\n$/],
  ])('%i: %j', async (code, args, stderr) => {
    const ran = await aishell(args);
    expect(ran.stderr).toMatch(stderr);
    expect(ran.code).toBe(code);
  });

  test('a bug shows its stack with -v only', async () => {
    expect((await aishell(['query', 'bug', '-v'])).stderr).toContain('fake-session');
  });

  test('with --format json errors are JSON too, on stderr', async () => {
    const { stdout, stderr, code } = await aishell(['query', 'fail', '--format', 'json']);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ kind: 'error', code: 'source.unreachable', service: 'crm', remedy: 'Start it.' });
    expect(code).toBe(5);
  });

  test('no configuration anywhere: where it looked, and the smallest one', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'aishell-none-'));
    const { code, stderr } = await aishell(['doctor'], { cwd: empty });
    expect(code).toBe(2);
    expect(stderr).toContain(empty);
    expect(stderr).toContain('services:');
    await rm(empty, { recursive: true });
  });
});

describe('files', () => {
  test('--output is whole, takes its format from the name, and --meta holds the rest', async () => {
    const { code, stdout } = await aishell(['sql', 'SELECT many 5000', '--output', 'rows.csv', '--meta', 'meta.json']);
    expect([code, stdout]).toEqual([0, '']);
    expect((await readFile(join(dir, 'rows.csv'), 'utf8')).split('\n').length).toBe(5002);
    const meta = JSON.parse(await readFile(join(dir, 'meta.json'), 'utf8')) as Record<string, unknown>;
    expect(meta).toMatchObject({ kind: 'query', rowCount: 5000, complete: true });
    expect(meta['rows']).toBeUndefined();
  });

  test('a failure leaves what was there and nothing beside it', async () => {
    await writeFile(join(dir, 'kept.csv'), 'before');
    const { code } = await aishell(['query', 'fail', '--output', 'kept.csv', '--meta', 'never.json']);
    expect(code).toBe(5);
    expect(await readFile(join(dir, 'kept.csv'), 'utf8')).toBe('before');
    expect((await readdir(dir)).filter((name) => /part|never/.test(name))).toEqual([]);
  });

  test('a link is followed, a folder refused, a missing folder named', async () => {
    await writeFile(join(dir, 'target.csv'), 'before');
    await symlink(join(dir, 'target.csv'), join(dir, 'link.csv'));
    await aishell(['sql', 'x', '--output', 'link.csv']);
    expect(await readFile(join(dir, 'target.csv'), 'utf8')).toContain('id,name');
    expect((await aishell(['sql', 'x', '--output', '.'])).stderr).toContain('is a folder');
    expect((await aishell(['sql', 'x', '--output', 'no/such/x.csv'])).stderr).toContain('can’t be written (ENOENT)');
  });

  test('rows that are lacking are told beside csv', async () => {
    const { stderr } = await aishell(['sql', 'truncated', '--format', 'csv']);
    expect(stderr).toBe('note: these are the first 3 rows, there are more; --limit 0 gives all\n');
  });
});

describe('signals', () => {
  test('a reader that goes away is no error', async () => {
    const { child, done } = start(['sql', 'many 200000', '--format', 'csv']);
    child.stdin.end();
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, stderr } = await done;
    expect([code, stderr]).toEqual([0, '']);
  });

  async function interrupted(args: readonly string[], signals: readonly NodeJS.Signals[]): Promise<Ran> {
    const { child, done, seen } = start([...args, '-v']);
    child.stdin.end();
    // It says so once the session is open.
    while (!seen().includes('opened')) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const signal of signals) {
      child.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return done;
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('%s: what was found is printed, marked incomplete, exit 130', async (signal) => {
    const { code, stdout, stderr } = await interrupted(['query', 'slow'], [signal]);
    expect(code).toBe(130);
    expect(stdout).toContain('(2 rows, INCOMPLETE: cancelled)');
    expect(stderr).toContain('error: cancelled');
  });

  test('the JSON of a cancelled answer says that it is incomplete', async () => {
    const { stdout } = await interrupted(['query', 'slow', '--format', 'json'], ['SIGINT']);
    expect(JSON.parse(stdout)).toMatchObject({ rows: [[1], [2]], complete: false, rowCount: 2 });
  });

  test('a cancelled file does not appear', async () => {
    await interrupted(['query', 'slow', '--output', 'cancelled.csv'], ['SIGINT']);
    expect((await readdir(dir)).filter((name) => name.includes('cancelled'))).toEqual([]);
  });

  test('work that does not stop is left behind; a second signal ends it at once', async () => {
    expect((await interrupted(['query', 'stubborn'], ['SIGINT'])).code).toBe(130);
    const { code, stdout } = await interrupted(['query', 'stubborn'], ['SIGINT', 'SIGINT']);
    expect([code, stdout]).toEqual([130, '']);
  });
});
