/** One READ ONLY, REPEATABLE READ transaction: what every fragment of a statement sees of a service. */

import type { Client, QueryConfig, QueryResult } from 'pg';
import type { NativeQuery, ReadStats, Sink, Snapshot } from '../contract.js';
import { abortable, cancelled } from '../sql/failures.js';
import type { SharedPool } from '../sql/pool.js';
import { failure, type Place } from './failures.js';
import { RowReader } from './rows.js';

/** How long a cancelled query may take to stop before its connection is given up. */
const cancelGraceMs = 1_000;

/**
 * Read-only for the transaction and, should that ever be left, for the session. search_path is never relied on:
 * names are printed with their schema, and types and operators are the system's own.
 */
const begin = `SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1;
SET LOCAL standard_conforming_strings = on;
SHOW server_encoding`;

/** A server, as a service uses it. */
export interface Server {
  readonly place: Place;
  readonly pool: SharedPool<Client>;
}

export class PostgresSnapshot implements Snapshot {
  readonly consistency = 'repeatable read snapshot';
  /** Reads of one connection wait for each other. */
  #queue: Promise<unknown> = Promise.resolve();
  #broken = false;
  #closed = false;

  private constructor(
    private readonly client: Client,
    private readonly server: Server,
    private readonly checkText: boolean,
  ) {}

  static async open(server: Server, signal: AbortSignal): Promise<PostgresSnapshot> {
    const { pool, place } = server;
    let client: Client;
    try {
      client = await pool.acquire(signal, place.service);
    } catch (error) {
      throw failure(error, place);
    }
    try {
      const began = client.query(begin).then((results) => {
        // Several statements give several results; pg's types know one.
        const last = (results as unknown as QueryResult<{ server_encoding: string }>[]).at(-1);
        return last?.rows[0]?.server_encoding ?? '';
      });
      const encoding = await abortable(began, signal, place.service);
      // SQL_ASCII is no encoding: such a database may hold any bytes.
      return new PostgresSnapshot(client, server, encoding === 'SQL_ASCII');
    } catch (error) {
      pool.release(client, true);
      throw failure(error, place);
    }
  }

  read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const turn = this.#queue.then(() => this.#read(query, sink, signal));
    this.#queue = turn.catch(() => {});
    return abortable(turn, signal, this.server.place.service);
  }

  /** A query that is not staged: introspection, EXPLAIN. */
  async rows<R extends object>(text: string, values: readonly unknown[], signal: AbortSignal): Promise<R[]> {
    if (signal.aborted) throw cancelled(signal, this.server.place.service);
    const onAbort = () => this.#cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const result = await abortable(this.client.query<R & Record<string, unknown>>({ text, values: [...values], queryMode: 'extended' } as QueryConfig), signal, this.server.place.service);
      return result.rows;
    } catch (error) {
      throw failure(error, this.server.place);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // A server that has fallen silent must not hold the caller.
    const giveUp = setTimeout(() => this.#destroy(), cancelGraceMs);
    await this.#queue;
    if (!this.#broken) await this.client.query('ROLLBACK').catch(() => (this.#broken = true));
    clearTimeout(giveUp);
    this.server.pool.release(this.client, this.#broken);
  }

  async #read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    if (signal.aborted) throw cancelled(signal, this.server.place.service);
    const reader = new RowReader(query, sink, this.server.place.service, this.checkText, () => stop());
    let giveUp: NodeJS.Timeout | undefined;
    const stop = () => {
      this.#cancel();
      giveUp = setTimeout(() => this.#destroy(), cancelGraceMs);
      giveUp.unref();
    };
    const onAbort = () => {
      reader.stop(cancelled(signal, this.server.place.service));
      stop();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      this.client.query(reader);
      return await reader.done;
    } catch (error) {
      // What the sink throws (a budget, say) goes through as it is.
      throw reader.failedLocally ? error : failure(error, this.server.place);
    } finally {
      clearTimeout(giveUp);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The request may arrive after the query's end and hit what comes next, so nothing may come next. */
  #cancel(): void {
    this.#broken = true;
    this.server.pool.cancel(this.client);
  }

  #destroy(): void {
    this.#broken = true;
    this.client.connection.stream.destroy();
  }
}
