/** The log up to where it ended when the snapshot was opened: messages that come later are not seen. */

import { AishellError, type Coverage, type NativeQuery, type ReadStats, type ScanProgress, type Sink, type Snapshot } from '../contract.js';
import type { TopicTable } from '../log/columns.js';
import type { LogQuery } from '../log/dialect.js';
import type { Formats } from './formats/index.js';
import type { Settings } from './options.js';
import { again, KeptLogs } from './kept.js';
import { readLog, type PartitionRange, type Progress } from './log.js';
import { extents, offsetsAt, type PartitionAt, type PartitionExtent } from './offsets.js';
import { regionsOf, stretchesOf, type Stretch } from '../log/ranges.js';
import { RowWriter } from '../log/rows.js';
import { Losses, mostNamed } from './losses.js';
import { Sifters } from './sifters.js';
import type { Cluster } from './wire/cluster.js';
import { kafkaFailure } from './wire/errors.js';
import type { Metadata } from './wire/requests.js';

interface Bounded extends PartitionRange {
  readonly stretches: readonly Stretch[];
  /** Offsets behind its end that open transactions keep back; 0 where it was told to end before. */
  readonly undecided: number;
}

export class KafkaSnapshot implements Snapshot {
  readonly #kept = new KeptLogs();
  readonly consistency = 'committed messages up to the log end offsets taken when it was opened';

  private constructor(
    private readonly service: string,
    private readonly cluster: Cluster,
    private readonly extents: ReadonlyMap<string, readonly PartitionExtent[]>,
    /** Topics that were there and would not tell their offsets. */
    private readonly refused: ReadonlyMap<string, AishellError>,
    private readonly settings: Settings,
    private readonly formats: Formats,
  ) {}

  /** @param only topics that will be read; absent: any */
  static async open(service: string, cluster: Cluster, settings: Settings, formats: Formats, signal: AbortSignal, only?: readonly string[]): Promise<KafkaSnapshot> {
    const metadata = await cluster.metadata(only, signal);
    const topics = metadata.topics.filter(({ name, isInternal, error }) => !isInternal && error === 0 && settings.isShown(name));
    // A topic without a leader somewhere fails when it is read, not every query on the cluster.
    const led = topics.filter(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
    const { found, refused } = await extents(cluster, service, partitionsOf({ ...metadata, topics: led }), signal);
    const byTopic = new Map<string, PartitionExtent[]>();
    for (const extent of found) byTopic.set(extent.topic, [...(byTopic.get(extent.topic) ?? []), extent]);
    return new KafkaSnapshot(service, cluster, byTopic, refused, settings, formats);
  }

  async read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const payload = query.payload as LogQuery;
    const ranges = payload.limit === 0 ? [] : await this.#ranges(payload, signal);
    const decoder = await this.formats.forQuery(payload, this.settings.nameOf(payload.topic.topic));
    const rows = new RowWriter(payload, sink, this.service);
    let bytes = 0;
    let isEnough = false;
    const { topic } = payload.topic;
    const kept = decoder === undefined ? this.#kept.of(topic, ranges) : undefined;
    const keeping = decoder === undefined && kept === undefined ? this.#kept.keep(ranges) : undefined;
    // What decoded messages say need not stand in their bytes.
    const sifters = decoder === undefined && keeping === undefined && kept === undefined && rows.needles ? new Sifters(rows.needles) : undefined;
    const losses = new Losses();
    const read = () => readLog(ranges, {
      lost: (failure, { partition }) => losses.add(failure, partition),
      service: this.service,
      cluster: this.cluster,
      signal,
      isTransient: true,
      received: (count) => {
        bytes += count;
        sink.received(count);
      },
      looked: (all) => {
        isEnough ||= sink.looked?.(scanned(all)) ?? false;
        return isEnough;
      },
      ...(sifters && { sift: (stretch: Buffer, starts: readonly number[]) => sifters.sift(stretch, starts) }),
      batch: (batch, range) => {
        const prepared = decoder?.prepare(batch, range.partition, signal) ?? keeping?.add(batch, range.partition) ?? batch;
        return prepared instanceof Promise ? prepared.then((decoded) => rows.batch(decoded, range)) : rows.batch(prepared, range);
      },
    }).finally(() => sifters?.close());
    const ends = kept === undefined ? await read() : again(kept, (batch, range) => rows.batch(batch, range));
    if (keeping !== undefined && losses.count === 0 && ends.every(({ taken, to }) => taken >= to)) this.#kept.add(topic, ranges, ends, keeping);
    const isLimited = payload.limit !== undefined && rows.rows >= payload.limit;
    const stopped = isEnough ? 'when it was told to stop' : isLimited ? 'by the limit' : '';
    const coverage = ends.flatMap((end, i) => covered(end, ranges[i]!, stopped, losses.of(end.partition)));
    const proof = losses.count > 0 ? `${losses.count} ${losses.count === 1 ? 'stretch' : 'stretches'} could not be read` : isEnough ? 'told to stop' : isLimited && coverage.some(({ reachedEnd }) => !reachedEnd) ? `limit of ${payload.limit} rows` : 'reached the log end offsets taken at open';
    const warnings = [...rows.warnings(), ...(decoder?.warnings() ?? [])];
    const lacking = losses.with(decoder?.lacking());
    return { rows: rows.rows, bytes, proof, coverage, ...(warnings.length > 0 && { warnings }), ...(lacking && { lacking }) };
  }

