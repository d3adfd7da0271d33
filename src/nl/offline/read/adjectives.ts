/** "Open rentals": where what follows has that very value, the word is the value, and no column that is called alike. */

import type { Schema, ValueEntry } from '../link/catalog.js';
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

/** "Both business and first", "first or economy": beside a value of a column, a word that is another of its values. */
export function listed(chunks: readonly Chunk[], schema: Schema): Chunk[] {
  const values = (chunk: Chunk | undefined): readonly ValueEntry[] => (chunk === undefined || chunk.named || chunk.op !== undefined ? [] : chunk.values);
  return chunks.map((chunk, at) => {
    if ((chunk.op === undefined && chunk.dimension === undefined) || chunk.end - chunk.start > 1) return chunk;
    const word = chunk.text.toLowerCase();
    const same = (schema.values.get(word) ?? []).filter((v) => v.value.toLowerCase() === word);
    if (same.length === 0) return chunk;
    const joined = (step: 1 | -1): Chunk | undefined => {
      let i = at + step;
      while (['and', 'or', 'comma'].includes(chunks[i]?.op?.op ?? '')) i += step;
      return i === at + step ? undefined : chunks[i];
    };
    const own = same.filter((v) => [joined(1), joined(-1)].some((c) => values(c).some((o) => o.column === v.column)));
    if (own.length === 0) return chunk;
    const { op: _op, dimension: _dimension, ...rest } = chunk;
    return { ...rest, tables: [], columns: [], values: own, named: false, constant: true };
  });
}
