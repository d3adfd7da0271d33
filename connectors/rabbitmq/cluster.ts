/** The nodes of a cluster: any that answers is asked, and the node that has a stream is where it is read. */

import type { ConnectionOptions } from 'node:tls';
import { AishellError } from '../contract.js';
import type { Settings } from './options.js';
import { StreamConnection, type Address, type Subscriber } from './wire/connection.js';
import { responseCodes, streamFailure } from './wire/errors.js';
import type { OffsetSpec } from './wire/frames.js';

/** Chunks come to a subscriber until it is ended. */
export interface Subscription {
  credit(count: number): void;
  /** Settles once everything that the server had for this subscription when it was called has come. */
  settled(signal: AbortSignal): Promise<void>;
  end(signal: AbortSignal): Promise<void>;
}

export class StreamCluster {
  readonly #connections = new Map<string, Promise<StreamConnection>>();
  #version = 'unknown';
  #closed = false;

  constructor(
    private readonly settings: Settings,
    private readonly tls: ConnectionOptions | undefined,
    private readonly connectTimeoutMs: number,
  ) {}

  /** As the node that was asked first tells it. */
  get version(): string {
    return this.#version;
  }

  /** Any node; signs in, so that a wrong address or password shows here. */
  async any(signal: AbortSignal): Promise<StreamConnection> {
    const failures: unknown[] = [];
    for (const node of this.settings.nodes) {
      try {
        const connection = await this.#connect(node, signal);
        this.#version = connection.properties.get('version') ?? this.#version;
        return connection;
      } catch (error) {
        // A wrong password is wrong everywhere; trying on could lock the account.
        const isFinal = signal.aborted || (error instanceof AishellError && (error.code === 'source.auth' || error.code === 'source.denied' || error.code === 'config'));
        if (isFinal) throw error;
        failures.push(error);
      }
    }
    throw failures[0];
  }

  async subscribe(stream: string, spec: OffsetSpec, credit: number, subscriber: Subscriber, signal: AbortSignal): Promise<Subscription> {
    let connection = await this.any(signal);
    let { code, id } = await connection.subscribe(stream, spec, credit, subscriber, signal);
    if (code === responseCodes.notAvailable) {
      const { nodes } = await connection.nodesOf(stream, signal);
      // The last is a replica where there is one, which leaves the leader to its publishers.
      for (const node of nodes.toReversed()) {
        const reached = this.settings.addresses.get(`${node.host}:${node.port}`) ?? node;
        connection = await this.#connect(reached, signal);
        ({ code, id } = await connection.subscribe(stream, spec, credit, subscriber, signal));
        if (code === responseCodes.ok) break;
      }
    }
    if (code !== responseCodes.ok) throw streamFailure(this.settings.service, code, `stream ${stream}`);
    const on = connection;
    return {
      credit: (count) => on.credit(id, count),
      settled: async (s) => void (await on.nodesOf(stream, s)),
      end: (s) => on.unsubscribe(id, s),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const open = await Promise.allSettled(this.#connections.values());
    for (const connection of open) if (connection.status === 'fulfilled') connection.value.close();
  }

  /** Concurrent callers share the attempt; a connection that was lost is opened anew. */
  async #connect(address: Address, signal: AbortSignal): Promise<StreamConnection> {
    const key = `${address.host}:${address.port}`;
    const known = this.#connections.get(key);
    const open = await known?.catch(() => undefined);
    if (open?.isOpen === true) return open;
    const { service, user, password, vhost } = this.settings;
    if (this.#closed) throw new AishellError('cancelled', `${service}: closed`, 'Open another session.', { service });
    const opening = StreamConnection.open(address, { service, user, password, vhost, tls: this.tls, connectTimeoutMs: this.connectTimeoutMs }, signal);
    this.#connections.set(key, opening);
    opening.catch(() => {
      if (this.#connections.get(key) === opening) this.#connections.delete(key);
    });
    return opening;
  }
}
