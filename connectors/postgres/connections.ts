/** Connections to one PostgreSQL server as one role: opening, closing, and asking the server to stop a query. */

import pg from 'pg';
import { setTimeout } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { messageOf } from '../sql/failures.js';
import type { ConnectionDriver } from '../sql/pool.js';
import type { Settings } from './settings.js';

const cancelTimeoutMs = 5_000;
const goodbyeMs = 500;

export class PostgresConnections implements ConnectionDriver<pg.Client> {
  #ssl: ConnectionOptions | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly connectTimeoutMs: number,
  ) {
    this.#ssl = settings.ssl;
  }

  async open(signal: AbortSignal): Promise<pg.Client> {
    try {
      return await this.#connect(signal);
    } catch (error) {
      if (!this.settings.mayFallBack || !this.#ssl || !/does not support SSL/.test(messageOf(error))) throw error;
      this.#ssl = undefined;
      return await this.#connect(signal);
    }
  }

  isUsable(client: pg.Client): boolean {
    const { stream } = client.connection;
    return stream.writable && stream.readable && !stream.destroyed;
  }

  close(client: pg.Client): void {
    client.end(() => {});
    void setTimeout(goodbyeMs, undefined, { ref: false }).then(() => this.destroy(client));
  }

  destroy(client: pg.Client): void {
    client.connection.stream.destroy();
  }

  /** The connection for it carries the key and nothing else. */
  cancel(client: pg.Client): void {
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
    void setTimeout(cancelTimeoutMs, undefined, { ref: false }).then(() => connection.stream.destroy());
    const { host, port } = this.settings;
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  }

  async #connect(signal: AbortSignal): Promise<pg.Client> {
    const { host, port, user, database, password } = this.settings;
    const client = new pg.Client({
      host,
      port,
      user,
      database,
      // pg reads PGPASSWORD and .pgpass by itself when there is none; settings.ts has done that.
      password: password ?? '',
      ssl: this.#ssl ?? false,
      application_name: 'aishell',
      connectionTimeoutMillis: this.connectTimeoutMs,
      keepAlive: true,
    });
    // A connection that breaks fails the query it is used for; the event itself needs a listener.
    client.on('error', () => {});
    const giveUp = () => this.destroy(client);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await client.connect();
      return client;
    } catch (error) {
      this.destroy(client);
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }
}

/** What pg's Connection has beyond its published types. */
interface CancelConnection {
  readonly stream: { end(): void; destroy(): void };
  on(event: 'connect' | 'sslconnect' | 'error', listener: () => void): void;
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
}
