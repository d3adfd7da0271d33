/**
 * Counts the distinct keys of a fragment while it is still being read, so that whoever waits for them need not wait for
 * the end when they turn out to be more than are worth shipping. The rows are counted anew each time that they doubled:
 * all the counting together costs about what it costs once, over rows that lie here already.
 */

import type { Connection } from '../duckdb/connection.js';
import type { KeyShipment } from '../plan/contract.js';
import { countKeys } from './keys.js';

export class KeyWatch {
  /** Resolves once more than `limit` keys were seen. */
  readonly passed: Promise<void>;
  #pass: () => void = () => undefined;
  #next: number;
  #counting: Promise<void> | undefined;
  #over = false;

  constructor(
    private readonly connect: () => Promise<Connection>,
    private readonly shipment: KeyShipment,
    private readonly limit: number,
    private readonly signal: AbortSignal,
  ) {
    this.#next = limit + 1;
    this.passed = new Promise((resolve) => (this.#pass = resolve));
  }

  /** @param flush makes the rows so far readable */
  saw(rows: number, flush: () => void): void {
    if (this.#over || this.#counting !== undefined || rows < this.#next) return;
    this.#next = 2 * rows;
    flush();
    this.#counting = this.#count().finally(() => (this.#counting = undefined));
  }

  /** Nothing is counted after this. */
  async close(): Promise<void> {
    this.#over = true;
    await this.#counting;
  }

  async #count(): Promise<void> {
    try {
      const connection = await this.connect();
      try {
        const keys = await countKeys(connection, this.shipment, this.limit, this.signal);
        if (keys <= this.limit) return;
        this.#over = true;
        this.#pass();
      } finally {
        await connection.close();
      }
    } catch {
      // Whatever is wrong with the keys will be said when they are read.
      this.#over = true;
    }
  }
}
