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
