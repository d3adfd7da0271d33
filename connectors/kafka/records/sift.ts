/** Which batches may hold what is looked for: the work of a scan that other threads can do. */

import { Batch, CorruptBatch } from './batch.js';
import { Kernel, type KernelMemory } from '../../log/kernel/kernel.js';
import { NeedleSearch, type Needles } from '../../log/needles.js';

export interface Sifted {
  /** Positions in `starts` of the batches that may hold one of the needles. */
  readonly hits: readonly number[];
  /** Batches that can't be read, and why. */
  readonly corrupt: readonly { readonly position: number; readonly message: string }[];
}

/** Each is looked for on its own; more are found faster in one pass. */
const mostExpected = 16;

export class Sieve {
  readonly #kernel: Kernel;
  readonly #holds: (records: Buffer) => boolean;

  /** @param memory that of its kernel, where another thread puts what is to be sifted */
  constructor(needles: Needles, memory?: KernelMemory) {
    const kernel = (this.#kernel = new Kernel(memory));
    const search = new NeedleSearch(needles);
    const isExpected = needles.length <= mostExpected && kernel.expect(needles);
    this.#holds = (records) => (isExpected && kernel.has(records) ? kernel.holds(records) : search.enter(records));
  }

  /** Where another thread puts it. */
  get input(): Buffer {
    return this.#kernel.input;
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
        if (!batch.isControl && this.#holds(batch.records(this.#kernel))) hits.push(position);
      } catch (error) {
        if (!(error instanceof CorruptBatch)) throw error;
        corrupt.push({ position, message: error.message });
      }
    }
    return { hits, corrupt };
  }
}
