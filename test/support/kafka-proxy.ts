/** A broker's loopback that knows Kafka's frames: requests can be held up, answers changed, one at a time. */

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export const fetchKey = 1;
export const listOffsetsKey = 2;

/** What is done about a frame (without its length) before it goes on. */
type Handle = (key: number, frame: Buffer) => void | Promise<void>;

export class KafkaProxy {
  onRequest: Handle = () => {};
  onAnswer: Handle = () => {};
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async to(broker: string): Promise<KafkaProxy> {
    const [host, port] = broker.split(':') as [string, string];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new KafkaProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => proxy.#join(client, connect(Number(port), host)));
    return proxy;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #join(client: Socket, broker: Socket): void {
    const keys = new Map<number, number>();
    for (const [one, other] of [[client, broker], [broker, client]] as const) {
      this.#sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    pass(client, broker, (frame) => {
      keys.set(frame.readInt32BE(4), frame.readInt16BE(0));
      return this.onRequest(frame.readInt16BE(0), frame);
    });
    pass(broker, client, (frame) => this.onAnswer(keys.get(frame.readInt32BE(0)) ?? -1, frame));
  }
}

/** Whole frames, in order. */
function pass(from: Socket, to: Socket, handle: (frame: Buffer) => void | Promise<void>): void {
  let held = Buffer.alloc(0);
  let coming: Buffer[] = [];
  let bytes = 0;
  let before: Promise<void> = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    coming.push(chunk);
    bytes += chunk.length;
    if (held.length >= 4 && held.length + bytes < 4 + held.readInt32BE(0)) return;
    held = Buffer.concat([held, ...coming]);
    [coming, bytes] = [[], 0];
    while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
      const whole = Buffer.from(held.subarray(0, 4 + held.readInt32BE(0)));
      held = held.subarray(whole.length);
      before = before.then(() => handle(whole.subarray(4))).then(() => void to.write(whole));
    }
  });
}
