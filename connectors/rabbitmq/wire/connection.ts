/** One connection to the stream plugin of one node: signed in, with a virtual host open, answers matched to requests. */

import type { Socket } from 'node:net';
import { AishellError } from '../../contract.js';
import { openSocket, type Address, type SocketOptions } from '../../log/socket.js';
import { abortable, cancelled, cutFailure, messageOf, networkFailure, timeoutFailure } from '../../sql/failures.js';
import { responseCodes, streamFailure } from './errors.js';
import { FrameReader, FrameWriter, keys, type OffsetSpec, type RequestKey } from './frames.js';

export type { Address } from '../../log/socket.js';

export interface ConnectionSettings extends SocketOptions {
  readonly user: string;
  readonly password: string;
  readonly vhost: string;
}

export interface StreamNodes {
  readonly code: number;
  /** Leader first, then the replicas. */
  readonly nodes: readonly Address[];
}

/** A chunk as it came, or why no more will come. */
export interface Subscriber {
  chunk(bytes: Buffer): void;
  fail(error: AishellError): void;
}

/** A chunk holds what publishers sent within a moment; anything beyond is no stream protocol. */
const maxFrame = 256 * 1024 * 1024;
const heartbeatSeconds = 60;

export class StreamConnection {
  readonly #waiting = new Map<number, { readonly resolve: (answer: FrameReader) => void; readonly reject: (error: unknown) => void }>();
  readonly #subscribers = new Map<number, Subscriber>();
  #chunks: Buffer[] = [];
  #held = 0;
  #nextId = 1;
  #failure: AishellError | undefined;
  #tuned: (() => void) | undefined;
  #beat: NodeJS.Timeout | undefined;
  /** As the server tells it: product, version. */
  properties: ReadonlyMap<string, string> = new Map();

  private constructor(
    private readonly socket: Socket,
    private readonly settings: ConnectionSettings,
    private readonly address: string,
  ) {
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(networkFailure(error, settings.service, address) ?? cutFailure(settings.service, messageOf(error), error)));
    socket.on('close', () => this.#fail(cutFailure(settings.service, `${address} closed the connection`)));
  }

