/** SQLite files for tests, written by SQLite itself. */

import { createRequire } from 'node:module';
import type { Database as SqliteDatabase } from 'node-sqlite3-wasm';

/** The package is CommonJS without named exports. */
const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm') as { Database: typeof SqliteDatabase };

export function openSqliteForWriting(path: string): SqliteDatabase {
  return new Database(path);
}