  async close(): Promise<void> {}

  async #ranges({ topic, tests }: LogQuery, signal: AbortSignal): Promise<Bounded[]> {
    const known = this.extents.get(topic.topic);
    if (!known) await this.#explainAbsence(topic.topic, signal);
    const regions = regionsOf(tests, topic);
    const asked = (known ?? []).map((extent) => ({ ...extent, regions: regions(extent.partition) })).filter((one) => one.regions.length > 0);
    // All partitions are asked for a time at once.
    const times = new Map<number, Promise<ReadonlyMap<number, number>>>();
    const at = async (time: number, partition: number) => {
      const found = times.get(time) ?? this.#atTime(asked, time, signal);
      times.set(time, found);
      return (await found).get(partition)!;
    };
    return Promise.all(asked.map(async ({ partition, leader, start, end, written, regions: wanted }) => {
      const stretches = await stretchesOf(wanted, {
        start,
        end,
        noun: 'log',
        from: async (time) => {
          const offset = await at(time, partition);
          // -1: no message is as late as that.
          return offset < 0 ? end : offset;
        },
        to: async (time) => {
          const upper = upperTime(time, topic);
          if (upper === undefined) return undefined;
          const offset = await at(upper, partition);
          return offset < 0 ? undefined : { offset, bound: boundByTime(topic) };
        },
      });
      const [from, to] = [stretches[0]!.from, stretches.at(-1)!.to];
      return { topic: topic.topic, partition, leader, from, to, end, stretches, undecided: to === end ? written - end : 0 };
    }));
  }

  async #atTime(partitions: readonly PartitionAt[], time: number, signal: AbortSignal): Promise<ReadonlyMap<number, number>> {
    const offsets = await offsetsAt(this.cluster, this.service, partitions, () => Math.min(time, Number.MAX_SAFE_INTEGER), signal);
    return new Map(partitions.map(({ partition }, i) => [partition, offsets[i]!]));
  }

  async #explainAbsence(topic: string, signal: AbortSignal): Promise<never> {
    const refused = this.refused.get(topic);
    if (refused) throw refused;
    const found = await this.cluster.metadata([topic], signal);
    const error = found.topics[0]?.error ?? 3;
    if (error !== 0) throw kafkaFailure(this.service, error, topic);
    if (found.topics[0]!.partitions.some(({ leader }) => leader < 0)) throw kafkaFailure(this.service, 5, topic);
    throw new AishellError('source.schema_changed', `${this.service}: topic ${topic} was made after the statement began, or is not shown by the configuration`, 'Run it again.', { service: this.service });
  }
}

/** By offsets taken: those that compaction left out count as looked at. */
function scanned(ranges: readonly Progress[]): ScanProgress {
  const sum = (of: (range: Progress) => number) => ranges.reduce((total, range) => total + of(range), 0);
  return {
    messages: sum(({ pieces, taken }) => pieces.reduce((total, { from, to }) => total + Math.max(0, Math.min(taken, to) - from), 0)),
    expected: sum(({ pieces }) => pieces.reduce((total, { from, to }) => total + to - from, 0)),
    partitions: ranges.length,
    done: ranges.filter(({ taken, to }) => taken >= to).length,
  };
}

export function partitionsOf(metadata: Metadata): PartitionAt[] {
  return metadata.topics.flatMap(({ name, partitions }) => partitions.map(({ partition, leader }) => ({ topic: name, partition, leader })));
}

/** Where an upper bound by time lets the reading stop: on the broker's clock at once, on a producer's after the slack. */
function upperTime(time: number, topic: TopicTable): number | undefined {
  if (topic.timestampType === 'LogAppendTime') return time;
  return topic.timestampSlack === undefined ? undefined : time + topic.timestampSlack;
}

function boundByTime(topic: TopicTable): string {
  return topic.timestampType === 'LogAppendTime' ? 'offset by _timestamp' : `offset by _timestamp and a slack of ${topic.timestampSlack} ms; later messages with earlier times are not seen`;
}

function covered(end: Progress, range: Bounded, stopped: string, lost: readonly string[]): Coverage[] {
  return range.stretches.map(({ from, fromBound, toBound }, i): Coverage => {
    const piece = end.pieces[i]!;
    const reachedEnd = end.taken >= piece.to;
    const removed = piece.removed + (reachedEnd ? Math.max(0, piece.to - piece.following) : 0);
    return {
      partition: `${range.topic}/${range.partition}`,
      from: String(from),
      to: String(reachedEnd ? piece.to : Math.max(from, end.taken)),
      messages: piece.messages,
      bytes: piece.bytes,
      reachedEnd,
      bound: [`from ${fromBound} to ${toBound}`, ...(stopped !== '' && !reachedEnd ? [`stopped ${stopped}`] : []), ...lost.slice(0, mostNamed).map((what) => `but: ${what}`)].join(', '),
      isolation: 'read_committed',
      aborted: piece.aborted,
      ...(removed > 0 && { removed }),
      ...(reachedEnd && range.undecided > 0 && i === range.stretches.length - 1 && { undecided: range.undecided }),
    };
  });
}
