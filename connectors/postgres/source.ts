/** A live service on a PostgreSQL server. */

import type { Client } from 'pg';
import type { Host, ServiceConfig, Source } from '../contract.js';
import { PoolRegistry } from '../sql/pool.js';
import { PooledSource, type Store } from '../sql/pooled-source.js';
import { PostgresConnections } from './connections.js';
import { describe } from './describe.js';
import { failure } from './failures.js';
import { health } from './health.js';
import { plannedRows } from './row-counts.js';
import { settings, type Settings } from './settings.js';
import { openSnapshot } from './transaction.js';
import { values } from './values.js';

const registry = new PoolRegistry<Client>();
const store: Store<Client, Settings> = { openSnapshot, describe, health, plannedRows, values, failure };

/** All services of one server and role share one pool. */
export async function connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<Source> {
  const resolved = await settings(service);
  const { host: server, port, user, database, password, ssl, mayFallBack } = resolved;
  const key = JSON.stringify([server, port, user, database, password, ssl, mayFallBack, host.connectTimeoutMs]);
  const pool = registry.join(key, () => new PostgresConnections(resolved, host.connectTimeoutMs));
  return PooledSource.connect(store, resolved, pool, service, host, signal);
}
