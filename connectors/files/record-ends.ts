/** Where records end in a text: what may be cut there reads the same in two parts. */

import type { CsvLayout } from './tables.js';

/** Takes a text block after block, and remembers what it needs of those before. */
export interface RecordEnds {
  /** Line ends between records that were seen so far. */
  readonly count: number;
  /** @returns where the last record that ends in this block ends; 0: none does */
  after(block: Buffer): number;
}

const lineFeed = 10;

/** One record a line. */
export class LineEnds implements RecordEnds {
  count = 0;

  after(block: Buffer): number {
    let last = 0;
    for (let at = block.indexOf(lineFeed); at !== -1; at = block.indexOf(lineFeed, last)) {
      this.count++;
      last = at + 1;
    }
    return last;
  }
}

/** Of CSV (RFC 4180 with any quote and escape): a line end inside of quotes belongs to its field. */
export class CsvEnds implements RecordEnds {
  count = 0;
  readonly #quote: number;
  readonly #escape: number;
  readonly #before: ReadonlySet<number>;
  #isQuoted = false;
  /** The block before ended with a quote that may be the first of two, or with an escape. */
  #pending: 'quote' | 'escape' | undefined;
  /** What stood last before this block, blanks aside. */
  #last = lineFeed;

  constructor({ delim, quote, escape }: Pick<CsvLayout, 'delim' | 'quote' | 'escape'>) {
    this.#quote = quote.charCodeAt(0);
    this.#escape = escape.charCodeAt(0);
    this.#before = new Set([lineFeed, 13, Buffer.from(delim).at(-1) ?? lineFeed]);
  }

  after(block: Buffer): number {
    let last = 0;
    let lineEnd = block.indexOf(lineFeed);
    let at = this.#resumed(block);
    while (at < block.length) {
      if (this.#isQuoted) {
        at = this.#closed(block, at);
        continue;
      }
      const quote = block.indexOf(this.#quote, at);
      const end = quote === -1 ? block.length : quote;
      if (lineEnd !== -1 && lineEnd < at) lineEnd = block.indexOf(lineFeed, at);
      for (; lineEnd !== -1 && lineEnd < end; lineEnd = block.indexOf(lineFeed, last)) {
        this.count++;
        last = lineEnd + 1;
      }
      if (quote === -1) break;
      // Anywhere else in a field it is a character as any other.
      this.#isQuoted = this.#before.has(this.#beforeField(block, quote));
      at = quote + 1;
    }
    this.#last = this.#beforeField(block, block.length);
    return last;
  }

  #resumed(block: Buffer): number {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined || block.length === 0) return 0;
    if (pending === 'escape') return 1;
    this.#isQuoted = block[0] === this.#quote;
    return this.#isQuoted ? 1 : 0;
  }

  /** @returns behind the quote that closes the field, or where to go on looking for it */
  #closed(block: Buffer, from: number): number {
    const quote = block.indexOf(this.#quote, from);
    if (this.#escape !== this.#quote) {
      const escape = block.subarray(from, quote === -1 ? block.length : quote).indexOf(this.#escape);
      if (escape !== -1) {
        if (from + escape + 1 === block.length) this.#pending = 'escape';
        return from + escape + 2;
      }
    }
    if (quote === -1) return block.length;
    if (this.#escape === this.#quote) {
      if (quote + 1 === block.length) {
        this.#pending = 'quote';
        return block.length;
      }
      if (block[quote + 1] === this.#quote) return quote + 2;
    }
    this.#isQuoted = false;
    return quote + 1;
  }

  /** The byte before, blanks aside: a quote behind a delimiter or a line end opens a field. */
  #beforeField(block: Buffer, end: number): number {
    for (let at = end - 1; at >= 0; at--) if (block[at] !== 32) return block[at]!;
    return this.#last;
  }
}
