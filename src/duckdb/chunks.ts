/**
 * Rows into a table at the speed of the wire: the columns' typed arrays are copied as blocks into a data chunk, which
 * is appended whole. Every length is checked first, since a wrong one would crash the process.
 */

import { isUtf8 } from 'node:buffer';
import duckdb from '@duckdb/node-bindings';
import { AishellError } from '../errors.js';
import { typeName } from '../algebra/index.js';
import type { Type } from '../algebra/index.js';
import { Rows } from './columns.js';
import type { Column } from './columns.js';
import type { Connection } from './connection.js';
import { appenderBytes, guarded, openAppender } from './batches.js';
import { createColumn } from './scalars.js';
import { Heap, Strings } from './strings.js';

export interface AppendTarget {
  readonly schema: string;
  readonly table: string;
  /** As created with `stagedTypeName`, in this order. */
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
  /** For messages: where the rows come from. */
  readonly service: string;
  readonly source: string;
}

/** The type of a column that rows are appended to: text where only DuckDB's own cast makes the value. */
export function stagedTypeName(type: Type): string {
  switch (type.kind) {
    case 'list':
    case 'struct':
    case 'map':
    case 'interval':
      return 'VARCHAR';
    case 'null':
      return 'BOOLEAN';
    default:
      return typeName(type);
  }
}

const vectorSize = duckdb.vector_size();
/** A chunk of very wide rows holds fewer of them, so that a sink stays small. */
const chunkBytes = 4 << 20;
const heapBytes = 4 << 20;

export class ChunkAppender {
  readonly columns: readonly Column[];
  readonly #rows: Rows;
  readonly #heaps = { text: new Heap(), blob: new Heap() };
  readonly #strings: readonly Strings[];
  readonly #appender: duckdb.Appender;
  readonly #chunk: duckdb.DataChunk;
  /** Holds the two heaps while a chunk is appended. */
  readonly #arena: duckdb.DataChunk;
  #unflushed = 0;
  #appended = 0;

