/** Values of text fields that have few, from documents that the server picks at random; of a small collection, from all. */

import type { Db } from 'mongodb';
import type { Column, Table, ValueBounds } from '../contract.js';
import { fewValues } from '../sql/few-values.js';
import { collectionOf, fieldOf } from './native.js';
import { addressable } from './target.js';

const maxTimeMS = 10_000;

export async function values(db: Db, table: Table, columns: readonly Column[], { most, rows }: ValueBounds, signal: AbortSignal): Promise<Map<string, readonly string[]> | undefined> {
  // A pipeline of the store's own would have to run to its end before anything is picked at random.
  if (table.kind === 'view') return undefined;
  const named = columns.filter((column) => addressable(fieldOf(column)));
  if (named.length === 0) return new Map();
  const collection = db.collection(collectionOf(table).collection);
  const projection = { _id: 0, ...Object.fromEntries(named.map((column) => [fieldOf(column), 1])) };
  const isSmall = table.rows !== undefined && table.rows.count <= rows;
  const options = { maxTimeMS, signal, batchSize: 1_000 } as const;
  const cursor = isSmall ? collection.find({}, { ...options, projection, limit: rows }) : collection.aggregate([{ $sample: { size: rows } }, { $project: projection }], options);
  try {
    const texts: Record<string, unknown>[] = [];
    for await (const document of cursor) texts.push(Object.fromEntries(named.map((column, i) => [`c${i}`, (document as Record<string, unknown>)[fieldOf(column)]])));
    return fewValues(named, texts, most);
  } finally {
    await cursor.close().catch(() => {});
  }
}
