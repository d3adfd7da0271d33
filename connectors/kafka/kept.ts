/**
 * Topics of few messages, unpacked, for as long as a snapshot lives: who asks one again and again (a trace does, for every
 * round of ids) need not fetch and unpack it again. What lies between two offsets never changes.
 */

import type { RecordBatch } from '../log/contract.js';
import type { PartitionRange, Progress } from './log.js';
import type { Batch, RecordCursor } from './records/batch.js';

const mostMessages = 10_000;
/** Unpacked, of all topics together. */
const mostBytes = 16 * 1024 * 1024;

interface KeptLog {
  readonly ranges: readonly PartitionRange[];
  readonly ends: readonly Progress[];
  readonly batches: ReadonlyMap<number, readonly KeptBatch[]>;
}

export class KeptLogs {
  readonly #logs = new Map<string, KeptLog>();
  #bytes = 0;

  /** @returns what to keep a topic's batches in while these ranges of it are read; undefined: it has too many messages */
  keep(ranges: readonly PartitionRange[]): Keeping | undefined {
    const messages = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
    return messages <= mostMessages ? new Keeping((bytes) => (this.#bytes += bytes) <= mostBytes) : undefined;
  }

  /** @param ends how far they were read: to their ends */
  add(topic: string, ranges: readonly PartitionRange[], ends: readonly Progress[], { batches, isWhole }: Keeping): void {
    if (isWhole) this.#logs.set(topic, { ranges, ends, batches });
  }

  /** The topic, if just these ranges of it were kept. */
  of(topic: string, ranges: readonly PartitionRange[]): KeptLog | undefined {
    const log = this.#logs.get(topic);
    return log !== undefined && JSON.stringify(ranges) === JSON.stringify(log.ranges) ? log : undefined;
  }
}

/**
 * Goes over the batches as if they came anew.
 * @param take returns true to end it, with `taken` of the range set to where it ended
 * @returns how far it came
 */
export function again({ ends, batches }: KeptLog, take: (batch: RecordBatch, range: Progress) => boolean): Progress[] {
  let isOver = false;
  return ends.map((end): Progress => {
    const range = { ...end, taken: end.from };
    const taken: KeptBatch[] = [];
    for (const batch of batches.get(end.partition) ?? []) {
      if (isOver) break;
      taken.push(batch);
      isOver = take(batch, range);
    }
    if (!isOver) return end;
    const within = ({ from, to }: Progress['pieces'][number]) => taken.filter(({ baseOffset, lastOffset }) => baseOffset < to && lastOffset >= from);
    const sum = (of: readonly number[]) => of.reduce((all, one) => all + one, 0);
    return { ...range, pieces: range.pieces.map((piece) => ({ ...piece, messages: sum(within(piece).map(({ count }) => count)), bytes: sum(within(piece).map(({ bytes }) => bytes)) })) };
  });
}

export class Keeping {
  isWhole = true;
  readonly batches = new Map<number, KeptBatch[]>();

  constructor(private readonly mayHold: (bytes: number) => boolean) {}

  /** @returns the batch itself where there is no room to keep it */
  add(batch: Batch, partition: number): RecordBatch {
    if (!this.isWhole) return batch;
    const kept = new KeptBatch(batch);
    this.isWhole = this.mayHold(kept.size);
    this.batches.set(partition, [...(this.batches.get(partition) ?? []), kept]);
    if (!this.isWhole) this.batches.clear();
    return kept;
  }
}

class KeptBatch implements RecordBatch {
  readonly #batch: Batch;
  readonly #records: Buffer;

  constructor(batch: Batch) {
    this.#batch = batch.copy();
    this.#records = this.#batch.records();
  }

  get baseOffset(): number {
    return this.#batch.baseOffset;
  }

  get lastOffset(): number {
    return this.#batch.lastOffset;
  }

  get count(): number {
    return this.#batch.count;
  }

  /** On the wire. */
  get bytes(): number {
    return this.#batch.bytes;
  }

  /** In memory. */
  get size(): number {
    return this.bytes + this.#records.length;
  }

  records(): Buffer {
    return this.#records;
  }

  cursor(records: Buffer): RecordCursor {
    return this.#batch.cursor(records);
  }
}
