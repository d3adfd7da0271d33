/** Packed bytes that would come to more than memory has room for. */

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { codecs, decompress } from '../../../connectors/log/compression.js';

const [gzip, zstd] = [codecs.indexOf('gzip'), codecs.indexOf('zstd')];

/** A frame of blocks that repeat one byte 128 KiB times each, and take four. */
function bomb(blocks: number): Buffer {
  const head = Buffer.from('28b52ffd0050', 'hex');
  const parts = Array.from({ length: blocks }, (_, i) => {
    const block = Buffer.alloc(4, 0x61);
    block.writeUIntLE((131_072 << 3) | (1 << 1) | (i === blocks - 1 ? 1 : 0), 0, 3);
    return block;
  });
  return Buffer.concat([head, ...parts]);
}

describe('decompressing', () => {
  test('refuses what comes to more than a batch may, by the headers, before there is memory for it', () => {
    expect(decompress(zstd, bomb(8)).equals(Buffer.alloc(8 * 131_072, 0x61))).toBe(true);
    expect(() => decompress(zstd, bomb(8_000))).toThrow('a batch too large');
    expect(() => decompress(zstd, Buffer.concat([bomb(8), bomb(8_000)]))).toThrow('a batch too large');
  });

  test('believes no length that a gzip stream tells of itself', () => {
    const packed = gzipSync(Buffer.alloc(100_000, 'x'));
    for (const told of [0, 1, 99_999, 100_000, 0xffffffff]) {
      packed.writeUInt32LE(told, packed.length - 4);
      const unpack = () => decompress(gzip, packed);
      if (told === 100_000) expect(unpack().equals(Buffer.alloc(100_000, 'x'))).toBe(true);
      else expect(unpack).toThrow();
    }
  });
});
