/** Record batches taken apart: checksums, lengths that lie, numbers of any size, old formats. */

import { describe, expect, it } from 'vitest';
import { crc32c } from '@node-rs/crc32';
import fc from 'fast-check';
import { compressFrameSync, compressSync } from 'lz4-napi';
import { murmur2, partitionOf } from '../../../connectors/log/partitioner.js';
import { Batch, CorruptBatch, RecordCursor } from '../../../connectors/kafka/records/batch.js';
import { codecs, decompress } from '../../../connectors/log/compression.js';
import { AbortedTransactions } from '../../../connectors/kafka/records/transactions.js';

interface Made {
  readonly timestampDelta: number;
  readonly offsetDelta: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [string, Buffer | null])[];
}

function varint(value: number): Buffer {
  let zigzag = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  while (zigzag >= 0x80n) {
    bytes.push(Number(zigzag & 0x7fn) | 0x80);
    zigzag >>= 7n;
  }
  return Buffer.from([...bytes, Number(zigzag)]);
}

function sized(bytes: Buffer | null): Buffer {
  return bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes]);
}

function record({ timestampDelta, offsetDelta, key, value, headers }: Made): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]), varint(timestampDelta), varint(offsetDelta), sized(key), sized(value), varint(headers.length),
    ...headers.flatMap(([name, content]) => [sized(Buffer.from(name)), sized(content)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function batch(records: readonly Made[], { attributes = 0, producer = -1, baseOffset = 0, magic = 2 } = {}): Buffer {
  const body = Buffer.concat(records.map(record));
  const buffer = Buffer.alloc(61 + body.length);
  buffer.writeBigInt64BE(BigInt(baseOffset), 0);
  buffer.writeInt32BE(buffer.length - 12, 8);
  buffer.writeInt8(magic, 16);
  buffer.writeInt16BE(attributes, 21);
  buffer.writeInt32BE(records.length - 1, 23);
  buffer.writeBigInt64BE(1_700_000_000_000n, 27);
  buffer.writeBigInt64BE(1_700_000_000_999n, 35);
  buffer.writeBigInt64BE(BigInt(producer), 43);
  buffer.writeInt32BE(records.length, 57);
  body.copy(buffer, 61);
  buffer.writeUInt32BE(crc32c(buffer.subarray(21)), 17);
  return buffer;
}

function read(bytes: Buffer): Made[] {
  const found = Batch.at(bytes, 0)!;
  found.verify();
  const cursor = new RecordCursor(found, found.records());
  const made: Made[] = [];
  while (cursor.next()) {
    const slice = (start: number, end: number) => (end < start ? null : Buffer.from(cursor.buffer.subarray(start, end)));
    const headers: [string, Buffer | null][] = [];
    cursor.headers((nameStart, nameEnd, valueStart, valueEnd) => headers.push([cursor.buffer.toString('utf8', nameStart, nameEnd), slice(valueStart, valueEnd)]));
    made.push({
      timestampDelta: cursor.timestamp - found.baseTimestamp,
      offsetDelta: cursor.offset - found.baseOffset,
      key: slice(cursor.keyStart, cursor.keyEnd),
      value: slice(cursor.valueStart, cursor.valueEnd),
      headers,
    });
  }
  return made;
}

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)), { nil: null });
const made: fc.Arbitrary<Made> = fc.record({
  timestampDelta: fc.oneof(fc.integer(), fc.maxSafeInteger().map((n) => Math.trunc(n / 4) + 0), fc.integer({ min: -70, max: 70 })),
  offsetDelta: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(fc.string({ maxLength: 10 }), bytes), { maxLength: 4 }),
});

