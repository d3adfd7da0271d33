/** Chunks of another instance's result into a table, as they are. */

import duckdb from '@duckdb/node-bindings';
import { DuckDBLogicalType } from '@duckdb/node-api';
import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { Connection } from './connection.js';
import { AishellError } from '../errors.js';
import { duckdbError } from './errors.js';

/** The appender keeps what it is given outside DuckDB's memory limit until it is flushed. */
export const appenderBytes = 32 << 20;

/** A guess: values of a chunk that came from elsewhere can't be measured cheaply. */
const valueBytes = 32;

export interface BatchTarget {
  readonly schema: string;
  readonly table: string;
  readonly service: string;
  /** The base table's name, for errors. */
  readonly source: string;
}

export class BatchAppender {
  readonly #appender: duckdb.Appender;
  readonly #types: readonly string[];
  #unflushed = 0;
  #count = 0;

  constructor(connection: Connection, private readonly target: BatchTarget) {
    this.#appender = openAppender(connection, target.schema, target.table);
    this.#types = Array.from({ length: duckdb.appender_column_count(this.#appender) }, (_, index) =>
      typeText(duckdb.appender_column_type(this.#appender, index)),
    );
  }

  get count(): number {
    return this.#count;
  }

  /** DuckDB's appender would cast a column of another type in silence, a struct to text even: that is refused. */
  append(batch: DuckDBDataChunk): void {
    const chunk = (batch as unknown as { chunk: duckdb.DataChunk }).chunk;
    const types = Array.from({ length: duckdb.data_chunk_get_column_count(chunk) }, (_, index) =>
      typeText(duckdb.vector_get_column_type(duckdb.data_chunk_get_vector(chunk, index))),
    );
    if (types.join(', ') !== this.#types.join(', ')) {
      throw new AishellError(
        'source.schema_changed',
        `${this.target.source} now has columns of (${types.join(', ')}), not (${this.#types.join(', ')}) as the catalogue knows.`,
        'Run the command again with --refresh.',
        { service: this.target.service },
      );
    }
    const rows = duckdb.data_chunk_get_size(chunk);
    guarded(() => duckdb.append_data_chunk(this.#appender, chunk));
    this.#count += rows;
    this.#unflushed += rows * types.length * valueBytes;
    if (this.#unflushed >= appenderBytes) this.flush();
  }

  /** Every row that was appended is in the table after this, for other connections too. */
  flush(): void {
    this.#unflushed = 0;
    guarded(() => duckdb.appender_flush_sync(this.#appender));
  }

  finish(): void {
    guarded(() => duckdb.appender_close_sync(this.#appender));
  }

  abandon(): void {
    duckdb.appender_clear(this.#appender);
  }
}

export function openAppender(connection: Connection, schema: string, table: string): duckdb.Appender {
  return duckdb.appender_create_ext(connection.handle, 'memory', schema, table);
}

export function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw duckdbError(error);
  }
}

function typeText(type: duckdb.LogicalType): string {
  const text = DuckDBLogicalType.create(type).asType();
  return text.alias ?? text.toString();
}
