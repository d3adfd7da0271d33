/** Reads ranges of partitions: one fetch after another from each leader, the next one asked for before the last is decoded. */

import { AishellError } from '../contract.js';
import { cancelled, cutFailure } from '../sql/failures.js';
import { pause } from '../log/pause.js';
import { Batch, CorruptBatch } from './records/batch.js';
import type { Sifted } from './records/sift.js';
import { AbortedTransactions } from './records/transactions.js';
import type { Cluster } from './wire/cluster.js';
import type { AnswerMemory } from './wire/connection.js';
import { inTurns } from './wire/turns.js';
import { earliestOf } from './offsets.js';
import { isMoving, kafkaFailure, outOfRange } from './wire/errors.js';
import { fetch, type FetchResponse, type Fetched } from './wire/requests.js';

export interface PartitionRange {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  /** First offset to read and first one not to. */
  readonly from: number;
  readonly to: number;
  /** Where the log itself ends, if it goes on behind `to`. */
  readonly end?: number;
  /** Only these offsets of it, in order and apart from each other. Absent: all. */
  readonly stretches?: readonly { readonly from: number; readonly to: number }[];
}

/** Offsets without a gap, and what came of them. A batch that lies in several counts for the first. */
export interface Piece {
  /** Moves on over what was deleted: a batch that is still there in part may hold some of it. */
  from: number;
  readonly to: number;
  messages: number;
  /** Of transactions that were aborted. */
  aborted: number;
  bytes: number;
  /** Offsets of neither a message nor a transaction's marker: compaction removed them. A batch that lies in it only in part is not looked into. */
  removed: number;
  /** What comes next where nothing was removed. */
  following: number;
}

/** How far a range has come. */
export interface Progress extends PartitionRange {
  leader: number;
  readonly pieces: readonly Piece[];
  /** Moves on over what was deleted: a batch that is still there in part may hold some of it. */
  from: number;
  /** What to ask for next; it is ahead of what was taken. */
  next: number;
  /** First offset that was not taken. */
  taken: number;
  /** Nothing more of it is read, though it has not reached its end. */
  isOver: boolean;
  /** It has to be seen who leads it now. */
  isMoved: boolean;
}

export interface LogOptions {
  readonly service: string;
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly received: (bytes: number) => void;
  /** Told after each answer how far all ranges have come; true ends the whole read there. */
  readonly looked?: (ranges: readonly Progress[]) => boolean;
  /** Says which batches of a stretch are worth decoding; `batch` is then called with those alone. */
  readonly sift?: (bytes: Buffer, starts: readonly number[]) => Promise<Sifted>;
  /**
   * Told what could not be read and is passed over: a batch that is corrupt, messages that retention deleted in between.
   * What it throws ends the read. Absent: the failure itself does.
   */
  readonly lost?: (failure: AishellError, range: Progress) => void;
  /** Told of a partition that the broker refuses; the others are read. Absent: it ends the read. */
  readonly refused?: (failure: AishellError, range: Progress) => void;
  /** Whether nothing keeps a batch, or bytes of it, after `batch` is done with it: its memory is then used again. */
  readonly isTransient?: boolean;
  /** Return true to end the whole read, with `taken` set to where it ended. */
  readonly batch: (batch: Batch, range: Progress) => boolean | Promise<boolean>;
}

const answerBytes = 8 * 1024 * 1024;
const leastPartitionBytes = 256 * 1024;
/** What a message is taken for until some have come. Of larger ones fewer come at once, but at least one batch. */
const messageBytes = 1024;
const maxWaitMs = 500;
const requestTimeoutMs = 30_000;
/** A broker that has what was asked for sends it at once; one that keeps sending nothing has lost it. */
const stallMs = 30_000;
const movingMs = 250;