describe('record batches', () => {
  it('come apart as they were made', () => {
    fc.assert(fc.property(fc.array(made, { minLength: 1, maxLength: 20 }), (records) => void expect(read(batch(records))).toEqual(records)));
  });

  it('are refused when a bit is wrong', () => {
    const whole = batch([{ timestampDelta: 0, offsetDelta: 0, key: null, value: Buffer.from('x'), headers: [] }]);
    for (let at = 21; at < whole.length; at++) {
      const broken = Buffer.from(whole);
      broken[at] = broken[at]! ^ 0x10;
      expect(() => Batch.at(broken, 0)!.verify(), `byte ${at}`).toThrow(CorruptBatch);
    }
  });

  it('never read beyond their end, whatever their lengths say', () => {
    const whole = batch([{ timestampDelta: 5, offsetDelta: 0, key: Buffer.from('key'), value: Buffer.from('value'), headers: [['h', Buffer.from('v')]] }]);
    fc.assert(
      fc.property(fc.integer({ min: 61, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const broken = Buffer.from(whole);
        broken[at] = byte;
        broken.writeUInt32BE(crc32c(broken.subarray(21)), 17);
        try {
          for (const { key, value } of read(broken)) expect((key?.length ?? 0) + (value?.length ?? 0)).toBeLessThan(whole.length);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptBatch);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are awaited when they are cut short, and refused when they are old', () => {
    const whole = batch([{ timestampDelta: 0, offsetDelta: 0, key: null, value: null, headers: [] }]);
    for (let length = 0; length < whole.length; length++) expect(Batch.at(whole.subarray(0, length), 0)).toBeUndefined();
    expect(() => Batch.at(batch([], { magic: 1 }), 0)).toThrow('format 1');
    expect(() => Batch.at(batch([{ timestampDelta: 0, offsetDelta: 0, key: null, value: null, headers: [] }], { attributes: 6 }), 0)!.records()).toThrow(CorruptBatch);
  });

  it('take the time of the broker where the topic says so', () => {
    const [only] = read(batch([{ timestampDelta: 3, offsetDelta: 0, key: null, value: null, headers: [] }], { attributes: 8 }));
    expect(only!.timestampDelta).toBe(999);
  });

  it('of aborted transactions are hidden up to their marker, and markers always', () => {
    const message = (offsetDelta: number): Made => ({ timestampDelta: 0, offsetDelta, key: null, value: Buffer.from('x'), headers: [] });
    const marker = (type: number): Made => ({ timestampDelta: 0, offsetDelta: 0, key: Buffer.from([0, 0, 0, type]), value: Buffer.alloc(6), headers: [] });
    const data = (producer: number, baseOffset: number) => Batch.at(batch([message(0)], { attributes: 16, producer, baseOffset }), 0)!;
    const end = (producer: number, baseOffset: number, type: number) => Batch.at(batch([marker(type)], { attributes: 48, producer, baseOffset }), 0)!;
    const transactions = new AbortedTransactions([{ producer: 7, first: 2 }, { producer: 8, first: 0 }]);
    const seen = [data(8, 0), data(7, 1), data(7, 2), data(9, 3), end(8, 4, 0), data(8, 5), end(7, 6, 0), data(7, 7), end(9, 8, 1), end(7, 9, 1)].map((b) => transactions.hides(b));
    expect(seen).toEqual([true, false, true, false, true, false, true, false, true, true]);
  });
});

describe('lz4 frames', () => {
  const lz4 = codecs.indexOf('lz4');
  const text = Buffer.from('a line that repeats itself, '.repeat(10_000));

  it('come out as they went in, with checksums and without', () => {
    for (const options of [{}, { contentChecksum: true, blockChecksums: true }]) expect(decompress(lz4, compressFrameSync(text, options)).equals(text)).toBe(true);
  });

  it('that are garbled or cut short are refused, and so is one that would fill the memory', () => {
    const frame = compressFrameSync(text, { contentChecksum: true });
    expect(() => decompress(lz4, frame.subarray(0, frame.length - 6))).toThrow();
    expect(() => decompress(lz4, Buffer.from('no frame at all'))).toThrow();
    const garbled = Buffer.from(frame);
    garbled.writeUInt32LE(0x00ffffff, 7);
    expect(() => decompress(lz4, garbled)).toThrow();
    // A hundred blocks of 4 MiB, each from 16 KiB.
    const block = compressSync(Buffer.alloc(4 * 2 ** 20)).subarray(4);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(block.length);
    const huge = Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]), ...Array.from({ length: 100 }, () => Buffer.concat([size, block])), Buffer.alloc(4)]);
    expect(() => decompress(lz4, huge)).toThrow('too large');
  });
});

describe('hashes', () => {
  it('are those of Kafka', () => {
    // From org.apache.kafka.common.utils.UtilsTest.
    const known: Readonly<Record<string, number>> = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536, 'a-little-bit-longer-string': -1486304829, 'lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8': -58897971, abc: 479470107 };
    for (const [text, hash] of Object.entries(known)) expect(murmur2(Buffer.from(text)), text).toBe(hash);
    expect(partitionOf(Buffer.from('foobar'), 7, 'crc32')).toBe(0x9ef61f95 % 7);
  });
});
