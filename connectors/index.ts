/** Every kind of store, one lazy line each: a kind's driver loads when a configuration names it. */

import type { Connector } from './contract.js';

export const connectors: Readonly<Record<string, () => Promise<Connector>>> = {
  clickhouse: async () => (await import('./clickhouse/index.js')).connector,
  files: async () => (await import('./files/index.js')).connector,
  kafka: async () => (await import('./kafka/index.js')).connector,
  mongodb: async () => (await import('./mongodb/index.js')).connector,
  mysql: async () => (await import('./mysql/index.js')).connector,
  postgres: async () => (await import('./postgres/index.js')).connector,
  redis: async () => (await import('./redis/index.js')).connector,
};