  static async open({ host, port }: Address, settings: ConnectionSettings, signal: AbortSignal): Promise<StreamConnection> {
    const address = `${host}:${port}`;
    const socket = await openSocket({ host, port }, settings, 'stream_port', signal);
    const connection = new StreamConnection(socket, settings, address);
    try {
      await connection.#signIn(signal);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** Which nodes have the stream. */
  async nodesOf(stream: string, signal: AbortSignal): Promise<StreamNodes> {
    const answer = await this.#request(keys.metadata, (w) => w.uint32(1).string(stream), signal, false);
    const brokers = new Map(answer.array(() => [answer.uint16(), { host: answer.string(), port: answer.uint32() }] as const));
    const [found] = answer.array(() => {
      const [, code, leader] = [answer.string(), answer.uint16(), answer.uint16()];
      const replicas = answer.array(() => answer.uint16());
      return { code, nodes: [leader, ...replicas].flatMap((node) => brokers.get(node) ?? []) };
    });
    return found ?? { code: responseCodes.noStream, nodes: [] };
  }

  /**
   * Chunks come until the credit is used up, those that are there already before the promise of a later request settles:
   * the server works through a connection in order. Resolves with the response code.
   */
  async subscribe(stream: string, spec: OffsetSpec, credit: number, subscriber: Subscriber, signal: AbortSignal): Promise<{ readonly code: number; readonly id: number }> {
    const id = Array.from({ length: 256 }, (_, i) => i).find((free) => !this.#subscribers.has(free));
    if (id === undefined) throw new AishellError('source.failed', `${this.settings.service}: too many streams are read at once`, 'Ask for fewer of them.', { service: this.settings.service });
    this.#subscribers.set(id, subscriber);
    try {
      const answer = await this.#request(keys.subscribe, (w) => w.uint8(id).string(stream).spec(spec).uint16(credit), signal, false);
      const code = answer.uint16();
      if (code !== responseCodes.ok) this.#subscribers.delete(id);
      return { code, id };
    } catch (error) {
      this.#subscribers.delete(id);
      throw error;
    }
  }

  credit(id: number, credit: number): void {
    if (this.#subscribers.has(id)) this.#send(new FrameWriter(keys.credit).uint8(id).uint16(credit));
  }

  async unsubscribe(id: number, signal: AbortSignal): Promise<void> {
    if (!this.#subscribers.has(id) || !this.isOpen) return void this.#subscribers.delete(id);
    // Until the answer comes, chunks may: they go to nobody.
    this.#subscribers.set(id, { chunk: () => {}, fail: () => {} });
    try {
      await this.#request(keys.unsubscribe, (w) => w.uint8(id), signal, false);
    } finally {
      this.#subscribers.delete(id);
    }
  }

  close(): void {
    if (this.isOpen) this.#send(new FrameWriter(keys.close, this.#nextId++).uint16(responseCodes.ok).string('OK'));
    this.#fail(cutFailure(this.settings.service, 'closed'));
  }

  async #signIn(signal: AbortSignal): Promise<void> {
    const { user, password, vhost } = this.settings;
    const told = await this.#request(keys.peerProperties, (w) => w.uint32(2).string('product').string('aishell').string('connection_name').string('aishell'), signal);
    this.properties = new Map(told.array(() => [told.string(), told.string()] as const));
    await this.#request(keys.saslHandshake, (w) => w, signal);
    const tuned = new Promise<void>((resolve) => (this.#tuned = resolve));
    await this.#request(keys.saslAuthenticate, (w) => w.string('PLAIN').bytes(Buffer.from(`\0${user}\0${password}`)), signal, true, `signing in as ${user}`);
    const late = AbortSignal.timeout(this.settings.connectTimeoutMs);
    await abortable(Promise.race([tuned, new Promise<never>((_, reject) => late.addEventListener('abort', () => reject(timeoutFailure(this.settings.service, this.address, this.settings.connectTimeoutMs)), { once: true }))]), signal, this.settings.service);
    await this.#request(keys.open, (w) => w.string(vhost), signal, true, `virtual host ${vhost}`);
    this.#beat = setInterval(() => this.#send(new FrameWriter(keys.heartbeat)), (heartbeatSeconds * 1000) / 2);
    this.#beat.unref();
  }

  /** @param mustBeOk the answer begins with a response code, which has to say so */
  async #request(key: RequestKey, write: (writer: FrameWriter) => FrameWriter, signal: AbortSignal, mustBeOk = true, where = 'a request'): Promise<FrameReader> {
    const { service, connectTimeoutMs } = this.settings;
    if (signal.aborted) throw cancelled(signal, service);
    if (this.#failure) throw this.#failure;
    const id = this.#nextId++;
    const answered = new Promise<FrameReader>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    answered.catch(() => {});
    this.#send(write(new FrameWriter(key, id)));
    const timer = setTimeout(() => this.#fail(new AishellError('source.timeout', `${service}: ${this.address} did not answer within ${connectTimeoutMs} ms`, 'Check that it is the port of the stream plugin, and not overloaded; a listener for TLS may be meant.', { service })), connectTimeoutMs);
    try {
      const answer = await abortable(answered, signal, service);
      const code = mustBeOk ? answer.uint16() : responseCodes.ok;
      if (code !== responseCodes.ok) throw streamFailure(service, code, where);
      return answer;
    } catch (error) {
      if (error instanceof RangeError) throw this.#garbage(error.message);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #send(writer: FrameWriter): void {
    if (!this.socket.destroyed) this.socket.write(writer.frame());
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (this.#held >= 4) {
      if (this.#chunks[0]!.length < 4) this.#chunks = [Buffer.concat(this.#chunks, this.#held)];
      const size = this.#chunks[0]!.readUInt32BE(0);
      if (size < 4 || size > maxFrame) return void this.#garbage(`a frame of ${size} bytes`);
      if (this.#held < size + 4) return;
      const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#held);
      const rest = all.subarray(size + 4);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#held = rest.length;
      try {
        this.#frame(new FrameReader(all.subarray(4, size + 4)));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return void this.#garbage(error.message);
      }
    }
  }

  #frame(frame: FrameReader): void {
    const key = frame.uint16();
    frame.uint16();
    switch (key) {
      case keys.deliver:
        return this.#subscribers.get(frame.uint8())?.chunk(frame.rest());
      case keys.tune: {
        const [frameMax] = [frame.uint32(), frame.uint32()];
        this.#send(new FrameWriter(keys.tune, undefined, true).uint32(frameMax).uint32(heartbeatSeconds));
        return this.#tuned?.();
      }
      case keys.close: {
        const [id, code, reason] = [frame.uint32(), frame.uint16(), frame.string()];
        this.#send(new FrameWriter(keys.close, id, true).uint16(responseCodes.ok));
        return this.#fail(new AishellError('source.cut', `${this.settings.service}: ${this.address} closed the connection: ${messageOf(new Error(reason))} (${code})`, "Look at the server's log.", { service: this.settings.service }));
      }
      case keys.metadataUpdate: {
        const [code, stream] = [frame.uint16(), frame.string()];
        // The server has dropped every subscription to it.
        return this.#dropped(streamFailure(this.settings.service, code, `stream ${stream}`));
      }
      case keys.heartbeat:
      case keys.credit | 0x8000:
        return;
      default: {
        const id = frame.uint32();
        const waiting = this.#waiting.get(id);
        if ((key & 0x8000) === 0 || waiting === undefined) return void this.#garbage(`a frame of kind ${key} that nobody asked for`);
        this.#waiting.delete(id);
        waiting.resolve(frame);
      }
    }
  }

  #dropped(error: AishellError): void {
    for (const subscriber of this.#subscribers.values()) subscriber.fail(error);
  }

  #garbage(what: string): AishellError {
    const { service } = this.settings;
    const error = new AishellError('source.cut', `${service}: ${this.address} sent what is no stream protocol (${what})`, 'Check stream_port, and whether that listener wants TLS.', { service });
    this.#fail(error);
    return error;
  }

  #fail(error: AishellError): void {
    if (this.#failure) return;
    this.#failure = error;
    clearInterval(this.#beat);
    this.socket.end();
    this.socket.destroySoon();
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    this.#dropped(error);
    this.#subscribers.clear();
    this.#chunks = [];
  }
}
