/** One connection: statements in, chunks out. A running statement stops when the signal aborts. */

import type duckdb from '@duckdb/node-bindings';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBResult, DuckDBType } from '@duckdb/node-api';
import { setTimeout as sleep } from 'node:timers/promises';
import { duckdbError } from './errors.js';

export type { DuckDBDataChunk } from '@duckdb/node-api';

export interface ResultColumn {
  readonly name: string;
  /** DuckDB's type name: DECIMAL(12,2). */
  readonly type: string;
}

const interruptEveryMs = 10;

export class Connection {
  #closed = false;
  /** Statements that a thread of the driver is busy with. */
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    private readonly driver: DuckDBConnection,
    private readonly onClose: (connection: Connection) => void,
  ) {}

  /** The bindings' own connection, for appenders. */
  get handle(): duckdb.Connection {
    return (this.driver as unknown as { connection: duckdb.Connection }).connection;
  }

  /** Runs statements whose results nobody reads. */
  async run(sql: string, signal?: AbortSignal): Promise<void> {
    await this.#interruptible(signal, () => this.driver.run(sql));
  }

  /** The first cell of the result, as text; for json_serialize_sql and its like. */
  async json(sql: string, signal?: AbortSignal): Promise<string> {
    const result = await this.#interruptible(signal, () => this.driver.runAndReadAll(sql));
    const cell = result.getRows()[0]?.[0];
    if (cell === undefined || cell === null) return 'null';
    return String(cell);
  }

  /** Every row of a small result, in DuckDB's own JavaScript values. */
  async rows(sql: string, signal?: AbortSignal): Promise<unknown[][]> {
    const result = await this.#interruptible(signal, () => this.driver.runAndReadAll(sql));
    return result.getRows();
  }

  /** The columns of a SELECT, which is bound but not run. */
  async describe(sql: string, signal?: AbortSignal): Promise<readonly { readonly name: string; readonly logicalType: DuckDBType }[]> {
    const prepared = await this.#interruptible(signal, () => this.driver.prepare(sql));
    try {
      return Array.from({ length: prepared.columnCount }, (_, index) => ({
        name: prepared.columnName(index),
        logicalType: prepared.columnType(index),
      }));
    } finally {
      prepared.destroySync();
    }
  }

  /** A result that is computed as it is read. Only one can be open on a connection at a time. */
  async stream(sql: string, signal?: AbortSignal, params?: readonly string[]): Promise<ResultStream> {
    const result = await this.#interruptible(signal, () => this.driver.stream(sql, params && [...params]));
    return new ResultStream(result, (work) => this.#interruptible(signal, work));
  }

  /** Stops what runs now; it then rejects as cancelled. */
  interrupt(): void {
    if (!this.#closed) this.driver.interrupt();
  }

  /** Stops what runs and waits until its thread has let go: the driver must not be closed under it. */
  async close(): Promise<void> {
    if (this.#closed) return;
    while (this.#running.size > 0) {
      this.interrupt();
      await Promise.race([Promise.allSettled(this.#running), sleep(interruptEveryMs)]);
    }
    if (this.#closed) return;
    this.#closed = true;
    this.driver.disconnectSync();
    this.onClose(this);
  }

  async #interruptible<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    // An interrupt that arrives before the statement has begun in its thread is forgotten by DuckDB: repeat it.
    let again: NodeJS.Timeout | undefined;
    const stop = () => {
      this.interrupt();
      again = setInterval(() => this.interrupt(), interruptEveryMs);
    };
    signal?.addEventListener('abort', stop, { once: true });
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw duckdbError(error, signal);
    } finally {
      this.#running.delete(running);
      clearInterval(again);
      signal?.removeEventListener('abort', stop);
    }
  }
}

export class ResultStream {
  readonly columns: readonly ResultColumn[];

  constructor(
    private readonly result: DuckDBResult,
    private readonly guarded: <T>(work: () => Promise<T>) => Promise<T>,
  ) {
    const names = result.columnNames();
    this.columns = result.columnTypes().map((type, index) => ({ name: names[index] ?? '', type: type.toString() }));
  }

  /** Up to 2,048 rows; undefined at the end. Not reading on is the backpressure. */
  async next(): Promise<DuckDBDataChunk | undefined> {
    const chunk = await this.guarded(() => this.result.fetchChunk());
    return chunk === null || chunk.rowCount === 0 ? undefined : chunk;
  }

  async *chunks(): AsyncGenerator<DuckDBDataChunk, void, undefined> {
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) yield chunk;
  }
}
