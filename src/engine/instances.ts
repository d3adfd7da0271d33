/**
 * The instances that statements run in, one each, so that statements at once cannot see each other. Opening one takes
 * longer than a small statement, so one that was left clean is kept for the next.
 */

import { openInstance } from '../duckdb/instance.js';
import type { Instance } from '../duckdb/instance.js';

export interface EngineOptions {
  /** The host's: Parquet files from connectors lie here too. */
  readonly tempDir: string;
  /** limits.memoryBytes: resident memory of the process, shared by the statements that are open at once. */
  readonly memoryBytes: number;
  /** The zone that statements are expected to run in: an instance for the first one is then opened at once. */
  readonly timezone?: string;
  readonly threads?: number;
}

/** Kept at rest. An instance at rest holds a few megabytes. */
const mostIdle = 4;

interface Held {
  readonly instance: Instance;
  readonly timezone: string;
  /** Memory it may use. */
  readonly memoryBytes: number;
}

/** An instance that is in use. Exactly one of the two ends that. */
export interface Lease {
  readonly instance: Instance;
  /** After everything of the statement was dropped. */
  keep(): Promise<void>;
  close(): Promise<void>;
}

export class Instances {
  readonly #used = new Set<Held>();
  readonly #idle: Held[] = [];
  #spare: Promise<Held> | undefined;
  #closed = false;

  /** The first one opens at once where its zone is known, while the stores are being reached. */
  constructor(private readonly options: EngineOptions) {
    if (options.timezone === undefined) return;
    this.#spare = this.#open(options.timezone);
    this.#spare.catch(() => undefined);
  }

  async lease(timezone: string): Promise<Lease> {
    if (this.#spare !== undefined && timezone === this.options.timezone) {
      const spare = this.#spare;
      this.#spare = undefined;
      return this.#lend(await spare);
    }
    const most = this.#idle.filter((held) => held.timezone === timezone).sort((a, b) => b.memoryBytes - a.memoryBytes)[0];
    if (most === undefined) return this.#lend(await this.#open(timezone));
    this.#idle.splice(this.#idle.indexOf(most), 1);
    return this.#lend(most);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const spare = await this.#spare?.catch(() => undefined);
    const all = [...(spare === undefined ? [] : [spare]), ...this.#idle.splice(0), ...this.#used];
    this.#used.clear();
    await Promise.all(all.map(({ instance }) => instance.close()));
  }

  #lend(held: Held): Lease {
    this.#used.add(held);
    return {
      instance: held.instance,
      keep: async () => {
        if (!this.#used.delete(held)) return;
        if (this.#closed || this.#idle.length >= mostIdle) await held.instance.close();
        else this.#idle.push(held);
      },
      close: async () => {
        if (this.#used.delete(held)) await held.instance.close();
      },
    };
  }

  /** Only while all others are in use: each gets less than those before it, however often they are used. */
  async #open(timezone: string): Promise<Held> {
    const { tempDir, threads } = this.options;
    const memoryBytes = this.options.memoryBytes / (this.#used.size + 1);
    const instance = await openInstance({ tempDir, memoryBytes, timezone, ...(threads === undefined ? {} : { threads }) });
    return { instance, timezone, memoryBytes };
  }
}
