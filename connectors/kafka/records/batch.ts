/** A record batch (magic 2) as it lies on the wire: its header, and its records one after another without an object each. */

import type { BatchPart, RecordBatch, RecordCursor as LogCursor } from '../../log/contract.js';
import { headersJson } from '../headers.js';
import { int64At } from '../wire/reader.js';
import { crc32c } from '@node-rs/crc32';
import { decompress } from '../../log/compression.js';
import type { Kernel } from '../../log/kernel/kernel.js';

const headerBytes = 61;

export class CorruptBatch extends Error {}

export class Batch implements RecordBatch {
  private constructor(
    readonly buffer: Buffer,
    readonly start: number,
    readonly end: number,
  ) {}

  /** The batch that begins at `start`, or undefined when it is cut short: brokers send what fits. */
  static at(buffer: Buffer, start: number): Batch | undefined {
    if (start + headerBytes > buffer.length) return undefined;
    const magic = buffer[start + 16]!;
    if (magic !== 2) throw new CorruptBatch(`it is of format ${magic}; format 2, which Kafka writes since 0.11, is what is read`);
    const end = start + 12 + buffer.readInt32BE(start + 8);
    if (end < start + headerBytes) throw new CorruptBatch('its length is wrong');
    return end > buffer.length ? undefined : new Batch(buffer, start, end);
  }

  get baseOffset(): number {
    return int64At(this.buffer, this.start);
  }

  get lastOffset(): number {
    return this.baseOffset + this.buffer.readInt32BE(this.start + 23);
  }

  get baseTimestamp(): number {
    return int64At(this.buffer, this.start + 27);
  }

  get maxTimestamp(): number {
    return int64At(this.buffer, this.start + 35);
  }

  get producer(): number {
    return int64At(this.buffer, this.start + 43);
  }

  get count(): number {
    return this.buffer.readInt32BE(this.start + 57);
  }

  get bytes(): number {
    return this.end - this.start;
  }

  get codec(): number {
    return this.#attributes & 7;
  }

