/** The sink of one fragment: rows, a Parquet file or chunks, into its staged table, within the statement's budget. */

import { rm } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { DuckDBDataChunk } from '../duckdb/connection.js';
import type { BatchAppender } from '../duckdb/batches.js';
import type { ChunkAppender } from '../duckdb/chunks.js';
import type { Connection } from '../duckdb/connection.js';
import { AishellError } from '../errors.js';
import type { ColumnWriter, ScanProgress, Sink } from '../../connectors/contract.js';
import type { Fragment } from '../plan/contract.js';
import type { Budget } from './budget.js';
import { readParquet } from './parquet.js';
import { shortfall } from './shortfall.js';
import type { Staging } from './staging.js';

/** Between two reports of progress that no chunk of rows separates. */
const progressBytes = 1 << 20;

export interface SinkOptions {
  readonly staging: Staging;
  readonly fragment: Fragment;
  readonly budget: Budget;
  readonly tempDir: string;
  readonly signal: AbortSignal;
  readonly isEnough?: (() => boolean) | undefined;
  readonly onProgress: (rows: number, bytes: number, scan: ScanProgress | undefined) => void;
}

export class StagingSink implements Sink {
  readonly columns: readonly ColumnWriter[];
  readonly takesPart: boolean;
  readonly #appender: ChunkAppender;
  /** Written for each row of a table of which no column is needed. */
  readonly #marker: ColumnWriter | undefined;
  #batches: BatchAppender | undefined;
  #fileRows = 0;
  #bytes = 0;
  #reportedBytes = 0;
  #scan: ScanProgress | undefined;
  #firstAt: number | undefined;
  #closed = false;

  private constructor(
    private readonly connection: Connection,
    private readonly options: SinkOptions,
  ) {
    this.#appender = options.staging.appender(connection, options.fragment);
    const counting = options.fragment.columns.length === 0;
    this.columns = counting ? [] : this.#appender.columns;
    this.takesPart = options.isEnough !== undefined;
    this.#marker = counting ? this.#appender.columns[0] : undefined;
  }

  static async open(options: SinkOptions): Promise<StagingSink> {
    return new StagingSink(await options.staging.connect(), options);
  }

  /** Rows that arrived. */
  get rows(): number {
    return this.#appender.count + (this.#batches?.count ?? 0) + this.#fileRows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** When the store's first bytes came, on the clock of performance.now(); undefined before that. */
  get firstAt(): number | undefined {
    return this.#firstAt;
  }

  endRow(): void {
    if (this.#closed) throw this.late();
    this.options.budget.rows(1);
    this.#marker?.null();
    if (this.#appender.endRow()) this.progress();
  }

  received(bytes: number): void {
    if (this.#closed) throw this.late();
    this.#firstAt ??= performance.now();
    this.#bytes += bytes;
    this.options.budget.bytes(bytes);
    if (this.#bytes - this.#reportedBytes >= progressBytes) this.progress();
  }

  looked(scan: ScanProgress): boolean {
    this.#scan = scan;
    this.progress();
    return this.options.isEnough?.() ?? false;
  }

  async parquet(path: string, rows: number): Promise<void> {
    if (this.#closed) throw this.late();
    const { fragment, tempDir, budget, signal } = this.options;
    const file = resolve(path);
    if (!file.startsWith(resolve(tempDir) + sep)) throw new Error(`a Parquet file outside of host.tempDir: ${dirname(file)}`);
    try {
      budget.rows(rows);
      const read = await readParquet(this.connection, fragment, file, signal);
      this.#fileRows += read;
      if (read !== rows) throw shortfall(fragment, read, rows);
    } finally {
      await rm(file, { force: true });
    }
    this.progress();
  }

  chunk(batch: unknown, rows: number): void {
    if (this.#closed) throw this.late();
    const chunk = batch as DuckDBDataChunk;
    if (chunk.rowCount !== rows) throw shortfall(this.options.fragment, chunk.rowCount, rows);
    this.options.budget.rows(rows);
    this.#batches ??= this.options.staging.batches(this.connection, this.options.fragment);
    this.#batches.append(chunk);
    this.progress();
  }

  /** Rows that arrived can be counted in the staged table after this; those that are cast at the end only then. */
  flush(): void {
    if (this.#closed) return;
    this.#appender.flush();
    this.#batches?.flush();
  }

  /** All rows are in the staged table after this. */
  async finish(): Promise<void> {
    this.#appender.finish();
    this.#batches?.finish();
    await this.options.staging.castRows(this.connection, this.options.fragment, this.options.signal);
  }

  /** Whatever comes after this is refused. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#appender.abandon();
    this.#batches?.abandon();
    await this.connection.close();
  }

  private progress(): void {
    this.#reportedBytes = this.#bytes;
    this.options.onProgress(this.rows, this.#bytes, this.#scan);
  }

  private late(): AishellError {
    return new AishellError('cancelled', 'The statement is over.', 'Run it again.', { service: this.options.fragment.service });
  }
}
