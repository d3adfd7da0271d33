/** Which batches may hold what is looked for: the work of a scan that other threads can do. */

import { Batch, CorruptBatch } from './batch.js';
import { Scratch } from '../../log/lz4.js';
import { NeedleSearch, type Needles } from '../../log/needles.js';

export interface Sifted {
  /** Positions in `starts` of the batches that may hold one of the needles. */
  readonly hits: readonly number[];
  /** Batches that can't be read, and why. */
  readonly corrupt: readonly { readonly position: number; readonly message: string }[];
}

export class Sieve {
  readonly #scratch = new Scratch();
  readonly #search: NeedleSearch;

  constructor(needles: Needles) {
    this.#search = new NeedleSearch(needles);
  }

  /**
   * Verifies the checksum of each batch and looks for the needles in its records. Control batches hold none.
   * @param starts where whole batches begin in `bytes`
   */
  sift(bytes: Buffer, starts: readonly number[]): Sifted {
    const hits: number[] = [];
    const corrupt: { position: number; message: string }[] = [];
    for (const [position, start] of starts.entries()) {
      try {
        const batch = Batch.at(bytes, start);
        if (batch === undefined) throw new CorruptBatch('it is cut short');
        batch.verify();
        if (!batch.isControl && this.#search.enter(batch.records(this.#scratch))) hits.push(position);
      } catch (error) {
        if (!(error instanceof CorruptBatch)) throw error;
        corrupt.push({ position, message: error.message });
      }
    }
    return { hits, corrupt };
  }
}
