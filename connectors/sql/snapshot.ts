/** One read-only transaction on one connection: what every fragment of a statement sees of a service. */

import type { AishellError, NativeQuery, ReadStats, Sink, Snapshot } from '../contract.js';
import { abortable, cancelled, cutFailure } from './failures.js';
import type { SharedPool } from './pool.js';

/** A query whose rows are on their way into a sink. */
export interface Reader {
  readonly done: Promise<ReadStats>;
  /** The failure is ours or the sink's, not the server's. */
  readonly failedLocally: boolean;
  /** Takes no more rows; `done` rejects with the reason once the server is done with the query. */
  stop(reason: unknown): void;
}

/** What a store's protocol does for a snapshot. */
export interface Protocol<C> {
  begin(connection: C): Promise<unknown>;
  rollback(connection: C): Promise<unknown>;
  /** `onFailure`: rows can't be taken any more, and the server had better stop. */
  read(connection: C, query: NativeQuery, sink: Sink, onFailure: () => void): Reader;
  failure(error: unknown): AishellError;
}

/** How long a cancelled query may take to stop before its connection is given up. */
const cancelGraceMs = 1_000;

export class SqlSnapshot<C> implements Snapshot {
  readonly consistency = 'repeatable read snapshot';
  /** Reads of one connection wait for each other. */
  #queue: Promise<unknown> = Promise.resolve();
  #isBroken = false;
  #isClosed = false;

  private constructor(
    private readonly connection: C,
    private readonly pool: SharedPool<C>,
    private readonly service: string,
    private readonly protocol: Protocol<C>,
  ) {}

  static async open<C>(pool: SharedPool<C>, service: string, protocol: Protocol<C>, signal: AbortSignal): Promise<SqlSnapshot<C>> {
    let connection: C;
    try {
      connection = await pool.acquire(signal, service);
    } catch (error) {
      throw protocol.failure(error);
    }
    try {
      await abortable(protocol.begin(connection), signal, service);
      return new SqlSnapshot(connection, pool, service, protocol);
    } catch (error) {
      pool.release(connection, true);
      throw protocol.failure(error);
    }
  }

  read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const turn = this.#queue.then(() => this.#read(query, sink, signal));
    this.#queue = turn.catch(() => {});
    return abortable(turn, signal, this.service);
  }

  /** A question of ours that is not staged: introspection, EXPLAIN. */
  async ask<T>(question: (connection: C) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw cancelled(signal, this.service);
    const onAbort = () => this.#cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await abortable(question(this.connection), signal, this.service);
    } catch (error) {
      throw this.protocol.failure(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // A server that has fallen silent must not hold the caller.
    const giveUp = setTimeout(() => this.#destroy(), cancelGraceMs);
    await this.#queue;
    if (!this.#isBroken) await this.protocol.rollback(this.connection).catch(() => (this.#isBroken = true));
    clearTimeout(giveUp);
    this.pool.release(this.connection, this.#isBroken);
  }

  async #read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    if (signal.aborted) throw cancelled(signal, this.service);
    if (this.#isBroken) throw cutFailure(this.service, 'an earlier read of the statement was stopped');
    let giveUp: NodeJS.Timeout | undefined;
    const stop = () => {
      this.#cancel();
      giveUp = setTimeout(() => this.#destroy(), cancelGraceMs);
      giveUp.unref();
    };
    const reader = this.protocol.read(this.connection, query, sink, stop);
    const onAbort = () => {
      reader.stop(cancelled(signal, this.service));
      stop();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await reader.done;
    } catch (error) {
      // What the sink throws (a budget, say) goes through as it is.
      throw reader.failedLocally ? error : this.protocol.failure(error);
    } finally {
      clearTimeout(giveUp);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The request may arrive after the query's end and hit what comes next, so nothing may come next. */
  #cancel(): void {
    this.#isBroken = true;
    this.pool.cancel(this.connection);
  }

  #destroy(): void {
    this.#isBroken = true;
    this.pool.destroy(this.connection);
  }
}
