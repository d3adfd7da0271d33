/** Where an answer goes: stdout with backpressure, or a file that appears whole or not at all. */

import { lstat, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { AishellError } from '../errors.js';

export interface Output {
  write(chunk: string | Uint8Array): Promise<void>;
  /** Everything is written: make it visible. */
  commit(): Promise<void>;
  /** Something failed: leave nothing behind. Harmless after commit. */
  discard(): Promise<void>;
}

/** Thrown by a write to a reader that has gone (`| head`): not a failure of ours, and nobody is left to tell. */
export class ReaderGone extends Error {}

export function streamOutput(stream: Writable): Output {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') gone = true;
    else throw error;
  });
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        if (gone || stream.destroyed) return reject(new ReaderGone());
        stream.write(chunk, (error) => (error ? reject(new ReaderGone()) : resolve()));
      }),
    commit: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
}

export async function fileOutput(path: string): Promise<Output> {
  const target = await resolved(path);
  const before = await stat(target).catch(() => undefined);
  if (before?.isDirectory() === true) throw new AishellError('usage', `${path} is a folder`, 'Name a file.');
  // A device or a pipe can't be replaced; it is written to as it is.
  if (before !== undefined && !before.isFile()) return handleOutput(await opened(path, target, 'w'));
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  const handle = await opened(path, temporary, 'w', before?.mode);
  return handleOutput(handle, {
    commit: () => rename(temporary, target),
    discard: () => unlink(temporary),
  });
}

/** A link is followed, so that what it points to is replaced and not the link. */
async function resolved(path: string): Promise<string> {
  const link = await lstat(path).catch(() => undefined);
  return link?.isSymbolicLink() === true ? realpath(path).catch(() => path) : path;
}

async function opened(asked: string, path: string, flags: string, mode?: number): Promise<FileHandle> {
  try {
    return await open(path, flags, mode);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new AishellError('usage', `${asked} can’t be written (${code})`, 'Check that its folder exists and may be written to.', { cause: error });
  }
}

function handleOutput(handle: FileHandle, end?: { commit: () => Promise<void>; discard: () => Promise<void> }): Output {
  let open = true;
  const close = async (): Promise<void> => {
    open = false;
    await handle.close();
  };
  return {
    async write(chunk) {
      try {
        await handle.writeFile(chunk);
      } catch (error) {
        throw new AishellError('usage', `the output file can’t be written to (${(error as NodeJS.ErrnoException).code})`, 'Is the disk full?', { cause: error });
      }
    },
    async commit() {
      await close();
      await end?.commit();
    },
    async discard() {
      if (!open) return;
      await close();
      await end?.discard().catch(() => undefined);
    },
  };
}
