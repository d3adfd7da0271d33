/** The prompt where nothing may be drawn, and what shells complete. */

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openScreen } from '../support/screen.js';
import { withSmallEstate } from './support/small-estate.js';

const estate = withSmallEstate();

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

const shells = {
  bash: { args: ['--norc', '--noprofile', '-i'], ready: "bind 'set bell-style none'; PS1='$ '" },
  zsh: { args: ['-f', '-i'], ready: "PS1='$ '; setopt no_beep; autoload -Uz compinit; compinit -u -D" },
  fish: { args: ['--no-config', '-i'], ready: "function fish_prompt; echo -n '$ '; end; set -g fish_autosuggestion_enabled 0" },
} as const;

/** Is the shell here? Where tests count, one that is missing is a failure. */
const present = (shell: string): boolean => process.env['CI'] === 'true' || spawnSync(shell, ['-c', 'true']).error === undefined;

test.each(Object.keys(shells).filter(present) as (keyof typeof shells)[])('%s completes commands, what is below them, options and their values, by Tab', async (shell) => {
  const { code, stdout } = await estate.run('completion', shell);
  expect(code).toBe(0);
  const script = join(estate.dir, `completion.${shell}`);
  await writeFile(script, stdout);
  const { args, ready } = shells[shell];
  const t = openScreen(args, { program: shell, columns: 120, rows: 30, cwd: estate.dir, env: { HOME: estate.dir, TERM: 'xterm' } });
  try {
    t.type(`${ready}; source ${script}; clear; echo now; echo ready\r`);
    await t.shows(/now\s+ready\s+\$$/, 30_000);
    const completed = async (typed: string, whole: string): Promise<void> => {
      t.type(`${typed}\t`);
      await t.shows(new RegExp(`\\$ ${whole}(\\s|$)`));
      t.type('\u0015');
      await t.hides(new RegExp(`\\$ ${whole}`));
    };
    await completed('aishell qu', 'aishell query');
    await completed('aishell schema di', 'aishell schema diff');
    await completed('aishell completion fi', 'aishell completion fish');
    await completed('aishell sql --allow', 'aishell sql --allow-partial');
    await completed('aishell schema diff --fail-on bre', 'aishell schema diff --fail-on breaking');
    await completed('aishell query --format parq', 'aishell query --format parquet');
    t.type('aishell ');
    t.type('\t\t');
    await t.shows(/query[^]*trace/);
  } finally {
    t.kill();
  }
}, 60_000);

test('the manual page is one that mandoc accepts, and says what --help says', () => {
  const page = fileURLToPath(new URL('../../man/aishell.1', import.meta.url));
  const linted = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page], { encoding: 'utf8' });
  if (linted.error !== undefined && process.env['CI'] !== 'true') return;
  // It has no date, so that it says the same wherever it is made.
  expect(linted.stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
  const shown = spawnSync('mandoc', ['-T', 'utf8', page], { encoding: 'utf8' }).stdout.replace(/.\u0008/g, '').replace(/\s+/g, ' ');
  for (const wanted of ['schema diff [left] [right]', '--allow-partial', '.save [-f] file', 'EXIT STATUS']) expect(shown).toContain(wanted);
});

test('another shell is told which there are', async () => {
  const { code, stderr } = await estate.run('completion', 'tcsh');
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
