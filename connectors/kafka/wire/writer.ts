/** Writes Kafka's primitive types into one growing buffer. */

export class WireWriter {
  #buffer = Buffer.allocUnsafe(256);
  #length = 0;

  int8(value: number): this {
    const at = this.#grow(1);
    this.#buffer.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.#grow(2);
    this.#buffer.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#grow(4);
    this.#buffer.writeInt32BE(value, at);
    return this;
  }

  int64(value: number): this {
    const at = this.#grow(8);
    this.#buffer.writeBigInt64BE(BigInt(value), at);
    return this;
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  string(value: string): this {
    const bytes = Buffer.from(value);
    this.int16(bytes.length);
    return this.#append(bytes);
  }

  bytes(value: Buffer): this {
    this.int32(value.length);
    return this.#append(value);
  }

  array<T>(items: readonly T[], write: (writer: this, item: T) => void): this {
    this.int32(items.length);
    for (const item of items) write(this, item);
    return this;
  }

  done(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #append(bytes: Buffer): this {
    const at = this.#grow(bytes.length);
    bytes.copy(this.#buffer, at);
    return this;
  }

  /** Where to write. It may replace the buffer, so it comes before any use of that. */
  #grow(bytes: number): number {
    const start = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, start);
      this.#buffer = larger;
    }
    return start;
  }
}
