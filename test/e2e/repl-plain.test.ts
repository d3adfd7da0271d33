/** The prompt where nothing may be drawn, and what shells complete. */

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { withProgram } from './support/aishell.js';
import { SmallEstate } from './support/small-estate.js';

withProgram();
let estate: SmallEstate;
beforeAll(async () => {
  estate = await SmallEstate.create();
});
afterEach(() => estate.closeScreens());
afterAll(() => estate.remove());

test.each<Record<string, string>>([{ TERM: 'dumb' }, { ACCESSIBLE: '1' }])('%j: lines alone, without one escape sequence', async (env) => {
  const t = await estate.prompt({ env, rows: 10 });
  t.type('SELECT count(*) AS n FROM (\n');
  await t.until(/\n-> $/);
  t.type('SELECT * FROM zoo.animals)\n');
  await t.until('300');
  await t.until('aishell> ');
  t.type('how many animals\n');
  await t.until('300');
  await t.until('aishell> ');
  t.type('SELECT id, name FROM zoo.animals\n');
  await t.until(/300 rows from 1 service/);
  await t.until('aishell> ');
  t.type('\\d vets.visits\n');
  await t.until('animal_id');
  await t.until('aishell> ');
  t.type('.quit\n');
  expect(await t.exited).toBe(0);
  expect(t.output).not.toContain('\u001b');
  expect(t.output).not.toMatch(/[─│┼]/);
});

test('a locale that is not UTF-8 gets lines of ASCII', async () => {
  const t = await estate.prompt({ env: { LC_ALL: 'C' } });
  t.type('SELECT 1 AS one, 2 AS two\r');
  const lines = await t.shows(/1 row/);
  expect(lines.join('\n')).toContain('-----+-----');
});

test('bash completes commands, what is below them, options and their values, from the script', async () => {
  const { code, stdout } = await estate.run('completion', 'bash');
  expect(code).toBe(0);
  const script = join(estate.dir, 'completion.bash');
  await writeFile(script, stdout);
  const complete = (...words: string[]): string[] => {
    const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _aishell; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout: out, stderr } = spawnSync('bash', ['-c', program, 'bash', script, 'aishell', ...words], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return out.split('\n').filter((word) => word !== '');
  };
  expect(complete('qu')).toEqual(['query']);
  expect(complete('')).toEqual(expect.arrayContaining(['query', 'sql', 'schema', 'trace', 'completion']));
  expect(complete('schema', 'd')).toEqual(['diff']);
  expect(complete('sql', '--allow')).toEqual(['--allow-partial']);
  expect(complete('schema', 'diff', '--fail-on', 'b')).toEqual(['breaking']);
});

test.each(['zsh', 'fish'])('%s has a script that names every command and option, and that the shell itself accepts where it is installed', async (shell) => {
  const { code, stdout } = await estate.run('completion', shell);
  expect(code).toBe(0);
  for (const word of ['query', 'diff', 'trace', 'allow-partial', 'timeout']) expect(stdout).toContain(word);
  const checked = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' });
  if (checked.error === undefined) expect(checked.stderr).toBe('');
});

test('another shell is told which there are', async () => {
  const { code, stderr } = await estate.run('completion', 'tcsh');
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
