/** "Open rentals": where what follows has that very value, the word is the value, and no column that is called alike. */

import type { Chunk } from './chunks.js';
import { namesTable } from './sketch.js';

export function asValues(chunks: readonly Chunk[], services: number): Chunk[] {
  return chunks.map((chunk, at) => {
    const predicate = services > 1 ? saidOf(chunk, at, chunks) : undefined;
    if (predicate !== undefined) return predicate;
    if (!chunk.named || chunk.values.length === 0 || chunk.op !== undefined || (chunk.tables[0]?.score ?? 0) >= 0.95) return chunk;
    for (const next of chunks.slice(at + 1, at + 5)) {
      if (next.named && namesTable(next)) {
        const tables = next.tables.filter((t) => t.score >= 0.9).map((t) => t.table);
        const flagged = chunk.columns.some((c) => c.score >= 0.95 && tables.includes(c.column.table));
        const own = chunk.values.filter((v) => tables.includes(v.column.table));
        return own.length > 0 && !flagged ? { ...chunk, tables: [], columns: [], values: own, named: false, constant: true } : chunk;
      }
      if (!(next.values.length > 0 || ['and', 'or', 'comma'].includes(next.op?.op ?? ''))) return chunk;
    }
    return chunk;
  });
}

/** "Rentals that are closed": by their own state, and no other table's time of closing. */
function saidOf(chunk: Chunk, at: number, chunks: readonly Chunk[]): Chunk | undefined {
  if (!chunk.named || chunk.values.length === 0 || chunk.op !== undefined || (chunk.tables[0]?.score ?? 0) >= 0.95) return undefined;
  let before = at - 1;
  while (['be', 'relative', 'have', 'not'].includes(chunks[before]?.op?.op ?? '')) before--;
  const noun = before < at - 1 ? chunks[before] : undefined;
  if (noun === undefined || !noun.named || !namesTable(noun)) return undefined;
  const tables = noun.tables.filter((t) => t.score >= 0.9).map((t) => t.table);
  const own = chunk.values.filter((v) => tables.includes(v.column.table));
  const called = chunk.columns.some((c) => c.score >= 0.9 && tables.includes(c.column.table));
  return own.length > 0 && !called ? { ...chunk, tables: [], columns: [], values: own, named: false, constant: true } : undefined;
}
