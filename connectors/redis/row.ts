/** One row at a time into the sink. The fields below are set by whoever reads; `write` puts them into the columns. */

import { AishellError, typeName, types, type Sink } from '../contract.js';
import type { ReadPayload } from './payload.js';
import { isWhole } from './infer.js';
import { writerOf, type WriteText } from './values.js';

/** A key is found again by its number, so the number must be written in the one way. */
const writePart: WriteText = (bytes, writer) => isWhole(bytes.toString()) && writeWhole(bytes, writer);
const writeWhole = writerOf(types.int64);

const maxMicros = 9_223_372_036_854_775_807n;

export class Row {
  parts: readonly string[] = [];
  /** In the order of `fields`. */
  readonly values: (Buffer | null)[];
  value: Buffer = Buffer.alloc(0);
  index = 0;
  score: Buffer = Buffer.alloc(0);
  fieldName: Buffer = Buffer.alloc(0);
  /** -1: it does not expire. */
  ttl = -1;
  id = '';
  written = 0;
  /** Names of the fields that the columns ask for, each once. */
  readonly fields: readonly string[];
  readonly wantsTtl: boolean;
  readonly #columns: readonly (ReadPayload['columns'][number] & { readonly place: number; readonly write: WriteText })[];
  #left: number;
  #skip: number;

  constructor(
    private readonly payload: ReadPayload,
    private readonly sink: Sink,
    private readonly service: string,
  ) {
    this.fields = [...new Set(payload.columns.flatMap(({ role }) => (role.from === 'field' ? [role.field] : [])))];
    this.values = this.fields.map(() => null);
    this.wantsTtl = payload.columns.some(({ role }) => role.from === 'ttl');
    this.#columns = payload.columns.map((column) => ({
      ...column,
      place: column.role.from === 'field' ? this.fields.indexOf(column.role.field) : -1,
      write: column.role.from === 'part' && column.type.kind === 'int' ? writePart : writerOf(column.type),
    }));
    this.#left = payload.limit ?? Infinity;
    this.#skip = payload.skip;
  }

  /** A limit has been reached: nothing more is wanted. */
  get full(): boolean {
    return this.#left <= 0;
  }

  write(): void {
    if (this.full) return;
    if (this.#skip > 0) {
      this.#skip--;
      return;
    }
    this.#left--;
    for (let i = 0; i < this.#columns.length; i++) this.#put(i);
    this.sink.endRow();
    this.written++;
  }

  #put(i: number): void {
    const { role, place } = this.#columns[i]!;
    const writer = this.sink.columns[i]!;
    switch (role.from) {
      case 'part':
        return this.#text(i, Buffer.from(this.parts[role.part]!));
      case 'field': {
        const bytes = this.values[place]!;
        return bytes === null ? writer.null() : this.#text(i, bytes);
      }
      case 'value':
        return this.#text(i, this.value);
      case 'score':
        return this.#text(i, this.score);
      case 'fieldName':
        return this.#text(i, this.fieldName);
      case 'index':
        return writer.number(this.index);
      case 'ttl':
        return this.ttl < 0 ? writer.null() : writer.number(this.ttl);
      case 'id':
        return writer.text(this.id);
      case 'timestamp': {
        const micros = BigInt(this.id.slice(0, this.id.indexOf('-'))) * 1000n;
        if (micros >= maxMicros) throw this.#refused(i);
        return writer.bigint(micros);
      }
    }
  }

  #text(i: number, bytes: Buffer): void {
    if (!this.#columns[i]!.write(bytes, this.sink.columns[i]!)) throw this.#refused(i);
  }

  #refused(i: number): AishellError {
    const { name, type } = this.#columns[i]!;
    const { table } = this.payload;
    const instead = type.kind === 'text' || type.kind === 'json' ? 'blob' : 'text';
    return new AishellError(
      'source.value',
      `${this.service}: a value of ${table}.${JSON.stringify(name)} is not ${type.kind === 'text' ? 'UTF-8 text' : `a ${typeName(type)}`}`,
      `Sample again with --refresh (and a larger \`sample\`), or set \`types: {${JSON.stringify(table)}: {${JSON.stringify(name)}: ${instead}}}\` for this service.`,
      { service: this.service, data: { table, column: name, expected: typeName(type) } },
    );
  }
}
