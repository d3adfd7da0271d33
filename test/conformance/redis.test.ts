/** The Redis connector on a real server, with TLS and users of its own. */

import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { decimal, types, type Literal, type ServiceConfig, type TlsOptions, type Type } from '../../connectors/contract.js';
import { connector } from '../../connectors/redis/index.js';
import { claimDatabase } from '../support/redis.js';
import { listening, servers } from '../support/servers.js';
import { authorities } from './certificates.js';
import { conformance, type SeedTable } from './suite.js';

const url = new URL(servers.redis);
const claim = (await listening(servers.redis)) ? await claimDatabase() : undefined;
const db = claim?.database ?? 0;
const prefix = 'conformance_suite';

const columns: Readonly<Record<string, Type>> = {
  c_bool: types.boolean, c_int64: types.int64, c_float64: types.float64, c_decimal: decimal(38, 10), c_text: types.text, c_blob: types.blob,
  c_uuid: types.uuid, c_instant: types.timestamptz, c_json: types.json,
};
const declared: Readonly<Record<string, string>> = {
  c_bool: 'boolean', c_int64: 'bigint', c_float64: 'double', c_decimal: 'decimal(38,10)', c_text: 'text', c_blob: 'blob', c_uuid: 'uuid',
  c_instant: 'timestamptz', c_json: 'json',
};

function service(port = Number(url.port), password = url.password, tls?: TlsOptions): ServiceConfig {
  const options = {
    host: url.hostname,
    port,
    password,
    db,
    patterns: Object.fromEntries(['extremes', 'large', 'many', 'empty'].map((name) => [name, `${prefix}:${name}:{id}`])),
    types: { extremes: declared, large: { body: 'text' }, empty: { id: 'bigint', word: 'text', line: 'text' } },
  };
  return { name: 'conformance', kind: 'redis', tags: {}, options, tls, baseDir: '/' };
}

/** As a program would write it, so that nothing of the connector takes part. */
function written(value: Exclude<Literal, null>, type: Type): string | Buffer {
  switch (type.kind) {
    case 'blob':
      return Buffer.from(value as Uint8Array);
    case 'timestamp': {
      const micros = value as bigint;
      const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
      return `${new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, 19)}.${String(rest).padStart(6, '0')}Z`;
    }
    case 'float':
      return Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'inf');
    default:
      return String(value);
  }
}

async function withRedis(work: (redis: Redis) => Promise<void>): Promise<void> {
  const redis = new Redis({ host: url.hostname, port: Number(url.port), password: url.password, db, lazyConnect: true });
  await redis.connect();
  try {
    await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function seed(redis: Redis, tables: readonly SeedTable[]): Promise<void> {
  for (const { name, columns: seeded, rows } of tables) {
    let pipeline = redis.pipeline();
    for (const [n, row] of rows.entries()) {
      // A hash of no field would be no key; `_` stands for whatever else a real one holds.
      const fields = row.flatMap((value, i) => (i === 0 || value === null ? [] : [seeded[i]!.name, written(value, seeded[i]!.type)]));
      pipeline.hset(`${prefix}:${name}:${row[0]}`, '_', 'x', ...fields);
      if (n % 1000 === 999) {
        await pipeline.exec();
        pipeline = redis.pipeline();
      }
    }
    await pipeline.exec();
  }
}

/** ISO text has the years 1 to 9999. */
function holds(value: Literal, type: Type): boolean {
  return type.kind !== 'timestamp' || Math.abs(Number(value)) < 9e18;
}

const { good, wrong } = await authorities('redis');
const tlsPort = Number(process.env['AISHELL_REDIS_TLS_PORT'] ?? 16380);
const tls = (ca: string): TlsOptions => ({ enabled: true, ca, verify: true });

// Runs when the suite has emptied it.
afterAll(() => claim?.release());

await conformance({
  name: 'redis',
  connector: () => Promise.resolve(connector),
  address: servers.redis,
  service,
  columns,
  holds,
  seed: (tables) => withRedis((redis) => seed(redis, tables)),
  cleanup: () => withRedis(async (redis) => void (await redis.flushdb())),
  mustPush: ['id'],
  mustShip: ['id'],
  wrongPassword: () => service(undefined, 'wrong-password'),
  tls: { good: () => service(tlsPort, url.password, tls(good)), wrongAuthority: () => service(tlsPort, url.password, tls(wrong)) },
});
