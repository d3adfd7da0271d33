/** Streams as they grow, by offsets: no consumer name, no stored offset. A lost connection is opened anew where it was. */

import { AishellError, type NativeQuery, type ReadStats, type Sink, type Snapshot, type Table, type Tail, type TailFrom, type TailStart, type TailWindow } from '../contract.js';
import { Backlog, type Slice } from '../log/backlog.js';
import { topicTable } from '../log/columns.js';
import type { LogQuery } from '../log/dialect.js';
import { Patience } from '../log/patience.js';
import { RowWriter } from '../log/rows.js';
import type { Chunk } from './chunk.js';
import type { StreamCluster } from './cluster.js';
import { ChunkQueue, corrupt, extentOf, offsetAt } from './reading.js';

/** Taken of what has come, of all streams together, packed as it is; a chunk that is larger comes alone. */
const receivedBytes = 1024 * 1024;
const idleMs = 1_000;
/** What a server that is coming back makes of its clients. */
const passing = ['source.unreachable', 'source.cut', 'source.timeout', 'source.schema_changed'];

interface Followed {
  readonly table: Table;
  readonly stream: string;
  /** First offset that was not handed over. */
  next: number;
  queue: ChunkQueue | undefined;
}

export class RabbitTail implements Tail {
  readonly #patience: Patience;
  readonly #backlog: Backlog<Followed>;

  private constructor(
    private readonly service: string,
    private readonly cluster: StreamCluster,
    private readonly followed: readonly Followed[],
  ) {
    this.#patience = new Patience(service, passing);
    this.#backlog = new Backlog((error, { stream }, offset) => corrupt(error, service, stream, offset));
  }

  /** @param cluster connections of its own, which it closes */
  static async open(service: string, cluster: StreamCluster, starts: readonly TailStart[], signal: AbortSignal): Promise<RabbitTail> {
    const followed: Followed[] = [];
    for (const { table, from } of starts) {
      const { topic: stream } = topicTable(table);
      followed.push({ table, stream, next: await beginning(service, cluster, stream, from, signal), queue: undefined });
    }
    return new RabbitTail(service, cluster, followed);
  }

  async next(signal: AbortSignal): Promise<TailWindow> {
    if (this.#backlog.isEmpty) {
      await this.#patience.attempt(() => this.#receive(signal), signal, () => {
        for (const one of this.followed) one.queue = undefined;
      });
    }
    const slices = [...this.#backlog.take()];
    return {
      tables: slices.map(([{ table }]) => table),
      notes: this.#patience.takeNotes(),
      snapshot: new WindowSnapshot(this.service, new Map(slices.map(([{ stream }, slice]) => [stream, slice]))),
    };
  }

  close(): Promise<void> {
    return this.cluster.close();
  }

  async #receive(signal: AbortSignal): Promise<void> {
    for (const one of this.followed) one.queue ??= await ChunkQueue.open(this.cluster, this.service, one.stream, { type: 'offset', offset: one.next }, signal, 2);
    this.#take();
    if (!this.#backlog.isEmpty) return;
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    await Promise.race(this.followed.map((one) => one.queue!.wait(either, idleMs).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    })));
    stop.abort();
    this.#take();
  }

  /** All that has come. */
  #take(): void {
    const share = receivedBytes / this.followed.length;
    for (const one of this.followed) {
      const from = one.next;
      const batches: Chunk[] = [];
      for (let bytes = 0; bytes < share; ) {
        const chunk = one.queue!.take();
        if (chunk === undefined) break;
        // A subscription begins with the chunk that its offset is in.
        if (chunk.lastOffset < one.next) continue;
        if (chunk.baseOffset > one.next && batches.length === 0) this.#gap(one, chunk.baseOffset);
        one.next = chunk.lastOffset + 1;
        bytes += chunk.bytes;
        batches.push(chunk);
      }
      this.#backlog.add(one, { from, to: one.next, batches });
    }
  }

  /** What the server writes for itself takes offsets too, one or two; retention removes whole segments. */
  #gap({ stream, next }: Followed, base: number): void {
    if (next > 0 || base > 2) this.#patience.note(`${this.service}: stream ${stream} has no messages from offset ${next} to ${base - 1}: they were deleted before they could be read`);
  }
}

async function beginning(service: string, cluster: StreamCluster, stream: string, from: TailFrom, signal: AbortSignal): Promise<number> {
  const { start, end } = await extentOf(cluster, service, stream, signal);
  if (from === 'start') return start;
  if (from === 'end') return end;
  if ('time' in from) return (await offsetAt(cluster, service, stream, from.time, signal)) ?? end;
  if (!/^\d{1,15}$/.test(from.offset)) throw new AishellError('usage', `${from.offset} is no offset`, 'Offsets of streams are whole numbers; a time is written like -10m or 2026-03-01T12:00:00Z.');
  return Math.min(end, Math.max(start, Number(from.offset)));
}

/** One window, which is all that there is. */
class WindowSnapshot implements Snapshot {
  readonly consistency = 'one window';

  constructor(
    private readonly service: string,
    private readonly slices: ReadonlyMap<string, Slice>,
  ) {}

  async read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    signal.throwIfAborted();
    const payload = query.payload as LogQuery;
    const { topic: stream } = payload.topic;
    const { from, to, batches, messages, bytes } = this.slices.get(stream)!;
    const rows = new RowWriter(payload, sink, this.service);
    for (const batch of batches) {
      try {
        rows.batch(batch, { partition: 0, from, to, taken: from });
      } catch (error) {
        throw corrupt(error, this.service, stream, batch.baseOffset);
      }
    }
    sink.received(bytes);
    const warnings = rows.warnings();
    const coverage = [{ partition: stream, from: String(from), to: String(to), messages, bytes, reachedEnd: true, bound: 'one window' }];
    return { rows: rows.rows, bytes, proof: 'the window was read whole', coverage, ...(warnings.length > 0 && { warnings }) };
  }

  async close(): Promise<void> {}
}
