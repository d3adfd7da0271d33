/** Rewrites aishell.yaml by an edit of its text. Written whole and renamed, so a reader never sees half a file. */

import { randomBytes } from 'node:crypto';
import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { AishellError } from '../errors.js';

/** @param byHand what to do where the file can't be written */
export async function rewrite(path: string, edit: (text: string) => string, byHand: string): Promise<void> {
  // Through a symbolic link to the file itself.
  const target = await realpath(path);
  const { mode } = await stat(target);
  const text = edit(await readFile(target, 'utf8'));
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, text, { mode: mode & 0o777 });
    await rename(draft, target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new AishellError('config', `${path} can't be written (${code})`, `Check its rights, or ${byHand}`, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
}
