/**
 * A trace that goes on growing. The logs are followed from before the trace is made, so that nothing comes unseen in
 * between; what comes is held until it is there. Messages with an id of the trace are steps at once. What they lead to,
 * and rows that nobody announces, are looked up in the stores at a bounded rate: a look is made when at least nine times
 * as long has passed as the last one took.
 */

import { setMaxListeners } from 'node:events';
import type { TraceAnswer, TraceCoverage, TraceFollowed } from '../answer/contract.js';
import type { Coverage } from '../../connectors/contract.js';
import type { FeedSink, GrowthSink, TraceContext } from './contract.js';
import type { Trace } from './search.js';

/** Between two looks at the stores: when nothing came, and when something did. */
const idleMs = 2_000;
const eagerMs = 500;
const shareOfTime = 9;
const mostMs = 60_000;
/** What a look under way may still take when the time is up. */
const graceMs = 5_000;

type Begin = () => Promise<{ readonly trace: Trace; readonly answer: TraceAnswer }>;

/** @param begin makes the trace as it is now */
export async function followTrace(begin: Begin, context: TraceContext, topics: readonly string[] | undefined, forMs: number | undefined, sink: GrowthSink): Promise<TraceAnswer> {
  const started = performance.now();
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  // Every read of every window listens to it.
  setMaxListeners(0, signal);
  const ended = aborted(signal);
  const growing = new Growing(sink, context);
  const feed = context.feed?.(topics, growing, signal).catch((error: unknown) => {
    if (!signal.aborted) growing.fail(error);
  });
  if (feed === undefined) growing.ready();
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([growing.isReady, ended]);
    const { trace, answer } = await begin();
    if (answer.stopped !== null) return answer;
    await growing.start(trace, answer);
    if (forMs !== undefined) timer = setTimeout(() => over.abort(), forMs);
    await growing.look(signal, ended);
    return { ...answer, ...(await growing.end()), elapsedMs: Math.round(performance.now() - started), followed: { ...growing.followed, ms: Math.round(performance.now() - growing.since) } };
  } finally {
    clearTimeout(timer);
    over.abort();
    await feed;
  }
}

class Growing implements FeedSink {
  readonly isReady: Promise<void>;
  since = 0;
  readonly #begun: Promise<void>;
  #trace: Trace | undefined;
  #isOver = false;
  #wake: () => void = () => undefined;
  #failure: { readonly error: unknown } | undefined;
  /** What is told one after the other. */
  #last: Promise<void> = Promise.resolve();
  #messages = 0;
  #looks = 0;
  #steps = 0;
  #changes = 0;
  readonly #read = new Map<string, { readonly service: string; readonly topic: string; messages: number; readonly parts: Map<string, Coverage> }>();
  ready!: () => void;
  #begin!: () => void;

  constructor(
    private readonly sink: GrowthSink,
    private readonly context: TraceContext,
  ) {
    this.isReady = new Promise((resolve) => {
      this.ready = resolve;
    });
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  get followed(): Omit<TraceFollowed, 'ms'> {
    return { messages: this.#messages, looks: this.#looks, steps: this.#steps, changes: this.#changes };
  }

  async start(trace: Trace, answer: TraceAnswer): Promise<void> {
    this.since = performance.now();
    this.#trace = trace;
    // What the answer holds was told.
    trace.growth();
    await this.sink.grown([{ type: 'trace', trace: answer }]);
    this.#begin();
  }

  async rows(service: string, topic: string, rows: Parameters<FeedSink['rows']>[2]): Promise<void> {
    await this.#begun;
    if (this.#isOver) return;
    this.#messages += rows.length;
    this.#of(service, topic).messages += rows.length;
    if (!this.#trace!.take(service, topic, rows)) return;
    await this.#tell();
    this.#wake();
  }

  looked(service: string, topic: string, coverage: readonly Coverage[]): void {
    const { parts } = this.#of(service, topic);
    for (const part of coverage) {
      const before = parts.get(part.partition);
      parts.set(part.partition, before === undefined ? { ...part, bound: 'followed as it grew' } : added(before, part));
    }
  }

  async note(text: string): Promise<void> {
    await this.sink.note(text);
  }

  lost(source: Parameters<FeedSink['lost']>[0]): void {
    void this.#begun.then(() => this.#trace!.lose(source));
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.ready();
    this.#wake();
  }

  /** Until the signal aborts: the stores, again and again. */
  async look(signal: AbortSignal, ended: Promise<void>): Promise<void> {
    let wait = idleMs;
    for (;;) {
      await this.#pause(wait, signal);
      if (this.#failure !== undefined) throw this.#failure.error;
      if (signal.aborted) return;
      const began = performance.now();
      const work = this.#trace!.again();
      await Promise.race([work, ended.then(() => pause(this.context.signal.aborted ? 0 : graceMs))]).catch((error: unknown) => {
        if (!this.context.signal.aborted) throw error;
      });
      work.catch(() => undefined);
      this.#looks += 1;
      if (!this.context.signal.aborted) await this.#tell();
      wait = Math.min(mostMs, shareOfTime * (performance.now() - began));
    }
  }

  async end(): Promise<Pick<TraceAnswer, 'steps' | 'verdicts' | 'skew' | 'coverage' | 'scans' | 'missing' | 'warnings' | 'complete' | 'stopped' | 'found' | 'window'>> {
    this.#isOver = true;
    await this.#last;
    const concluded = await this.#trace!.conclude();
    const logs = [...this.#read.values()].map(({ service, topic, messages, parts }): TraceCoverage => ({ service, table: topic, asked: 'followed as it grew', access: 'log', rows: messages, coverage: [...parts.values()], notSearched: null }));
    return { ...concluded, coverage: [...concluded.coverage, ...logs] };
  }

  #of(service: string, topic: string) {
    const key = `${service}.${topic}`;
    const known = this.#read.get(key) ?? { service, topic, messages: 0, parts: new Map<string, Coverage>() };
    this.#read.set(key, known);
    return known;
  }

  #tell(): Promise<void> {
    const mine = this.#last.then(async () => {
      const growth = this.#trace!.growth();
      for (const { type } of growth) {
        if (type === 'step') this.#steps += 1;
        if (type === 'changed') this.#changes += 1;
      }
      if (growth.length > 0) await this.sink.grown(growth);
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** @param least milliseconds that must pass whatever comes */
  async #pause(least: number, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    for (;;) {
      const wanted = this.#failure !== undefined ? 0 : Math.max(least, this.#trace!.hasArrived ? eagerMs : idleMs);
      const left = began + wanted - performance.now();
      if (signal.aborted || left <= 0) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, left);
        signal.addEventListener('abort', done, { once: true });
        this.#wake = done;
      });
    }
  }
}

function added(before: Coverage, { to, messages, bytes, aborted }: Coverage): Coverage {
  return { ...before, to, messages: before.messages + messages, bytes: before.bytes + bytes, ...(aborted !== undefined && { aborted: (before.aborted ?? 0) + aborted }) };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
