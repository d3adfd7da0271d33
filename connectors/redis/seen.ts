/**
 * Which keys (or elements) a SCAN has returned already: it may return one twice. Each takes 16 bytes of a digest in an
 * open-addressing table, so that ten million keys are not ten million strings.
 */

import { createHash } from 'node:crypto';
import { AishellError } from '../contract.js';

/** 8 million entries take 256 MB at the most. */
const maxEntries = 8_000_000;

export class Seen {
  #table = new BigUint64Array(2 * 1024);
  #count = 0;

  constructor(
    private readonly service: string,
    private readonly what: string,
  ) {}

  /** True the first time. */
  add(...parts: readonly (Buffer | string)[]): boolean {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    const digest = hash.digest();
    // Zero marks a free place.
    const high = digest.readBigUInt64LE(0) | 1n;
    const low = digest.readBigUInt64LE(8);
    if (!this.#insert(high, low)) return false;
    if (++this.#count > maxEntries) {
      throw new AishellError('budget.memory', `${this.service}: more than ${maxEntries.toLocaleString('en')} ${this.what} have to be told apart`, 'Name the keys with a filter on the parts of the key, or declare narrower `patterns`.', {
        service: this.service,
      });
    }
    if (this.#count * 4 > this.#table.length) this.#grow();
    return true;
  }

  #insert(high: bigint, low: bigint): boolean {
    const table = this.#table;
    const mask = table.length / 2 - 1;
    for (let slot = Number(low & BigInt(mask)); ; slot = (slot + 1) & mask) {
      if (table[2 * slot] === 0n) {
        table[2 * slot] = high;
        table[2 * slot + 1] = low;
        return true;
      }
      if (table[2 * slot] === high && table[2 * slot + 1] === low) return false;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new BigUint64Array(old.length * 2);
    for (let i = 0; i < old.length; i += 2) if (old[i] !== 0n) this.#insert(old[i]!, old[i + 1]!);
  }
}
