/** The residual's rows, computed as they are read. Reading on is the backpressure; closing stops what runs. */

import type { ParquetFile } from '../duckdb/parquet-file.js';
import type { Result } from '../duckdb/result.js';
import type { AnswerColumn, Cell, FragmentReport, MissingSource } from '../answer/contract.js';
import { abortError } from './abort.js';
import type { Execution } from './contract.js';
import type { Staged } from './stage.js';

export class DuckDBExecution implements Execution {
  readonly columns: readonly AnswerColumn[];
  readonly batches: AsyncIterable<readonly (readonly Cell[])[]>;
  readonly file?: NonNullable<Execution['file']>;
  readonly fragments: readonly FragmentReport[];
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly keys: Execution['keys'];

  constructor(
    result: Result | ParquetFile,
    staged: Staged,
    signal: AbortSignal,
    readonly readMs: number,
    readonly close: () => Promise<void>,
    path?: string,
  ) {
    this.columns = result.columns;
    this.batches = 'next' in result ? read(result, signal) : nothing();
    if (!('next' in result)) this.file = { path: path!, rows: result.rows, truncated: result.truncated };
    this.fragments = staged.fragments;
    this.missing = staged.missing;
    this.keys = staged.keys;
    this.warnings = staged.fragments.flatMap((fragment) => fragment.warnings ?? []);
  }
}

async function* nothing(): AsyncGenerator<readonly (readonly Cell[])[], void, undefined> {
  yield* [];
}

async function* read(result: Result, signal: AbortSignal): AsyncGenerator<readonly (readonly Cell[])[], void, undefined> {
  for (;;) {
    if (signal.aborted) throw abortError(signal);
    const rows = await result.next().catch((error: unknown) => {
      throw signal.aborted ? abortError(signal) : error;
    });
    if (rows === undefined) return;
    yield rows;
  }
}
