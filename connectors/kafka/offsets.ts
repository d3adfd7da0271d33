/** Where partitions begin and end, and which offset a time falls on: one request a leader. */

import { AishellError } from '../contract.js';
import { pause } from '../log/pause.js';
import type { Cluster } from './wire/cluster.js';
import { isMoving, kafkaFailure } from './wire/errors.js';
import { earliest, latest, listOffsets, type Isolation, type TopicPartitions } from './wire/requests.js';

export interface PartitionAt {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
}

export interface PartitionExtent extends PartitionAt {
  readonly start: number;
  /** The last stable offset: what a reader of committed messages may see the log up to. */
  readonly end: number;
  /** The high watermark, at least: behind `end` lies what belongs to open transactions, or came after such. */
  readonly written: number;
}

export interface Extents {
  readonly found: readonly PartitionExtent[];
  /** Topics of which a partition would not tell, with the reason: one that is being deleted, say. They are not in `found`. */
  readonly refused: ReadonlyMap<string, AishellError>;
}

export async function extents(cluster: Cluster, service: string, partitions: readonly PartitionAt[], signal: AbortSignal): Promise<Extents> {
  // The end first: records that retention removes in between then only make a range empty. What is written is asked
  // before it, on the same connection: what comes in between must not look as if a transaction held it back.
  await Promise.all([...new Set(partitions.map(({ leader }) => leader))].map((leader) => cluster.connection(leader, signal)));
  const [written, ends] = await Promise.all([
    answersOf(cluster, service, partitions, () => latest, signal, 'read_uncommitted'),
    answersOf(cluster, service, partitions, () => latest, signal),
  ]);
  const starts = await answersOf(cluster, service, partitions, () => earliest, signal);
  const refused = new Map<string, AishellError>();
  for (const [i, { topic }] of partitions.entries()) {
    const failure = [ends[i], written[i], starts[i]].find((answer) => answer instanceof AishellError);
    if (failure !== undefined && !refused.has(topic)) refused.set(topic, failure);
  }
  const found = partitions.flatMap((at, i): PartitionExtent[] => {
    const [start, end, high] = [starts[i], ends[i], written[i]];
    if (refused.has(at.topic) || typeof start !== 'number' || typeof end !== 'number' || typeof high !== 'number') return [];
    return [{ ...at, start: Math.min(start, end), end, written: Math.max(high, end) }];
  });
  return { found, refused };
}

/** Where one partition begins now. */
export async function earliestOf(cluster: Cluster, service: string, at: PartitionAt, signal: AbortSignal): Promise<number> {
  const [start] = await offsetsAt(cluster, service, [at], () => earliest, signal);
  return start!;
}

/** A partition that moves, or that was only just made, answers again within this many tries, from 100 ms on and longer each time. */
const tries = 5;
const firstPause = 100;

/** For each partition the first offset whose message is at the time or later; -1 when there is none. The first refusal is thrown. */
export async function offsetsAt(
  cluster: Cluster,
  service: string,
  partitions: readonly PartitionAt[],
  time: (partition: PartitionAt) => number,
  signal: AbortSignal,
): Promise<number[]> {
  const answers = await answersOf(cluster, service, partitions, time, signal);
  return answers.map((answer) => {
    if (answer instanceof AishellError) throw answer;
    return answer;
  });
}

/** The same, with what the broker refuses in its place: one topic's trouble says nothing of the others. */
async function answersOf(
  cluster: Cluster,
  service: string,
  partitions: readonly PartitionAt[],
  time: (partition: PartitionAt) => number,
  signal: AbortSignal,
  isolation: Isolation = 'read_committed',
): Promise<(number | AishellError)[]> {
  const found = new Map<string, number | AishellError>();
  let waiting = partitions;
  for (let attempt = 1; waiting.length > 0; attempt++) {
    const answers = await ask(cluster, waiting, time, signal, isolation);
    const moved = new Set<string>();
    for (const { topic, partitions: answered } of answers) {
      for (const { partition, error, offset } of answered) {
        const at = `${topic}/${partition}`;
        if (isMoving(error) && attempt < tries) moved.add(at);
        else found.set(at, error === 0 ? offset : kafkaFailure(service, error, `offsets of ${topic}, partition ${partition}`));
      }
    }
    waiting = waiting.filter(({ topic, partition }) => moved.has(`${topic}/${partition}`));
    if (waiting.length > 0) waiting = await ledNow(cluster, waiting, firstPause * 2 ** (attempt - 1), signal);
  }
  return partitions.map(({ topic, partition }) => found.get(`${topic}/${partition}`) ?? kafkaFailure(service, 3, `offsets of ${topic}, partition ${partition}`));
}

async function ask(cluster: Cluster, partitions: readonly PartitionAt[], time: (partition: PartitionAt) => number, signal: AbortSignal, isolation: Isolation) {
  const leaders = [...new Set(partitions.map(({ leader }) => leader))];
  const answers = await Promise.all(
    leaders.map((leader) => {
      const byTopic = new Map<string, { partition: number; timestamp: number }[]>();
      for (const at of partitions) {
        if (at.leader !== leader) continue;
        const asked = byTopic.get(at.topic) ?? [];
        asked.push({ partition: at.partition, timestamp: time(at) });
        byTopic.set(at.topic, asked);
      }
      const topics = [...byTopic].map(([topic, asked]): TopicPartitions<{ partition: number; timestamp: number }> => ({ topic, partitions: asked }));
      return cluster.request(leader, listOffsets, { topics, isolation }, signal);
    }),
  );
  return answers.flat();
}

/** The same partitions with who leads them after a while; one that nobody leads keeps the leader it had. */
async function ledNow(cluster: Cluster, partitions: readonly PartitionAt[], ms: number, signal: AbortSignal): Promise<PartitionAt[]> {
  await pause(ms, signal);
  const { topics } = await cluster.metadata([...new Set(partitions.map(({ topic }) => topic))], signal);
  return partitions.map((at) => {
    const leader = topics.find(({ name }) => name === at.topic)?.partitions.find(({ partition }) => partition === at.partition)?.leader ?? -1;
    return leader < 0 ? at : { ...at, leader };
  });
}
