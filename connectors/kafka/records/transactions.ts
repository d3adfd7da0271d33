/** Which batches belong to transactions that were aborted: the broker sends them all the same, and a list of them. */

import type { Batch } from './batch.js';

export class AbortedTransactions {
  readonly #coming: { readonly producer: number; readonly first: number }[];
  readonly #active = new Set<number>();

  constructor(aborted: readonly { readonly producer: number; readonly first: number }[]) {
    this.#coming = aborted.toSorted((a, b) => a.first - b.first);
  }

  /** Asked for every batch of one answer, in order. True: it holds no message to show. */
  hides(batch: Batch): boolean {
    if (!batch.isTransactional) return batch.isControl;
    while (this.#coming.length > 0 && this.#coming[0]!.first <= batch.lastOffset) this.#active.add(this.#coming.shift()!.producer);
    if (batch.isControl) {
      if (this.#active.size > 0 && batch.isAbortMarker) this.#active.delete(batch.producer);
      return true;
    }
    return this.#active.has(batch.producer);
  }
}
