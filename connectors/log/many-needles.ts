/**
 * Many needles in one pass (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994, with blocks of two
 * bytes): the two bytes under the end of a window of the shortest needle's length tell how far it may be moved, mostly
 * by nearly that length.
 */

const block = 2;
const pairs = 65_536;

export class ManyNeedles {
  readonly #length: number;
  readonly #shift: Uint8Array;
  /** Two bytes -> the needles that have them where the window ends. */
  readonly #ending = new Map<number, Buffer[]>();

  /** @param needles each of two bytes at least */
  constructor(needles: readonly Buffer[]) {
    this.#length = Math.min(255, ...needles.map((needle) => needle.length));
    this.#shift = new Uint8Array(pairs).fill(this.#length - block + 1);
    for (const needle of needles) {
      for (let end = block; end <= this.#length; end++) {
        const pair = needle[end - 2]! * 256 + needle[end - 1]!;
        this.#shift[pair] = Math.min(this.#shift[pair]!, this.#length - end);
      }
      const last = needle[this.#length - 2]! * 256 + needle[this.#length - 1]!;
      this.#ending.set(last, [...(this.#ending.get(last) ?? []), needle]);
    }
  }

  /** Where the first of them begins at or after `from`; -1 where there is none. */
  indexIn(buffer: Buffer, from: number): number {
    const [shift, length] = [this.#shift, this.#length];
    for (let end = from + length - 1; end < buffer.length; ) {
      const pair = buffer[end - 1]! * 256 + buffer[end]!;
      const move = shift[pair]!;
      if (move > 0) {
        end += move;
        continue;
      }
      const start = end - length + 1;
      for (const needle of this.#ending.get(pair) ?? []) {
        if (start + needle.length <= buffer.length && buffer.compare(needle, 0, needle.length, start, start + needle.length) === 0) return start;
      }
      end += 1;
    }
    return -1;
  }
}
