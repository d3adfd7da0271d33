/** Proves that a Parquet file is whole: its footer is written last and counts the rows. */

import { open } from 'node:fs/promises';

/** The number of rows in the footer, or undefined when the file does not end in one. */
export async function parquetRows(path: string): Promise<number | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < 12) return undefined;
    const tail = Buffer.alloc(8);
    await file.read(tail, 0, 8, size - 8);
    const length = tail.readUInt32LE(0);
    if (tail.toString('latin1', 4) !== 'PAR1' || length + 12 > size) return undefined;
    const footer = Buffer.alloc(length);
    await file.read(footer, 0, length, size - 8 - length);
    return rowCount(footer);
  } finally {
    await file.close();
  }
}

/** FileMetaData in Thrift's compact protocol: version (1), schema (2), num_rows (3). */
function rowCount(footer: Buffer): number | undefined {
  const reader = new CompactReader(footer);
  try {
    for (let id = 0; ; ) {
      const header = reader.byte();
      const type = header & 0x0f;
      if (type === 0) return undefined;
      id = header >> 4 === 0 ? reader.zigzag() : id + (header >> 4);
      if (id === 3 && type === 6) return reader.zigzag();
      reader.skip(type);
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class CompactReader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  byte(): number {
    return this.bytes.readUInt8(this.#at++);
  }

  varint(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  skip(type: number): void {
    switch (type) {
      case 1:
      case 2:
        return;
      case 3:
        this.#at += 1;
        return;
      case 4:
      case 5:
      case 6:
        this.varint();
        return;
      case 7:
        this.#at += 8;
        return;
      case 8:
        this.#jump(this.varint());
        return;
      case 9:
      case 10:
        this.#list();
        return;
      case 12:
        this.#struct();
        return;
      default:
        throw new RangeError(`Thrift type ${type}`);
    }
  }

  #jump(bytes: number): void {
    this.#at += bytes;
  }

  #list(): void {
    const header = this.byte();
    const size = header >> 4 === 15 ? this.varint() : header >> 4;
    const type = header & 0x0f;
    for (let i = 0; i < size; i++) {
      // Booleans in a list take a byte each; as fields they are in the type.
      if (type === 1 || type === 2) this.#at += 1;
      else this.skip(type);
    }
  }

  #struct(): void {
    for (;;) {
      const header = this.byte();
      const type = header & 0x0f;
      if (type === 0) return;
      if (header >> 4 === 0) this.zigzag();
      this.skip(type);
    }
  }
}
