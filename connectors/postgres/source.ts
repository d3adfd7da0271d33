/** A live service on a PostgreSQL server. */

import type { Description, Health, Host, NativeQuery, ServiceConfig, Snapshot, Source } from '../contract.js';
import { describe } from './describe.js';
import type { Place } from './failures.js';
import { health } from './health.js';
import { serverPool, type ServerPool } from './pool.js';
import { plannedRows } from './row-counts.js';
import { settings, type Settings } from './settings.js';
import { PostgresSnapshot } from './snapshot.js';

export class PostgresSource implements Source {
  #closed = false;

  private constructor(
    private readonly settings: Settings,
    private readonly pool: ServerPool,
    private readonly place: Place,
  ) {}

  /** Signs in once, so that a wrong host or password shows here. */
  static async connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<PostgresSource> {
    const resolved = await settings(service);
    const { address, user } = resolved;
    const place: Place = { service: service.name, address, user, connectTimeoutMs: host.connectTimeoutMs };
    const pool = serverPool(resolved, host.connectTimeoutMs);
    try {
      (await pool.acquire(place, signal)).release();
    } catch (error) {
      void pool.leave();
      throw error;
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

  open(signal: AbortSignal): Promise<Snapshot> {
    return PostgresSnapshot.open(this.pool, this.place, signal);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.pool.leave();
  }

  async #within<T>(signal: AbortSignal, work: (snapshot: PostgresSnapshot) => Promise<T>): Promise<T> {
    const snapshot = await PostgresSnapshot.open(this.pool, this.place, signal);
    try {
      return await work(snapshot);
    } finally {
      await snapshot.close();
    }
  }
}
