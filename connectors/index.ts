/** Every kind of store, one lazy line each: a kind's driver loads when a configuration names it. */

import type { Connector, TraceSourceKind } from './contract.js';

export const connectors: Readonly<Record<string, () => Promise<Connector>>> = {
  clickhouse: async () => (await import('./clickhouse/index.js')).connector,
  files: async () => (await import('./files/index.js')).connector,
  kafka: async () => (await import('./kafka/index.js')).connector,
  mongodb: async () => (await import('./mongodb/index.js')).connector,
  mysql: async () => (await import('./mysql/index.js')).connector,
  postgres: async () => (await import('./postgres/index.js')).connector,
  rabbitmq: async () => (await import('./rabbitmq/index.js')).connector,
  redis: async () => (await import('./redis/index.js')).connector,
};

/** Where spans and log lines lie, beside a service's own store: `traces:` and `logs:` of any service. */
export const traceSources: Readonly<Record<string, () => Promise<TraceSourceKind>>> = {
  jaeger: async () => (await import('./telemetry/jaeger.js')).jaeger,
  zipkin: async () => (await import('./telemetry/zipkin.js')).zipkin,
  otlp: async () => (await import('./telemetry/otlp.js')).otlp,
  logs: async () => (await import('./telemetry/logs.js')).logs,
};
