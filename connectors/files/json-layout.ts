/** One array, one object a line, or objects one after the other: the first character and the file's name tell. */

import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { JsonLayout } from './tables.js';

export async function jsonLayout(path: string): Promise<JsonLayout> {
  if (/\.(ndjson|jsonl)(\.gz|\.zst)?$/i.test(path)) return 'newline_delimited';
  // Zstandard can't be looked into here; such files are exports, line by line.
  if (/\.zst$/i.test(path)) return 'newline_delimited';
  const raw = createReadStream(path, { end: 65_535 });
  const stream = /\.gz$/i.test(path) ? raw.pipe(createGunzip()) : raw;
  try {
    for await (const part of stream) {
      const first = /[^\s\uFEFF]/.exec(String(part));
      if (first) return first[0] === '[' ? 'array' : 'unstructured';
    }
  } catch {
    // A damaged or cut archive: DuckDB, which reads all of it, says what is wrong.
  } finally {
    raw.destroy();
  }
  return 'unstructured';
}
