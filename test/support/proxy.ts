/** A TCP proxy on 127.0.0.1 that breaks connections in the ways networks and servers do. */

import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type Fault = { readonly kind: 'cut' | 'garbage' | 'silence' | 'hold'; left: number };

export class FaultProxy {
  #fault: Fault | undefined;
  #delayMs = 0;
  /** How often the client has said something: about once a request. */
  requests = 0;
  readonly #sockets = new Set<Socket>();
  readonly #held: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async to(host: string, port: number, listenOn = '127.0.0.1'): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, listenOn, resolve));
    const proxy = new FaultProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => proxy.#join(client, connect(port, host)));
    return proxy;
  }

  /** Closes every connection once this many more bytes have come from the server. */
  cutAfter(bytes: number): void {
    this.#fault = { kind: 'cut', left: bytes };
  }

  /** Replaces what the server says by noise, after this many more bytes. */
  garbageAfter(bytes: number): void {
    this.#fault = { kind: 'garbage', left: bytes };
  }

  /** Keeps connections open but delivers nothing more, after this many bytes. */
  silenceAfter(bytes: number): void {
    this.#fault = { kind: 'silence', left: bytes };
  }

  /** Delivers nothing more after this many bytes, and the rest once it is healed: a line that stalls. */
  holdAfter(bytes: number): void {
    this.#fault = { kind: 'hold', left: bytes };
  }

  /** Whether the fault has begun. */
  get isBroken(): boolean {
    return this.#fault?.left === 0;
  }

  /** How many ends of connections are open. */
  get ends(): number {
    return this.#sockets.size;
  }

  delay(milliseconds: number): void {
    this.#delayMs = milliseconds;
  }

  heal(): void {
    this.#fault = undefined;
    this.#delayMs = 0;
    for (const resume of this.#held.splice(0)) resume();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #join(client: Socket, upstream: Socket): void {
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      this.#sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (chunk) => {
      this.requests++;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => this.#deliver(chunk, client, upstream));
  }

  #deliver(chunk: Buffer, client: Socket, upstream: Socket): void {
    const send = (bytes: Buffer) => {
      if (this.#delayMs > 0) setTimeout(() => client.write(bytes), this.#delayMs);
      else if (!client.write(bytes)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    };
    const fault = this.#fault;
    if (!fault) return send(chunk);
    const healthy = chunk.subarray(0, fault.left);
    fault.left -= healthy.length;
    if (healthy.length > 0) send(healthy);
    if (healthy.length === chunk.length) return;
    if (fault.kind === 'cut') {
      client.end();
      setTimeout(() => client.destroy(), 10);
      upstream.destroy();
    } else if (fault.kind === 'hold') {
      upstream.pause();
      this.#held.push(() => {
        if (!client.destroyed) client.write(chunk.subarray(healthy.length));
        upstream.resume();
      });
    } else if (fault.kind === 'garbage') {
      send(randomBytes(chunk.length - healthy.length));
    }
  }
}

/** A server that accepts connections and never says a word. */
export async function silentServer(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = await silentServer();
  await server.close();
  return server.port;
}
