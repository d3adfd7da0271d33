/** One connection to one broker: frames out, frames in, answered in the order asked. TLS and sign-in included. */

import type { Socket } from 'node:net';
import { AishellError } from '../../contract.js';
import { openSocket, type Address, type SocketOptions } from '../../log/socket.js';
import { abortable, cancelled, cutFailure, messageOf, networkFailure } from '../../sql/failures.js';
import type { Api } from './requests.js';
import { WireReader } from './reader.js';
import { WireWriter } from './writer.js';

export type { Address } from '../../log/socket.js';
export type ConnectionOptionsOf = SocketOptions;

/** A broker sends at most what was asked for, or one batch if that is larger; anything beyond is no Kafka. */
const maxFrame = 512 * 1024 * 1024;
const headBytes = 4;
const readBytes = 256 * 1024;

/** Gives memory for an answer of so many bytes. */
export type AnswerMemory = (bytes: number) => Buffer;

interface Waiting {
  readonly id: number;
  readonly memory: AnswerMemory;
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

const newMemory: AnswerMemory = (bytes) => Buffer.allocUnsafeSlow(bytes);

/** What becomes of bytes that arrive; a broker sends none before it is asked. */
interface Reading {
  receive?: (bytes: Uint8Array) => void;
}

export class BrokerConnection {
  #waiting: Waiting[] = [];
  readonly #head = Buffer.alloc(headBytes);
  #headHeld = 0;
  #frame: Buffer | undefined;
  #frameHeld = 0;
  #nextId = 1;
  #failure: AishellError | undefined;

  private constructor(
    private readonly socket: Socket,
    reading: Reading,
    private readonly options: ConnectionOptionsOf,
    readonly address: string,
  ) {
    reading.receive = (bytes) => this.#receive(bytes);
    socket.on('error', (error) => this.#fail(networkFailure(error, options.service, address) ?? cutFailure(options.service, messageOf(error), error)));
    socket.on('close', () => this.#fail(cutFailure(options.service, `${address} closed the connection`)));
  }

  static async open({ host, port }: Address, options: ConnectionOptionsOf, signal: AbortSignal): Promise<BrokerConnection> {
    const address = `${host}:${port}`;
    const reading: Reading = {};
    // One piece of memory for all that arrives: a new one for each read is garbage by the gigabyte.
    const onread = { buffer: Buffer.allocUnsafeSlow(readBytes), callback: (length: number, bytes: Uint8Array) => (reading.receive?.(bytes.subarray(0, length)), true) };
    const socket = await openSocket({ host, port }, options, 'port', signal, onread);
    if (options.tls) socket.on('data', (chunk: Buffer) => reading.receive?.(chunk));
    return new BrokerConnection(socket, reading, options, address);
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /**
   * Rejects when the broker does not answer in time: the connection is then given up, since answers come in order.
   * @param memory what the bytes of the answer are put into; absent: new memory
   */
  async request<Request, Response>(api: Api<Request, Response>, request: Request, signal: AbortSignal, timeoutMs: number, memory: AnswerMemory = newMemory): Promise<Response> {
    const { service } = this.options;
    if (signal.aborted) throw cancelled(signal, service);
    if (this.#failure) throw this.#failure;
    const id = this.#nextId++;
    const writer = new WireWriter();
    writer.int16(api.key).int16(api.version).int32(id).string('aishell');
    api.write(writer, request);
    const body = writer.done();
    const frame = Buffer.allocUnsafe(4);
    frame.writeInt32BE(body.length);
    const answered = new Promise<Buffer>((resolve, reject) => this.#waiting.push({ id, memory, resolve, reject }));
    answered.catch(() => {});
    this.socket.cork();
    this.socket.write(frame);
    this.socket.write(body);
    this.socket.uncork();
    const timer = setTimeout(() => {
      this.#fail(new AishellError('source.timeout', `${service}: ${this.address} did not answer a ${api.name} request within ${timeoutMs} ms`, 'Check that it is a Kafka broker and not overloaded; a listener for TLS or SASL may be meant.', { service }));
    }, timeoutMs);
    try {
      const answer = await abortable(answered, signal, service);
      return api.read(new WireReader(answer));
    } catch (error) {
      if (error instanceof RangeError) throw this.#garbage(`a ${api.name} answer: ${error.message}`);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#fail(cutFailure(this.options.service, 'closed'));
  }

  /** Copies each byte once, into the frame that it belongs to: `bytes` is used again for what comes next. */
  #receive(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && this.#failure === undefined; ) {
      if (this.#frame === undefined) {
        const taken = Math.min(headBytes - this.#headHeld, bytes.length - at);
        this.#head.set(bytes.subarray(at, at + taken), this.#headHeld);
        this.#headHeld += taken;
        at += taken;
        if (this.#headHeld < headBytes) return;
        const size = this.#head.readInt32BE(0);
        if (size < 4 || size > maxFrame) return void this.#garbage(`a frame of ${size} bytes`);
        this.#frame = (this.#waiting[0]?.memory ?? newMemory)(size);
        this.#frameHeld = 0;
      }
      const frame = this.#frame;
      const taken = Math.min(frame.length - this.#frameHeld, bytes.length - at);
      frame.set(bytes.subarray(at, at + taken), this.#frameHeld);
      this.#frameHeld += taken;
      at += taken;
      if (this.#frameHeld < frame.length) return;
      this.#frame = undefined;
      this.#headHeld = 0;
      const waiting = this.#waiting.shift();
      if (!waiting || waiting.id !== frame.readInt32BE(0)) return void this.#garbage('an answer that nobody asked for');
      waiting.resolve(frame.subarray(4));
    }
  }

  #garbage(what: string): AishellError {
    const { service } = this.options;
    const error = new AishellError('source.cut', `${service}: ${this.address} sent what is no Kafka (${what})`, 'Check the port, and whether that listener wants TLS.', { service });
    this.#fail(error);
    return error;
  }

  #fail(error: AishellError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.socket.destroy();
    for (const waiting of this.#waiting) waiting.reject(error);
    this.#waiting = [];
    this.#frame = undefined;
  }
}