  /** The broker's clock at arrival, the same for all records; otherwise each has its producer's. */
  get isLogAppendTime(): boolean {
    return (this.#attributes & 8) !== 0;
  }

  get isTransactional(): boolean {
    return (this.#attributes & 16) !== 0;
  }

  /** Transaction markers: not messages. */
  get isControl(): boolean {
    return (this.#attributes & 32) !== 0;
  }

  /** Of a control batch. */
  get isAbortMarker(): boolean {
    const cursor = new RecordCursor(this, this.records());
    // The marker's key: version (int16), type (int16): 0 aborts, 1 commits.
    return cursor.next() && cursor.keyEnd - cursor.keyStart >= 4 && cursor.buffer.readInt16BE(cursor.keyStart + 2) === 0;
  }

  /** With bytes of its own. */
  copy(): Batch {
    return new Batch(Buffer.from(this.buffer.subarray(this.start, this.end)), 0, this.bytes);
  }

  verify(): void {
    const stored = this.buffer.readUInt32BE(this.start + 17);
    if (crc32c(this.buffer.subarray(this.start + 21, this.end)) !== stored) throw new CorruptBatch('its checksum does not fit');
  }

  /**
   * The records' bytes, decompressed.
   * @param kernel whose memory to use; what comes back is then good until its next use
   */
  records(kernel?: Kernel): Buffer {
    const body = this.buffer.subarray(this.start + headerBytes, this.end);
    try {
      return decompress(this.codec, body, kernel);
    } catch (cause) {
      throw new CorruptBatch('it cannot be decompressed', { cause });
    }
  }

  cursor(records: Buffer, part?: BatchPart): RecordCursor {
    return new RecordCursor(this, records, part?.count);
  }

  get #attributes(): number {
    return this.buffer.readInt16BE(this.start + 21);
  }
}

/** Walks the records of one batch; its fields are those of the record that next() came to. */
export class RecordCursor implements LogCursor {
  offset = 0;
  /** Milliseconds since 1970. */
  timestamp = 0;
  keyStart = 0;
  /** Below keyStart when there is no key. */
  keyEnd = 0;
  valueStart = 0;
  /** Below valueStart when there is no value: a tombstone. */
  valueEnd = 0;
  recordStart = 0;
  recordEnd = 0;
  readonly #count: number;
  readonly #baseOffset: number;
  readonly #baseTimestamp: number;
  readonly #fixedTimestamp: number | undefined;
  #seen = 0;
  #at = 0;

  constructor(
    batch: Batch,
    readonly buffer: Buffer,
    count = batch.count,
  ) {
    this.#count = count;
    this.#baseOffset = batch.baseOffset;
    this.#baseTimestamp = batch.baseTimestamp;
    this.#fixedTimestamp = batch.isLogAppendTime ? batch.maxTimestamp : undefined;
  }

  get hasKey(): boolean {
    return this.keyEnd >= this.keyStart;
  }

  get hasValue(): boolean {
    return this.valueEnd >= this.valueStart;
  }

  next(): boolean {
    if (this.#seen === this.#count) return false;
    this.#seen++;
    this.#at = this.recordEnd;
    const length = this.#varint();
    this.recordStart = this.#at;
    this.recordEnd = this.#at + length;
    if (length < 0 || this.recordEnd > this.buffer.length) throw new CorruptBatch('a record is longer than its batch');
    this.#at++;
    const delta = this.#varint();
    this.timestamp = this.#fixedTimestamp ?? this.#baseTimestamp + delta;
    this.offset = this.#baseOffset + this.#varint();
    const keyLength = this.#varint();
    this.keyStart = this.#at;
    this.keyEnd = this.#at + (keyLength < 0 ? -1 : keyLength);
    this.#at = Math.max(this.keyStart, this.keyEnd);
    const valueLength = this.#varint();
    this.valueStart = this.#at;
    this.valueEnd = this.#at + (valueLength < 0 ? -1 : valueLength);
    this.#at = Math.max(this.valueStart, this.valueEnd);
    if (this.#at > this.recordEnd) throw new CorruptBatch('a value is longer than its record');
    return true;
  }

  /** Calls with the bounds of each header's name and value; a missing value ends below its start. */
  headers(each: (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void): void {
    this.#at = Math.max(this.valueStart, this.valueEnd);
    const count = this.#varint();
    for (let i = 0; i < count; i++) {
      const nameLength = this.#varint();
      const nameStart = this.#at;
      this.#at += nameLength;
      const valueLength = this.#varint();
      const valueStart = this.#at;
      this.#at += Math.max(0, valueLength);
      if (nameLength < 0 || this.#at > this.recordEnd) throw new CorruptBatch('a header is longer than its record');
      each(nameStart, nameStart + nameLength, valueStart, valueStart + (valueLength < 0 ? -1 : valueLength));
    }
  }

  /** Kafka knows no properties beside the headers. */
  json(): string {
    return headersJson(this);
  }

  /** Zigzag, up to 64 bits: small ones by shifts, timestamps of other decades by multiplication. */
  #varint(): number {
    const { buffer } = this;
    let byte = buffer[this.#at++];
    let value = byte! & 0x7f;
    let shift = 7;
    while (byte! >= 0x80 && shift < 28) {
      byte = buffer[this.#at++];
      value |= (byte! & 0x7f) << shift;
      shift += 7;
    }
    if (byte !== undefined && byte >= 0x80) {
      let scale = 2 ** shift;
      while (byte! >= 0x80) {
        byte = buffer[this.#at++];
        value += (byte! & 0x7f) * scale;
        scale *= 128;
        if (scale > 2 ** 70) throw new CorruptBatch('a number is too long');
      }
      if (byte === undefined) throw new CorruptBatch('a number is cut short');
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    if (byte === undefined) throw new CorruptBatch('a number is cut short');
    return (value >>> 1) ^ -(value & 1);
  }
}
