/** The brokers of a cluster: found from any bootstrap address, one connection each, opened when first needed. */

import { AishellError } from '../../contract.js';
import { BrokerConnection, type Address, type AnswerMemory, type ConnectionOptionsOf } from './connection.js';
import { kafkaFailure } from './errors.js';
import { apiVersions, metadata, needed, type Api, type Metadata } from './requests.js';
import { signIn, type Sasl } from './sasl.js';

export interface ClusterOptions extends ConnectionOptionsOf {
  readonly bootstrap: readonly Address[];
  /** Advertised host:port -> where it is reached. */
  readonly addresses: ReadonlyMap<string, Address>;
  readonly sasl: Sasl | undefined;
}

/** The Fetch version that came with each release: brokers don't tell their own version. */
const releases: readonly (readonly [fetch: number, release: string])[] = [
  [18, '4.1 or newer'], [17, '3.9 to 4.0'], [16, '3.7 to 3.8'], [15, '3.5 to 3.6'], [13, '3.1 to 3.4'], [12, '2.7 to 3.0'], [11, '2.3 to 2.6'],
];

export class Cluster {
  readonly #connections = new Map<string, Promise<BrokerConnection>>();
  #brokers = new Map<number, Address>();
  #version = 'unknown';
  #closed = false;

  constructor(private readonly options: ClusterOptions) {}

  /** "4.1 or newer", from what the first broker offers. */
  get version(): string {
    return this.#version;
  }

  /** Whether a partition could be led by another broker. */
  get isSeveral(): boolean {
    return this.#brokers.size > 1;
  }

  /** Asks whichever broker answers first in the order of the configuration, or one that is known already. */
  async metadata(topics: readonly string[] | undefined, signal: AbortSignal, rights = false): Promise<Metadata> {
    const connection = await this.#any(signal);
    const answer = await connection.request(metadata, { topics, rights }, signal, this.options.connectTimeoutMs);
    this.#brokers = new Map(answer.brokers.map(({ id, host, port }) => [id, this.options.addresses.get(`${host}:${port}`) ?? { host, port }]));
    return answer;
  }

  async request<Request, Response>(node: number, api: Api<Request, Response>, request: Request, signal: AbortSignal, timeoutMs = this.options.connectTimeoutMs, memory?: AnswerMemory): Promise<Response> {
    const connection = await this.connection(node, signal);
    return connection.request(api, request, signal, timeoutMs, memory);
  }

  connection(node: number, signal: AbortSignal): Promise<BrokerConnection> {
    const address = this.#brokers.get(node);
    if (!address) throw kafkaFailure(this.options.service, 5, node < 0 ? 'a partition has no leader' : `broker ${node} is not in the cluster`);
    return this.#connect(address, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const open = await Promise.allSettled(this.#connections.values());
    for (const connection of open) if (connection.status === 'fulfilled') connection.value.close();
  }

  async #any(signal: AbortSignal): Promise<BrokerConnection> {
    const failures: unknown[] = [];
    for (const address of [...this.options.bootstrap, ...this.#brokers.values()]) {
      try {
        return await this.#connect(address, signal);
      } catch (error) {
        // A wrong password is wrong everywhere; trying on could lock the account.
        const isFinal = signal.aborted || (error instanceof AishellError && (error.code === 'source.auth' || error.code === 'config'));
        if (isFinal) throw error;
        failures.push(error);
      }
    }
    throw failures[0];
  }

  /** Concurrent callers share the attempt; a connection that was lost is opened anew. */
  async #connect(address: Address, signal: AbortSignal): Promise<BrokerConnection> {
    const key = `${address.host}:${address.port}`;
    const known = this.#connections.get(key);
    if (known) {
      const connection = await known.catch(() => undefined);
      if (connection?.isOpen) return connection;
    }
    const opening = this.#connections.get(key);
    if (opening && opening !== known) {
      // Somebody else's attempt; should they give up, this caller tries itself.
      return opening.catch((error: unknown) => {
        if (signal.aborted || !(error instanceof AishellError) || error.code !== 'cancelled') throw error;
        return this.#connect(address, signal);
      });
    }
    const own = this.#open(address, signal);
    own.catch(() => {});
    this.#connections.set(key, own);
    return own;
  }

  async #open(address: Address, signal: AbortSignal): Promise<BrokerConnection> {
    const { service, sasl, connectTimeoutMs } = this.options;
    const connection = await BrokerConnection.open(address, this.options, signal);
    try {
      const { apis } = await connection.request(apiVersions, undefined, signal, connectTimeoutMs);
      const offered = new Map(apis.map(({ key, min, max }) => [key, { min, max }]));
      for (const { name, key, version } of needed) {
        const range = offered.get(key);
        if (!range || range.min > version || range.max < version) {
          throw new AishellError('source.failed', `${service}: ${connection.address} does not offer ${name} version ${version}`, 'Kafka 2.3 or newer is needed.', { service });
        }
      }
      const fetchMax = offered.get(1)!.max;
      this.#version = releases.find(([fetch]) => fetchMax >= fetch)?.[1] ?? 'unknown';
      if (sasl) await signIn(connection, sasl, service, signal, connectTimeoutMs);
      if (this.#closed) throw new AishellError('cancelled', `${service}: closed`, 'Run it again.', { service });
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}