/** The ranges as far as they were read: to their ends, unless `batch` ended it. Leaders may move meanwhile. */
export async function readLog(ranges: readonly PartitionRange[], options: LogOptions): Promise<Progress[]> {
  const all = ranges.map((range): Progress => ({ ...range, next: range.from, taken: range.from, pieces: piecesOf(range), isOver: false, isMoved: false }));
  const state = { isOver: false };
  if (options.signal.aborted) throw cancelled(options.signal, options.service);
  const own = { ...options, ...(options.looked && { looked: () => options.looked!(all) }) };
  const seen = () => all.reduce((sum, { taken }) => sum + taken, 0);
  let [reached, since] = [seen(), Date.now()];
  for (let waiting = all; ; waiting = all.filter(({ isMoved }) => isMoved)) {
    const leaders = new Set(waiting.map(({ leader }) => leader));
    const failures = await Promise.all([...leaders].map((leader) => readFrom(leader, waiting.filter((range) => range.leader === leader), own, state)));
    if (state.isOver || all.every(({ isMoved }) => !isMoved)) return all;
    if (seen() > reached) [reached, since] = [seen(), Date.now()];
    else if (Date.now() - since > stallMs) throw failures.find((failure) => failure !== undefined);
    await ledNow(all.filter(({ isMoved }) => isMoved), options);
  }
}

/** Who leads them after a moment. One that nobody leads is asked of whoever did. */
async function ledNow(moved: readonly Progress[], { cluster, service, signal }: LogOptions): Promise<void> {
  await pause(movingMs, signal);
  const names = [...new Set(moved.map(({ topic }) => topic))];
  const { topics } = await cluster.metadata(names, signal);
  for (const range of moved) {
    const topic = topics.find(({ name }) => name === range.topic);
    if (topic === undefined || (topic.error !== 0 && !isMoving(topic.error))) throw kafkaFailure(service, topic?.error ?? 3, range.topic);
    const leader = topic.partitions.find(({ partition }) => partition === range.partition)?.leader ?? -1;
    if (leader >= 0) range.leader = leader;
  }
}

function piecesOf({ from, to, stretches = [{ from, to }] }: PartitionRange): Piece[] {
  return stretches.map((stretch) => ({ from: stretch.from, to: stretch.to, messages: 0, aborted: 0, bytes: 0, removed: 0, following: stretch.from }));
}

/** The first offset to read from this one on: behind the gap, where it is in one. */
function wanted({ pieces, to }: Progress, offset: number): number {
  const piece = pieces.find((one) => offset < one.to);
  return piece === undefined ? Math.max(offset, to) : Math.max(offset, piece.from);
}

/** @returns why some of them are to be read from another broker */
async function readFrom(leader: number, ranges: readonly Progress[], options: LogOptions, state: { isOver: boolean }): Promise<AishellError | undefined> {
  for (const range of ranges) range.isMoved = false;
  let failure: AishellError | undefined;
  let pending = ranges.filter((range) => range.next < range.to);
  let lastProgress = Date.now();
  // At any time one answer arrives and one is worked on.
  const memory = options.isTransient === true ? inTurns() : undefined;
  let coming = pending.length > 0 ? ask(leader, pending, options, memory) : undefined;
  while (coming && !state.isOver) {
    const came = await coming.catch((error: unknown) => lostLeader(error, options));
    if (came instanceof AishellError) {
      for (const range of pending) range.isMoved = true;
      return came;
    }
    const { work, deleted, moved } = batchesOf(came.answer, came.asked, options);
    failure ??= moved;
    for (const range of deleted) await passDeleted(range, options);
    if (work.length > 0 || deleted.length > 0) lastProgress = Date.now();
    else if (Date.now() - lastProgress > stallMs) throw stalled(pending, options.service);
    // Those that got nothing come first: a broker fills its answer in the order asked.
    const idle = pending.filter((range) => !work.some((done) => done.range === range));
    const active = pending.filter((range) => !idle.includes(range));
    pending = [...idle, ...active].filter((range) => range.next < range.to && !range.isOver && !range.isMoved);
    coming = pending.length > 0 ? ask(leader, pending, options, memory) : undefined;
    const sifted = await Promise.all(work.map(({ records, batches }) => options.sift?.(records, batches.map(({ start }) => start))));
    for (const [i, one] of work.entries()) {
      if (state.isOver) return undefined;
      if (await deliver(one, sifted[i], options)) state.isOver = true;
      else one.range.taken = one.until;
    }
    if (options.looked?.(ranges) === true) state.isOver = true;
  }
  return failure;
}

