/** Numbered Redis databases: a run claims one that no other run has, since they can't be named. */

import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { servers } from './servers.js';

/** 0 holds the claims, 7 is the example estate's. */
const numbers = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15];
/** A run that died gives its database back. */
const claimSeconds = 900;

export interface Claim {
  readonly database: number;
  /** Empties the database and gives it back. */
  release(): Promise<void>;
}

/** An empty database of this run's own. */
export async function claimDatabase(): Promise<Claim> {
  const owner = randomUUID();
  const redis = new Redis(servers.redis, { lazyConnect: true, maxRetriesPerRequest: 1 });
  await redis.connect();
  for (const database of numbers) {
    const key = `claimed:database:${database}`;
    if ((await redis.set(key, owner, 'EX', claimSeconds, 'NX')) === null) continue;
    const empty = () => redis.multi().select(database).flushdb().select(0).exec();
    await empty();
    // A run may take longer than its claim.
    const renewing = setInterval(() => void redis.expire(key, claimSeconds).catch(() => {}), (claimSeconds * 1000) / 3).unref();
    return {
      database,
      async release() {
        clearInterval(renewing);
        await empty();
        if ((await redis.get(key)) === owner) await redis.del(key);
        redis.disconnect();
      },
    };
  }
  redis.disconnect();
  throw new Error(`all of Redis's databases ${numbers.join(', ')} are taken by other runs; claims end after ${claimSeconds} s`);
}
