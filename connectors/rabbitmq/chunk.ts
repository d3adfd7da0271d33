/**
 * A chunk of a stream as it lies on the wire (osiris): a header of 48 bytes, then entries, each a message or a batch of
 * messages that the publisher packed and perhaps compressed. Messages are AMQP 1.0, by convention and not by force.
 */

import { crc32 } from 'node:zlib';
import { decompress } from '../log/compression.js';
import type { BatchPart, RecordBatch } from '../log/contract.js';
import { MessageCursor } from './message.js';

const headerBytes = 48;
const magic = 0x50;

export class CorruptChunk extends Error {}

/** What publishers may compress with, by its number in the entry. */
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export class Chunk implements RecordBatch {
  readonly count: number;
  /** When the leader wrote it, milliseconds since 1970: the same for all its messages. */
  readonly timestamp: number;
  readonly baseOffset: number;
  readonly #entries: number;
  readonly #data: Buffer;

  constructor(readonly buffer: Buffer) {
    if (buffer.length < headerBytes) throw new CorruptChunk('it is cut short');
    if (buffer[0] !== magic) throw new CorruptChunk(`it is of format ${buffer[0]}`);
    this.#entries = buffer.readUInt16BE(2);
    this.count = buffer.readUInt32BE(4);
    this.timestamp = Number(buffer.readBigInt64BE(8));
    this.baseOffset = Number(buffer.readBigUInt64BE(24));
    const [sum, length, filterBytes] = [buffer.readUInt32BE(32), buffer.readUInt32BE(36), buffer[44]!];
    // Servers that know filters (3.13) name the filter's size and don't send it; should one, the data is behind it.
    const at = [headerBytes, headerBytes + filterBytes].find((start) => start + length <= buffer.length && crc32(buffer.subarray(start, start + length)) === sum);
    if (at === undefined) throw new CorruptChunk('its checksum does not fit');
    this.#data = buffer.subarray(at, at + length);
  }

  get lastOffset(): number {
    return this.baseOffset + this.count - 1;
  }

  get baseTimestamp(): number {
    return this.timestamp;
  }

  get bytes(): number {
    return this.buffer.length;
  }

  /** Messages one after another, each behind its size in 4 bytes: packed ones are unpacked. */
  records(): Buffer {
    const data = this.#data;
    const isPacked = (byte: number) => (byte & 0x80) !== 0;
    const parts: Buffer[] = [];
    let plainFrom = 0;
    let at = 0;
    for (let entry = 0; entry < this.#entries; entry++) {
      if (at >= data.length) throw new CorruptChunk('an entry is missing');
      if (!isPacked(data[at]!)) {
        at += 4 + data.readUInt32BE(at);
        continue;
      }
      parts.push(data.subarray(plainFrom, at));
      const codec = codecs[(data[at]! >> 4) & 7];
      const [size, packed] = [data.readUInt32BE(at + 3), data.readUInt32BE(at + 7)];
      if (codec === undefined || at + 11 + packed > data.length) throw new CorruptChunk('a packed entry is cut short, or of an unknown codec');
      const records = unpacked(codec, data.subarray(at + 11, at + 11 + packed));
      if (records.length !== size) throw new CorruptChunk(`a packed entry has ${records.length} bytes instead of ${size}`);
      parts.push(records);
      at += 11 + packed;
      plainFrom = at;
    }
    if (at !== data.length) throw new CorruptChunk('its entries have another length than itself');
    if (parts.length === 0) return data;
    return Buffer.concat([...parts, data.subarray(plainFrom)]);
  }

  cursor(records: Buffer, part: BatchPart = { first: this.baseOffset, count: this.count }): MessageCursor {
    return new MessageCursor(records, part.count, part.first, this.timestamp);
  }
}

function unpacked(codec: (typeof codecs)[number], bytes: Buffer): Buffer {
  try {
    return codec === 'snappy' ? framedSnappy(bytes) : decompress(codecs.indexOf(codec), bytes);
  } catch (cause) {
    throw new CorruptChunk(`a packed entry (${codec}) can't be unpacked`, { cause });
  }
}

/** Snappy's own framing format: chunks of a type, a length of 3 bytes, a checksum and the data. */
function framedSnappy(bytes: Buffer): Buffer {
  if (bytes[0] !== 0xff) return decompress(2, bytes);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [type, length] = [bytes[at]!, bytes.readUIntLE(at + 1, 3)];
    const start = at + 4;
    at = start + length;
    if (at > bytes.length) throw new RangeError('a snappy chunk is cut short');
    if (type === 0x00) parts.push(decompress(2, bytes.subarray(start + 4, at)));
    else if (type === 0x01) parts.push(bytes.subarray(start + 4, at));
    else if (type >= 0x02 && type <= 0x7f) throw new RangeError(`a snappy chunk of type ${type}`);
  }
  return Buffer.concat(parts);
}
