/** The first engine: a locked DuckDB for every statement that runs, so that statements cannot see each other. */

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeParquet } from '../duckdb/parquet-file.js';
import { openResult } from '../duckdb/result.js';
import { AishellError } from '../errors.js';
import type { Plan } from '../plan/contract.js';
import { abortError, anyOf } from './abort.js';
import type { Engine, Execution, RunOptions } from './contract.js';
import { DuckDBExecution } from './execution.js';
import { Instances } from './instances.js';
import type { EngineOptions, Lease } from './instances.js';
import { stageAll } from './stage.js';
import { Staging } from './staging.js';

export function openEngine(options: EngineOptions): Engine {
  return new DuckDBEngine(options);
}

class DuckDBEngine implements Engine {
  readonly #instances: Instances;
  /** Aborted by close(). */
  readonly #closed = new AbortController();

  constructor(private readonly options: EngineOptions) {
    this.#instances = new Instances(options);
  }

  async run(plan: Plan, options: RunOptions): Promise<Execution> {
    const signal = anyOf(options.signal, this.#closed.signal);
    if (signal.aborted) throw abortError(signal);
    const began = performance.now();
    const lease = await this.#instances.lease(options.timezone);
    try {
      const staging = await Staging.open(lease.instance, plan);
      const staged = await stageAll(plan, staging, this.options.tempDir, { ...options, signal });
      const readMs = performance.now() - began;
      options.onProgress?.({ fragment: 'residual', service: '', state: 'joining', rows: 0, bytes: 0 });
      if (options.parquet === true) {
        const path = join(this.options.tempDir, `answer-${randomUUID()}.parquet`);
        const close = async (): Promise<void> => {
          await rm(path, { force: true });
          await (signal.aborted ? lease.close() : leave(staging, lease));
        };
        return new DuckDBExecution(await writeParquet(staging.connection, plan.residual.sql, path, signal, options.rows), staged, signal, readMs, close, path);
      }
      const result = await openResult(staging.connection, plan.residual.sql, signal, options.rows);
      let closing: Promise<void> | undefined;
      const close = () => (closing ??= signal.aborted ? lease.close() : leave(staging, lease));
      return new DuckDBExecution(result, staged, signal, readMs, close);
    } catch (error) {
      // Something may still be writing to it.
      await lease.close();
      throw signal.aborted ? abortError(signal) : error;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new AishellError('cancelled', 'The engine was closed.', 'Open another session.'));
    await this.#instances.close();
  }
}

async function leave(staging: Staging, lease: Lease): Promise<void> {
  try {
    await staging.clear();
  } catch {
    return lease.close();
  }
  await lease.keep();
}
