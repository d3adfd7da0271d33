/**
 * Text and bytes. DuckDB's string_t is 16 bytes: the length, then up to 12 bytes in place, or 4 bytes of prefix and a
 * pointer. Long values of all columns of a chunk are gathered in one heap, which is handed to DuckDB by a single call;
 * the entries hold offsets until then and become pointers by adding the heap's address. One call a value, the driver's
 * own way, costs 250 ns a value; this costs a tenth.
 */

import { isUtf8 } from 'node:buffer';
import { Column } from './columns.js';
import type { Rows } from './columns.js';
import type { Type } from '../algebra/index.js';

const inPlace = 12;
/** Shorter values are copied faster by a loop than by a call. */
const loopCopy = 32;
const smallHeap = 1 << 16;
/** A heap that one huge value has blown up is let go afterwards. */
const largestKeptHeap = 16 << 20;
const loneSurrogate = /\p{Surrogate}/u;

export class Heap {
  bytes = Buffer.allocUnsafeSlow(smallHeap);
  length = 0;

  /** Makes room; `bytes` may be another buffer afterwards. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  reset(): void {
    this.length = 0;
    if (this.bytes.length > largestKeptHeap) this.bytes = Buffer.allocUnsafeSlow(smallHeap);
  }
}

export class Strings extends Column {
  readonly #words: Uint32Array;
  readonly #chars: Uint8Array;
  readonly #heap: Heap;
  readonly #isText: boolean;

  constructor(name: string, type: Type, rows: Rows, heap: Heap) {
    const words = new Uint32Array(rows.capacity * 4);
    super(name, type, rows, 16, words.buffer);
    this.#words = words;
    this.#chars = new Uint8Array(words.buffer);
    this.#heap = heap;
    this.#isText = type.kind !== 'blob';
  }

  override null(): void {
    // An empty string stands behind a NULL, so that no stale offset is ever taken for a pointer.
    this.#words.fill(0, this.rows.row * 4, this.rows.row * 4 + 4);
    super.null();
  }

  override text(value: string): void {
    if (!this.#isText) throw this.unsupported('text');
    if (value.length <= inPlace && this.shortAscii(value)) return;
    const heap = this.#heap;
    heap.reserve(value.length * 3);
    const start = heap.length;
    const length = heap.bytes.write(value, start);
    // Half a surrogate pair would be replaced without a word.
    if (length !== value.length && loneSurrogate.test(value)) throw this.misfit(value, 'is not well-formed Unicode');
    if (length > inPlace) heap.length = start + length;
    this.entry(heap.bytes, start, length, start);
  }

  override utf8(buffer: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (!(length >= 0 && start >= 0 && end <= buffer.length)) throw new RangeError(`bytes ${start} to ${end} of ${buffer.length}`);
    if (length <= inPlace) {
      const any = this.entry(buffer, start, length, 0);
      if (any >= 0x80 && this.#isText) this.check(buffer, start, end);
      return;
    }
    // Bytes of 10xxxxxx continue a character: with none in front, checking the whole heap checks every value in it.
    if (this.#isText && (buffer[start]! & 0xc0) === 0x80) this.check(buffer, start, end);
    const heap = this.#heap;
    heap.reserve(length);
    const to = heap.length;
    const bytes = heap.bytes;
    if (length <= loopCopy) for (let i = 0; i < length; i++) bytes[to + i] = buffer[start + i]!;
    else bytes.set(buffer.subarray(start, end), to);
    heap.length = to + length;
    this.entry(bytes, to, length, to);
  }

  /** Turns offsets into pointers once DuckDB has the heap at `address`. */
  relocate(count: number, addressLow: number, addressHigh: number): void {
    const words = this.#words;
    for (let at = 0; at < count * 4; at += 4) {
      if (words[at]! <= inPlace) continue;
      const low = addressLow + words[at + 2]!;
      words[at + 2] = low;
      words[at + 3] = addressHigh + (low >= 0x100000000 ? 1 : 0);
    }
  }

  /** After the heap as a whole proved invalid: the value that is to blame. */
  blame(count: number): void {
    const words = this.#words;
    if (!this.#isText) return;
    for (let at = 0; at < count * 4; at += 4) {
      const length = words[at]!;
      if (length > inPlace) this.check(this.#heap.bytes, words[at + 2]!, words[at + 2]! + length);
    }
  }

  private check(buffer: Uint8Array, start: number, end: number): void {
    const bytes = buffer.subarray(start, end);
    if (!isUtf8(bytes)) throw this.misfit(Buffer.from(bytes.subarray(0, 24)).toString('latin1'), 'is not valid UTF-8');
  }

  /** Writes the row's entry; returns the bytes in place or-ed together, to tell ASCII. */
  private entry(bytes: Uint8Array, start: number, length: number, offset: number): number {
    const words = this.#words;
    const chars = this.#chars;
    const row = this.take();
    const at = row * 4;
    const to = row * 16 + 4;
    words[at] = length;
    let any = 0;
    if (length <= inPlace) {
      words[at + 1] = 0;
      words[at + 2] = 0;
      words[at + 3] = 0;
      for (let i = 0; i < length; i++) {
        const byte = bytes[start + i]!;
        any |= byte;
        chars[to + i] = byte;
      }
    } else {
      chars[to] = bytes[start]!;
      chars[to + 1] = bytes[start + 1]!;
      chars[to + 2] = bytes[start + 2]!;
      chars[to + 3] = bytes[start + 3]!;
      words[at + 2] = offset;
    }
    return any;
  }

  private shortAscii(value: string): boolean {
    const length = value.length;
    let any = 0;
    for (let i = 0; i < length; i++) any |= value.charCodeAt(i);
    if (any >= 0x80) return false;
    const row = this.take();
    const at = row * 4;
    const to = row * 16 + 4;
    const words = this.#words;
    const chars = this.#chars;
    words[at] = length;
    words[at + 1] = 0;
    words[at + 2] = 0;
    words[at + 3] = 0;
    for (let i = 0; i < length; i++) chars[to + i] = value.charCodeAt(i);
    return true;
  }
}
