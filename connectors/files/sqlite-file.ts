/** A SQLite file, opened without writing a byte beside it. */

import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Database as SqliteDatabase } from 'node-sqlite3-wasm';
import { AishellError } from '../contract.js';

/** CommonJS, and 1.5 MB of WebAssembly: loaded when a SQLite file is met. */
let Database: typeof SqliteDatabase | undefined;

export interface SqliteFile {
  readonly database: SqliteDatabase;
  /** Throws if the file changed since it was opened: what was read may be of two states. */
  assertUnchanged(): void;
  close(): void;
}

export function openSqlite(service: string, path: string, tempDir: string): SqliteFile {
  Database ??= (createRequire(import.meta.url)('node-sqlite3-wasm') as { Database: typeof SqliteDatabase }).Database;
  for (const [suffix, what] of [['-wal', 'changes that are not in the file yet'], ['-journal', 'a change that was not finished']] as const) {
    if (existsSync(path + suffix) && statSync(path + suffix).size > 0) {
      throw new AishellError(
        'source.failed',
        `${service}: ${path} has ${what} (${suffix.slice(1)} file).`,
        'Close the program that writes it, or run `PRAGMA wal_checkpoint(TRUNCATE)` with it.',
        { service },
      );
    }
  }
  // The library locks by making a folder beside the path it is given; a link keeps that out of the user's folder.
  const folder = mkdtempSync(join(tempDir, 'sqlite-'));
  const link = join(folder, 'file');
  symlinkSync(path, link);
  const before = statSync(path);
  const database = new Database(link, { readOnly: true });
  const close = () => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // Files in WAL mode open without shared memory only so.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA query_only = ON');
  } catch (error) {
    close();
    throw error;
  }
  return {
    database,
    assertUnchanged: () => {
      const after = statSync(path);
      if (after.mtimeMs === before.mtimeMs && after.size === before.size) return;
      throw new AishellError('source.failed', `${service}: ${path} was changed while it was read.`, 'Run the command again.', { service });
    },
    close,
  };
}
