/**
 * Batches that came and were not handed over yet. They wait as they came, packed; a slice of them is unpacked when it is
 * asked for, and is about a MiB then, however small it was on the wire: memory is bounded by what is looked at, not by
 * how well a producer compresses.
 */

import type { RecordBatch, RecordCursor } from './contract.js';

/** Unpacked bytes of a slice, about; a message that is larger comes alone. */
const sliceBytes = 1024 * 1024;
/** Messages of a slice, since one of a few bytes still becomes a row. */
const sliceMessages = 4_096;

/** As it lies on the wire. */
export interface PackedBatch extends RecordBatch {
  /** On the wire. */
  readonly bytes: number;
  /** Of its first message, about, in milliseconds since 1970. */
  readonly baseTimestamp: number;
}

/** A stretch of one partition or stream. */
export interface Slice {
  /** First offset of it and first one behind it. */
  readonly from: number;
  readonly to: number;
  readonly batches: readonly RecordBatch[];
  /** On the wire. */
  readonly bytes: number;
  readonly messages: number;
  /** Messages of aborted transactions. */
  readonly aborted: number;
}

/** What came of one partition or stream at once. */
export interface Lot {
  readonly from: number;
  readonly to: number;
  readonly batches: readonly PackedBatch[];
  readonly aborted?: number;
}

interface Waiting<Lane> extends Lot {
  readonly lane: Lane;
  /** Position in `batches` of the first that is still packed. */
  at: number;
  /** What is left of the one before that. */
  parts: readonly Part[];
  /** Of what comes next. */
  time: number;
  /** First offset that was not handed over. */
  reached: number;
}

type Growing = { -readonly [K in keyof Slice]: Slice[K] } & { batches: RecordBatch[] };

export class Backlog<Lane> {
  /** In the order they came. */
  #waiting: Waiting<Lane>[] = [];

  /** @param failure what is thrown for a batch that can't be unpacked */
  constructor(private readonly failure: (error: unknown, lane: Lane, offset: number) => unknown) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Behind what waits of the same lane. */
  add(lane: Lane, lot: Lot): void {
    if (lot.batches.length > 0) this.#waiting.push({ ...lot, lane, at: 0, parts: [], time: lot.batches[0]!.baseTimestamp, reached: lot.from });
  }

  /** The next slice: each lane in its order, and of several the oldest first. */
  take(): ReadonlyMap<Lane, Slice> {
    const slices = new Map<Lane, Growing>();
    let [bytes, messages] = [0, 0];
    while (this.#waiting.length > 0 && bytes < sliceBytes && messages < sliceMessages) {
      const waiting = this.#oldest();
      const { lane } = waiting;
      let slice = slices.get(lane);
      if (slice === undefined) slices.set(lane, (slice = { from: waiting.reached, to: waiting.reached, batches: [], bytes: 0, messages: 0, aborted: 0 }));
      if (waiting.parts.length === 0) slice.bytes += this.#unpack(waiting);
      const [part, ...others] = waiting.parts;
      waiting.parts = others;
      if (part !== undefined) {
        slice.batches.push(part);
        slice.messages += part.count;
        waiting.reached = part.lastOffset + 1;
        bytes += part.records().length;
        messages += part.count;
      }
      if (others.length > 0) waiting.time = part!.time;
      else if (waiting.at < waiting.batches.length) waiting.time = waiting.batches[waiting.at]!.baseTimestamp;
      else {
        waiting.reached = waiting.to;
        slice.aborted += waiting.aborted ?? 0;
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
      }
      slice.to = waiting.reached;
    }
    return slices;
  }

  /** @returns its bytes on the wire */
  #unpack(waiting: Waiting<Lane>): number {
    const batch = waiting.batches[waiting.at++]!;
    try {
      waiting.parts = partsOf(batch);
    } catch (error) {
      throw this.failure(error, waiting.lane, batch.baseOffset);
    }
    return batch.bytes;
  }

  /** Of each lane only what came first may be next. */
  #oldest(): Waiting<Lane> {
    const seen = new Set<Lane>();
    let oldest = this.#waiting[0]!;
    for (const waiting of this.#waiting) {
      if (!seen.has(waiting.lane) && waiting.time < oldest.time) oldest = waiting;
      seen.add(waiting.lane);
    }
    return oldest;
  }
}

function partsOf(batch: PackedBatch): Part[] {
  const records = batch.records();
  if (records.length <= sliceBytes && batch.count <= sliceMessages) return [new Part(batch, records, batch.baseOffset, batch.lastOffset, batch.count, batch.baseTimestamp)];
  const parts: Part[] = [];
  const cursor = batch.cursor(records);
  let [start, end, count, first, last, time] = [0, 0, 0, 0, 0, 0];
  const cut = () => parts.push(new Part(batch, records.subarray(start, end), first, last, count, time));
  while (cursor.next()) {
    if (count > 0 && (count === sliceMessages || cursor.recordEnd - start > sliceBytes)) {
      cut();
      [start, count] = [end, 0];
    }
    if (count++ === 0) [first, time] = [cursor.offset, cursor.timestamp];
    [last, end] = [cursor.offset, cursor.recordEnd];
  }
  if (count > 0) cut();
  return parts;
}

/** Some messages of a batch, unpacked. */
class Part implements RecordBatch {
  constructor(
    private readonly batch: RecordBatch,
    private readonly unpacked: Buffer,
    readonly baseOffset: number,
    readonly lastOffset: number,
    readonly count: number,
    readonly time: number,
  ) {}

  records(): Buffer {
    return this.unpacked;
  }

  cursor(records: Buffer): RecordCursor {
    return this.batch.cursor(records, { first: this.baseOffset, count: this.count });
  }
}
