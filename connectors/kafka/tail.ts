/**
 * Messages as they come, by fetches from the partitions themselves: no group, no commit, nothing that the broker keeps.
 * One long poll a leader is always under way; its answer becomes windows of the log, and the next poll begins where it
 * ended, so nothing comes twice and nothing is passed over, whatever happens to connections and leaders between.
 */

import { AishellError, type Coverage, type NativeQuery, type ReadStats, type Sink, type Snapshot, type Tail, type TailStart, type TailWindow } from '../contract.js';
import { Backlog, type Lot, type Slice } from '../log/backlog.js';
import { topicTable } from '../log/columns.js';
import type { LogQuery } from '../log/dialect.js';
import type { Formats, TopicFormats } from './formats/index.js';
import { RowWriter } from '../log/rows.js';
import { Patience } from '../log/patience.js';
import { abortable } from '../sql/failures.js';
import { extents, offsetsAt, type PartitionAt, type PartitionExtent } from './offsets.js';
import type { Settings } from './options.js';
import { Batch, CorruptBatch } from './records/batch.js';
import { AbortedTransactions } from './records/transactions.js';
import type { Cluster } from './wire/cluster.js';
import { isMoving, kafkaFailure, outOfRange } from './wire/errors.js';
import { fetch, type Fetched, type FetchResponse } from './wire/requests.js';

const maxWaitMs = 500;
const requestTimeoutMs = 15_000;
/** Of what all brokers together may send at once; a single batch that is larger comes alone. */
const answerBytes = 1024 * 1024;
const leastBytes = 64 * 1024;
const metadataMs = 5_000;
/** What a broker that is coming back makes of its clients. */
const passing = ['source.unreachable', 'source.cut', 'source.timeout', 'source.schema_changed'];

interface Position extends PartitionAt {
  leader: number;
  next: number;
}

/** What a window has of one partition. */
interface Piece extends Slice {
  readonly partition: number;
}

type Pieces = ReadonlyMap<string, readonly Piece[]>;

/** Unknown, timed out or cut off: a broker says so of what is only just made, or while it comes back. */
const unsettled = new Set([3, 7, 13]);

export class KafkaTail implements Tail {
  readonly #positions = new Map<string, Position>();
  readonly #polls = new Map<number, Promise<{ readonly leader: number; readonly answer: FetchResponse | unknown[]; readonly asked: readonly Position[] }>>();
  readonly #starts: ReadonlyMap<string, TailStart>;
  readonly #backlog: Backlog<Position>;
  /** What can't be read on from. */
  #broken: unknown;
  #metadataAt = 0;
  #turns = 0;
  readonly #patience: Patience;
  /** With the registry. */
  readonly #schemas: Patience;
  /** What waits for its schemas. */
  #undecoded: Pieces | undefined;

  private constructor(
    private readonly service: string,
    private readonly cluster: Cluster,
    private readonly settings: Settings,
    private readonly formats: Formats,
    starts: readonly TailStart[],
  ) {
    this.#patience = new Patience(service, passing);
    this.#schemas = new Patience(service, [...passing, 'source.failed']);
    this.#starts = new Map(starts.map((start) => [topicTable(start.table).topic, start]));
    this.#backlog = new Backlog((error, { topic, partition }, offset) => this.#unreadable(error, topic, partition, offset));
  }

