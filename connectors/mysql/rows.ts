/**
 * One native query read at line speed: prepared, with bound parameters, its binary rows decoded from mysql2's own socket.
 *
 * For mysql2 this is a command like any other. When its turn comes it takes the socket's data, prepares, executes,
 * reads rows, closes the statement and gives the socket back; mysql2 sees none of these packets, and never makes an
 * object of a row. A row of 16 MB and more comes in several packets, which are joined first.
 */

import { AishellError, type NativeQuery, type ReadStats, type Sink } from '../contract.js';
import { cutFailure } from '../sql/failures.js';
import { Framing } from '../sql/framing.js';
import type { Reader } from '../sql/snapshot.js';
import * as commands from './commands.js';
import type { MysqlConnection } from './connections.js';
import { decoder, lengthAt, type Decode } from './decode.js';
import { fieldDefinition, type FieldDefinition } from './field-types.js';

const maxPayload = 0xffffff;
const format = { headerBytes: 4, messageBytes: (buffer: Buffer, start: number) => buffer.readUIntLE(start, 3) + 4 };

type DataListener = (chunk: Buffer) => void;
/** What the next packet is. */
type State = 'prepared' | 'definitions' | 'executed' | 'columns' | 'columnsEnd' | 'rows';

export class RowReader implements Reader {
  readonly done: Promise<ReadStats>;
  failedLocally = false;
  #resolve!: (stats: ReadStats) => void;
  #reject!: (error: unknown) => void;
  #connection: MysqlConnection | undefined;
  #mysqlListeners: DataListener[] = [];
  #isOver = false;
  #failure: unknown;
  #state: State = 'prepared';
  /** The next packet's number; the server counts from the command's own 0. */
  #sequence = 1;
  #statement: number | undefined;
  /** Definitions (and their end marks) that a prepared statement announces and nobody needs. */
  #skip = 0;
  #fieldCount = 0;
  #fields: FieldDefinition[] = [];
  #decoders: Decode[] = [];
  #parts: Buffer[] = [];
  #rows = 0;
  #bytes = 0;
  readonly #framing = new Framing(format, (buffer, start, end) => this.#packet(buffer, start, end));

  constructor(
    private readonly query: NativeQuery,
    private readonly sink: Sink,
    private readonly service: string,
    private readonly onFailure: () => void,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A failure after the caller has gone is no unhandled rejection.
    this.done.catch(() => {});
  }

  stop(reason: unknown): void {
    this.#failure ??= reason;
  }

