/** The first engine: a locked DuckDB of its own for every statement, so that statements cannot see each other. */

import { openInstance } from '../duckdb/instance.js';
import type { Instance } from '../duckdb/instance.js';
import { openResult } from '../duckdb/result.js';
import { AishellError } from '../errors.js';
import type { Plan } from '../plan/contract.js';
import { abortError } from './abort.js';
import type { Engine, Execution, RunOptions } from './contract.js';
import { DuckDBExecution } from './execution.js';
import { stageAll } from './stage.js';
import { Staging } from './staging.js';

export interface EngineOptions {
  /** The host's: Parquet files from connectors lie here too. */
  readonly tempDir: string;
  /** limits.memoryBytes: resident memory of the process, shared by the statements that are open at once. */
  readonly memoryBytes: number;
  readonly threads?: number;
}

export function openEngine(options: EngineOptions): Engine {
  return new DuckDBEngine(options);
}

class DuckDBEngine implements Engine {
  readonly #open = new Set<Instance>();
  /** Aborted by close(). */
  readonly #closed = new AbortController();

  constructor(private readonly options: EngineOptions) {}

  async run(plan: Plan, options: RunOptions): Promise<Execution> {
    const signal = AbortSignal.any([options.signal, this.#closed.signal]);
    if (signal.aborted) throw abortError(signal);
    const instance = await openInstance({
      tempDir: this.options.tempDir,
      memoryBytes: this.options.memoryBytes / (this.#open.size + 1),
      timezone: options.timezone,
      ...(this.options.threads === undefined ? {} : { threads: this.options.threads }),
    });
    this.#open.add(instance);
    const close = async () => {
      if (this.#open.delete(instance)) await instance.close();
    };
    try {
      const staging = await Staging.open(instance, plan);
      const staged = await stageAll(plan, staging, this.options.tempDir, { ...options, signal });
      options.onProgress?.({ fragment: 'residual', service: '', state: 'joining', rows: 0, bytes: 0 });
      const result = await openResult(staging.connection, plan.residual.sql, signal);
      return new DuckDBExecution(result, staged, signal, close);
    } catch (error) {
      await close();
      throw signal.aborted ? abortError(signal) : error;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new AishellError('cancelled', 'The engine was closed.', 'Open another session.'));
    await Promise.all([...this.#open].map((instance) => instance.close()));
    this.#open.clear();
  }
}
