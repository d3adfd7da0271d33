/** Addresses of the servers that scripts/servers.sh starts; each can be moved by the variable that it reads. */

import { createConnection } from 'node:net';

/** Where scripts/servers.sh puts them unless told otherwise. */
export const defaultServers = {
  postgres: 'postgres://aishell:aishell-test@127.0.0.1:15432/postgres',
  mysql: 'mysql://aishell:aishell-test@127.0.0.1:13306/',
  mariadb: 'mysql://aishell:aishell-test@127.0.0.1:13307/',
  mongodb: 'mongodb://127.0.0.1:17017/',
  clickhouse: 'http://aishell:aishell-test@127.0.0.1:18123/',
  redis: 'redis://:aishell-test@127.0.0.1:16379/0',
  kafka: '127.0.0.1:19092',
  jaeger: 'http://127.0.0.1:16686',
  jaegerOtlp: 'http://127.0.0.1:14318',
  zipkin: 'http://127.0.0.1:19411',
  rabbitmq: 'amqp://aishell:aishell-test@127.0.0.1:15670/',
  registry: 'http://127.0.0.1:18081/apis/ccompat/v7',
} as const;

export const servers = {
  postgres: process.env['AISHELL_POSTGRES_URL'] ?? defaultServers.postgres,
  mysql: process.env['AISHELL_MYSQL_URL'] ?? defaultServers.mysql,
  mariadb: process.env['AISHELL_MARIADB_URL'] ?? defaultServers.mariadb,
  mongodb: process.env['AISHELL_MONGODB_URL'] ?? defaultServers.mongodb,
  clickhouse: process.env['AISHELL_CLICKHOUSE_URL'] ?? defaultServers.clickhouse,
  redis: process.env['AISHELL_REDIS_URL'] ?? defaultServers.redis,
  kafka: process.env['AISHELL_KAFKA_BROKERS'] ?? defaultServers.kafka,
  jaeger: process.env['AISHELL_JAEGER_URL'] ?? defaultServers.jaeger,
  jaegerOtlp: process.env['AISHELL_JAEGER_OTLP_URL'] ?? defaultServers.jaegerOtlp,
  zipkin: process.env['AISHELL_ZIPKIN_URL'] ?? defaultServers.zipkin,
  rabbitmq: process.env['AISHELL_RABBITMQ_URL'] ?? defaultServers.rabbitmq,
  registry: process.env['AISHELL_REGISTRY_URL'] ?? defaultServers.registry,
} as const;

/** Is anything listening there? Tests of a store that is absent skip on a person's machine and fail under CI=true. */
export async function listening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address.includes('://') ? address : `tcp://${address}`);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve((socket.destroy(), true)));
    socket.once('error', () => resolve(false));
  });
}