/** A broker that is gone, where another may take over; anything else is thrown. */
function lostLeader(error: unknown, { cluster, signal }: LogOptions): AishellError {
  const isGone = error instanceof AishellError && ['source.cut', 'source.unreachable', 'source.timeout'].includes(error.code);
  if (signal.aborted || !isGone || !cluster.isSeveral) throw error;
  return error;
}

interface Answer {
  readonly answer: FetchResponse;
  readonly asked: readonly Progress[];
}

function ask(leader: number, pending: readonly Progress[], { cluster, signal, received }: LogOptions, memory?: AnswerMemory): Promise<Answer> {
  const maxBytes = Math.max(leastPartitionBytes, Math.floor(answerBytes / pending.length));
  const topics = [...new Set(pending.map((range) => range.topic))].map((topic) => ({
    topic,
    partitions: pending.filter((range) => range.topic === topic).map((range) => ({ partition: range.partition, offset: range.next, maxBytes: Math.min(maxBytes, Math.max(1, worth(range))) })),
  }));
  const request = { maxWaitMs, maxBytes: answerBytes, topics };
  const answering = cluster.request(leader, fetch, request, signal, requestTimeoutMs, memory).then((answer) => {
    for (const { partitions } of answer.topics) for (const { records } of partitions) received(records.length);
    return { answer, asked: pending };
  });
  // It is awaited later; until then a failure must not count as unhandled.
  answering.catch(() => {});
  return answering;
}

/** Bytes to ask for where the log goes on behind a stretch: a broker fills its answer with what lies there. */
function worth({ pieces, next, to, end = to }: Progress): number {
  const piece = pieces.find((one) => next < one.to);
  if (piece === undefined || piece.to >= end) return Infinity;
  const [bytes, messages] = pieces.reduce(([all, count], one) => [all + one.bytes, count + one.messages], [0, 0]);
  return Math.ceil((piece.to - next) * (messages === 0 ? messageBytes : (bytes / messages) * 1.25));
}

interface Work {
  readonly range: Progress;
  /** The bytes that the batches are in. */
  readonly records: Buffer;
  readonly batches: readonly Batch[];
  readonly aborted: Fetched['aborted'];
  /** Where the batches end. */
  readonly until: number;
}

/** Finds the whole batches of an answer and moves the ranges on, which is all that the next request has to know. */
function batchesOf(answer: FetchResponse, asked: readonly Progress[], options: LogOptions): { readonly work: readonly Work[]; readonly deleted: readonly Progress[]; readonly moved: AishellError | undefined } {
  const { service, refused } = options;
  let moved: AishellError | undefined;
  if (answer.error !== 0) throw kafkaFailure(service, answer.error, 'reading');
  const work: Work[] = [];
  const deleted: Progress[] = [];
  for (const { topic, partitions } of answer.topics) {
    for (const fetched of partitions) {
      const range = asked.find((r) => r.topic === topic && r.partition === fetched.partition);
      if (!range) throw cutFailure(service, `an answer for ${topic}/${fetched.partition}, which was not asked for`);
      if (fetched.error === outOfRange) {
        deleted.push(range);
        continue;
      }
      if (fetched.error !== 0) {
        const failure = kafkaFailure(service, fetched.error, `${topic}, partition ${range.partition}, offset ${range.next}`);
        if (isMoving(fetched.error)) {
          moved ??= failure;
          range.isMoved = true;
          continue;
        }
        if (refused === undefined) throw failure;
        refused(failure, range);
        range.isOver = true;
        continue;
      }
      const batches: Batch[] = [];
      const before = range.next;
      for (let at = 0; range.next < range.to; ) {
        const batch = batchAt(fetched.records, at, range, options);
        if (!batch) break;
        at = batch.end;
        // Compaction leaves gaps, and a fetch begins with the batch that its offset is in.
        if (batch.lastOffset < range.next) {
          // What ends a transaction may lie in a gap that the answer goes on behind.
          if (batch.isControl) batches.push(batch);
          continue;
        }
        const { next } = range;
        range.next = wanted(range, batch.lastOffset + 1);
        if (batch.isControl || range.pieces.some(({ from, to }) => batch.baseOffset < to && batch.lastOffset >= Math.max(from, next))) batches.push(batch);
      }
      if (range.next > before) work.push({ range, records: fetched.records, batches, aborted: fetched.aborted, until: range.next });
    }
  }
  return { work, deleted, moved };
}

