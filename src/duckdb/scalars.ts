/** Booleans, floats and UUIDs; and the factory that knows which writer keeps which type. */

import { Column } from './columns.js';
import type { Rows } from './columns.js';
import { HugeIntegers, SmallIntegers, WideIntegers } from './integers.js';
import { decimalColumn } from './decimals.js';
import { Strings } from './strings.js';
import type { Heap } from './strings.js';
import type { Type } from '../algebra/index.js';

class Booleans extends Column {
  readonly #data: Uint8Array;

  constructor(name: string, type: Type, rows: Rows) {
    const data = new Uint8Array(rows.capacity);
    super(name, type, rows, 1, data.buffer);
    this.#data = data;
  }

  override boolean(value: boolean): void {
    if (this.type.kind === 'null') throw this.misfit(value);
    this.#data[this.take()] = value ? 1 : 0;
  }
}

class Floats extends Column {
  readonly #data: Float32Array | Float64Array;

  constructor(name: string, type: Type, rows: Rows, bits: 32 | 64) {
    const data = bits === 32 ? new Float32Array(rows.capacity) : new Float64Array(rows.capacity);
    super(name, type, rows, bits / 8, data.buffer);
    this.#data = data;
  }

  override number(value: number): void {
    const row = this.take();
    this.#data[row] = value;
    if (this.width === 4 && Number.isFinite(value) && !Number.isFinite(this.#data[row]!)) throw this.misfit(value);
  }
}

/** A UUID is kept as a signed 128-bit integer with its top bit flipped, so that the order is that of the text. */
class Uuids extends Column {
  readonly #data: Uint8Array;

  constructor(name: string, type: Type, rows: Rows) {
    const data = new Uint8Array(rows.capacity * 16);
    super(name, type, rows, 16, data.buffer);
    this.#data = data;
  }

  override uuid(buffer: Uint8Array, start: number): void {
    if (!(start >= 0 && start + 16 <= buffer.length)) throw new RangeError(`a UUID at byte ${start} of ${buffer.length}`);
    const to = this.take() * 16;
    for (let i = 0; i < 16; i++) this.#data[to + 15 - i] = buffer[start + i]!;
    this.#data[to + 15]! ^= 0x80;
  }

  override text(value: string): void {
    if (!/^[0-9a-f]{8}(-?)(?:[0-9a-f]{4}\1){3}[0-9a-f]{12}$/i.test(value)) throw this.misfit(value);
    this.uuid(Buffer.from(value.replaceAll('-', ''), 'hex'), 0);
  }

  override utf8(buffer: Uint8Array, start: number, end: number): void {
    this.text(Buffer.from(buffer.subarray(start, end)).toString('latin1'));
  }
}

/** A zoned timestamp in nanoseconds: DuckDB keeps zoned ones in microseconds, so the rest must be zero. */
class ZonedNanoseconds extends WideIntegers {
  override bigint(value: bigint): void {
    const infinite = value === infinity || value === -infinity;
    if (!infinite && value % 1000n !== 0n) throw this.misfit(value, 'has digits below the microsecond, which a zoned timestamp cannot keep');
    super.bigint(infinite ? value : value / 1000n);
  }

  override number(value: number): void {
    if (!Number.isSafeInteger(value)) throw this.misfit(value);
    this.bigint(BigInt(value));
  }

  override int64(hi: number, lo: number): void {
    this.bigint((BigInt(hi | 0) << 32n) | BigInt(lo >>> 0));
  }
}

const infinity = 2n ** 63n - 1n;
/** The first instant that DuckDB can show, 290309-12-22 (BC) 00:00. */
const firstMicrosecond = -9223372022400000000n;
const microsecondsOfDay = 86_400_000_000n;

export interface Heaps {
  readonly text: Heap;
  readonly blob: Heap;
}

/** The writer of a column that is staged under this type. Nested types, JSON and intervals are staged as text. */
export function createColumn(name: string, type: Type, rows: Rows, heaps: Heaps): Column {
  switch (type.kind) {
    case 'boolean':
    case 'null':
      return new Booleans(name, type, rows);
    case 'int':
      return integerColumn(name, type, rows);
    case 'float':
      return new Floats(name, type, rows, type.bits);
    case 'decimal':
      return decimalColumn(name, type, rows);
    case 'uuid':
      return new Uuids(name, type, rows);
    case 'date':
      // The ends are DuckDB's infinities; the least 32-bit integer is no date.
      return new SmallIntegers(name, type, rows, 32, -(2 ** 31 - 1), 2 ** 31 - 1);
    case 'time':
      return new WideIntegers(name, type, rows, 0n, microsecondsOfDay);
    case 'timestamp':
      if (type.unit === 'us') return new WideIntegers(name, type, rows, firstMicrosecond, infinity, [-infinity]);
      return type.zoned
        ? new ZonedNanoseconds(name, type, rows, -infinity, infinity)
        : new WideIntegers(name, type, rows, -infinity, infinity);
    case 'blob':
      return new Strings(name, type, rows, heaps.blob);
    case 'text':
    case 'json':
    case 'interval':
    case 'list':
    case 'struct':
    case 'map':
      return new Strings(name, type, rows, heaps.text);
  }
}

function integerColumn(name: string, type: Extract<Type, { kind: 'int' }>, rows: Rows): Column {
  const { bits, signed } = type;
  const most = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  const least = signed ? -most - 1n : 0n;
  if (bits === 128) return new HugeIntegers(name, type, rows, least, most);
  if (bits === 64) return new WideIntegers(name, type, rows, least, most);
  return new SmallIntegers(name, type, rows, bits, Number(least), Number(most));
}
