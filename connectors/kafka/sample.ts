/** The last messages of each partition, for their fields: bounded in messages, bytes and time. */

import type { AishellError } from '../contract.js';
import type { TopicDecoder } from './formats/topic.js';
import { ConnectSample } from './formats/connect.js';
import { LogSample } from '../log/sample.js';
import { readLog, type PartitionRange } from './log.js';
import type { PartitionExtent } from './offsets.js';
import type { RecordBatch } from '../log/contract.js';
import type { Cluster } from './wire/cluster.js';

const sampleBytes = 64 * 1024 * 1024;
const sampleMs = 10_000;

/** @returns what was seen by topic, whether all of it was looked at, and what could not be read */
export async function sampleTopics(
  service: string,
  cluster: Cluster,
  partitions: readonly PartitionExtent[],
  count: number,
  decoders: ReadonlyMap<string, TopicDecoder>,
  signal: AbortSignal,
): Promise<{ readonly samples: ReadonlyMap<string, LogSample>; readonly envelopes: ReadonlyMap<string, ConnectSample>; readonly isComplete: boolean; readonly troubles: readonly string[] }> {
  const troubles = new Map<string, string>();
  const trouble = ({ message }: AishellError, { topic }: PartitionRange) => void troubles.set(topic, message);
  const samples = new Map<string, LogSample>();
  const envelopes = new Map<string, ConnectSample>();
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
    // One topic's trouble says nothing of the others; who reads it is told again.
    lost: trouble,
    refused: trouble,
    batch: (batch, range) => {
      const sample = samples.get(range.topic) ?? new LogSample();
      samples.set(range.topic, sample);
      const envelope = envelopes.get(range.topic) ?? new ConnectSample();
      envelopes.set(range.topic, envelope);
      const add = (decoded: RecordBatch) => {
        const cursor = decoded.cursor(decoded.records());
        while (cursor.next()) {
          if (cursor.offset < range.from || cursor.offset >= range.to) continue;
          sample.add(cursor);
          envelope.add(cursor);
        }
        return tooMuch();
      };
      const prepared = decoders.get(range.topic)?.prepare(batch, range.partition, signal) ?? batch;
      return prepared instanceof Promise ? prepared.then(add) : add(prepared);
    },
  });
  return { samples, envelopes, isComplete, troubles: [...troubles.values()] };
}
