/** A live service on a MySQL or MariaDB server. */

import type { Column, Description, Health, Host, NativeQuery, ServiceConfig, Snapshot, Source, Table, ValueBounds } from '../contract.js';
import type { Place } from '../sql/failures.js';
import { PoolRegistry, type SharedPool } from '../sql/pool.js';
import { MysqlConnections, type MysqlConnection } from './connections.js';
import { describe } from './describe.js';
import { failure } from './failures.js';
import { health } from './health.js';
import { plannedRows } from './row-counts.js';
import { settings, type Settings } from './settings.js';
import { openSnapshot, type MysqlSnapshot } from './transaction.js';
import { values } from './values.js';

const registry = new PoolRegistry<MysqlConnection>();

export class MysqlSource implements Source {
  #closed = false;

  private constructor(
    private readonly settings: Settings,
    private readonly pool: SharedPool<MysqlConnection>,
    private readonly place: Place,
  ) {}

  /** Signs in once, so that a wrong host or password shows here. */
  static async connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<MysqlSource> {
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
    return new MysqlSource(resolved, pool, place);
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

  async #within<T>(signal: AbortSignal, work: (snapshot: MysqlSnapshot) => Promise<T>): Promise<T> {
    const snapshot = await openSnapshot(this.pool, this.place, signal);
    try {
      return await work(snapshot);
    } finally {
      await snapshot.close();
    }
  }
}

function join(settings: Settings, connectTimeoutMs: number): SharedPool<MysqlConnection> {
  const { host, port, socket, user, password, ssl, servername, verifyName } = settings;
  const key = JSON.stringify([host, port, socket, user, password, ssl, servername, verifyName, connectTimeoutMs]);
  return registry.join(key, () => new MysqlConnections(settings, connectTimeoutMs));
}
