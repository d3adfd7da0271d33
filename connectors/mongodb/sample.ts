/** A bounded sample of a collection: all of a small one, else the first, the last and some in between. */

import type { Collection, FindCursor, AggregationCursor } from 'mongodb';
import { Observed } from './observe.js';

export interface Sample {
  readonly root: Observed;
  readonly documents: number;
  /** No field was left out for there being too many. */
  readonly everyField: boolean;
}

const maxTimeMS = 10_000;
const maxBytes = 64 * 1024 * 1024;

/** @param count the estimated number of documents; undefined for a view, whose documents can't be had from its end */
export async function sample(collection: Collection, count: number | undefined, size: number, signal: AbortSignal): Promise<Sample> {
  const taken = { root: new Observed(), documents: 0, bytes: 0, everyField: true };
  const options = { raw: true, maxTimeMS, batchSize: Math.min(size, 500), signal } as const;
  const take = async (cursor: FindCursor | AggregationCursor) => {
    try {
      while (taken.bytes < maxBytes && (await cursor.hasNext())) {
        for (const document of cursor.readBufferedDocuments() as Buffer[]) {
          taken.documents++;
          taken.bytes += document.length;
          if (!taken.root.row(document)) taken.everyField = false;
        }
      }
    } finally {
      await cursor.close().catch(() => {});
    }
  };
  if (count === undefined || count <= size) {
    await take(collection.find({}, { ...options, limit: size }));
    return taken;
  }
  const edge = Math.ceil(size / 4);
  await take(collection.find({}, { ...options, limit: edge }));
  await take(collection.find({}, { ...options, limit: edge, sort: { _id: -1 } }));
  try {
    await take(collection.aggregate([{ $sample: { size: size - 2 * edge } }], options));
  } catch (error) {
    signal.throwIfAborted();
    // A sample from the middle can be slow on a large collection without much memory: its two ends must do then.
    if ((error as { code?: unknown }).code !== timeLimit) throw error;
  }
  return taken;
}

const timeLimit = 50;
