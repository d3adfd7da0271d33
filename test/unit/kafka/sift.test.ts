/** Batches sifted here and in threads of their own: the same finds, the same complaints. */

import { crc32c } from '@node-rs/crc32';
import { compressFrameSync } from 'lz4-napi';
import { expect, it } from 'vitest';
import { Sifters } from '../../../connectors/kafka/sifters.js';

const [none, lz4] = [0, 3];

function batch(codec: number, text: string): Buffer {
  const records = codec === none ? Buffer.from(text) : compressFrameSync(Buffer.from(text));
  const bytes = Buffer.alloc(61 + records.length);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(codec, 21);
  records.copy(bytes, 61);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

function stretch(...batches: readonly Buffer[]): { bytes: Buffer; starts: number[] } {
  return { bytes: Buffer.concat(batches), starts: batches.map((_, i) => batches.slice(0, i).reduce((sum, { length }) => sum + length, 0)) };
}

// Beyond one block of a frame, and the needle across the border of two.
const filler = 'x'.repeat(65_530);
const found = stretch(batch(lz4, 'nothing '.repeat(20_000)), batch(lz4, `${filler}needle${filler}`), batch(none, 'a needle'), batch(none, 'a nee'));
const broken = stretch(batch(none, 'needle'), batch(lz4, 'needle').fill(0xff, 70, 75), batch(none, 'needle'));

it.each([['this thread', Infinity], ['threads', 0]])('in %s', async (_, startAt) => {
  const sifters = new Sifters([Buffer.from('needle'), Buffer.from('never there')], startAt);
  try {
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? sifters.sift(found.bytes, found.starts) : sifters.sift(broken.bytes, broken.starts))));
    for (const [i, sifted] of all.entries()) {
      expect(sifted).toEqual(i % 2 === 0 ? { hits: [1, 2], corrupt: [] } : { hits: [0, 2], corrupt: [{ position: 1, message: 'its checksum does not fit' }] });
    }
    expect((await sifters.sift(stretch(batch(lz4, `${'y'.repeat(9 * 2 ** 20)}needle`), Buffer.alloc(9 * 2 ** 20)).bytes, [0])).hits, 'larger than the memory that is shared').toEqual([0]);
  } finally {
    await sifters.close();
  }
});
