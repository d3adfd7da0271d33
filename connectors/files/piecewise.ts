/** Reads a table piece by piece: what was found is kept, whatever becomes of the rest, and the coverage says what that is. */

import { stat } from 'node:fs/promises';
import { AishellError } from '../contract.js';
import type { Coverage, NativeQuery, ReadStats, Sink } from '../contract.js';
import type { Connection } from '../../src/duckdb/connection.js';
import type { FilesPayload } from './dialect.js';
import { hasOffsets, mergeSpans, spanQuery } from './offsets.js';
import type { Span } from './offsets.js';
import { piecesOf } from './pieces.js';
import type { Cut, Piece, Reached } from './pieces.js';

export interface PieceReads {
  connected<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  stream(connection: Connection, query: Pick<NativeQuery, 'text' | 'params' | 'columns'>, sink: Sink, signal: AbortSignal): Promise<{ rows: number; bytes: number }>;
  /** Its turn among all that are read piece by piece: each reader of JSON takes a buffer a thread, of the memory of all. */
  turn<T>(work: () => Promise<T>): Promise<T>;
  /** What DuckDB says of a piece, as an error that names the file. */
  failure(error: unknown, signal: AbortSignal): AishellError;
}

/** Whoever stops the search waits so long for the piece that is being read; what it gave until then is kept. */
const graceMs = 300;
const pollMs = 100;
const smallest = 4 << 20;
const largest = 64 << 20;
/** A piece that takes less is followed by a larger one. */
const shortMs = 150;
const longMs = 500;
/** Where more than these can't be read, they are told by the pieces that they are in. */
const mostToldApart = 20;

type Select = NonNullable<FilesPayload['select']>;

export async function readPieces(cut: Omit<Cut, 'bytes'>, query: NativeQuery, reads: PieceReads, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
  const { scan, select } = query.payload as Required<FilesPayload>;
  const search = new Search(cut, query, select, hasOffsets(scan.table), reads, sink, signal, scan.table.rows?.count);
  return search.read();
}

class Search {
  readonly #reached: Reached[];
  readonly #failures: AishellError[] = [];
  readonly #warnings: string[] = [];
  readonly #spans = new Map<string, Span>();
  #bytes = smallest;
  #rows = 0;
  #rowBytes = 0;
  #isStopped = false;

  constructor(
    private readonly cut: Omit<Cut, 'bytes'>,
    private readonly query: NativeQuery,
    private readonly select: Select,
    private readonly isLog: boolean,
    private readonly reads: PieceReads,
    private readonly sink: Sink,
    private readonly signal: AbortSignal,
    private readonly tableRows: number | undefined,
  ) {
    this.#reached = cut.files.map(({ bytes }, file) => ({ file, unit: 'bytes', to: 0, of: bytes, records: 0 }));
  }

