/** What is made of the table of commands: help with examples, the manual, completions. */

import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { completionScript } from '../../../src/cli/completion.js';
import { version } from '../../../src/cli/main.js';
import { manPage } from '../../../src/cli/man-page.js';
import { buildProgram } from '../../../src/cli/program.js';
import { allCommands, allOptions } from '../../../src/cli/table.js';
import { dotCommands } from '../../../src/repl/commands/index.js';

const root = new URL('../../../', import.meta.url);

async function help(words: readonly string[]): Promise<string> {
  let text = '';
  const stdout = new Writable({ write: (chunk, _, done) => ((text += String(chunk)), done()) });
  const nothing = () => Promise.resolve();
  await buildProgram('0.0.0', stdout, { command: nothing, local: nothing, shell: nothing }).parseAsync([...words, '--help'], { from: 'user' }).catch(() => undefined);
  return text;
}

test.each(allCommands.map((command) => [command.name, command] as const))('%s --help has its options and examples that can be typed', async (name, { examples, extra = [], summary }) => {
  const text = await help(name.split(' '));
  expect(text.replace(/\s+/g, ' ')).toContain(summary.replace(/\s+/g, ' '));
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    expect(text).toContain(`\n  ${example}`);
    expect(example).toContain(name);
  }
  for (const { flags } of extra) expect(text).toContain(flags);
  // An example names no option that the command lacks.
  for (const flag of examples.flatMap((example) => example.match(/(?<=\s)--[a-z-]+/g) ?? [])) expect(text).toContain(flag);
});

test('the manual page is what the table says now, and is shipped', async () => {
  const page = await readFile(new URL('man/aishell.1', root), 'utf8');
  expect(page, 'run npx tsx scripts/man-page.ts').toBe(manPage(version()));
  const { man, files } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { man: string; files: string[] };
  expect([man, files.includes('man')]).toEqual(['./man/aishell.1', true]);
  for (const { name } of [...allCommands, ...dotCommands]) expect(page).toContain(name);
  const checked = spawnSync('groff', ['-man', '-Tascii', '-ww', '-z'], { input: page, encoding: 'utf8' });
  if (checked.error === undefined) expect(checked.stderr).toBe('');
});

test('completions know every command, and all that an option may be in any of them', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = completionScript(shell, { commands: allCommands, options: allOptions });
    for (const { name } of allCommands) for (const word of name.split(' ')) expect(script).toContain(word);
  }
  expect(completionScript('bash', { commands: allCommands, options: allOptions })).toContain("compgen -W 'note risky breaking any worse'");
});
