/** The last messages of each partition, for their fields: bounded in messages, bytes and time. */

import { parse as parseLossless } from 'lossless-json';
import { Shape } from './json/shape.js';
import { readLog, type PartitionRange } from './log.js';
import type { PartitionExtent } from './offsets.js';
import { RecordCursor } from './records/batch.js';
import { isText } from './text.js';
import type { Cluster } from './wire/cluster.js';

/** What was seen of one topic. */
export class TopicSample {
  messages = 0;
  tombstones = 0;
  objects = 0;
  notJson = 0;
  binaryKeys = 0;
  binaryValues = 0;
  readonly shape = new Shape();

  add(cursor: RecordCursor): void {
    const { buffer: b } = cursor;
    this.messages++;
    if (cursor.hasKey && !isText(b, cursor.keyStart, cursor.keyEnd)) this.binaryKeys++;
    if (!cursor.hasValue) return void this.tombstones++;
    if (!isText(b, cursor.valueStart, cursor.valueEnd)) {
      this.binaryValues++;
      return void this.notJson++;
    }
    try {
      const value = parseLossless(b.toString('utf8', cursor.valueStart, cursor.valueEnd));
      if (typeof value !== 'object' || value === null || Array.isArray(value) || 'isLosslessNumber' in value) return;
      this.objects++;
      this.shape.add(value);
    } catch {
      this.notJson++;
    }
  }
}

const sampleBytes = 64 * 1024 * 1024;
const sampleMs = 10_000;

/** @returns what was seen by topic, and whether all of it was looked at */
export async function sampleTopics(
  service: string,
  cluster: Cluster,
  partitions: readonly PartitionExtent[],
  count: number,
  signal: AbortSignal,
): Promise<{ readonly samples: ReadonlyMap<string, TopicSample>; readonly isComplete: boolean }> {
  const samples = new Map<string, TopicSample>();
  const ranges = partitions.map(({ topic, partition, leader, start, end }): PartitionRange => ({ topic, partition, leader, from: Math.max(start, end - count), to: end }));
  const until = Date.now() + sampleMs;
  let bytes = 0;
  let isComplete = true;
  const tooMuch = () => {
    if (bytes < sampleBytes && Date.now() < until) return false;
    isComplete = false;
    return true;
  };
  await readLog(ranges, {
    service,
    cluster,
    signal,
    received: (more) => void (bytes += more),
    batch: (batch, range) => {
      const sample = samples.get(range.topic) ?? new TopicSample();
      samples.set(range.topic, sample);
      const cursor = new RecordCursor(batch, batch.records());
      while (cursor.next()) if (cursor.offset >= range.from && cursor.offset < range.to) sample.add(cursor);
      return tooMuch();
    },
  });
  return { samples, isComplete };
}
