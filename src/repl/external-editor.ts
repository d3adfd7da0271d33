/** A text in the person's own editor, as git and psql do it: $VISUAL, $EDITOR, else what the system surely has. */

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../config/xdg.js';
import { AishellError } from '../errors.js';

/** No statement is longer; what is was not meant for a prompt. */
const mostBytes = 1_000_000;

/** Resolves to the edited text. The terminal must be the editor's while it runs. */
export async function editExternally(text: string, suffix: '.sql' | '.txt', env: Env, signal: AbortSignal): Promise<string> {
  const editor = env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi');
  // Its folder is for its owner alone: a question may hold what nobody else should read.
  const dir = await mkdtemp(join(tmpdir(), 'aishell-edit-'));
  const file = join(dir, `aishell${suffix}`);
  try {
    await writeFile(file, text === '' ? '' : `${text}\n`, { mode: 0o600 });
    await run(editor, file, signal);
    if ((await stat(file)).size > mostBytes) throw new AishellError('usage', 'the edited text is longer than 1 MB', 'Shorten it, or give it to aishell sql on stdin.');
    return (await readFile(file, 'utf8')).replace(/^\ufeff/, '').replace(/\r\n?/g, '\n').trimEnd();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** How long an editor that was told to end is given to put the terminal in order. */
const graceMs = 1000;

/** Through a shell, since the variable may hold arguments; the path is ours and holds nothing a shell would act on but is quoted all the same. */
function run(editor: string, file: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => reject(new AishellError('usage', `the editor ${editor} ${why}`, 'Set VISUAL or EDITOR to one that runs in this terminal.'));
    const child = spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' });
    // Ctrl-C in it is its own affair; what ends the prompt ends it too.
    const end = (): void => {
      child.kill();
      setTimeout(() => failed('did not end'), graceMs).unref();
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    child.on('error', () => failed('can’t be started'));
    child.on('close', (code) => {
      signal.removeEventListener('abort', end);
      if (code === 0) resolve();
      else failed(`ended with ${code ?? 'a signal'}; the line is as it was`);
    });
  });
}
