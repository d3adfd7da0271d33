/**
 * One bounded pool of connections per server, database and role, shared by all services that live there. Each service
 * adds room for two: one snapshot, and one for introspection or an estimate beside it, so that a statement over all of
 * them never waits for itself.
 */

import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { PoolClient } from 'pg';
import type { ConnectionOptions } from 'node:tls';
import { abortable, messageOf } from '../sql/failures.js';
import { failure, type Place } from './failures.js';
import type { Settings } from './settings.js';

const perService = 2;
const endGraceMs = 500;
const cancelTimeoutMs = 5_000;
const pools = new Map<string, ServerPool>();

export class ServerPool {
  #services = 0;
  readonly #pool: pg.Pool;
  readonly #clients = new Set<pg.Client>();
  #ssl: ConnectionOptions | undefined;

  constructor(
    private readonly key: string,
    private readonly settings: Settings,
    connectTimeoutMs: number,
  ) {
    this.#ssl = settings.ssl;
    const clients = this.#clients;
    /** Remembered from the start, so that a connection that never comes about can be given up. */
    class KnownClient extends pg.Client {
      constructor(config?: pg.ClientConfig) {
        super(config);
        clients.add(this);
        this.once('end', () => clients.delete(this));
      }
    }
    this.#pool = new pg.Pool({
      Client: KnownClient,
      host: settings.host,
      port: settings.port,
      user: settings.user,
      database: settings.database,
      // pg reads PGPASSWORD and .pgpass by itself when there is none; settings.ts has done that.
      password: settings.password ?? '',
      ssl: this.#ssl ?? false,
      application_name: 'aishell',
      connectionTimeoutMillis: connectTimeoutMs,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
      keepAlive: true,
      max: 0,
    });
    // An idle connection that the server closes is dropped by the pool; the next use opens another.
    this.#pool.on('error', () => {});
  }

  join(): void {
    this.#pool.options.max = ++this.#services * perService;
  }

  async leave(): Promise<void> {
    this.#services--;
    if (this.#services > 0) {
      this.#pool.options.max = this.#services * perService;
      return;
    }
    if (pools.get(this.key) === this) pools.delete(this.key);
    // pg waits for every connection that is out or still coming; one that is stuck must not hold the process.
    await Promise.race([this.#pool.end(), setTimeout(endGraceMs)]);
    for (const client of this.#clients) client.connection.stream.destroy();
  }

  async acquire(place: Place, signal: AbortSignal): Promise<PoolClient> {
    try {
      const client = await abortable(this.#connect(), signal, place.service, (late) => late.release());
      // A connection that breaks while it is in use fails its query; the event itself needs a listener.
      if (client.listenerCount('error') === 0) client.on('error', () => {});
      return client;
    } catch (error) {
      throw failure(error, place);
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (!this.settings.mayFallBack || !this.#ssl || !/does not support SSL/.test(messageOf(error))) throw error;
      this.#ssl = undefined;
      (this.#pool.options as { ssl?: unknown }).ssl = false;
      return await this.#pool.connect();
    }
  }

  /** Asks the server to stop what a connection runs, on a connection of its own (it carries the key and nothing else). */
  cancel(client: PoolClient): void {
    const { processID, secretKey } = client as unknown as { processID: number | null; secretKey: number | null };
    if (processID === null || secretKey === null) return;
    const connection = new pg.Connection({ ssl: this.#ssl ?? false } as never) as unknown as CancelConnection;
    const send = () => {
      connection.cancel(processID, secretKey);
      connection.stream.end();
    };
    connection.on('error', () => connection.stream.destroy());
    connection.on('connect', () => (this.#ssl ? connection.requestSsl() : send()));
    connection.on('sslconnect', send);
    connection.stream.unref?.();
    void setTimeout(cancelTimeoutMs, undefined, { ref: false }).then(() => connection.stream.destroy());
    if (this.settings.host.startsWith('/')) connection.connect(`${this.settings.host}/.s.PGSQL.${this.settings.port}`);
    else connection.connect(this.settings.port, this.settings.host);
  }
}

/** What pg's Connection has beyond its published types. */
interface CancelConnection {
  readonly stream: { end(): void; destroy(): void; unref?(): void };
  on(event: 'connect' | 'sslconnect' | 'error', listener: () => void): void;
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
}

export function serverPool(settings: Settings, connectTimeoutMs: number): ServerPool {
  const { host, port, user, database, password, ssl, mayFallBack } = settings;
  const key = JSON.stringify([host, port, user, database, password, ssl, mayFallBack, connectTimeoutMs]);
  let pool = pools.get(key);
  if (!pool) {
    pool = new ServerPool(key, settings, connectTimeoutMs);
    pools.set(key, pool);
  }
  pool.join();
  return pool;
}
