/**
 * Column writers: each takes a connector's values of one column and lays them out as DuckDB keeps them in memory, in a
 * typed array that chunks.ts copies as one block. A value that does not fit is an error here, before DuckDB sees it.
 */

import { AishellError } from '../errors.js';
import { typeName } from '../algebra/index.js';
import type { Type } from '../algebra/index.js';
import type { ColumnWriter } from '../../connectors/contract.js';

/** What the columns of one sink share: the row that is being written, and where it comes from. */
export class Rows {
  /** Index in the chunk of the row that is being written. */
  row = 0;
  /** Columns of that row that have been written. */
  written = 0;

  constructor(
    /** Rows that a chunk can take; at most DuckDB's vector size. */
    readonly capacity: number,
    readonly service: string,
    readonly table: string,
  ) {}
}

/** How the values of one column end in a chunk. */
export interface Block {
  /** One entry of `width` bytes a row. */
  readonly data: Uint8Array;
  readonly width: number;
  /** One bit a row, 1 where there is a value; undefined when every row has one. */
  readonly validity: Uint8Array | undefined;
}

export abstract class Column implements ColumnWriter {
  /** The first row that has no value yet: ahead of `rows.row` once this column is written. */
  #next = 0;
  #nulls = 0;
  readonly #validity: Uint32Array;
  readonly #bytes: Uint8Array;

  protected constructor(
    readonly name: string,
    readonly type: Type,
    protected readonly rows: Rows,
    protected readonly width: number,
    buffer: ArrayBuffer,
  ) {
    if (buffer.byteLength !== width * rows.capacity) throw new Error(`column ${name}: a buffer of the wrong length`);
    this.#bytes = new Uint8Array(buffer);
    // DuckDB reads validity in words of 64 bits.
    this.#validity = new Uint32Array(Math.ceil(rows.capacity / 64) * 2).fill(0xffffffff);
  }

  /** Claims the current row for a value. */
  protected take(): number {
    const row = this.#next;
    if (row !== this.rows.row) throw this.bug('was written twice in one row');
    this.#next = row + 1;
    this.rows.written++;
    return row;
  }

  null(): void {
    const row = this.take();
    this.#nulls++;
    this.#validity[row >>> 5]! &= ~(1 << (row & 31));
  }

  boolean(_value: boolean): void {
    throw this.unsupported('boolean');
  }
  number(_value: number): void {
    throw this.unsupported('number');
  }
  bigint(_value: bigint): void {
    throw this.unsupported('bigint');
  }
  int64(_hi: number, _lo: number): void {
    throw this.unsupported('int64');
  }
  text(_value: string): void {
    throw this.unsupported('text');
  }
  utf8(_buffer: Uint8Array, _start: number, _end: number): void {
    throw this.unsupported('utf8');
  }
  uuid(_buffer: Uint8Array, _start: number): void {
    throw this.unsupported('uuid');
  }

  block(): Block {
    return {
      data: this.#bytes,
      width: this.width,
      validity: this.#nulls === 0 ? undefined : new Uint8Array(this.#validity.buffer),
    };
  }

  /** Begins the next chunk. */
  reset(): void {
    this.#next = 0;
    if (this.#nulls > 0) this.#validity.fill(0xffffffff);
    this.#nulls = 0;
  }

  /** The value does not fit the column. */
  protected misfit(value: unknown, why?: string): AishellError {
    return misfit(this.rows, this.name, this.type, value, why);
  }

  protected unsupported(call: string): AishellError {
    return this.bug(`of type ${typeName(this.type)} takes no ${call}`);
  }

  private bug(what: string): AishellError {
    return new AishellError(
      'internal',
      `The connector of service '${this.rows.service}' is wrong: column '${this.name}' of ${this.rows.table} ${what}.`,
      'Please report this together with the kind of the service.',
      { service: this.rows.service },
    );
  }
}

export function misfit(rows: Rows, column: string, type: Type, value: unknown, why = `does not fit ${typeName(type)}`): AishellError {
  return new AishellError(
    'source.value',
    `Column '${column}' of ${rows.table} holds ${excerpt(value)}, which ${why}.`,
    'Leave the column or such rows out of the statement, or run `aishell schema --refresh` if the column has changed in the store.',
    { service: rows.service, data: { column, type: typeName(type) } },
  );
}

/** Enough of a value to find it by; never long, and with control characters escaped. */
function excerpt(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  // Control characters beyond JSON's own (C1, bidirectional marks) are escaped by the class below.
  const short = value.length > 40 ? `${value.slice(0, 40)}...` : value;
  return JSON.stringify(short).replace(/[\p{Cc}\p{Cf}]/gu, (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}
