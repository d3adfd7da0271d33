/** A live service on a PostgreSQL server. */

import type { Column, Description, Health, Host, NativeQuery, ServiceConfig, Snapshot, Source, Table, ValueBounds } from '../contract.js';
import type { Client } from 'pg';
import { PoolRegistry, type SharedPool } from '../sql/pool.js';
import { describe } from './describe.js';
import type { Place } from '../sql/failures.js';
import { failure } from './failures.js';
import { health } from './health.js';
import { PostgresConnections } from './connections.js';
import { plannedRows } from './row-counts.js';
import { settings, type Settings } from './settings.js';
import { openSnapshot, type PostgresSnapshot } from './transaction.js';
import { values } from './values.js';

const registry = new PoolRegistry<Client>();

export class PostgresSource implements Source {
  #closed = false;

  private constructor(
    private readonly settings: Settings,
    private readonly pool: SharedPool<Client>,
    private readonly place: Place,
  ) {}

  /** Signs in once, so that a wrong host or password shows here. */
  static async connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<PostgresSource> {
    const resolved = await settings(service);
    const { address, user } = resolved;
    const place: Place = { service: service.name, address, user, connectTimeoutMs: host.connectTimeoutMs };
    const pool = join(resolved, host.connectTimeoutMs);
    try {
      pool.release(await pool.acquire(signal, service.name), false);
    } catch (error) {
      pool.leave();
      throw failure(error, place);
    }
    if (resolved.ssl === undefined) host.log(`${service.name}: ${address} without TLS`);
    return new PostgresSource(resolved, pool, place);
  }

  describe(signal: AbortSignal): Promise<Description> {
    return this.#within(signal, (snapshot) => describe(this.place.service, this.settings, snapshot, signal));
  }

  health(signal: AbortSignal): Promise<Health> {
    return this.#within(signal, (snapshot) => health(snapshot, this.settings, signal));
  }

  estimate(query: NativeQuery, signal: AbortSignal): Promise<number | undefined> {
    return this.#within(signal, (snapshot) => plannedRows(query.text, query.params, snapshot, signal));
  }

  values(table: Table, columns: readonly Column[], bounds: ValueBounds, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#within(signal, (snapshot) => values(table, columns, bounds, snapshot, signal));
  }

  open(signal: AbortSignal): Promise<Snapshot> {
    return openSnapshot(this.pool, this.place, signal);
  }

  close(): Promise<void> {
    if (!this.#closed) this.pool.leave();
    this.#closed = true;
    return Promise.resolve();
  }

  async #within<T>(signal: AbortSignal, work: (snapshot: PostgresSnapshot) => Promise<T>): Promise<T> {
    const snapshot = await openSnapshot(this.pool, this.place, signal);
    try {
      return await work(snapshot);
    } finally {
      await snapshot.close();
    }
  }
}

function join(settings: Settings, connectTimeoutMs: number): SharedPool<Client> {
  const { host, port, user, database, password, ssl, mayFallBack } = settings;
  const key = JSON.stringify([host, port, user, database, password, ssl, mayFallBack, connectTimeoutMs]);
  return registry.join(key, () => new PostgresConnections(settings, connectTimeoutMs));
}
