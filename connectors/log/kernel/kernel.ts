/**
 * Decoding LZ4 and looking for bytes, by WebAssembly (kernel.as) in memory that is used again: a package of native code
 * gets new memory from the system for each block, whose pages cost more than the decoding does. The memory can be shared,
 * so that what another thread wrote into it is read where it lies.
 */

import { bytes } from './bytes.js';

interface Exports {
  readonly decode: (source: number, sourceEnd: number, target: number, targetEnd: number, first: number) => number;
  readonly holds: (at: number, end: number, needle: number, length: number) => number;
}

const page = 65_536;
const mostPages = 16_384;
/** Copies and comparisons go up to this much beyond an end. */
const slack = 128;

const needlesAt = 0;
/** Needles beyond this are looked for otherwise; so are long ones, of which a bad one could take the product of both lengths. */
const mostNeedleBytes = 4_096;
const longestNeedle = 256;

const inputAt = page;
const word = 8;
/** What is handed over at once; it takes real memory only as far as it is written. */
export const inputBytes = 8 * 1024 * 1024;
const outputAt = inputAt + inputBytes + page;

export type KernelMemory = WebAssembly.Memory;

/** @throws RangeError where the system has no room for it */
export function newMemory(): KernelMemory {
  return new WebAssembly.Memory({ initial: outputAt / page + 16, maximum: mostPages, shared: true });
}

/** The part of the memory where input belongs. */
export function inputOf(memory: KernelMemory): Buffer {
  return Buffer.from(memory.buffer, inputAt, inputBytes + word);
}

/**
 * Puts bytes there, `inputBytes` at most.
 * @returns where in `input` they begin: V8 copies into shared memory byte by byte where one side is not aligned as the other
 */
export function put(input: Buffer, bytes: Buffer): number {
  const start = bytes.byteOffset % word;
  input.set(bytes, start);
  return start;
}

let compiled: WebAssembly.Module | undefined;

export class Kernel {
  readonly input: Buffer;
  readonly #exports: Exports;
  #all: Buffer;
  /** Every view of the memory that was handed out is over one of these. */
  readonly #buffers = new WeakSet<object>();
  readonly #needles: { readonly at: number; readonly length: number }[] = [];

  constructor(private readonly memory: KernelMemory = newMemory()) {
    compiled ??= new WebAssembly.Module(Buffer.from(bytes, 'base64'));
    this.#exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Exports;
    this.input = inputOf(memory);
    this.#all = Buffer.from(memory.buffer);
    this.#buffers.add(memory.buffer).add(this.input.buffer);
  }

  get outputBytes(): number {
    return this.#all.length - outputAt;
  }

  /** What was decoded so far, from the start of the output; good until more is decoded. */
  output(length: number): Buffer {
    return this.#all.subarray(outputAt, outputAt + length);
  }

  /**
   * Decodes a block behind what is there already. Throws a RangeError when it is garbled or comes to more than `most`.
   * @param block of `inputBytes` at most, where it is no part of the input itself
   * @param held bytes of output that are there
   * @param isLinked whether it may refer to those
   * @returns bytes of output that are there then
   */
  decode(block: Buffer, most: number, held: number, isLinked: boolean): number {
    this.#grow(held + most);
    const source = this.#place(block);
    const target = outputAt + held;
    const written = this.#exports.decode(source, source + block.length, target, target + most, isLinked ? outputAt : target);
    if (written < 0) throw new RangeError('a block is garbled');
    return held + written;
  }

  /** Puts bytes behind the output as they are. */
  append(block: Buffer, held: number): number {
    this.#grow(held + block.length);
    this.#all.set(block, outputAt + held);
    return held + block.length;
  }

  /** False: it can't look for these. */
  expect(needles: readonly Buffer[]): boolean {
    const total = needles.reduce((sum, { length }) => sum + length, 0);
    if (total > mostNeedleBytes || needles.some(({ length }) => length === 0 || length > longestNeedle)) return false;
    let at = needlesAt;
    for (const needle of needles) {
      this.#all.set(needle, at);
      this.#needles.push({ at, length: needle.length });
      at += needle.length;
    }
    return true;
  }

  /** Whether it can look into these bytes: they lie in its memory. */
  has(records: Buffer): boolean {
    return this.#buffers.has(records.buffer);
  }

  /** Whether one of the expected needles stands in bytes of its memory. */
  holds(records: Buffer): boolean {
    const [start, end] = [records.byteOffset, records.byteOffset + records.length];
    return this.#needles.some(({ at, length }) => this.#exports.holds(start, end, at, length) !== 0);
  }

  /** Where the block lies in the memory, put there if it doesn't. */
  #place(block: Buffer): number {
    if (this.has(block)) return block.byteOffset;
    if (block.length > inputBytes) throw new RangeError('a block too large');
    return inputAt + put(this.input, block);
  }

  #grow(output: number): void {
    const lacking = outputAt + output + slack - this.#all.length;
    if (lacking <= 0) return;
    const most = mostPages - this.#all.length / page;
    this.memory.grow(Math.min(most, Math.max(Math.ceil(lacking / page), Math.ceil(this.outputBytes / page))));
    this.#all = Buffer.from(this.memory.buffer);
    this.#buffers.add(this.memory.buffer);
  }
}
