/** Ranges of streams: where a stream begins and ends now, and its chunks between two offsets, with a bounded backlog. */

import { AishellError } from '../contract.js';
import { abortable, cancelled } from '../sql/failures.js';
import { Chunk, CorruptChunk } from './chunk.js';
import type { StreamCluster, Subscription } from './cluster.js';
import { NotAmqp } from './amqp.js';
import type { OffsetSpec } from './wire/frames.js';

/** Chunks that may be under way or waiting: memory holds no more than these. */
const window = 8;

/** Chunks as they are asked for. Always `end` it. */
export class ChunkQueue {
  readonly #ready: Buffer[] = [];
  #failure: AishellError | undefined;
  #wake: (() => void) | undefined;
  #subscription: Subscription | undefined;

  private constructor(
    private readonly service: string,
    private readonly stream: string,
  ) {}

  static async open(cluster: StreamCluster, service: string, stream: string, spec: OffsetSpec, signal: AbortSignal, credit = window): Promise<ChunkQueue> {
    const queue = new ChunkQueue(service, stream);
    const subscriber = {
      chunk: (bytes: Buffer) => {
        queue.#ready.push(bytes);
        queue.#wake?.();
      },
      fail: (error: AishellError) => {
        queue.#failure = error;
        queue.#wake?.();
      },
    };
    queue.#subscription = await cluster.subscribe(stream, spec, credit, subscriber, signal);
    return queue;
  }

  /** What has come already; undefined: nothing has. Throws once the subscription was lost and nothing is left. */
  take(): Chunk | undefined {
    const bytes = this.#ready.shift();
    if (bytes === undefined) {
      if (this.#failure) throw this.#failure;
      return undefined;
    }
    this.#subscription!.credit(1);
    try {
      return new Chunk(bytes);
    } catch (error) {
      throw corrupt(error, this.service, this.stream);
    }
  }

  /** Waits until `take` has something to say, or for so long. */
  async wait(signal: AbortSignal, milliseconds: number): Promise<void> {
    if (this.#ready.length > 0 || this.#failure) return;
    let timer: NodeJS.Timeout | undefined;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    try {
      await abortable(woken, signal, this.service);
    } finally {
      clearTimeout(timer);
      this.#wake = undefined;
    }
  }

  /** Waits until all has come that was there; true: something has. */
  async settled(signal: AbortSignal): Promise<boolean> {
    await this.#subscription!.settled(signal);
    return this.#ready.length > 0 || this.#failure !== undefined;
  }

  async end(): Promise<void> {
    this.#ready.length = 0;
    await this.#subscription?.end(AbortSignal.timeout(2_000)).catch(() => {});
  }
}

export interface StreamExtent {
  readonly stream: string;
  /** First offset, and first one that is not there yet. */
  readonly start: number;
  readonly end: number;
}

/** Where a stream begins and ends now. An empty one begins and ends at 0. */
export async function extentOf(cluster: StreamCluster, service: string, stream: string, signal: AbortSignal): Promise<StreamExtent> {
  const last = await firstChunk(cluster, service, stream, { type: 'last' }, signal);
  const first = await firstChunk(cluster, service, stream, { type: 'first' }, signal);
  const end = last === undefined ? 0 : last.lastOffset + 1;
  return { stream, start: Math.min(first?.baseOffset ?? 0, end), end };
}

/** The offset of the first chunk of that time or later; undefined when there is none. */
export async function offsetAt(cluster: StreamCluster, service: string, stream: string, ms: number, signal: AbortSignal): Promise<number | undefined> {
  return (await firstChunk(cluster, service, stream, { type: 'timestamp', ms: Math.max(0, ms) }, signal))?.baseOffset;
}

async function firstChunk(cluster: StreamCluster, service: string, stream: string, spec: OffsetSpec, signal: AbortSignal): Promise<Chunk | undefined> {
  const queue = await ChunkQueue.open(cluster, service, stream, spec, signal, 1);
  try {
    await queue.settled(signal);
    return queue.take();
  } finally {
    await queue.end();
  }
}

export interface ReadProgress {
  readonly partition: 0;
  readonly from: number;
  readonly to: number;
  taken: number;
  messages: number;
  bytes: number;
}

const stallMs = 30_000;

/** Hands over the chunks of a range until its end, or until `each` returns true. Messages before and behind it may be among them. */
export async function readRange(
  cluster: StreamCluster,
  service: string,
  range: { readonly stream: string; readonly from: number; readonly to: number },
  each: (chunk: Chunk, progress: ReadProgress) => boolean,
  signal: AbortSignal,
): Promise<ReadProgress> {
  const { stream, from, to } = range;
  const progress: ReadProgress = { partition: 0, from, to, taken: from, messages: 0, bytes: 0 };
  if (from >= to) return progress;
  if (signal.aborted) throw cancelled(signal, service);
  const queue = await ChunkQueue.open(cluster, service, stream, { type: 'offset', offset: from }, signal);
  try {
    let since = Date.now();
    while (progress.taken < to) {
      const chunk = queue.take();
      if (chunk === undefined) {
        if (Date.now() - since > stallMs) throw new AishellError('source.timeout', `${service}: nothing came of stream ${stream} for ${stallMs / 1000} s, at offset ${progress.taken} of ${to}`, 'Look at the state of the stream, and run it again.', { service });
        await queue.wait(signal, 1_000);
        continue;
      }
      since = Date.now();
      if (signal.aborted) throw cancelled(signal, service);
      if (chunk.baseOffset > progress.taken && progress.messages === 0) {
        throw new AishellError('source.cut', `${service}: retention removed the messages from offset ${progress.taken} to ${chunk.baseOffset - 1} of stream ${stream} while it was read`, 'Run it again.', { service });
      }
      progress.bytes += chunk.bytes;
      progress.messages += Math.max(0, Math.min(chunk.lastOffset + 1, to) - Math.max(chunk.baseOffset, from));
      try {
        if (each(chunk, progress)) return progress;
      } catch (error) {
        throw corrupt(error, service, stream, chunk.baseOffset);
      }
      progress.taken = Math.min(to, chunk.lastOffset + 1);
      // A long run of chunks that are there already must leave room for Ctrl-C.
      await new Promise(setImmediate);
    }
    return progress;
  } finally {
    await queue.end();
  }
}

export function corrupt(error: unknown, service: string, stream: string, offset?: number): unknown {
  const isCorrupt = error instanceof CorruptChunk || error instanceof NotAmqp || error instanceof RangeError;
  if (!isCorrupt) return error;
  const where = offset === undefined ? '' : ` at offset ${offset}`;
  return new AishellError('source.failed', `${service}: a chunk of stream ${stream}${where} can't be read: ${error.message || 'it is no AMQP 1.0'}`, 'Exclude it by a condition on _offset; the log or the network garbled it.', { service, cause: error });
}