  constructor(connection: Connection, target: AppendTarget) {
    const rowBytes = target.columns.length * 16;
    const capacity = Math.min(vectorSize, Math.max(64, Math.floor(chunkBytes / Math.max(1, rowBytes))));
    this.#rows = new Rows(capacity, target.service, target.source);
    this.columns = target.columns.map(({ name, type }) => createColumn(name, type, this.#rows, this.#heaps));
    this.#strings = this.columns.filter((column) => column instanceof Strings);
    this.#appender = openAppender(connection, target.schema, target.table);
    if (duckdb.appender_column_count(this.#appender) !== this.columns.length) throw new Error(`${target.table}: another number of columns`);
    const types = this.columns.map((_, index) => duckdb.appender_column_type(this.#appender, index));
    types.forEach((type, index) => {
      const column = this.columns[index]!;
      if (physicalWidth(type) !== column.block().width) throw new Error(`${target.table}.${column.name}: another width than ${typeName(column.type)}`);
    });
    this.#chunk = duckdb.create_data_chunk(types);
    this.#arena = duckdb.create_data_chunk([duckdb.create_logical_type(duckdb.Type.BLOB)]);
  }

  /** Rows taken so far. */
  get count(): number {
    return this.#appended + this.#rows.row;
  }

  /** True when the row filled the chunk, which went on its way. */
  endRow(): boolean {
    const rows = this.#rows;
    if (rows.written !== this.columns.length) throw this.incomplete();
    rows.written = 0;
    rows.row++;
    if (rows.row < rows.capacity && this.#heaps.text.length < heapBytes && this.#heaps.blob.length < heapBytes) return false;
    this.#send();
    return true;
  }

  /** Everything is in the table after this. */
  finish(): void {
    if (this.#rows.written !== 0) throw this.incomplete();
    this.#send();
    guarded(() => duckdb.appender_close_sync(this.#appender));
  }

  /** Forgets what the appender still holds. */
  abandon(): void {
    duckdb.appender_clear(this.#appender);
  }

  #send(): void {
    const count = this.#rows.row;
    if (count === 0) return;
    const chunk = this.#chunk;
    this.#checkText(count);
    this.#relocate(count);
    duckdb.data_chunk_set_size(chunk, count);
    let bytes = this.#heaps.text.length + this.#heaps.blob.length;
    this.columns.forEach((column, index) => {
      const { data, width, validity } = column.block();
      const size = count * width;
      if (size > data.byteLength || count > vectorSize) throw new Error(`column ${column.name}: ${count} rows do not fit`);
      const vector = duckdb.data_chunk_get_vector(chunk, index);
      duckdb.copy_data_to_vector(vector, 0, data.buffer as ArrayBuffer, 0, size);
      bytes += size;
      if (validity !== undefined) {
        duckdb.vector_ensure_validity_writable(vector);
        const length = Math.ceil(count / 64) * 8;
        if (length > validity.byteLength) throw new Error(`column ${column.name}: validity of ${validity.byteLength} bytes`);
        duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer as ArrayBuffer, 0, length);
      }
    });
    guarded(() => duckdb.append_data_chunk(this.#appender, chunk));
    duckdb.data_chunk_reset(chunk);
    duckdb.data_chunk_reset(this.#arena);
    for (const column of this.columns) column.reset();
    this.#heaps.text.reset();
    this.#heaps.blob.reset();
    this.#rows.row = 0;
    this.#appended += count;
    this.#flushAfter(bytes);
  }

  #flushAfter(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#unflushed >= appenderBytes) this.flush();
  }

  /** Every row that went on its way is in the table after this, for other connections too. */
  flush(): void {
    this.#unflushed = 0;
    guarded(() => duckdb.appender_flush_sync(this.#appender));
  }

  #checkText(count: number): void {
    const { bytes, length } = this.#heaps.text;
    if (length === 0 || isUtf8(bytes.subarray(0, length))) return;
    for (const column of this.#strings) column.blame(count);
    throw new Error('a text heap that is not UTF-8 without a value to blame');
  }

  /** Hands the heaps to DuckDB and points the entries at them. They live in the arena until it is reset. */
  #relocate(count: number): void {
    const text = this.#place(this.#heaps.text, 0);
    const blob = this.#place(this.#heaps.blob, 1);
    for (const column of this.#strings) {
      const address = column.type.kind === 'blob' ? blob : text;
      if (address !== undefined) column.relocate(count, address.low, address.high);
    }
  }

  #place(heap: Heap, slot: number): { readonly low: number; readonly high: number } | undefined {
    if (heap.length === 0) return undefined;
    const vector = duckdb.data_chunk_get_vector(this.#arena, 0);
    duckdb.vector_assign_string_element_len(vector, slot, heap.bytes.subarray(0, heap.length));
    const entries = duckdb.vector_get_data(vector, (slot + 1) * 16);
    const entry = new DataView(entries.buffer, entries.byteOffset + slot * 16, 16);
    // The layout is DuckDB's string_t: length, prefix, pointer. Were it another, nothing here could be trusted.
    if (entry.getUint32(0, true) !== heap.length || entry.getUint32(4, true) !== heap.bytes.readUInt32LE(0)) {
      throw new Error('DuckDB keeps text in another layout than aishell was built for');
    }
    return { low: entry.getUint32(8, true), high: entry.getUint32(12, true) };
  }

  private incomplete(): AishellError {
    const { written, service, table } = this.#rows;
    return new AishellError(
      'internal',
      `The connector of service '${service}' is wrong: a row of ${table} has ${written} values for ${this.columns.length} columns.`,
      'Please report this together with the kind of the service.',
      { service },
    );
  }
}

/** Bytes that one value takes in a vector. */
function physicalWidth(type: duckdb.LogicalType): number {
  const { Type } = duckdb;
  switch (duckdb.get_type_id(type)) {
    case Type.BOOLEAN:
    case Type.TINYINT:
    case Type.UTINYINT:
      return 1;
    case Type.SMALLINT:
    case Type.USMALLINT:
      return 2;
    case Type.INTEGER:
    case Type.UINTEGER:
    case Type.FLOAT:
    case Type.DATE:
      return 4;
    case Type.BIGINT:
    case Type.UBIGINT:
    case Type.DOUBLE:
    case Type.TIME:
    case Type.TIMESTAMP:
    case Type.TIMESTAMP_TZ:
    case Type.TIMESTAMP_NS:
      return 8;
    case Type.HUGEINT:
    case Type.UHUGEINT:
    case Type.UUID:
    case Type.VARCHAR:
    case Type.BLOB:
      return 16;
    case Type.DECIMAL: {
      const precision = duckdb.decimal_width(type);
      return precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
    }
    default:
      throw new Error(`no rows are appended to a column of DuckDB type ${duckdb.get_type_id(type)}`);
  }
}
