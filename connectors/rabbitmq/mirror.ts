/**
 * Messages on their way to queues, which are gone once they were consumed: a queue of our own is bound beside the others
 * and gets a copy of each. It is the one thing that aishell ever declares on a broker, and only when it is told to: for
 * this connection alone (exclusive), deleted with it (auto-delete, and by its expiry), and bounded (the oldest go first).
 */

import { randomUUID } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { AishellError, type Mirror, type NativeQuery, type ReadStats, type Sink, type Snapshot, type Table, type Tail, type TailWindow } from '../contract.js';
import type { TopicTable } from '../log/columns.js';
import type { JsonPart, RecordBatch, RecordCursor } from '../log/contract.js';
import type { LogQuery } from '../log/dialect.js';
import { RowWriter } from '../log/rows.js';
import { abortable, messageOf } from '../sql/failures.js';
import { nodeTls } from '../sql/tls.js';
import { partColumns } from './columns.js';
import type { Binding, Management } from './management.js';
import { mirrorBounds, mirrorWords } from './mirror-bounds.js';
import type { Settings } from './options.js';

/** Messages of one window. */
const windowMessages = 500;
const idleMs = 1_000;
const fullEveryMs = 2_000;

interface Tap {
  readonly exchange: string;
  readonly key: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Looks what would have to be declared to see what comes to a queue or an exchange. Declares nothing. */
export async function mirrorOf(name: string, settings: Settings, management: Management, timeoutMs: number, signal: AbortSignal): Promise<Mirror> {
  const { service } = settings;
  const taps = await tapsOf(name, settings, management, signal);
  const native: TopicTable = { topic: name, partitions: 1, timestampType: 'LogAppendTime', typedHeaders: true };
  const columns = partColumns(false).map((column) =>
    column.name === '_timestamp' ? { ...column, comment: 'when it was received here' } : column.name === '_offset' ? { ...column, comment: 'counted from the beginning of this tail' } : column,
  );
  const table: Table = { service, name, kind: 'topic', columns, native };
  const to = taps.map(({ exchange, key }) => `exchange ${exchange}${key === '' ? '' : ` by ${key}`}`);
  const declares = `${service}: declares ${mirrorWords}, bound to ${to.slice(0, 5).join(', ')}${to.length > 5 ? ` and ${to.length - 5} more` : ''}; it goes when the tail ends. No other queue is read or changed`;
  return { table, declares, open: (ended) => MirrorTail.open(settings, table, taps, timeoutMs, ended) };
}

/** Where a copy of what comes there can be had. */
async function tapsOf(name: string, { service, nameOf, isOwn }: Settings, management: Management, signal: AbortSignal): Promise<Tap[]> {
  const [queues, exchanges, bindings] = await Promise.all([management.queues(signal), management.exchanges(signal), management.bindings(signal)]);
  const isCalled = (full: string) => full === name || (isOwn(full) && nameOf(full) === name);
  const queue = queues.find((one) => isCalled(one.name));
  const tap = ({ source, routing_key: key, arguments: args }: Binding): Tap => ({ exchange: source, key, arguments: args ?? {} });
  if (queue !== undefined) {
    const own = bindings.filter((binding) => binding.destination === queue.name && binding.destination_type !== 'exchange' && binding.source !== '');
    if (own.length > 0) return own.map(tap);
    throw new AishellError('usage', `${service}: queue ${name} is bound to no exchange: what comes to it comes by its own name, and nobody else can be given a copy.`, 'Bind the queue to an exchange that its producers send to, or read its depth: aishell sql over its table queues.', { service });
  }
  const exchange = exchanges.find((one) => one.name !== '' && isCalled(one.name));
  if (exchange === undefined) {
    const known = [...exchanges.filter(({ name: one }) => one !== '' && !one.startsWith('amq.')), ...queues.filter(({ type }) => type !== 'stream')].map((one) => one.name).filter(isOwn);
    throw new AishellError('usage', `${service} has no queue or exchange '${name}'.`, known.length === 0 ? 'It has none at all.' : `There are: ${known.sort().slice(0, 20).join(', ')}.`, { service });
  }
  const all = (key: string): Tap[] => [{ exchange: exchange.name, key, arguments: {} }];
  // A headers exchange whose binding asks for no header matches every message.
  if (exchange.type === 'fanout' || exchange.type === 'headers') return all('');
  if (exchange.type === 'topic') return all('#');
  const own = bindings.filter(({ source }) => source === exchange.name);
  const keys = [...new Map(own.map((binding) => [binding.routing_key, tap(binding)])).values()];
  if (exchange.type === 'direct' && keys.length > 0) return keys;
  throw new AishellError('usage', `${service}: exchange ${name} is of type ${exchange.type}${keys.length === 0 ? ' and nothing is bound to it' : ''}: which messages it takes can't be told.`, 'Exchanges of type topic, fanout and headers can be mirrored, and direct ones by the keys that are bound.', { service });
}

class MirrorTail implements Tail {
  readonly #held: ConsumeMessage[] = [];
  readonly #notes: string[] = [];
  #wake: () => void = () => undefined;
  #failure: unknown;
  #next = 0;
  #lookedAt = 0;
  #isFull = false;

