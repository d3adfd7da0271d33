/** Streams up to where each ended when it was first read, and the list of queues. */

import { AishellError, type NativeQuery, type ReadStats, type Sink, type Snapshot } from '../contract.js';
import type { LogQuery } from '../log/dialect.js';
import { regionsOf, stretchesOf } from '../log/ranges.js';
import { RowWriter } from '../log/rows.js';
import type { StreamCluster } from './cluster.js';
import type { QueuesQuery } from './dialect.js';
import type { Management } from './management.js';
import { extentOf, offsetAt, readRange, type StreamExtent } from './reading.js';
import { writeQueues } from './queues.js';

export class RabbitSnapshot implements Snapshot {
  readonly consistency = 'each stream up to its end when it was first read';
  readonly #extents = new Map<string, Promise<StreamExtent>>();

  constructor(
    private readonly service: string,
    private readonly cluster: StreamCluster,
    private readonly management: Management,
    private readonly isOwn: (queue: string) => boolean,
  ) {}

  async read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const payload = query.payload as LogQuery | QueuesQuery;
    if ('queues' in payload) return writeQueues(this.management, payload.queues, this.isOwn, sink, signal);
    const { service, cluster } = this;
    const { topic: stream } = payload.topic;
    const { from, to, bound } = payload.limit === 0 ? { from: 0, to: 0, bound: 'nothing is wanted' } : await this.#range(payload, signal);
    const rows = new RowWriter(payload, sink, service);
    let bytes = 0;
    let isEnough = false;
    const end = await readRange(cluster, service, { stream, from, to }, (chunk, progress) => {
      bytes += chunk.bytes;
      sink.received(chunk.bytes);
      if (rows.batch(chunk, progress)) return true;
      const next = Math.min(chunk.lastOffset + 1, to);
      isEnough = sink.looked?.({ messages: Math.max(0, next - from), expected: to - from, partitions: 1, done: next >= to ? 1 : 0 }) ?? false;
      if (isEnough) progress.taken = next;
      return isEnough;
    }, signal);
    const reachedEnd = end.taken >= to;
    const isLimited = payload.limit !== undefined && rows.rows >= payload.limit && !reachedEnd;
    const coverage = [{ partition: stream, from: String(from), to: String(reachedEnd ? to : end.taken), messages: end.messages, bytes: end.bytes, reachedEnd, bound: reachedEnd ? bound : isEnough ? `${bound}, stopped when it was told to stop` : isLimited ? `${bound}, stopped by the limit` : bound }];
    const warnings = rows.warnings();
    return { rows: rows.rows, bytes, proof: isEnough && !reachedEnd ? 'told to stop' : isLimited ? `limit of ${payload.limit} rows` : 'reached the end that the stream had at first', coverage, ...(warnings.length > 0 && { warnings }) };
  }

  async close(): Promise<void> {}

  async #range({ topic, tests }: LogQuery, signal: AbortSignal): Promise<{ from: number; to: number; bound: string }> {
    const { topic: stream } = topic;
    const { start, end } = await this.#extent(stream, signal);
    const offsets = new Map<number, Promise<number | undefined>>();
    const at = (time: number) => {
      const found = offsets.get(time) ?? offsetAt(this.cluster, this.service, stream, time, signal);
      offsets.set(time, found);
      return found;
    };
    const stretches = await stretchesOf(regionsOf(tests, topic)(0), {
      start,
      end,
      noun: 'stream',
      // A subscription by time begins with the whole chunk that holds it: none there means that the stream ends before.
      from: async (time) => (await at(time)) ?? end,
      to: async (time) => {
        const offset = await at(time);
        return offset === undefined ? undefined : { offset, bound: 'offset by _timestamp' };
      },
    });
    const [first, last] = [stretches[0], stretches.at(-1)];
    if (first === undefined || last === undefined) return { from: start, to: start, bound: 'no offset is wanted' };
    // One subscription reads from the first to the last: each costs several round trips, and chunks are large.
    return { from: first.from, to: last.to, bound: `from ${first.fromBound} to ${last.toBound}` };
  }

  #extent(stream: string, signal: AbortSignal): Promise<StreamExtent> {
    let extent = this.#extents.get(stream);
    if (extent === undefined) {
      extent = extentOf(this.cluster, this.service, stream, signal).catch((error: unknown) => {
        this.#extents.delete(stream);
        throw error instanceof AishellError && error.code === 'source.schema_changed' ? new AishellError('source.schema_changed', `${this.service}: stream ${stream} is not there any more`, error.remedy, { service: this.service }) : error;
      });
      this.#extents.set(stream, extent);
    }
    return extent;
  }
}
