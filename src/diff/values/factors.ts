/** Whether numbers are those of another service in another unit: cents beside euros, grams beside kilograms. */

import type { Cell } from '../../answer/contract.js';

/** Between decimal units, and between those of time. */
const known = [1e2, 1e3, 1e4, 1e6, 1e9, 60, 3_600, 86_400, 1_024].flatMap((factor) => [factor, 1 / factor]);

export class Factors {
  readonly #found = new Map<number, { count: number; readonly values: Set<string> }>();

  /** Of two numbers that belong together and are not equal. */
  add(here: Cell, there: Cell): void {
    const [a, b] = [Number(here), Number(there)];
    if (typeof here === 'boolean' || !Number.isFinite(a) || !Number.isFinite(b) || a === 0 || b === 0) return;
    const factor = known.find((one) => Math.abs(a / b / one - 1) < 1e-9);
    if (factor === undefined) return;
    const entry = this.#found.get(factor) ?? { count: 0, values: new Set<string>() };
    entry.count++;
    entry.values.add(String(there));
    this.#found.set(factor, entry);
  }

  /** The one that was met most often. */
  best(): { readonly factor: number; readonly count: number; readonly distinct: number } | undefined {
    const [best] = [...this.#found].sort((a, b) => b[1].count - a[1].count);
    return best && { factor: best[0], count: best[1].count, distinct: best[1].values.size };
  }
}
