/** The first engine: a locked DuckDB of its own for every statement, so that statements cannot see each other. */

import { openInstance } from '../duckdb/instance.js';
import type { Instance } from '../duckdb/instance.js';
import { openResult } from '../duckdb/result.js';
import { AishellError } from '../errors.js';
import type { Plan } from '../plan/contract.js';
import { abortError, anyOf } from './abort.js';
import type { Engine, Execution, RunOptions } from './contract.js';
import { DuckDBExecution } from './execution.js';
import { stageAll } from './stage.js';
import { Staging } from './staging.js';

export interface EngineOptions {
  /** The host's: Parquet files from connectors lie here too. */
  readonly tempDir: string;
  /** limits.memoryBytes: resident memory of the process, shared by the statements that are open at once. */
  readonly memoryBytes: number;
  /** The zone that statements are expected to run in: an instance for the first one is then opened at once. */
  readonly timezone?: string;
  readonly threads?: number;
}

export function openEngine(options: EngineOptions): Engine {
  return new DuckDBEngine(options);
}

class DuckDBEngine implements Engine {
  readonly #open = new Set<Instance>();
  /** Aborted by close(). */
  readonly #closed = new AbortController();

  /** Opening takes longer than anything else here, so the first instance opens while the stores are being reached. */
  #spare: Promise<Instance> | undefined;

  constructor(private readonly options: EngineOptions) {
    if (options.timezone === undefined) return;
    this.#spare = this.#openInstance(options.timezone);
    this.#spare.catch(() => undefined);
  }

  async run(plan: Plan, options: RunOptions): Promise<Execution> {
    const signal = anyOf(options.signal, this.#closed.signal);
    if (signal.aborted) throw abortError(signal);
    const instance = await this.#instance(options.timezone);
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
    const spare = await this.#spare?.catch(() => undefined);
    await Promise.all([spare, ...this.#open].map((instance) => instance?.close()));
    this.#open.clear();
  }

  async #instance(timezone: string): Promise<Instance> {
    if (this.#spare === undefined || timezone !== this.options.timezone) return this.#openInstance(timezone);
    const spare = this.#spare;
    this.#spare = undefined;
    return spare;
  }

  #openInstance(timezone: string): Promise<Instance> {
    const { tempDir, memoryBytes, threads } = this.options;
    return openInstance({ tempDir, memoryBytes: memoryBytes / (this.#open.size + 1), timezone, ...(threads === undefined ? {} : { threads }) });
  }
}
