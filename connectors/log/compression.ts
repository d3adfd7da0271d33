/** The four codecs of logs: a batch goes in, its records come out. lz4, which most producers use, by WebAssembly: it is what a search spends its time on. */

import { gunzipSync } from 'node:zlib';
import { decompress as unzstd } from 'fzstd';
import { uncompress as unsnappy } from 'snappyjs';
import type { Kernel } from './kernel/kernel.js';
import { maxBatch, unlz4 } from './lz4.js';

export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

const leastChunk = 1024;

/**
 * Throws whatever the codec throws when the bytes are garbled.
 * @param kernel whose memory to use for lz4; what comes back is then good until the next call
 */
export function decompress(codec: number, bytes: Buffer, kernel?: Kernel): Buffer {
  switch (codecs[codec]) {
    case 'none':
      return bytes;
    case 'gzip':
      return gunzipSync(bytes, { maxOutputLength: maxBatch, chunkSize: gzipChunk(bytes) });
    case 'snappy':
      return snappy(bytes);
    case 'lz4':
      return unlz4(bytes, kernel);
    case 'zstd':
      if (mostOfZstd(bytes) > maxBatch) throw new RangeError('a batch too large');
      return asBuffer(unzstd(bytes));
    default:
      throw new RangeError(`codec ${codec}`);
  }
}

/** A gzip file ends with its length (RFC 1952): memory of that size at once, and not 16 KiB at a time. What it can't be is not believed. */
function gzipChunk(bytes: Buffer): number {
  const told = bytes.length < 18 ? 0 : bytes.readUInt32LE(bytes.length - 4);
  // One more byte tells zlib that all has come. No byte of deflate stands for more than 1,032.
  return Math.max(leastChunk, Math.min(told + 1, bytes.length * 1032, maxBatch));
}

const zstd = { magic: 0xfd2fb528, blockBytes: 128 * 1024, dictionaryBytes: [0, 1, 2, 4], sizeBytes: [0, 2, 4, 8], rle: 1 } as const;

/** What frames of zstd come to at most, by the headers of their blocks (RFC 8878, 3.1.1): none is larger than 128 KiB, however few bytes it has. */
function mostOfZstd(bytes: Buffer): number {
  let most = 0;
  for (let at = 0; at + 5 < bytes.length; ) {
    const [magic, descriptor] = [bytes.readUInt32LE(at), bytes[at + 4]!];
    if (magic !== zstd.magic) {
      // A frame that is skipped names its length; anything else is the decoder's to refuse.
      at += 8 + bytes.readUInt32LE(at + 4 > bytes.length - 4 ? bytes.length - 4 : at + 4);
      continue;
    }
    const isSingle = (descriptor & 0x20) !== 0;
    at += 5 + (isSingle ? 0 : 1) + zstd.dictionaryBytes[descriptor & 3]! + (descriptor >> 6 === 0 && isSingle ? 1 : zstd.sizeBytes[descriptor >> 6]!);
    for (let isLast = false; !isLast && at + 3 <= bytes.length; ) {
      const header = bytes.readUIntLE(at, 3);
      const [type, size] = [(header >> 1) & 3, header >> 3];
      isLast = (header & 1) === 1;
      most += type <= zstd.rle ? size : zstd.blockBytes;
      at += 3 + (type === zstd.rle ? 1 : size);
    }
    at += (descriptor & 4) === 0 ? 0 : 4;
  }
  return most;
}

/** Java frames snappy its own way (xerial): a magic, two versions, then blocks with their lengths. Others don't. */
const xerial = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);

function snappy(bytes: Buffer): Buffer {
  if (bytes.length < 16 || bytes.compare(xerial, 0, 8, 0, 8) !== 0) return asBuffer(unsnappy(bytes, maxBatch));
  const blocks: Buffer[] = [];
  let total = 0;
  for (let at = 16; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    if (length < 0 || at + 4 + length > bytes.length) throw new RangeError('a snappy block is cut short');
    const block = asBuffer(unsnappy(bytes.subarray(at + 4, at + 4 + length), maxBatch));
    total += block.length;
    if (total > maxBatch) throw new RangeError('a batch too large');
    blocks.push(block);
    at += 4 + length;
  }
  return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks, total);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