  async read(): Promise<ReadStats> {
    await this.reads.connected(async (connection) => {
      const pieces = piecesOf({ ...this.cut, bytes: () => this.#bytes }, connection, this.signal);
      // The next one is cut while this one is read.
      let next = pieces.next();
      try {
        for (;;) {
          const { value: piece, done } = await next;
          if (done === true) break;
          next = pieces.next();
          next.catch(() => undefined);
          await this.reads.turn(() => this.#piece(piece)).finally(() => piece.done());
          if (this.#isStopped || this.#isFull || this.#looked()) break;
        }
      } finally {
        const { value: unread } = await next.catch(() => ({ value: undefined }));
        await unread?.done();
        await pieces.return();
      }
    });
    const [lacking] = this.#failures;
    return { rows: this.#rows, bytes: this.#rowBytes, proof: this.#proof(), coverage: this.#coverage(), ...(this.#warnings.length > 0 && { warnings: this.#warnings }), ...(lacking !== undefined && { lacking }) };
  }

  get #isFull(): boolean {
    return this.select.limit !== undefined && this.#rows >= this.select.limit;
  }

  async #piece(read: Piece): Promise<void> {
    const { relation, reached } = read;
    if (typeof relation !== 'string') {
      this.#failures.push(relation);
      return this.#reach(reached);
    }
    if (this.#looked()) {
      this.#isStopped = true;
      return;
    }
    const piece = new AbortController();
    const stop = () => piece.abort(this.signal.reason);
    this.signal.addEventListener('abort', stop, { once: true });
    if (this.signal.aborted) stop();
    let enoughAt: number | undefined;
    const watch = setInterval(() => {
      if (!this.#looked()) return;
      enoughAt ??= performance.now();
      if (performance.now() - enoughAt > graceMs) piece.abort();
    }, pollMs);
    const began = performance.now();
    const held = new HeldBatches(this.sink, (rows, bytes) => {
      this.#rows += rows;
      this.#rowBytes += bytes;
    });
    let failure: AishellError | undefined;
    try {
      await this.reads.connected((connection) => this.reads.stream(connection, this.#queryOver(relation), held, piece.signal));
      held.release();
      if (this.isLog) mergeSpans(this.#spans, await this.reads.connected((connection) => connection.rows(spanQuery(relation), piece.signal)));
      this.#reach(reached);
      this.#resize(performance.now() - began);
    } catch (error) {
      if (this.signal.aborted) throw error;
      if (piece.signal.aborted) {
        this.#isStopped = true;
        held.release();
      } else failure = this.reads.failure(error, this.signal);
    } finally {
      clearInterval(watch);
      this.signal.removeEventListener('abort', stop);
    }
    if (failure !== undefined) await this.#fail(failure, read);
  }

  #queryOver(relation: string): Pick<NativeQuery, 'text' | 'params' | 'columns'> {
    const { head, tail, limit } = this.select;
    return { ...this.query, text: `${head}(${relation})${tail}${limit === undefined ? '' : ` LIMIT ${limit - this.#rows}`}` };
  }

  /** What it is that can't be read is found out, as far as there are not many of it. What lies behind it is read. */
  async #fail(failure: AishellError, { reached, parts, isUnended }: Piece): Promise<void> {
    // Another version of the table than the catalogue's, or a limit: all of it is asked otherwise, or not at all.
    if (failure.code === 'source.schema_changed' || failure.code.startsWith('budget.')) throw failure;
    const [{ file, to }] = reached as [Reached];
    const from = this.#reached[file]!.to;
    if (parts !== undefined && this.#failures.length < mostToldApart) {
      const told = this.#failures.length + this.#warnings.length;
      for await (const part of parts()) {
        await this.#piece(part).finally(() => part.done());
        if (this.#isStopped || this.#isFull) return;
      }
      // Each of its parts can be read: where the fault is, is not known closer.
      if (this.#failures.length + this.#warnings.length === told) this.#failures.push(this.#placed(failure, reached, from));
      return;
    }
    if (isUnended === true) this.#warnings.push(`${this.cut.files[file]!.name} ends in the middle of a record, which is left out (${this.#where(from, to)}): it may still be written.`);
    else this.#failures.push(this.#placed(failure, reached, from));
    this.#reach(reached);
  }

  #where(from: number, to: number): string {
    return `bytes ${from.toLocaleString('en-US')} to ${to.toLocaleString('en-US')}`;
  }

  /** With the stretch of the file that it is about. */
  #placed({ code, message, remedy }: AishellError, reached: readonly Reached[], from: number): AishellError {
    const [{ file, unit, to }] = reached as [Reached];
    const isStretch = reached.length === 1 && unit === 'bytes';
    return new AishellError(code, isStretch ? `${message.replace(/\.$/, '')} (${this.#where(from, to)} of ${this.cut.files[file]!.name}).` : message, remedy, { service: this.cut.service });
  }

  #reach(reached: readonly Reached[]): void {
    for (const one of reached) {
      const before = this.#reached[one.file]!;
      const records = before.records === undefined || one.records === undefined ? undefined : before.records + one.records;
      this.#reached[one.file] = { ...one, ...(records === undefined ? { records: 0 } : { records }) };
    }
  }

  #resize(ms: number): void {
    if (ms < shortMs) this.#bytes = Math.min(largest, this.#bytes * 2);
    else if (ms > longMs) this.#bytes = Math.max(smallest, this.#bytes / 2);
  }

  #looked(): boolean {
    const done = this.#reached.filter(({ to, of }) => to >= of).length;
    const sizes = this.cut.files.map(({ bytes }) => bytes);
    const read = this.#reached.reduce((sum, { to, of }, file) => sum + (of === 0 ? 0 : (to / of) * sizes[file]!), 0);
    const share = read / Math.max(1, sizes.reduce((sum, bytes) => sum + bytes, 0));
    const messages = this.#reached.reduce((sum, { records = 0 }) => sum + records, 0);
    const expected = this.tableRows ?? Math.round(messages / Math.max(share, 1e-6));
    return this.sink.looked?.({ messages, expected: Math.max(messages, expected), partitions: this.#reached.length, done, read: Math.round(read) }) ?? false;
  }

  #proof(): string {
    if (this.#isFull) return `limit of ${this.select.limit} rows`;
    return this.#reached.every(isWhole) ? `end of ${this.#reached.length === 1 ? 'the file' : `${this.#reached.length} files`}, ${this.#rows} rows` : 'told to stop';
  }

  #coverage(): Coverage[] {
    const parts = partsOf(this.#reached, this.cut.files.map(({ name }) => name), this.#isFull ? 'stopped by the limit' : 'stopped when it was told to stop', this.#failures);
    if (!this.isLog || this.#spans.size === 0) return parts;
    const isAll = this.#reached.every(isWhole);
    const bound = isAll ? 'the whole file' : parts.filter(({ reachedEnd }) => !reachedEnd).map((part) => `${part.partition} ${part.bound}`).join('; ');
    return [...this.#spans].map(([partition, { from, to, messages }]) => ({ partition, from: String(from), to: String(to), messages, bytes: 0, reachedEnd: isAll, bound }));
  }
}

/** The batches of a piece, kept until all of it was read: one that fails is read anew in parts. */
export class HeldBatches implements Sink {
  readonly columns: Sink['columns'];
  #batches: { readonly batch: unknown; readonly rows: number }[] = [];
  #bytes = 0;

  constructor(
    private readonly sink: Sink,
    private readonly passed: (rows: number, bytes: number) => void = () => {},
  ) {
    this.columns = sink.columns;
  }

  received(bytes: number): void {
    this.#bytes += bytes;
    this.sink.received(bytes);
  }

  chunk(batch: unknown, rows: number): void {
    this.#batches.push({ batch, rows });
  }

  release(): void {
    for (const { batch, rows } of this.#batches) this.sink.chunk(batch, rows);
    this.passed(this.#batches.reduce((sum, { rows }) => sum + rows, 0), this.#bytes);
    this.#batches = [];
  }

  endRow(): void {
    throw new Error('files come in batches');
  }

  parquet(): Promise<void> {
    return Promise.reject(new Error('files come in batches'));
  }
}

/** With more of them, those that were read to their ends are told together. */
const fewFiles = 8;

function partsOf(reached: readonly Reached[], names: readonly string[], why: string, failures: readonly AishellError[]): Coverage[] {
  const failed = failures.length === 0 ? '' : `; of it ${failures.length} ${failures.length === 1 ? 'part' : 'parts'} could not be read`;
  const part = (one: Reached): Coverage => {
    const ended = isWhole(one);
    const bound = one.isCut === true ? `of ${amount(one)}, it can't be read further` : ended ? `the whole file${failed}` : one.to === 0 ? `none of ${amount(one)} were read: ${why}` : `of ${amount(one)}, ${why}`;
    return { partition: names[one.file]!, from: '0', to: String(one.to), messages: one.records ?? 0, bytes: one.unit === 'bytes' ? one.to : 0, reachedEnd: ended, unit: one.unit, bound };
  };
  if (reached.length <= fewFiles) return reached.map(part);
  const whole = reached.filter(isWhole);
  const begun = reached.filter((one) => !isWhole(one) && one.to > 0);
  const unread = reached.length - whole.length - begun.length;
  const bytes = (some: readonly Reached[]) => some.reduce((sum, { of }) => sum + of, 0);
  return [
    { partition: `${whole.length} of ${reached.length} files`, from: '0', to: String(bytes(whole)), messages: whole.reduce((sum, { records = 0 }) => sum + records, 0), bytes: bytes(whole), reachedEnd: unread + begun.length === 0, unit: 'bytes', bound: unread + begun.length === 0 ? `all of each${failed}` : `all of each; ${unread} were not read: ${why}` },
    ...begun.map(part),
  ];
}

function isWhole({ to, of, isCut }: Reached): boolean {
  return to >= of && isCut !== true;
}

function amount({ of, unit }: Reached): string {
  return `${of.toLocaleString('en-US')} ${unit}`;
}

/** The files as they are now. */
export async function sizesOf(files: readonly string[]): Promise<number[]> {
  return Promise.all(files.map(async (file) => (await stat(file)).size));
}