  private constructor(
    private readonly settings: Settings,
    private readonly table: Table,
    private readonly connection: ChannelModel,
    private readonly channel: Channel,
    private readonly queue: string,
  ) {}

  static async open(settings: Settings, table: Table, taps: readonly Tap[], timeoutMs: number, signal: AbortSignal): Promise<MirrorTail> {
    const { service } = settings;
    const { connect } = await import('amqplib');
    const { host } = settings.nodes[0];
    const { user: username, password, vhost, amqpPort: port } = settings;
    const tls = settings.tls?.enabled === true ? await nodeTls(settings.tls, service) : undefined;
    const opening = connect({ protocol: tls === undefined ? 'amqp' : 'amqps', hostname: host, port, username, password, vhost, heartbeat: 30 }, { ...tls, timeout: timeoutMs, clientProperties: { connection_name: 'aishell tail --mirror' } });
    // Given up, it must not stay open.
    opening.then((late) => (signal.aborted ? late.close() : undefined)).catch(() => undefined);
    let connection: ChannelModel | undefined;
    try {
      connection = await abortable(opening, signal, service);
      const broken = connection;
      const channel = await connection.createChannel();
      const queue = `aishell-mirror-${randomUUID()}`;
      const tail = new MirrorTail(settings, table, connection, channel, queue);
      for (const part of [broken, channel]) {
        part.on('error', (error: unknown) => tail.#fail(error));
        part.on('close', () => tail.#fail(new Error('the connection was closed')));
      }
      await channel.assertQueue(queue, {
        exclusive: true,
        autoDelete: true,
        durable: false,
        maxLength: mirrorBounds.messages,
        expires: mirrorBounds.expiresMs,
        arguments: { 'x-max-length-bytes': mirrorBounds.bytes, 'x-overflow': 'drop-head' },
      });
      for (const { exchange, key, arguments: args } of taps) await channel.bindQueue(queue, exchange, key, args);
      // What is handed over is acknowledged, so that no more than a window is on its way: the queue is our own.
      await channel.prefetch(windowMessages);
      await channel.consume(queue, (message) => (message === null ? tail.#fail(new Error('its queue was deleted')) : tail.#take(message)), { exclusive: true });
      return tail;
    } catch (error) {
      await connection?.close().catch(() => undefined);
      throw failure(settings, error);
    }
  }

  async next(signal: AbortSignal): Promise<TailWindow> {
    if (this.#held.length === 0 && this.#failure === undefined) await this.#wait(signal);
    if (this.#held.length === 0 && this.#failure !== undefined) throw failure(this.settings, this.#failure);
    const messages = this.#held.splice(0, windowMessages);
    if (messages.length > 0) {
      await this.#lookFull();
      this.channel.ack(messages.at(-1)!, true);
    }
    const batch = new MirrorBatch(messages, this.#next);
    this.#next += messages.length;
    return { tables: messages.length === 0 ? [] : [this.table], notes: this.#notes.splice(0), snapshot: new WindowSnapshot(this.settings.service, batch) };
  }

  async close(): Promise<void> {
    this.#failure ??= new Error('it was closed');
    await this.connection.close().catch(() => undefined);
  }

  #take(message: ConsumeMessage): void {
    this.#held.push(message);
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** A full queue has dropped messages, and nobody counts them. */
  async #lookFull(): Promise<void> {
    if (this.#isFull || Date.now() - this.#lookedAt < fullEveryMs) return;
    this.#lookedAt = Date.now();
    const { messageCount } = await this.channel.checkQueue(this.queue);
    this.#isFull = messageCount + windowMessages >= mirrorBounds.messages;
    if (this.#isFull) this.#notes.push(`${this.settings.service}: more comes than is taken: the mirror of ${this.table.name} is full, and the oldest messages are dropped unseen`);
  }

  async #wait(signal: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, idleMs);
    });
    try {
      await abortable(woken, signal, this.settings.service);
    } finally {
      clearTimeout(timer);
    }
  }
}

function failure({ service, user, nodes, amqpPort }: Settings, error: unknown): unknown {
  if (error instanceof AishellError) return error;
  const text = messageOf(error);
  if (/ACCESS[_-]REFUSED|403/.test(text)) {
    return new AishellError('source.denied', `${service}: ${user} may not mirror: ${text}`, `Give the user the permissions configure "^aishell-mirror-", write "^aishell-mirror-" and read on the exchange, or leave --mirror out.`, { service, cause: error });
  }
  return new AishellError('source.cut', `${service}: the mirror at ${nodes[0].host}:${amqpPort} ended: ${text}`, 'What came since is not seen, since its queue went with the connection. Run it again; the AMQP port is that of `url`.', { service, cause: error });
}

/** Messages as they came, each with its key and its body in one buffer. */
class MirrorBatch implements RecordBatch {
  readonly isDecoded = true;

  constructor(
    private readonly messages: readonly ConsumeMessage[],
    readonly baseOffset: number,
  ) {}

  get count(): number {
    return this.messages.length;
  }

  get lastOffset(): number {
    return this.baseOffset + this.count - 1;
  }

  get bytes(): number {
    return this.messages.reduce((sum, { content }) => sum + content.length, 0);
  }

  records(): Buffer {
    return Buffer.alloc(0);
  }

  cursor(): RecordCursor {
    return new MirrorCursor(this.messages, this.baseOffset);
  }
}

class MirrorCursor implements RecordCursor {
  offset: number;
  readonly timestamp = Date.now();
  buffer: Buffer = Buffer.alloc(0);
  readonly recordStart = 0;
  readonly hasKey = true;
  readonly keyStart = 0;
  readonly hasValue = true;
  valueStart = 0;
  #at = -1;

  constructor(
    private readonly messages: readonly ConsumeMessage[],
    base: number,
  ) {
    this.offset = base - 1;
  }

  get recordEnd(): number {
    return this.buffer.length;
  }

  get keyEnd(): number {
    return this.valueStart;
  }

  get valueEnd(): number {
    return this.buffer.length;
  }

  next(): boolean {
    const message = this.messages[++this.#at];
    if (message === undefined) return false;
    this.offset++;
    const key = Buffer.from(message.fields.routingKey);
    this.buffer = Buffer.concat([key, message.content]);
    this.valueStart = key.length;
    return true;
  }

  derives(): boolean {
    return true;
  }

  json(part: JsonPart): string {
    const { properties, fields } = this.messages[this.#at]!;
    const { headers = {}, ...rest } = properties;
    if (part === '_headers') return JSON.stringify(plain(headers));
    const named = Object.entries(rest).flatMap(([name, value]): [string, unknown][] => (value === undefined || value === null ? [] : [[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), plain(value)]]));
    return JSON.stringify({ ...Object.fromEntries(named), ...(fields.exchange !== '' && { exchange: fields.exchange }) });
  }
}

/** Bytes as text where they are some, else in base64. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return isUtf8(value) ? value.toString() : value.toString('base64');
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]): [string, unknown] => [name, plain(inner)]));
}

class WindowSnapshot implements Snapshot {
  readonly consistency = 'one window';

  constructor(
    private readonly service: string,
    private readonly batch: MirrorBatch,
  ) {}

  read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    signal.throwIfAborted();
    const { baseOffset: from, lastOffset, count, bytes } = this.batch;
    const payload = query.payload as LogQuery;
    const rows = new RowWriter(payload, sink, this.service);
    rows.batch(this.batch, { partition: 0, from, to: lastOffset + 1, taken: from });
    sink.received(bytes);
    const coverage = [{ partition: payload.topic.topic, from: String(from), to: String(lastOffset + 1), messages: count, bytes, reachedEnd: true, bound: 'one window' }];
    return Promise.resolve({ rows: rows.rows, bytes, proof: 'the window was read whole', coverage });
  }

  async close(): Promise<void> {}
}
