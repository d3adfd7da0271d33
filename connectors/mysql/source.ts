/** A live service on a MySQL or MariaDB server. */

import type { Host, ServiceConfig, Source } from '../contract.js';
import { PoolRegistry } from '../sql/pool.js';
import { PooledSource, type Store } from '../sql/pooled-source.js';
import { MysqlConnections, type MysqlConnection } from './connections.js';
import { describe } from './describe.js';
import { failure } from './failures.js';
import { health } from './health.js';
import { plannedRows } from './row-counts.js';
import { settings, type Settings } from './settings.js';
import { openSnapshot } from './transaction.js';
import { values } from './values.js';

const registry = new PoolRegistry<MysqlConnection>();
const store: Store<MysqlConnection, Settings> = { openSnapshot, describe, health, plannedRows, values, failure };

/** All services of one server and user share one pool. */
export async function connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<Source> {
  const resolved = await settings(service);
  const { host: server, port, socket, user, password, ssl, servername, verifyName } = resolved;
  const key = JSON.stringify([server, port, socket, user, password, ssl, servername, verifyName, host.connectTimeoutMs]);
  const pool = registry.join(key, () => new MysqlConnections(resolved, host.connectTimeoutMs));
  return PooledSource.connect(store, resolved, pool, service, host, signal);
}