  /** mysql2 calls this when its connection breaks. */
  readonly onResult = (error: unknown): void => {
    if (!error || this.#isOver) return;
    this.#failure ??= error;
    this.#settle();
  };

  /** mysql2 calls this when it is our turn, and again (by #finish) to hear that we are done. */
  execute(_packet: unknown, connection: MysqlConnection): boolean {
    if (this.#isOver) return true;
    this.#connection = connection;
    const { stream } = connection;
    this.#mysqlListeners = stream.listeners('data') as DataListener[];
    stream.on('data', this.#onData);
    stream.once('close', this.#onClose);
    for (const listener of this.#mysqlListeners) stream.removeListener('data', listener);
    stream.write(commands.prepare(this.query.text));
    return false;
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    try {
      if (this.#failure === undefined) this.sink.received(chunk.length);
    } catch (error) {
      this.#fail(error);
    }
    try {
      this.#framing.push(chunk);
    } catch (error) {
      this.#failure ??= cutFailure(this.service, 'what came is not MySQL\'s protocol', error);
      this.#connection?.stream.destroy();
    }
  };

  readonly #onClose = (): void => {
    this.#failure ??= cutFailure(this.service, `after ${this.#rows} rows`);
    this.#settle();
  };

  #packet(buffer: Buffer, start: number, end: number): boolean {
    if (buffer[start + 3] !== this.#sequence) throw new RangeError('packets out of order');
    this.#sequence = (this.#sequence + 1) & 0xff;
    if (end - start - 4 === maxPayload) {
      this.#parts.push(buffer.subarray(start + 4, end));
      return true;
    }
    if (this.#parts.length === 0) return this.#payload(buffer, start + 4, end);
    const whole = Buffer.concat([...this.#parts, buffer.subarray(start + 4, end)]);
    this.#parts = [];
    return this.#payload(whole, 0, whole.length);
  }

  #payload(buffer: Buffer, start: number, end: number): boolean {
    const first = buffer[start];
    if (first === 0xff) return this.#serverError(buffer.subarray(start, end));
    switch (this.#state) {
      case 'prepared':
        return this.#prepared(buffer, start);
      case 'definitions':
        if (--this.#skip === 0) this.#execute();
        return true;
      case 'executed':
        // Zero columns: not a query, and nothing that a dialect compiles.
        this.#fieldCount = lengthAt(buffer, start);
        this.#fields = [];
        if (this.#fieldCount === 0) return this.#fail(new AishellError('source.failed', `${this.service}: the statement returned no rows`, 'Report this.', { service: this.service })), this.#finish();
        this.#state = 'columns';
        return true;
      case 'columns':
        this.#fields.push(fieldDefinition(buffer, start, end));
        if (this.#fields.length === this.#fieldCount) this.#state = 'columnsEnd';
        return true;
      case 'columnsEnd':
        this.#chooseDecoders();
        this.#state = 'rows';
        return true;
      case 'rows':
        if (first === 0xfe && end - start < 9) return this.#finish();
        if (this.#failure === undefined) this.#row(buffer, start, end);
        return true;
    }
  }

  #prepared(buffer: Buffer, start: number): boolean {
    this.#statement = buffer.readUInt32LE(start + 1);
    const columns = buffer.readUInt16LE(start + 5);
    const params = buffer.readUInt16LE(start + 7);
    this.#skip = (columns > 0 ? columns + 1 : 0) + (params > 0 ? params + 1 : 0);
    this.#state = 'definitions';
    if (this.#skip === 0) this.#execute();
    return true;
  }

  #execute(): void {
    this.#state = 'executed';
    this.#sequence = 1;
    this.#connection!.stream.write(commands.execute(this.#statement!, this.query.params));
  }

  #chooseDecoders(): void {
    const { columns } = this.sink;
    this.#decoders = [];
    columns.forEach((column, i) => {
      const decode = this.#fields[i] && decoder(this.#fields[i], column.type);
      if (decode) this.#decoders.push(decode);
      else this.#fail(new AishellError('source.schema_changed', `${this.service}: column ${column.name} has another type than when the catalogue was read`, 'Run `aishell schema --refresh`.', { service: this.service }));
    });
  }

  #row(buffer: Buffer, start: number, end: number): void {
    const { columns } = this.sink;
    try {
      const nulls = start + 1;
      // The bitmap begins with two bits that are not used.
      let at = nulls + ((this.#fieldCount + 9) >> 3);
      for (let i = 0; i < columns.length; i++) {
        if (((buffer[nulls + ((i + 2) >> 3)]! >> ((i + 2) & 7)) & 1) === 1) {
          columns[i]!.null();
          continue;
        }
        const next = this.#decoders[i]!(buffer, at, columns[i]!);
        if (typeof next === 'string') this.#refuse(columns[i]!.name, next);
        if (next > end) throw new RangeError('a value longer than its row');
        at = next;
      }
      this.sink.endRow();
      this.#rows++;
    } catch (error) {
      this.#fail(error instanceof RangeError ? cutFailure(this.service, 'a malformed row', error) : error);
    }
  }

  #refuse(column: string, what: string): never {
    throw new AishellError('source.value', `${this.service}: column ${column} holds ${what}`, 'Leave the column out, or exclude such rows with a WHERE that the store answers; the service also has the options zeroDates and time.', { service: this.service });
  }

  #serverError(payload: Buffer): boolean {
    const message = payload.toString('utf8', payload[3] === 0x23 ? 9 : 3);
    this.#failure ??= Object.assign(new Error(message), { errno: payload.readUInt16LE(1) });
    return this.#finish();
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.failedLocally = true;
    this.onFailure();
  }

  /** The server has answered: closes the statement, and mysql2 goes on with its next command. */
  #finish(): boolean {
    const connection = this.#connection!;
    if (this.#statement !== undefined) connection.stream.write(commands.close(this.#statement));
    for (const listener of this.#mysqlListeners) connection.stream.on('data', listener);
    this.#settle();
    connection.handlePacket();
    return false;
  }

  #settle(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection?.stream.removeListener('data', this.#onData);
    this.#connection?.stream.removeListener('close', this.#onClose);
    if (this.#failure !== undefined) this.#reject(this.#failure);
    else this.#resolve({ rows: this.#rows, bytes: this.#bytes, proof: 'EOF packet' });
  }
}