  /** @param cluster connections of its own, which it closes: a poll holds up whatever comes behind it */
  static async open(service: string, cluster: Cluster, settings: Settings, formats: Formats, starts: readonly TailStart[], signal: AbortSignal): Promise<KafkaTail> {
    const tail = new KafkaTail(service, cluster, settings, formats, starts);
    const partitions = await tail.#partitions(signal);
    const { found: known, refused } = await extents(cluster, service, partitions, signal);
    for (const failure of refused.values()) throw failure;
    const offsets = await Promise.all(known.map((extent) => tail.#begin(extent, signal)));
    known.forEach(({ topic, partition, leader }, i) => tail.#positions.set(`${topic}/${partition}`, { topic, partition, leader, next: offsets[i]! }));
    tail.#metadataAt = Date.now();
    return tail;
  }

  async next(signal: AbortSignal): Promise<TailWindow> {
    if (this.#backlog.isEmpty) {
      await this.#patience.attempt(() => this.#receive(signal), signal, () => {
        this.#metadataAt = 0;
      });
    }
    const pieces = this.#undecoded ?? this.#pieces();
    this.#undecoded = (await this.#schemas.attempt(() => this.#learn(pieces, signal), signal)) === true ? undefined : pieces;
    return this.#window(this.#undecoded === undefined ? pieces : new Map());
  }

  close(): Promise<void> {
    return this.cluster.close();
  }

  /** Waits for one answer. What comes next of the same broker is on its way while this is looked at. */
  async #receive(signal: AbortSignal): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    if (Date.now() - this.#metadataAt > metadataMs) await this.#lookAgain(signal);
    this.#poll(signal);
    if (this.#polls.size === 0) throw kafkaFailure(this.service, 5, [...this.#starts.keys()].join(', '));
    const { leader, answer, asked } = await abortable(Promise.race(this.#polls.values()), signal, this.service);
    this.#polls.delete(leader);
    if (Array.isArray(answer)) throw answer[0];
    await this.#take(answer as FetchResponse, asked, signal);
    this.#poll(signal);
  }

  #pieces(): Pieces {
    const pieces = new Map<string, Piece[]>();
    for (const [{ topic, partition }, slice] of this.#backlog.take()) pieces.set(topic, [...(pieces.get(topic) ?? []), { ...slice, partition }]);
    return pieces;
  }

  /** Loads the schemas that their messages name: a registry that is away is waited for, as a broker is. */
  async #learn(pieces: Pieces, signal: AbortSignal): Promise<true> {
    for (const [topic, all] of pieces) {
      const decoder = await this.formats.decoder(topic, this.settings.nameOf(topic), topicTable(this.#starts.get(topic)!.table).formats as TopicFormats | undefined);
      if (decoder === undefined) continue;
      for (const { partition, batches } of all) for (const batch of batches) await decoder.prepare(batch, partition, signal);
      const lacking = decoder.lacking();
      if (lacking !== undefined) throw lacking.cause;
    }
    return true;
  }

  #window(pieces: Pieces): TailWindow {
    const tables = [...pieces.keys()].map((topic) => this.#starts.get(topic)!.table);
    return { tables, notes: [...this.#patience.takeNotes(), ...this.#schemas.takeNotes()], snapshot: new WindowSnapshot(this.service, pieces, this.settings, this.formats) };
  }

  async #begin({ topic, partition, leader, start, end }: PartitionExtent, signal: AbortSignal): Promise<number> {
    const { from } = this.#starts.get(topic)!;
    if (from === 'start') return start;
    if (from === 'end') return end;
    if ('offset' in from) {
      const asked = wholeNumber(from.offset);
      if (asked > end) this.#patience.note(`${this.service}: ${topic}, partition ${partition}, ends before offset ${asked}: it begins at its end, ${end}`);
      if (asked < start) this.#patience.note(`${this.service}: ${topic}, partition ${partition}, has nothing before offset ${start} any more: it begins there`);
      return Math.min(end, Math.max(start, asked));
    }
    const [found] = await offsetsAt(this.cluster, this.service, [{ topic, partition, leader }], () => Math.max(1, from.time), signal);
    return found! < 0 ? end : found!;
  }

  async #partitions(signal: AbortSignal): Promise<PartitionAt[]> {
    const { topics } = await this.cluster.metadata([...this.#starts.keys()], signal);
    return topics.flatMap(({ name, error, partitions }) => {
      if (error !== 0) throw kafkaFailure(this.service, error, name);
      return partitions.map(({ partition, leader }) => ({ topic: name, partition, leader }));
    });
  }

  /** New leaders, and partitions that were added: those are read from their beginning. */
  async #lookAgain(signal: AbortSignal): Promise<void> {
    for (const { topic, partition, leader } of await this.#partitions(signal)) {
      const known = this.#positions.get(`${topic}/${partition}`);
      if (known !== undefined) known.leader = leader;
      else if (leader >= 0) {
        this.#patience.note(`${this.service}: partition ${partition} of ${topic} is new, and is read from its beginning`);
        this.#positions.set(`${topic}/${partition}`, { topic, partition, leader, next: 0 });
      }
    }
    this.#metadataAt = Date.now();
  }

  #poll(signal: AbortSignal): void {
    const all = [...this.#positions.values()];
    const leaders = new Set(all.map(({ leader }) => leader));
    if (leaders.delete(-1)) this.#metadataAt = 0;
    const mostBytes = Math.max(leastBytes, Math.floor(answerBytes / Math.max(1, leaders.size)));
    for (const leader of leaders) {
      if (this.#polls.has(leader)) continue;
      const own = all.filter((position) => position.leader === leader);
      // Taking turns: a broker fills its answer in the order asked.
      const turn = this.#turns++ % own.length;
      const asked = [...own.slice(turn), ...own.slice(0, turn)];
      const maxBytes = Math.max(leastBytes, Math.floor(mostBytes / asked.length));
      const topics = asked.map(({ topic, partition, next }) => ({ topic, partitions: [{ partition, offset: next, maxBytes }] }));
      const answer = this.cluster.request(leader, fetch, { maxWaitMs, maxBytes: mostBytes, topics }, signal, requestTimeoutMs);
      // A failure is an answer too: it is looked at when its turn comes.
      this.#polls.set(leader, answer.then((came) => ({ leader, answer: came, asked }), (error: unknown) => ({ leader, answer: [error], asked })));
    }
  }

  async #take(answer: FetchResponse, asked: readonly Position[], signal: AbortSignal): Promise<void> {
    if (answer.error !== 0) throw kafkaFailure(this.service, answer.error, 'following');
    for (const { topic, partitions } of answer.topics) {
      for (const fetched of partitions) {
        const position = asked.find((at) => at.topic === topic && at.partition === fetched.partition);
        if (position === undefined) continue;
        if (fetched.error === outOfRange) await this.#beyond(position, signal);
        else if (isMoving(fetched.error) || unsettled.has(fetched.error)) this.#metadataAt = 0;
        else if (fetched.error !== 0) throw kafkaFailure(this.service, fetched.error, `${topic}, partition ${fetched.partition}`);
        this.#backlog.add(position, this.#lot(fetched, position));
      }
    }
  }

  #lot({ records, aborted: transactionsAborted }: Fetched, position: Position): Lot {
    const from = position.next;
    const transactions = new AbortedTransactions(transactionsAborted);
    const batches: Batch[] = [];
    let aborted = 0;
    try {
      for (let at = 0; ; ) {
        const batch = Batch.at(records, at);
        if (batch === undefined) break;
        at = batch.end;
        const isHidden = transactions.hides(batch);
        if (batch.lastOffset < position.next) continue;
        batch.verify();
        position.next = batch.lastOffset + 1;
        if (!isHidden) batches.push(batch);
        else if (!batch.isControl) aborted += batch.count;
      }
    } catch (error) {
      // What lies before it is handed over first.
      this.#broken ??= this.#unreadable(error, position.topic, position.partition, position.next);
    }
    return { from, to: position.next, aborted, batches };
  }

  #unreadable(error: unknown, topic: string, partition: number, offset: number): unknown {
    if (!(error instanceof CorruptBatch)) return error;
    return new AishellError('source.failed', `${this.service}: ${topic}, partition ${partition}: the record batch at offset ${offset} can't be read: ${error.message}`, 'Begin behind it with --from, or leave the topic out.', { service: this.service, cause: error });
  }

  /** Retention was faster than the reader, or the topic was made anew. It is said, never passed over silently. */
  async #beyond(position: Position, signal: AbortSignal): Promise<void> {
    const { topic, partition, leader, next } = position;
    const { found, refused } = await extents(this.cluster, this.service, [{ topic, partition, leader }], signal);
    for (const failure of refused.values()) throw failure;
    const { start, end } = found[0]!;
    if (start > next) this.#patience.note(`${this.service}: ${topic}, partition ${partition}: the messages from offset ${next} to ${start - 1} were deleted before they could be read`);
    else if (end < next) this.#patience.note(`${this.service}: ${topic}, partition ${partition}: the log ends at ${end}, before offset ${next} that was reached: it was cut or made anew, and is read from its beginning`);
    position.next = start;
  }
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AishellError('usage', `${text} is no offset`, 'Offsets of Kafka are whole numbers; a time is written like -10m or 2026-03-01T12:00:00Z.');
}

/** One window, which is all that there is: every read of it ends at its end. */
class WindowSnapshot implements Snapshot {
  readonly consistency = 'committed messages of one window';

  constructor(
    private readonly service: string,
    private readonly pieces: Pieces,
    private readonly settings: Settings,
    private readonly formats: Formats,
  ) {}

  async read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    signal.throwIfAborted();
    const payload = query.payload as LogQuery;
    const { topic } = payload.topic;
    const decoder = await this.formats.forQuery(payload, this.settings.nameOf(topic));
    const rows = new RowWriter(payload, sink, this.service);
    const coverage: Coverage[] = [];
    for (const { partition, from, to, aborted, batches, messages, bytes } of this.pieces.get(topic) ?? []) {
      const range = { partition, from, to, taken: from };
      for (const batch of batches) rows.batch((await decoder?.prepare(batch, partition, signal)) ?? batch, range);
      sink.received(bytes);
      coverage.push({ partition: `${topic}/${partition}`, from: String(from), to: String(to), messages, bytes, reachedEnd: true, bound: 'one window', isolation: 'read_committed', aborted });
    }
    const warnings = [...rows.warnings(), ...(decoder?.warnings() ?? [])];
    const lacking = decoder?.lacking();
    const bytes = coverage.reduce((sum, piece) => sum + piece.bytes, 0);
    return { rows: rows.rows, bytes, proof: 'the window was read whole', coverage, ...(warnings.length > 0 && { warnings }), ...(lacking && { lacking }) };
  }

  async close(): Promise<void> {}
}
