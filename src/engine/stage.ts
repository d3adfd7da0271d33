/**
 * All fragments of a plan into staged tables. Strict: the first failure stops every other read and is thrown. With
 * allowPartial a service that fails is left out whole: its tables are empty, and the answer names it.
 */

import { AishellError } from '../errors.js';
import type { FragmentReport, MissingSource } from '../answer/contract.js';
import type { Fragment, Plan } from '../plan/contract.js';
import { abortError, anyOf, over, settle } from './abort.js';
import { Budget } from './budget.js';
import type { Execution, RunOptions } from './contract.js';
import { Enough } from './enough.js';
import { progress, stageFragment, unread } from './fragment.js';
import type { FragmentContext } from './fragment.js';
import { KeyWaits } from './key-waits.js';
import type { Offer } from './key-waits.js';
import { schedule } from './scheduler.js';
import type { Schedule } from './scheduler.js';
import { Snapshots } from './snapshots.js';
import type { Staging } from './staging.js';
import { storeEstimates } from './store-estimates.js';

/** Reads at once: each holds a chunk's worth of memory, and one thread decodes them all. */
const mostReads = 8;

export interface Staged {
  readonly fragments: readonly FragmentReport[];
  readonly missing: readonly MissingSource[];
  readonly keys: Execution['keys'];
}

export async function stageAll(plan: Plan, staging: Staging, tempDir: string, options: RunOptions): Promise<Staged> {
  const estimates = await storeEstimates(plan, options, options.signal);
  const decided = schedule(plan, (service) => options.dialect(service).maxKeys, estimates);
  const run = new StagingRun(plan, decided, staging, tempDir, options);
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
    private readonly schedule: Schedule,
    private readonly staging: Staging,
    tempDir: string,
    private readonly options: RunOptions,
  ) {
    this.#signal = anyOf(options.signal, this.#stop.signal);
    const pending = new Set<Promise<unknown>>();
    const enough = Enough.of(plan, staging, options.rows, () => this.#stop.abort(over));
    this.#context = {
      staging,
      ...(enough && { enough }),
      waits: new KeyWaits(schedule, staging, pending),
      snapshots: new Snapshots(options.source, plan.fragments),
      budget: new Budget(options.limits),
      tempDir,
      options,
      pending,
      lacking: [],
    };
    for (const { service } of plan.fragments) this.#services.set(service, { stop: new AbortController() });
  }

  async all(): Promise<Staged> {
    // In this order a fragment's task exists before that of one that waits for it.
    for (const fragment of this.schedule.order) this.#tasks.set(fragment.id, this.#task(fragment));
    const reports = new Map<string, FragmentReport | undefined>();
    for (const [id, task] of this.#tasks) reports.set(id, await task);
    if (this.options.signal.aborted) throw abortError(this.options.signal);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#leaveOut(reports);
  }

  async close(): Promise<void> {
    if (!this.#stop.signal.aborted) this.#stop.abort(over);
    await this.#context.enough?.close();
    await settle(this.#context.pending);
    await this.#context.snapshots.close();
  }

  /** Never rejects: what went wrong is in #failure or with its service. */
  async #task(fragment: Fragment): Promise<FragmentReport | undefined> {
    const service = this.#services.get(fragment.service)!;
    const signal = anyOf(this.#signal, service.stop.signal);
    try {
      return await this.#read(fragment, signal);
    } catch (error) {
      if (this.#context.enough?.reached === true) return unread(fragment, this.#context);
      this.#failed(fragment, signal, error);
      return undefined;
    }
  }

  async #read(fragment: Fragment, signal: AbortSignal): Promise<FragmentReport> {
    const began = performance.now();
    const waiting = this.schedule.waits.get(fragment.id);
    // Also when that one failed: it is empty then, and so are its keys.
    const source = waiting && this.#tasks.get(waiting.shipment.from)!;
    const offer = source && (await this.#offered(fragment, source, signal));
    return this.#slots.use(async () => {
      signal.throwIfAborted();
      const waitMs = source === undefined ? 0 : performance.now() - began;
      if (source === undefined || offer !== undefined || !this.#isAlone(fragment)) return stageFragment(fragment, offer, this.#context, signal, waitMs);
      const plain = new AbortController();
      const reading = stageFragment(fragment, undefined, this.#context, anyOf(signal, plain.signal), waitMs);
      const first = await Promise.race([reading, this.#context.waits.late(fragment, source, signal)]);
      if ('id' in first) return first;
      this.#context.enough?.forget(fragment);
      plain.abort();
      await reading.catch(() => undefined);
      this.#context.snapshots.renew(fragment.service);
      this.#context.enough?.forget(fragment);
      await this.staging.empty(fragment);
      return stageFragment(fragment, first, this.#context, signal, performance.now() - began);
    });
  }

  async #offered(fragment: Fragment, source: Promise<unknown>, signal: AbortSignal): Promise<Offer | undefined> {
    const { shipment } = this.schedule.waits.get(fragment.id)!;
    progress(this.#context, fragment, 'waiting', 0, 0, { waitsFor: this.plan.fragments.find(({ id }) => id === shipment.from)!.service });
    // Connecting meanwhile costs nothing, and brings the snapshots closer together. Should it fail, reading will say so.
    this.#context.snapshots.of(fragment.service, signal).catch(() => undefined);
    return this.#context.waits.offer(fragment, source, signal);
  }

  /** Nothing else is read in its service's snapshot, which stopping it may end. */
  #isAlone({ service }: Fragment): boolean {
    return this.plan.fragments.filter((other) => other.service === service).length === 1;
  }

  #failed(fragment: Fragment, signal: AbortSignal, error: unknown): void {
    if (signal.aborted) return;
    progress(this.#context, fragment, 'failed', 0, 0, { error: error instanceof AishellError ? error.code : 'internal' });
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
      keys: { decisions: this.schedule.decisions, outcomes: this.plan.shipments.map((shipment) => this.#context.waits.outcomes.get(shipment)) },
      missing: [...failed.map(({ name, failure }) => ({ service: name, reason: failure.message, remedy: failure.remedy })), ...this.#context.lacking],
    };
  }
}

/** A store that can't be had, as against a mistake of ours or the caller's. What is the caller's to ask otherwise is neither. */
function isMissing(error: unknown): error is AishellError {
  return error instanceof AishellError && error.kind === 'source' && error.code !== 'source.schema_changed' && error.code !== 'source.inexact';
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
