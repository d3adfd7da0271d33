/** Reads Kafka's primitive types. Every length is checked, so a garbled answer is a RangeError and never a wild read. */

export class WireReader {
  at = 0;

  constructor(readonly buffer: Buffer) {}

  get left(): number {
    return this.buffer.length - this.at;
  }

  int8(): number {
    return this.buffer.readInt8(this.#take(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#take(4));
  }

  /** Offsets, timestamps and producer ids: all of them are below 2^53 in any real log. */
  int64(): number {
    const start = this.#take(8);
    return int64At(this.buffer, start);
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  string(): string {
    return this.nullableString() ?? '';
  }

  nullableString(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.buffer.toString('utf8', this.#take(length), this.at);
  }

  bytes(): Buffer {
    const length = this.int32();
    return length < 0 ? this.buffer.subarray(0, 0) : this.buffer.subarray(this.#take(length), this.at);
  }

  array<T>(item: (reader: this) => T): T[] {
    const length = this.int32();
    // An item takes a byte at least.
    if (length > this.left) throw new RangeError(`an array of ${length} items in ${this.left} bytes`);
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(item(this));
    return items;
  }

  #take(bytes: number): number {
    const start = this.at;
    if (bytes < 0 || start + bytes > this.buffer.length) throw new RangeError(`${bytes} bytes wanted, ${this.left} left`);
    this.at += bytes;
    return start;
  }
}

export function int64At(buffer: Buffer, start: number): number {
  const value = buffer.readInt32BE(start) * 4_294_967_296 + buffer.readUInt32BE(start + 4);
  if (!Number.isSafeInteger(value)) {
    // Long.MAX_VALUE and MIN_VALUE stand for "none" here and there; nearest is as good.
    return value > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
  }
  return value;
}
