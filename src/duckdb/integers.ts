/** Columns of integers of 8 to 128 bits, and of decimals, which DuckDB keeps as unscaled integers. */

import { Column } from './columns.js';
import type { Rows } from './columns.js';
import type { Type } from '../algebra/index.js';

type SmallArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

const smallArrays = {
  8: { signed: Int8Array, unsigned: Uint8Array },
  16: { signed: Int16Array, unsigned: Uint16Array },
  32: { signed: Int32Array, unsigned: Uint32Array },
} as const;

const two32 = 2 ** 32;

/** Up to 32 bits; also decimals of up to 9 digits, whose limits are narrower than their bits. */
export class SmallIntegers extends Column {
  readonly #data: SmallArray;

  constructor(
    name: string,
    type: Type,
    rows: Rows,
    bits: 8 | 16 | 32,
    private readonly least: number,
    private readonly most: number,
  ) {
    const data = new smallArrays[bits][least < 0 ? 'signed' : 'unsigned'](rows.capacity);
    super(name, type, rows, bits / 8, data.buffer);
    this.#data = data;
  }

  override number(value: number): void {
    if (!(value >= this.least && value <= this.most) || value % 1 !== 0) throw this.misfit(value);
    this.#data[this.take()] = value;
  }

  override bigint(value: bigint): void {
    if (value < this.least || value > this.most) throw this.misfit(value);
    this.#data[this.take()] = Number(value);
  }

  override int64(hi: number, lo: number): void {
    this.number((hi | 0) * two32 + (lo >>> 0));
  }
}

/** 64 bits as two halves, so that no BigInt is made on the way; also decimals of up to 18 digits, times, timestamps. */
export class WideIntegers extends Column {
  readonly #data: Int32Array;
  /** The limits as numbers, drawn in so that rounding can't let a value through; between them and the limits: BigInt. */
  readonly #surelyLeast: number;
  readonly #surelyMost: number;
  readonly #unsigned: boolean;

  constructor(
    name: string,
    type: Type,
    rows: Rows,
    private readonly least: bigint,
    private readonly most: bigint,
    /** Values outside the limits that are meant all the same: infinities. */
    private readonly besides: readonly bigint[] = [],
  ) {
    const data = new Int32Array(rows.capacity * 2);
    super(name, type, rows, 8, data.buffer);
    this.#data = data;
    this.#unsigned = most > 2n ** 63n;
    this.#surelyLeast = Number(least) * (1 - 2 ** -48);
    this.#surelyMost = Number(most) * (1 - 2 ** -48);
  }

  override number(value: number): void {
    if (!Number.isSafeInteger(value) || (value < 0 && this.#unsigned)) throw this.misfit(value);
    this.int64(Math.floor(value / two32), value >>> 0);
  }

  override bigint(value: bigint): void {
    if (!this.fits(value)) throw this.misfit(value);
    this.put(Number(value >> 32n) | 0, Number(value & 0xffffffffn) | 0);
  }

  override int64(hi: number, lo: number): void {
    const high = this.#unsigned ? hi >>> 0 : hi | 0;
    const near = high * two32 + (lo >>> 0);
    if (!(near >= this.#surelyLeast && near <= this.#surelyMost)) {
      const exact = BigInt(high) * 0x100000000n + BigInt(lo >>> 0);
      if (!this.fits(exact)) throw this.misfit(exact);
    }
    this.put(hi | 0, lo | 0);
  }

  private fits(value: bigint): boolean {
    return (value >= this.least && value <= this.most) || this.besides.includes(value);
  }

  private put(hi: number, lo: number): void {
    const at = this.take() * 2;
    this.#data[at] = lo;
    this.#data[at + 1] = hi;
  }
}

/** 128 bits, signed or not; also decimals of more than 18 digits. */
export class HugeIntegers extends Column {
  readonly #data: BigInt64Array;

  constructor(
    name: string,
    type: Type,
    rows: Rows,
    private readonly least: bigint,
    private readonly most: bigint,
  ) {
    const data = new BigInt64Array(rows.capacity * 2);
    super(name, type, rows, 16, data.buffer);
    this.#data = data;
  }

  override number(value: number): void {
    if (!Number.isSafeInteger(value)) throw this.misfit(value);
    this.bigint(BigInt(value));
  }

  override bigint(value: bigint): void {
    if (value < this.least || value > this.most) throw this.misfit(value);
    const at = this.take() * 2;
    // Setting an element keeps the low 64 bits.
    this.#data[at] = value;
    this.#data[at + 1] = value >> 64n;
  }

  override int64(hi: number, lo: number): void {
    this.bigint((BigInt(hi | 0) << 32n) | BigInt(lo >>> 0));
  }
}