/** Where a batch's own length is wrong, nobody knows where the next one begins: its partition is not read on. */
function batchAt(records: Buffer, at: number, range: Progress, { service, lost }: LogOptions): Batch | undefined {
  try {
    return Batch.at(records, at);
  } catch (error) {
    const failure = corrupt(error, range, range.next, service);
    if (lost === undefined || !(failure instanceof AishellError)) throw failure;
    lost(failure, range);
    range.isOver = true;
    return undefined;
  }
}

/** Goes on from where the log begins now. */
async function passDeleted(range: Progress, { service, cluster, signal, lost }: LogOptions): Promise<void> {
  const { topic, partition, next } = range;
  const start = await earliestOf(cluster, service, range, signal);
  // Not retention: the log was cut or made anew, and its offsets mean other messages.
  if (start <= next || lost === undefined) throw kafkaFailure(service, outOfRange, `${topic}, partition ${partition}, offset ${next}`);
  const to = Math.min(start, range.to);
  lost(new AishellError('source.cut', `${service}: ${topic}, partition ${partition}: the messages from offset ${next} to ${to - 1} were deleted before they could be read`, 'Retention was faster than the reader, or somebody deleted them. Nothing else of them is left.', { service }), range);
  range.from = to;
  for (const piece of range.pieces) {
    piece.from = Math.min(Math.max(piece.from, to), piece.to);
    piece.following = Math.max(piece.following, piece.from);
  }
  range.next = range.taken = wanted(range, to);
}

async function deliver({ range, batches, aborted }: Work, sifted: Sifted | undefined, { batch: take, service, signal, lost }: LogOptions): Promise<boolean> {
  const transactions = new AbortedTransactions(aborted);
  const hits = sifted && new Set(sifted.hits);
  const broken = new Map(sifted?.corrupt.map(({ position, message }) => [position, message]));
  for (const [position, batch] of batches.entries()) {
    if (signal.aborted) throw cancelled(signal, service);
    const around = range.pieces.find(({ following, to }) => batch.baseOffset >= following && batch.lastOffset < to);
    goOver(range.pieces, batch);
    try {
      if (sifted === undefined) batch.verify();
      else if (broken.has(position)) throw new CorruptBatch(broken.get(position)!);
      const piece = range.pieces.find(({ to }) => batch.baseOffset < to) ?? range.pieces.at(-1)!;
      piece.bytes += batch.bytes;
      if (around !== undefined) around.removed += batch.lastOffset - batch.baseOffset + 1 - batch.count;
      if (transactions.hides(batch)) {
        if (!batch.isControl) piece.aborted += batch.count;
        continue;
      }
      piece.messages += batch.count;
      if (hits?.has(position) === false) continue;
      const isOver = take(batch, range);
      if (isOver === true || (isOver !== false && (await isOver))) return true;
    } catch (error) {
      const failure = corrupt(error, range, batch.baseOffset, service);
      if (lost === undefined || !(error instanceof CorruptBatch)) throw failure;
      lost(failure as AishellError, range);
    }
  }
  return false;
}

/** Compaction leaves out whole batches; those that it takes records out of keep their first and last offsets. */
function goOver(pieces: readonly Piece[], { baseOffset, lastOffset }: Batch): void {
  for (const piece of pieces) {
    piece.removed += Math.max(0, Math.min(baseOffset, piece.to) - piece.following);
    piece.following = Math.max(piece.following, Math.min(lastOffset + 1, piece.to));
  }
}

function corrupt(error: unknown, { topic, partition }: Progress, offset: number, service: string): unknown {
  if (!(error instanceof CorruptBatch)) return error;
  return new AishellError('source.failed', `${service}: ${topic}, partition ${partition}: the record batch at offset ${offset} can't be read: ${error.message}`, 'Exclude it by a condition on _partition and _offset; the log or the network garbled it, or it is very old.', { service, cause: error });
}

function stalled(pending: readonly Progress[], service: string): AishellError {
  const where = pending.map((range) => `${range.topic}/${range.partition} at ${range.next} of ${range.to}`).slice(0, 3).join(', ');
  return new AishellError('source.timeout', `${service}: the broker has sent nothing for ${stallMs / 1000} s (${where})`, 'Look at the state of these partitions, and run it again.', { service });
}
