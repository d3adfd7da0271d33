/**
 * Threads that decompress and search what a long scan fetched, since that is most of its work and the main thread has
 * the network to serve. They start only when a scan turns out to be long: starting one takes as long as sifting some ten
 * megabytes.
 */

import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { inputBytes, inputOf, newMemory, put } from '../log/kernel/kernel.js';
import type { Needles } from '../log/needles.js';
import type { SiftJob } from './records/sift-worker.js';
import { Sieve, type Sifted } from './records/sift.js';

/** Bytes on the wire after which threads are worth their start. */
const longScan = 32 * 1024 * 1024;
const maxThreads = 4;

interface Thread {
  readonly worker: Worker;
  readonly input: Buffer;
}

export class Sifters {
  readonly #own: Sieve;
  readonly #idle: Thread[] = [];
  readonly #waiting: ((thread: Thread) => void)[] = [];
  #threads: Thread[] = [];
  #seen = 0;

  constructor(
    private readonly needles: Needles,
    private readonly startAt = longScan,
  ) {
    this.#own = new Sieve(needles);
  }

  /** @param starts where whole batches begin in `bytes` */
  async sift(bytes: Buffer, starts: readonly number[]): Promise<Sifted> {
    this.#seen += bytes.length;
    if (this.#seen >= this.startAt && this.#threads.length === 0) this.#start();
    // A stretch that is larger than a thread's input is sifted here.
    if (this.#threads.length === 0 || bytes.length > inputBytes) return this.#own.sift(bytes, starts);
    const thread = this.#idle.pop() ?? (await new Promise<Thread>((resolve) => this.#waiting.push(resolve)));
    try {
      thread.worker.postMessage({ from: put(thread.input, bytes), length: bytes.length, starts } satisfies SiftJob);
      // An error of the thread itself rejects.
      const [sifted] = (await once(thread.worker, 'message')) as [Sifted];
      return sifted;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(thread);
      else next(thread);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(): void {
    this.#threads = Array.from({ length: Math.min(maxThreads, availableParallelism()) }, () => {
      const memory = newMemory();
      return { worker: startWorker({ memory, needles: this.needles }), input: inputOf(memory) };
    });
    this.#idle.push(...this.#threads);
  }
}

function startWorker(workerData: unknown): Worker {
  // In a bundle it is a file beside this one; as a source, the thread needs a loader of its own.
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./sift-worker.js', import.meta.url), { workerData });
  const source = new URL('./records/sift-worker.ts', import.meta.url).href;
  return new Worker(`import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`, { eval: true, execArgv: [], workerData });
}
