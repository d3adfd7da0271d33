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
  /** A stream is open, in a transaction of its own. */
  #streaming = false;

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
    await this.#statement(signal, () => this.driver.run(sql));
  }

  /** The first cell of the result, as text; for json_serialize_sql and its like. */
  async json(sql: string, signal?: AbortSignal): Promise<string> {
    const result = await this.#statement(signal, () => this.driver.runAndReadAll(sql));
    const cell = result.getRows()[0]?.[0];
    if (cell === undefined || cell === null) return 'null';
    return String(cell);
  }

  /** Every row of a small result, in DuckDB's own JavaScript values. */
  async rows(sql: string, signal?: AbortSignal): Promise<unknown[][]> {
    const result = await this.#statement(signal, () => this.driver.runAndReadAll(sql));
    return result.getRows();
  }

  /** The columns of a SELECT, which is bound but not run. One without an alias is called as SQL writes it: count(*). */
  async describe(sql: string, signal?: AbortSignal): Promise<readonly { readonly name: string; readonly logicalType: DuckDBType }[]> {
    const prepared = await this.#statement(signal, () => this.driver.prepare(sql));
    try {
      return Array.from({ length: prepared.columnCount }, (_, index) => ({
        name: prepared.columnName(index).replaceAll('count_star()', 'count(*)'),
        logicalType: prepared.columnType(index),
      }));
    } finally {
      prepared.destroySync();
    }
  }

  /** A result that is computed as it is read. Only one can be open on a connection at a time: another statement ends it. */
  async stream(sql: string, signal?: AbortSignal, params?: readonly string[]): Promise<ResultStream> {
    await this.run('BEGIN TRANSACTION READ ONLY', signal);
    this.#streaming = true;
    const result = await this.#interruptible(signal, () => this.driver.stream(sql, params && [...params]));
    return new ResultStream(
      result,
      (work) => this.#interruptible(signal, work),
      () => this.#assertWhole(sql, params, signal),
    );
  }

  /**
   * The driver ends a stream in the same way whether there are no more rows or the statement failed among them. What
   * tells is the transaction, which a failure aborts; the failure's message comes from running the statement again.
   */
  async #assertWhole(sql: string, params: readonly string[] | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#streaming) throw new Error('another statement ended the stream');
    try {
      await this.driver.run('SELECT 1');
    } catch (error) {
      if (signal?.aborted) throw duckdbError(error, signal);
      await this.#endStream();
      const again = `SELECT bit_xor(hash(COLUMNS(*))) FROM (\n${sql}\n) AS result`;
      await this.#interruptible(signal, () => this.driver.run(again, params && [...params]));
      throw duckdbError(error, signal);
    }
    await this.#endStream();
  }

  async #endStream(): Promise<void> {
    if (!this.#streaming) return;
    this.#streaming = false;
    await this.driver.run('ROLLBACK');
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

  async #statement<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    await this.#endStream();
    return this.#interruptible(signal, work);
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
  #ended = false;
  readonly columns: readonly ResultColumn[];

  constructor(
    private readonly result: DuckDBResult,
    private readonly guarded: <T>(work: () => Promise<T>) => Promise<T>,
    private readonly assertWhole: () => Promise<void>,
  ) {
    const names = result.columnNames();
    this.columns = result.columnTypes().map((type, index) => ({ name: names[index] ?? '', type: type.toString() }));
  }

  /** Up to 2,048 rows; undefined at the end. Not reading on is the backpressure. */
  async next(): Promise<DuckDBDataChunk | undefined> {
    const chunk = await this.guarded(() => this.result.fetchChunk());
    if (chunk !== null && chunk.rowCount > 0) return chunk;
    if (!this.#ended) await this.assertWhole();
    this.#ended = true;
    return undefined;
  }

  async *chunks(): AsyncGenerator<DuckDBDataChunk, void, undefined> {
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) yield chunk;
  }
}
