/** The whole estate as files, in the shape that the servers' connectors give their data. */

import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { topics } from '../bus.js';
import type { Topic } from '../bus.js';
import type { Estate } from '../estate.js';
import { writeDuckdb } from './duckdb.js';
import { writeNdjson } from './ndjson.js';

export async function writeEmbedded(estate: Estate, folder: string): Promise<void> {
  // Whoever reads meanwhile finds the old estate or the new one, never half of one.
  const fresh = `${folder}.${process.pid}.new`;
  try {
    await writeAll(estate, fresh);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function writeAll(estate: Estate, fresh: string): Promise<void> {
  for (const service of ['users', 'products', 'orders', 'analytics'] as const) {
    await mkdir(join(fresh, service), { recursive: true });
    await writeDuckdb(join(fresh, service, `${service}.duckdb`), estate[service]);
  }
  for (const service of ['payments', 'notifications', 'bus']) await mkdir(join(fresh, service));
  const { payments, refunds, history } = estate.payments;
  for (const [name, rows] of Object.entries({ payments, refunds, history })) await writeNdjson(join(fresh, 'payments', `${name}.ndjson`), rows);

  const { notifications, counts, stream } = estate.notifications;
  const at = (time: number) => new Date(time).toISOString();
  const hashes = notifications.map(({ id, userId, orderId, sentAt, ...row }) => ({ id, userId: Number(userId), orderId: Number(orderId), ...row, sentAt: at(sentAt) }));
  await writeNdjson(join(fresh, 'notifications', 'notification.ndjson'), hashes);
  await writeNdjson(join(fresh, 'notifications', 'notification_count.ndjson'), [...counts].map(([id, value]) => ({ id: Number(id), value })));
  await writeNdjson(
    join(fresh, 'notifications', 'notification_stream.ndjson'),
    stream.map(({ id, notificationId, event }) => ({ _id: id, _timestamp: at(Number(id.split('-')[0])), notificationId, event })),
  );

  for (const topic of Object.keys(topics) as Topic[]) {
    const records = estate.bus.filter((record) => record.topic === topic);
    await writeNdjson(
      join(fresh, 'bus', `${topic}.ndjson`),
      records.map(({ partition, offset, timestamp, key, headers, value, fields }) => ({
        _partition: partition,
        _offset: offset,
        _timestamp: at(timestamp),
        _key: key,
        _headers: headers,
        _value: value,
        ...fields,
      })),
    );
  }
}
