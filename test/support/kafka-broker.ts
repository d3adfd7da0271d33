/** The installed Kafka as a broker of a test's own, with data and ports of its own: one that may be killed, or set otherwise. */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel, Partitioners, type Admin, type Message, type Producer } from 'kafkajs';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

export class KafkaBroker {
  readonly address: string;
  /** Where it lets people in by name. */
  readonly saslAddress: string;
  /** The same within TLS. */
  readonly tlsAddress: string;
  readonly #kafka: Kafka;

  private constructor(
    /** For files of the test's too. */
    readonly home: string,
    private readonly environment: NodeJS.ProcessEnv,
    [port, sasl, tls]: readonly [number, number, number],
  ) {
    this.address = `127.0.0.1:${port}`;
    this.saslAddress = `127.0.0.1:${sasl}`;
    this.tlsAddress = `127.0.0.1:${tls}`;
    this.#kafka = new Kafka({ clientId: 'aishell-tests', brokers: [this.address], logLevel: logLevel.NOTHING, retry: { retries: 20 } });
  }

  /** @param settings variables that scripts/servers/kafka.sh reads */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<KafkaBroker> {
    const home = await mkdtemp(join(tmpdir(), 'aishell-broker-'));
    await mkdir(join(home, 'cache'));
    const shared = process.env['AISHELL_SERVERS'] ?? join(root, '.servers');
    await symlink(join(shared, 'cache', 'kafka-4.1.0'), join(home, 'cache', 'kafka-4.1.0'));
    const [kafka, controller, sasl, tls] = await freePorts(4);
    const ports = { AISHELL_KAFKA_PORT: String(kafka), AISHELL_KAFKA_CONTROLLER_PORT: String(controller), AISHELL_KAFKA_SASL_PORT: String(sasl), AISHELL_KAFKA_TLS_PORT: String(tls) };
    const broker = new KafkaBroker(home, { ...process.env, AISHELL_SERVERS: home, ...ports, ...settings }, [kafka!, sasl!, tls!]);
    await broker.up();
    return broker;
  }

  /** A further broker of its cluster, to which leaders may move. */
  join(node: number): Promise<KafkaBroker> {
    return KafkaBroker.start({ AISHELL_KAFKA_NODE: String(node), AISHELL_KAFKA_VOTERS: `1@127.0.0.1:${this.environment['AISHELL_KAFKA_CONTROLLER_PORT']}` });
  }

  async up(): Promise<void> {
    await run(join(root, 'scripts/servers.sh'), ['up', 'kafka'], { env: this.environment });
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    process.kill(Number(await readFile(join(this.home, 'run/kafka.pid'), 'utf8')), 'SIGKILL');
    await new Promise((done) => setTimeout(done, 300));
  }

  async remove(): Promise<void> {
    await run(join(root, 'scripts/servers.sh'), ['down', 'kafka'], { env: this.environment }).catch(() => {});
    await rm(this.home, { recursive: true, force: true });
  }

  async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async withProducer<T>(work: (producer: Producer) => Promise<T>, transactionalId?: string): Promise<T> {
    const transactional = transactionalId === undefined ? {} : { transactionalId, maxInFlightRequests: 1, idempotent: true };
    const producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, ...transactional });
    await producer.connect();
    try {
      return await work(producer);
    } finally {
      await producer.disconnect();
    }
  }

  /** As one batch. */
  async produce(topic: string, messages: readonly Message[], partition?: number): Promise<void> {
    await this.withProducer((producer) => producer.send({ topic, acks: -1, messages: messages.map((message) => ({ ...message, ...(partition !== undefined && { partition }) })) }));
  }
}

async function freePorts(count: number): Promise<number[]> {
  const listeners = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((done) => {
    const listener = createServer().listen(0, '127.0.0.1', () => done(listener));
  })));
  const found = listeners.map((listener) => (listener.address() as { port: number }).port);
  await Promise.all(listeners.map((listener) => new Promise((done) => listener.close(done))));
  return found;
}
