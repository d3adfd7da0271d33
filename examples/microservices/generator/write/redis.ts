/** The notifications service: a hash each, a counter a person, and one stream. */

import { Redis } from 'ioredis';
import type { Messages } from '../messages.js';

export async function writeRedis(url: string, database: number, { notifications, counts, stream }: Messages): Promise<void> {
  // A number in the URL would win over the option.
  const own = new URL(url);
  own.pathname = `/${database}`;
  const redis = new Redis(own.href, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await redis.connect();
    await redis.flushdb();
    const pipeline = redis.pipeline();
    for (const { id, sentAt, ...fields } of notifications) {
      pipeline.hset(`notification:${id}`, { ...fields, sentAt: new Date(sentAt).toISOString() });
    }
    for (const [user, count] of counts) pipeline.set(`notification_count:${user}`, count);
    for (const { id, ...fields } of stream) pipeline.xadd('notification_stream', id, ...Object.entries(fields).flat());
    await pipeline.exec();
  } finally {
    redis.disconnect();
  }
}
