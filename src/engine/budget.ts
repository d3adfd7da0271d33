/** What one statement may move out of all stores together, counted while it moves. */

import { AishellError } from '../errors.js';
import type { Limits } from '../config/contract.js';

export class Budget {
  #rows = 0;
  #bytes = 0;

  constructor(private readonly limits: Pick<Limits, 'movedRows' | 'movedBytes'>) {}

  rows(count: number): void {
    this.#rows += count;
    if (this.#rows <= this.limits.movedRows) return;
    throw new AishellError(
      'budget.rows',
      `The statement moves more than ${this.limits.movedRows.toLocaleString('en-US')} rows out of the stores.`,
      'Narrow it with filters that a store can apply (`aishell explain` shows which are), or raise `limits.movedRows` in the configuration.',
    );
  }

  bytes(count: number): void {
    this.#bytes += count;
    if (this.#bytes <= this.limits.movedBytes) return;
    throw new AishellError(
      'budget.bytes',
      `The statement moves more than ${this.limits.movedBytes.toLocaleString('en-US')} bytes out of the stores.`,
      'Narrow it with filters or fewer columns, or raise `limits.movedBytes` in the configuration.',
    );
  }
}
