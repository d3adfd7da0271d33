/** A live service on a SQL server whose connections are pooled; what its kind says differently is the `Store`. */

import type { AishellError, Column, Description, Health, Host, NativeQuery, ServiceConfig, Snapshot, Source, Table, ValueBounds } from '../contract.js';
import type { Place } from './failures.js';
import type { SharedPool } from './pool.js';
import type { SqlSnapshot } from './snapshot.js';

interface SignIn {
  /** host:port and what else names the server, for messages. */
  readonly address: string;
  readonly user: string;
  /** Absent: in the clear. */
  readonly ssl: unknown;
}

export interface Store<C, S extends SignIn> {
  openSnapshot(pool: SharedPool<C>, place: Place, signal: AbortSignal): Promise<SqlSnapshot<C>>;
  describe(service: string, settings: S, snapshot: SqlSnapshot<C>, signal: AbortSignal): Promise<Description>;
  health(snapshot: SqlSnapshot<C>, settings: S, signal: AbortSignal): Promise<Health>;
  /** The optimizer's estimate, without reading anything. */
  plannedRows(text: string, params: readonly unknown[], snapshot: SqlSnapshot<C>, signal: AbortSignal): Promise<number | undefined>;
  values(table: Table, columns: readonly Column[], bounds: ValueBounds, snapshot: SqlSnapshot<C>, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | undefined>;
  failure(error: unknown, place: Place): AishellError;
}

export class PooledSource<C, S extends SignIn> implements Source {
  #closed = false;

  private constructor(
    private readonly store: Store<C, S>,
    private readonly settings: S,
    private readonly pool: SharedPool<C>,
    private readonly place: Place,
  ) {}

  /**
   * Signs in once, so that a wrong host or password shows here.
   * @param pool joined for this service; it is left when the service closes
   */
  static async connect<C, S extends SignIn>(store: Store<C, S>, settings: S, pool: SharedPool<C>, { name }: ServiceConfig, host: Host, signal: AbortSignal): Promise<PooledSource<C, S>> {
    const { address, user } = settings;
    const place: Place = { service: name, address, user, connectTimeoutMs: host.connectTimeoutMs };
    try {
      pool.release(await pool.acquire(signal, name), false);
    } catch (error) {
      pool.leave();
      throw store.failure(error, place);
    }
    if (settings.ssl === undefined) host.log(`${name}: ${address} without TLS`);
    return new PooledSource(store, settings, pool, place);
  }

  describe(signal: AbortSignal): Promise<Description> {
    return this.#within(signal, (snapshot) => this.store.describe(this.place.service, this.settings, snapshot, signal));
  }

  health(signal: AbortSignal): Promise<Health> {
    return this.#within(signal, (snapshot) => this.store.health(snapshot, this.settings, signal));
  }

  estimate(query: NativeQuery, signal: AbortSignal): Promise<number | undefined> {
    return this.#within(signal, (snapshot) => this.store.plannedRows(query.text, query.params, snapshot, signal));
  }

  values(table: Table, columns: readonly Column[], bounds: ValueBounds, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
    return this.#within(signal, (snapshot) => this.store.values(table, columns, bounds, snapshot, signal));
  }

  open(signal: AbortSignal): Promise<Snapshot> {
    return this.store.openSnapshot(this.pool, this.place, signal);
  }

  close(): Promise<void> {
    if (!this.#closed) this.pool.leave();
    this.#closed = true;
    return Promise.resolve();
  }

  async #within<T>(signal: AbortSignal, work: (snapshot: SqlSnapshot<C>) => Promise<T>): Promise<T> {
    const snapshot = await this.store.openSnapshot(this.pool, this.place, signal);
    try {
      return await work(snapshot);
    } finally {
      await snapshot.close();
    }
  }
}
