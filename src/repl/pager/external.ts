/** The pager that a person has set in the environment, as psql, git and man ask for it. */

import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { Env } from '../../config/xdg.js';
import { AishellError } from '../../errors.js';

/** Resolves when it is left. The terminal must be the pager's meanwhile. */
export async function pageExternally(pager: string, path: string, env: Env, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'r');
  try {
    await new Promise<void>((resolve, reject) => {
      const failed = (why: string): void => reject(new AishellError('usage', `the pager ${pager} ${why}`, 'Set AISHELL_PAGER or PAGER to another; AISHELL_PAGER= takes the one that is built in, and .pager off prints.'));
      // What less is told unless it is told otherwise: long lines are scrolled and not broken, as tables need it.
      const child = spawn(pager, { shell: true, stdio: [file.fd, 'inherit', 'inherit'], env: { ...env, LESS: env['LESS'] ?? '-SRX' } });
      const end = (): void => void child.kill();
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
      child.on('error', () => failed('can’t be started'));
      child.on('close', (code) => {
        signal.removeEventListener('abort', end);
        // Leaving a pager before its end is how one leaves it; 126 and 127 are the shell's.
        if (code === 126 || code === 127) failed('can’t be started');
        else resolve();
      });
    });
  } finally {
    await file.close();
  }
}
