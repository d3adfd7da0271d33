/**
 * One native query read at line speed: bound parameters, binary results, decoded from pg's own socket.
 *
 * The extended protocol takes one statement and real parameters, and its binary rows are laid out as COPY's; measured
 * side by side it is as fast as COPY (FORMAT binary), so nothing is ever printed into the text of a query. While rows
 * come, this object takes the socket's data from pg; every message that is not a row goes to pg's parser untouched, so
 * that pg keeps its state, and gets the socket back with ReadyForQuery.
 */

import type { Connection, Submittable } from 'pg';
import { AishellError, type NativeQuery, type Sink } from '../contract.js';
import { cutFailure } from '../sql/failures.js';
import { Framing } from '../sql/framing.js';
import { decoder, type Decode } from './decode.js';
import { codes, fieldTypes, isWellFormed, messageBytes } from './messages.js';

const format = { headerBytes: 5, messageBytes };

type DataListener = (chunk: Buffer) => void;

export interface RowsResult {
  readonly rows: number;
  readonly bytes: number;
  readonly proof: string;
}

export class RowReader implements Submittable {
  readonly done: Promise<RowsResult>;
  /** The failure is ours or the sink's, not the server's. */
  failedLocally = false;
  #resolve!: (result: RowsResult) => void;
  #reject!: (error: unknown) => void;
  #connection: Connection | undefined;
  #pgListeners: DataListener[] = [];
  #decoders: Decode[] = [];
  #rows = 0;
  #bytes = 0;
  #tag = '';
  /** The first failure; rows are dropped from then on, until the server is ready again. */
  #failure: unknown;
  readonly #framing = new Framing(format, (buffer, start, end) => this.#message(buffer, start, end));

  /**
   * @param onFailure called once when rows can't be taken any more while the server still sends them
   */
  constructor(
    private readonly query: NativeQuery,
    private readonly sink: Sink,
    private readonly service: string,
    private readonly checkText: boolean,
    private readonly onFailure: () => void,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A failure after the caller has gone is no unhandled rejection.
    this.done.catch(() => {});
  }

  /** Stops taking rows; `done` settles when the server is ready again. */
  stop(reason: unknown): void {
    this.#failure ??= reason;
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    const { stream } = connection;
    this.#pgListeners = stream.listeners('data') as DataListener[];
    stream.on('data', this.#onData);
    stream.once('close', this.#onClose);
    for (const listener of this.#pgListeners) stream.removeListener('data', listener);
    stream.cork();
    connection.parse({ text: this.query.text, name: '', types: [] }, true);
    connection.bind({ values: [...this.query.params] as string[], binary: true } as never, true);
    connection.describe({ type: 'P' }, true);
    connection.execute({} as never, true);
    connection.sync();
    stream.uncork();
  }

  /** pg calls these from its parser, to which all messages but rows are handed. */
  handleError(error: unknown): void {
    this.#failure ??= error;
  }

  handleCommandComplete(message: { text: string }): void {
    this.#tag = message.text;
  }

  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleReadyForQuery(): void {}

  readonly #onData = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    try {
      if (this.#failure === undefined) this.sink.received(chunk.length);
    } catch (error) {
      this.#fail(error);
    }
    let rest: Buffer | undefined;
    try {
      rest = this.#framing.push(chunk);
    } catch (error) {
      this.#failure ??= error;
      this.#connection?.stream.destroy();
      return;
    }
    if (rest === undefined) return;
    if (rest.length > 0) for (const listener of this.#pgListeners) listener(rest);
    this.#finish();
  };

  /** No ReadyForQuery will come any more. */
  readonly #onClose = (): void => {
    this.#failure ??= cutFailure(this.service, `after ${this.#rows} rows`);
    this.#finish();
  };

  #message(buffer: Buffer, start: number, end: number): boolean {
    const code = buffer[start];
    if (code === codes.dataRow || code === codes.rowDescription) {
      if (this.#failure !== undefined) return true;
      try {
        if (code === codes.dataRow) this.#row(buffer, start + 5, end);
        else this.#describe(fieldTypes(buffer.subarray(start + 5, end)));
      } catch (error) {
        this.#fail(error instanceof RangeError ? cutFailure(this.service, 'a malformed row', error) : error);
      }
      return true;
    }
    const message = buffer.subarray(start, end);
    if (!isWellFormed(message)) throw new Error('what came is not PostgreSQL\'s protocol');
    // pg may submit its next query from inside this call, so the socket must be its own again before.
    const isEnd = code === codes.readyForQuery;
    if (isEnd) this.#handBack();
    for (const listener of this.#pgListeners) listener(message);
    return !isEnd;
  }

  #describe(types: readonly number[]): void {
    this.#decoders = this.sink.columns.map((column, i) => {
      const decode = types[i] === undefined ? undefined : decoder(types[i], column.type, this.checkText);
      if (decode) return decode;
      throw new AishellError('source.schema_changed', `${this.service}: column ${column.name} has another type than when the catalogue was read`, 'Run `aishell schema --refresh`.', { service: this.service });
    });
  }

  #row(buffer: Buffer, start: number, end: number): void {
    const { columns } = this.sink;
    const count = buffer.readUInt16BE(start);
    if (count !== columns.length && !(columns.length === 0 && count === 1)) throw new RangeError(`${count} values in a row of ${columns.length} columns`);
    let at = start + 2;
    for (let i = 0; i < columns.length; i++) {
      const length = buffer.readInt32BE(at);
      at += 4;
      if (length < 0) {
        columns[i]!.null();
        continue;
      }
      if (at + length > end) throw new RangeError('a value longer than its row');
      const refused = this.#decoders[i]!(buffer, at, length, columns[i]!);
      if (refused !== undefined) this.#refuse(columns[i]!.name, refused);
      at += length;
    }
    this.sink.endRow();
    this.#rows++;
  }

  #refuse(column: string, what: string): never {
    throw new AishellError('source.value', `${this.service}: column ${column} holds ${what}`, 'Leave the column out, or exclude such rows with a WHERE that the store answers; numeric columns without a precision also have the option `numeric: double | text`.', { service: this.service });
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.failedLocally = true;
    this.onFailure();
  }

  #handBack(): void {
    const stream = this.#connection?.stream;
    if (!stream || !stream.listeners('data').includes(this.#onData)) return;
    for (const listener of this.#pgListeners) stream.on('data', listener);
    stream.removeListener('data', this.#onData);
    stream.removeListener('close', this.#onClose);
  }

  #finish(): void {
    this.#handBack();
    if (this.#failure !== undefined) return this.#reject(this.#failure);
    const counted = /^SELECT (\d+)$/.exec(this.#tag);
    if (!counted || Number(counted[1]) !== this.#rows) {
      return this.#reject(new AishellError('source.cut', `${this.service}: ${this.#rows} rows came, the server says "${this.#tag}"`, 'Run it again.', { service: this.service }));
    }
    this.#resolve({ rows: this.#rows, bytes: this.#bytes, proof: `CommandComplete: ${this.#tag}` });
  }
}
