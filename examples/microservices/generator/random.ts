/** Seeded randomness. Every part of the estate draws from a stream of its own, so that changing one leaves the others. */

export class Random {
  #state: number;

  constructor(seed: number, stream: string) {
    let hash = seed | 0;
    for (const char of stream) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) + 0x9e3779b9;
    this.#state = hash | 0;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** Uniform in [0, 1): mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** Both ends included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }

  /** Picks by weight; `weights` are parallel to `items`. */
  weighted<T>(items: readonly T[], weights: readonly number[]): T {
    let point = this.next() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) {
      point -= weight;
      if (point < 0) return items[index]!;
    }
    return items.at(-1)!;
  }

  /** Around `mean`, never below `least`; roughly normal. */
  around(mean: number, spread: number, least = 0): number {
    const sum = this.next() + this.next() + this.next() + this.next() - 2;
    return Math.max(least, mean + sum * spread);
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += Math.floor(this.next() * 16).toString(16);
    return text;
  }

  uuid(): string {
    const h = this.hex(32);
    const variant = '89ab'[Math.floor(this.next() * 4)]!;
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20, 32)}`;
  }
}

/** Two decimals, as money is. */
export function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
