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

/** Redis numbers its databases; 0 is left to whatever else runs there. */
const redisDatabase = 7;

const writers: Readonly<Record<string, (estate: Estate) => Promise<void>>> = {
  users: (estate) => writePostgres(addresses.postgres, 'shop', 'users', estate.users),
  products: (estate) => writeMysql(addresses.mysql, 'products', estate.products),
  orders: (estate) => writePostgres(addresses.postgres, 'shop', 'orders', estate.orders),
  payments: (estate) => writeMongodb(addresses.mongodb, 'payments', estate.payments),
  analytics: (estate) => writeClickhouse(addresses.clickhouse, 'analytics', estate.analytics),
  notifications: (estate) => writeRedis(addresses.redis, redisDatabase, estate.notifications),
  bus: (estate) => writeKafka(addresses.kafka.split(','), estate.bus),
};

export async function writeServers(estate: Estate, only: readonly string[] | undefined, say: (line: string) => void): Promise<void> {
  for (const service of only ?? Object.keys(writers)) {
    const write = writers[service];
    if (write === undefined) throw new Error(`there is no service '${service}'; there are: ${Object.keys(writers).join(', ')}`);
    const began = Date.now();
    await write(estate);
    say(`${service}: written in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
}
