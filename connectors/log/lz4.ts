/**
 * LZ4 frames (github.com/lz4/lz4, lz4_Frame_format.md), block by block. A whole frame at once would get a new megabyte
 * from the system each time, whose pages cost four times what the decoding does; blocks of 64 KiB, which is what producers
 * write, come from memory that is at hand.
 */

import { decompressFrameSync, uncompressSync } from 'lz4-napi';

/** More than any sane batch; less than what would take the process down. */
export const maxBatch = 256 * 1024 * 1024;

/** Memory that is used again: what was decoded into it is good until the next call. */
export class Scratch {
  #buffer = Buffer.allocUnsafeSlow(1024 * 1024);

  /** At least that many bytes; the first `keep` stay. */
  atLeast(bytes: number, keep: number): Buffer {
    if (this.#buffer.length >= bytes) return this.#buffer;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, keep);
    return (this.#buffer = larger);
  }
}

const magic = 0x184d2204;
const sizeBytes = 4;

/** Throws when the frame is garbled, cut short, or would grow beyond `maxBatch`. */
export function unlz4(frame: Buffer, scratch = new Scratch()): Buffer {
  if (frame.length < 11 || frame.readUInt32LE(0) !== magic) throw new RangeError('no lz4 frame');
  const [flags, descriptor] = [frame[4]!, frame[5]!];
  const isIndependent = (flags & 0x20) !== 0;
  const checksumBytes = (flags & 0x10) === 0 ? 0 : 4;
  const largest = 1 << (8 + 2 * ((descriptor >>> 4) & 7));
  let total = 0;
  let most = 0;
  for (let at = (flags & 0x08) === 0 ? 7 : 15; ; ) {
    const head = frame.readUInt32LE(at);
    const size = head & 0x7fffffff;
    if (size === 0) break;
    const end = at + sizeBytes + size;
    if (end > frame.length) throw new RangeError('a block is cut short');
    most += largest;
    if (most > maxBatch) throw new RangeError('a batch too large');
    if (isIndependent) {
      const block = head >>> 31 === 1 ? frame.subarray(at + sizeBytes, end) : uncompressed(frame, at, end, head, largest);
      scratch.atLeast(total + block.length, total).set(block, total);
      total += block.length;
    }
    at = end + checksumBytes;
  }
  // Blocks that refer to those before them; few producers write such frames.
  if (!isIndependent) return decompressFrameSync(frame);
  return scratch.atLeast(total, total).subarray(0, total);
}

/** The package takes the length of what comes out before a block, where the frame has the length of what goes in. */
function uncompressed(frame: Buffer, at: number, end: number, head: number, largest: number): Buffer {
  frame.writeUInt32LE(largest, at);
  try {
    return uncompressSync(frame.subarray(at, end));
  } finally {
    frame.writeUInt32LE(head, at);
  }
}
