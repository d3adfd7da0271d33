/**
 * All fragments of a plan into staged tables. Strict: the first failure stops every other read and is thrown. With
 * allowPartial a service that fails is left out whole: its tables are empty, and the answer names it.
 */

import { AishellError } from '../errors.js';
import type { FragmentReport, MissingSource } from '../answer/contract.js';
import type { Fragment, Plan } from '../plan/contract.js';
import { abortError, anyOf, settle } from './abort.js';
import { Budget } from './budget.js';
import type { RunOptions } from './contract.js';
import { progress, stageFragment } from './fragment.js';
import type { FragmentContext } from './fragment.js';
import { narrows, schedule } from './scheduler.js';
import type { Schedule } from './scheduler.js';
import { Snapshots } from './snapshots.js';
import type { Staging } from './staging.js';

/** Reads at once: each holds a chunk's worth of memory, and one thread decodes them all. */
const mostReads = 8;

export interface Staged {
  readonly fragments: readonly FragmentReport[];
  readonly missing: readonly MissingSource[];
}

export async function stageAll(plan: Plan, staging: Staging, tempDir: string, options: RunOptions): Promise<Staged> {
  const run = new StagingRun(plan, staging, tempDir, options);
  try {
    return await run.all();
  } finally {
    await run.close();
  }
}

class StagingRun {
  /** Aborted by the caller's signal or by the first failure. */
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #services = new Map<string, { readonly stop: AbortController; failure?: AishellError }>();
  readonly #tasks = new Map<string, Promise<FragmentReport | undefined>>();
  readonly #slots = new Slots(mostReads);
  readonly #context: FragmentContext;
  #failure: unknown;

  constructor(
    private readonly plan: Plan,
    private readonly staging: Staging,
    tempDir: string,
    private readonly options: RunOptions,
  ) {
    this.#signal = anyOf(options.signal, this.#stop.signal);
    this.#context = {
      staging,
      snapshots: new Snapshots(options.source),
      budget: new Budget(options.limits),
      tempDir,
      options,
      pending: new Set(),
      lacking: [],
    };
    for (const { service } of plan.fragments) this.#services.set(service, { stop: new AbortController() });
  }

  async all(): Promise<Staged> {
    const { order, waits } = schedule(this.plan);
    // In this order a fragment's task exists before that of one that waits for it.
    for (const fragment of order) this.#tasks.set(fragment.id, this.#task(fragment, waits));
    const reports = new Map<string, FragmentReport | undefined>();
    for (const [id, task] of this.#tasks) reports.set(id, await task);
    if (this.options.signal.aborted) throw abortError(this.options.signal);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#leaveOut(reports);
  }

  async close(): Promise<void> {
    if (!this.#stop.signal.aborted) this.#stop.abort();
    await settle(this.#context.pending);
    await this.#context.snapshots.close();
  }

  /** Never rejects: what went wrong is in #failure or with its service. */
  async #task(fragment: Fragment, waits: Schedule['waits']): Promise<FragmentReport | undefined> {
    const service = this.#services.get(fragment.service)!;
    const signal = anyOf(this.#signal, service.stop.signal);
    const shipment = waits.get(fragment.id);
    try {
      if (shipment !== undefined) {
        progress(this.#context, fragment, 'waiting', 0, 0, { waitsFor: this.plan.fragments.find(({ id }) => id === shipment.from)!.service });
        // Connecting meanwhile costs nothing, and brings the snapshots closer together. Should it fail, reading will say so.
        this.#context.snapshots.of(fragment.service, signal).catch(() => undefined);
        // Also when that one failed: it is empty then, and so are its keys.
        await this.#tasks.get(shipment.from);
      }
      const offer = shipment && { shipment, narrows: narrows(this.plan.fragments.find(({ id }) => id === shipment.from)!, waits) };
      return await this.#slots.use(() => {
        signal.throwIfAborted();
        return stageFragment(fragment, offer, this.#context, signal);
      });
    } catch (error) {
      this.#failed(fragment, signal, error);
      return undefined;
    }
  }

  #failed(fragment: Fragment, signal: AbortSignal, error: unknown): void {
    if (signal.aborted) return;
    progress(this.#context, fragment, 'failed', 0, 0);
    if (this.options.allowPartial && isMissing(error)) {
      const service = this.#services.get(fragment.service)!;
      service.failure = error;
      service.stop.abort(error);
      return;
    }
    this.#failure ??= error;
    this.#stop.abort(error);
  }

  async #leaveOut(reports: ReadonlyMap<string, FragmentReport | undefined>): Promise<Staged> {
    const failed = [...this.#services].flatMap(([name, { failure }]) => (failure === undefined ? [] : [{ name, failure }]));
    // An answer about nothing is no partial answer.
    if (failed.length > 0 && failed.length === this.#services.size) throw failed[0]!.failure;
    const missing = new Set(failed.map(({ name }) => name));
    for (const fragment of this.plan.fragments) if (missing.has(fragment.service)) await this.staging.empty(fragment);
    return {
      fragments: this.plan.fragments.flatMap((fragment) => (missing.has(fragment.service) ? [] : (reports.get(fragment.id) ?? []))),
      missing: [...failed.map(({ name, failure }) => ({ service: name, reason: failure.message, remedy: failure.remedy })), ...this.#context.lacking],
    };
  }
}

/** A store that can't be had, as against a mistake of ours or the caller's. A changed schema is the caller's to refresh. */
function isMissing(error: unknown): error is AishellError {
  return error instanceof AishellError && error.kind === 'source' && error.code !== 'source.schema_changed';
}

/** First come, first served. */
class Slots {
  readonly #queue: (() => void)[] = [];

  constructor(private free: number) {}

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }
}
