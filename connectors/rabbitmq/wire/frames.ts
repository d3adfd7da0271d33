/**
 * The few commands of the RabbitMQ stream protocol that reading needs (rabbitmq_stream/docs/PROTOCOL.adoc), as RabbitMQ
 * 3.9 and all later ones speak them. There is none that publishes, creates, deletes or stores an offset.
 */

export const keys = {
  deliver: 8, subscribe: 7, credit: 9, unsubscribe: 12, metadata: 15, metadataUpdate: 16, peerProperties: 17, saslHandshake: 18, saslAuthenticate: 19, tune: 20, open: 21, close: 22, heartbeat: 23,
} as const;

export type RequestKey = (typeof keys)[keyof typeof keys];

/** Where to begin in a stream. */
export type OffsetSpec = { readonly type: 'first' | 'last' | 'next' } | { readonly type: 'offset'; readonly offset: number } | { readonly type: 'timestamp'; readonly ms: number };

const specNumbers = { first: 1, last: 2, next: 3, offset: 4, timestamp: 5 } as const;

export class FrameWriter {
  readonly #parts: Buffer[] = [];

  constructor(key: RequestKey, correlation?: number, isResponse = false) {
    this.uint16(isResponse ? key | 0x8000 : key).uint16(1);
    if (correlation !== undefined) this.uint32(correlation);
  }

  uint8(value: number): this {
    this.#parts.push(Buffer.from([value]));
    return this;
  }

  uint16(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(value);
    this.#parts.push(bytes);
    return this;
  }

  uint32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value >>> 0);
    this.#parts.push(bytes);
    return this;
  }

  int64(value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(value));
    this.#parts.push(bytes);
    return this;
  }

  string(value: string): this {
    const bytes = Buffer.from(value);
    this.uint16(bytes.length);
    this.#parts.push(bytes);
    return this;
  }

  bytes(value: Buffer): this {
    this.uint32(value.length);
    this.#parts.push(value);
    return this;
  }

  spec(spec: OffsetSpec): this {
    this.uint16(specNumbers[spec.type]);
    if (spec.type === 'offset') this.int64(spec.offset);
    if (spec.type === 'timestamp') this.int64(spec.ms);
    return this;
  }

  /** With its size in front. */
  frame(): Buffer {
    const body = Buffer.concat(this.#parts);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(body.length);
    return Buffer.concat([size, body]);
  }
}

/** Every length is checked, so a garbled answer is a RangeError and never a wild read. */
export class FrameReader {
  at = 0;

  constructor(readonly buffer: Buffer) {}

  uint8(): number {
    return this.buffer.readUInt8(this.#take(1));
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.#take(2));
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.#take(4));
  }

  string(): string {
    const length = this.uint16();
    // -1 is null.
    if (length === 0xffff) return '';
    const start = this.#take(length);
    return this.buffer.toString('utf8', start, this.at);
  }

  array<T>(item: () => T): T[] {
    const length = this.uint32();
    if (length > this.buffer.length) throw new RangeError(`an array of ${length} items`);
    return Array.from({ length }, item);
  }

  rest(): Buffer {
    return this.buffer.subarray(this.at);
  }

  #take(bytes: number): number {
    const start = this.at;
    if (start + bytes > this.buffer.length) throw new RangeError(`${bytes} bytes wanted, ${this.buffer.length - start} left`);
    this.at += bytes;
    return start;
  }
}
