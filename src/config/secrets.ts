/** Where a secret comes from: text, a file (`{file: path}` or `file:path`), or a command's output (`{command: [...]}`). */

import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { redact } from './secret.js';

/** A secret is a line or a PEM block; anything longer is the wrong file. */
const maxBytes = 65_536;
const commandTimeoutMs = 10_000;

export type Found = { readonly text: string } | { readonly message: string; readonly fix: string };

/** undefined when the value is no reference to a secret but plain text (or something for validation to refuse). */
export function secretReference(value: unknown): { file: string } | { command: readonly string[] } | undefined {
  if (typeof value === 'string') return value.startsWith('file:') ? { file: value.slice(5).replace(/^\/\//, '') } : undefined;
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return undefined;
  const { file, command } = value as { file?: unknown; command?: unknown };
  if (typeof file === 'string' && file !== '') return { file };
  if (Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === 'string')) return { command };
  return undefined;
}

export async function readSecret(reference: { file: string } | { command: readonly string[] }, baseDir: string): Promise<Found> {
  return 'file' in reference ? fromFile(resolve(baseDir, reference.file)) : fromCommand(reference.command, baseDir);
}

async function fromFile(path: string): Promise<Found> {
  try {
    const handle = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, null);
      if (bytesRead > maxBytes) return { message: `the secret's file ${path} holds more than 64 KiB`, fix: 'Name the file that holds the secret alone.' };
      return trimmed(buffer.toString('utf8', 0, bytesRead), `the secret's file ${path}`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    return { message: `the secret's file ${path} can't be read (${code})`, fix: 'Check the path, which starts at the configuration file’s folder, and its rights.' };
  }
}

/** Run directly, without a shell: what is in the file is what is executed. */
async function fromCommand([program, ...args]: readonly string[], cwd: string): Promise<Found> {
  return new Promise((done) => {
    const child = execFile(program!, args, { cwd, timeout: commandTimeoutMs, killSignal: 'SIGKILL', maxBuffer: maxBytes }, (error, stdout, stderr) => {
      if (error === null) return done(trimmed(stdout, `the command ${program}`));
      const why =
        error.killed === true && error.code !== 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' ? `gave no answer within ${commandTimeoutMs / 1000} s`
        : typeof error.code === 'number' ? `exited with code ${error.code}`
        : `could not be run (${error.code ?? error.signal ?? 'error'})`;
      const said = redact(stderr).trim().split('\n', 1)[0]!.slice(0, 200);
      done({
        message: `the command ${program} for a secret ${why}${said === '' ? '' : `: ${said}`}`,
        fix: 'Run the command by hand in the configuration file’s folder; it must print the secret and exit 0.',
      });
    });
    // A command that waits for input would otherwise wait until its time is up.
    child.stdin?.end();
  });
}

function trimmed(text: string, where: string): Found {
  const value = text.replace(/\r?\n$/, '');
  return value === '' ? { message: `${where} gave nothing`, fix: 'It must hold the secret.' } : { text: value };
}
