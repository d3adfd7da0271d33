/** The whole estate on real servers; the same addresses as in aishell.servers.yaml, moved by the same variables. */

import type { Estate } from '../estate.js';
import { writeClickhouse } from './clickhouse.js';
import { writeKafka } from './kafka.js';
import { writeMongodb } from './mongodb.js';
import { writeMysql } from './mysql.js';
import { writePostgres } from './postgres.js';
import { writeRedis } from './redis.js';

const env = process.env;
const addresses = {
  postgres: env['AISHELL_POSTGRES_URL'] ?? 'postgres://aishell:aishell-test@127.0.0.1:15432/postgres',
  mysql: env['AISHELL_MYSQL_URL'] ?? 'mysql://aishell:aishell-test@127.0.0.1:13306/',
  mongodb: env['AISHELL_MONGODB_URL'] ?? 'mongodb://127.0.0.1:17017/',
  clickhouse: env['AISHELL_CLICKHOUSE_URL'] ?? 'http://aishell:aishell-test@127.0.0.1:18123/',
  redis: env['AISHELL_REDIS_URL'] ?? 'redis://:aishell-test@127.0.0.1:16379/0',
  kafka: env['AISHELL_KAFKA_BROKERS'] ?? '127.0.0.1:19092',
};

/** Where on the servers the estate lies, so that a test can have one of its own beside others. */
export interface Placement {
  /** Stands before the names of databases and topics. */
  readonly prefix: string;
  /** Redis numbers its databases; 0 is left to whatever else runs there. */
  readonly redisDatabase: number;
}

const ordinary: Placement = { prefix: '', redisDatabase: 7 };

const writers: Readonly<Record<string, (estate: Estate, place: Placement) => Promise<void>>> = {
  users: (estate, { prefix }) => writePostgres(addresses.postgres, `${prefix}shop`, 'users', estate.users),
  products: (estate, { prefix }) => writeMysql(addresses.mysql, `${prefix}products`, estate.products),
  orders: (estate, { prefix }) => writePostgres(addresses.postgres, `${prefix}shop`, 'orders', estate.orders),
  payments: (estate, { prefix }) => writeMongodb(addresses.mongodb, `${prefix}payments`, estate.payments),
  analytics: (estate, { prefix }) => writeClickhouse(addresses.clickhouse, `${prefix}analytics`, estate.analytics),
  notifications: (estate, { redisDatabase }) => writeRedis(addresses.redis, redisDatabase, estate.notifications),
  bus: (estate, { prefix }) => writeKafka(addresses.kafka.split(','), prefix, estate.bus),
};

export async function writeServers(estate: Estate, only: readonly string[] | undefined, say: (line: string) => void, place = ordinary): Promise<void> {
  for (const service of only ?? Object.keys(writers)) {
    const write = writers[service];
    if (write === undefined) throw new Error(`there is no service '${service}'; there are: ${Object.keys(writers).join(', ')}`);
    const began = Date.now();
    await write(estate, place);
    say(`${service}: written in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
}
