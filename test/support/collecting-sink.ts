/** A sink that keeps rows as canonical literals (src/algebra/types.ts), for tests of one connector without the engine. */

import type { ColumnWriter, Literal, OutputColumn, Sink, Type } from '../../connectors/contract.js';

export class CollectingSink implements Sink {
  readonly rows: Literal[][] = [];
  readonly columns: readonly ColumnWriter[];
  bytes = 0;
  /** Called after each row: throw to test budgets, abort to test cancellation. */
  onRow: (rows: number) => void = () => {};
  #row: Literal[] = [];
  #written = 0;

  constructor(outputs: readonly OutputColumn[]) {
    this.columns = outputs.map((output, index) => this.#writer(output, index));
  }

  endRow(): void {
    if (this.#written !== this.columns.length) {
      throw new Error(`row ${this.rows.length}: ${this.#written} values for ${this.columns.length} columns`);
    }
    this.rows.push(this.#row);
    this.#row = [];
    this.#written = 0;
    this.onRow(this.rows.length);
  }

  received(bytes: number): void {
    this.bytes += bytes;
  }

  parquet(): Promise<void> {
    throw new Error('CollectingSink takes rows, not Parquet');
  }

  chunk(): void {
    throw new Error('CollectingSink takes rows, not chunks');
  }

  #writer(output: OutputColumn, index: number): ColumnWriter {
    const put = (value: Literal) => {
      if (this.#row[index] !== undefined) throw new Error(`column ${output.name} was written twice in one row`);
      this.#row[index] = value;
      this.#written++;
    };
    const integer = (value: bigint) => put(integerLiteral(output.type, value));
    return {
      name: output.name,
      type: output.type,
      null: () => put(null),
      boolean: put,
      number: (value) => (output.type.kind === 'float' ? put(value) : integer(BigInt(value))),
      bigint: integer,
      int64: (hi, lo) => {
        const bits = (BigInt(hi | 0) << 32n) | BigInt(lo >>> 0);
        const unsigned = output.type.kind === 'int' && !output.type.signed;
        integer(unsigned ? BigInt.asUintN(64, bits) : bits);
      },
      text: put,
      utf8: (buffer, start, end) => {
        const bytes = buffer.slice(start, end);
        put(output.type.kind === 'blob' ? bytes : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
      },
      uuid: (buffer, start) => {
        const hex = Buffer.from(buffer.subarray(start, start + 16)).toString('hex');
        put(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
      },
    };
  }
}

/** Decimals arrive unscaled; the literal is text. */
function integerLiteral(type: Type, value: bigint): Literal {
  if (type.kind !== 'decimal') return value;
  const digits = (value < 0n ? -value : value).toString().padStart(type.scale + 1, '0');
  const whole = digits.slice(0, digits.length - type.scale);
  const fraction = type.scale === 0 ? '' : `.${digits.slice(-type.scale)}`;
  return `${value < 0n ? '-' : ''}${whole}${fraction}`;
}
