/** `aishell doctor` holds `flows:` to what is there: topics, tables, columns and consumer groups, with the nearest names. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import { createTopic, produce, removeTopics, withAdmin } from '../../support/kafka.js';
import { listening, servers } from '../../support/servers.js';

const skip = !(await listening(servers.kafka.split(',')[0]!)) && process.env['CI'] !== 'true';
const run = `flows${Date.now().toString(36)}`;
const [topic, group] = [`${run}-parcels`, `${run}-warehouse`];

describe.skipIf(skip)('flows: and what is there', { timeout: 60_000 }, () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-doctor-flows-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    await mkdir(join(dir, 'data'));
    await writeFile(join(dir, 'data/shelves.csv'), 'shelf_id,parcel_ref,stored_at\n1,P-1,2026-01-01\n');
    await createTopic(topic);
    await produce(topic, [{ key: 'P-1', value: '{"parcelRef":"P-1","eventId":"e-1"}' }]);
    // A consumer of another program has been here.
    const consumer = new Kafka({ clientId: 'warehouse', brokers: servers.kafka.split(','), logLevel: logLevel.NOTHING }).consumer({ groupId: group });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((done, fail) => {
      consumer.run({ eachMessage: () => Promise.resolve(done()) }).catch(fail);
    });
    await consumer.commitOffsets([{ topic, partition: 0, offset: '1' }]);
    await consumer.disconnect();
  }, 60_000);
  afterAll(async () => {
    await removeTopics([topic]);
    await withAdmin((admin) => admin.deleteGroups([group])).catch(() => undefined);
    await rm(dir, { recursive: true, force: true });
  });

  async function doctor(writes: string) {
    await writeFile(join(dir, 'aishell.yaml'), `services:\n  bus: { kind: kafka, brokers: '${servers.kafka}', prefix: '${run}-' }\n  depot: { kind: files, path: data }\nflows:\n  writes:\n    - ${writes}\n`);
    const session = await openSession({ config: await loadConfig({ path: join(dir, 'aishell.yaml'), cwd: '/', env: process.env }) });
    try {
      return await session.doctor({ signal: AbortSignal.timeout(30_000) });
    } finally {
      await session.close();
    }
  }

  test('nothing is said of what is there', async () => {
    const { flows, ok } = await doctor(`{ topic: bus.parcels, table: depot.shelves, group: ${group}, on: { parcelRef: parcel_ref } }`);
    expect([flows, ok]).toEqual([[], true]);
  });

  test.each([
    ['a topic', `{ topic: bus.parcel, table: depot.shelves }`, 'bus.parcel is not there', 'bus.parcels', true],
    ['a table', `{ topic: bus.parcels, table: depot.shelfs }`, 'depot.shelfs is not there', 'depot.shelves', true],
    ['a column', `{ topic: bus.parcels, table: depot.shelves, on: { parcelRef: parcel_rf } }`, 'depot.shelves.parcel_rf is not there', 'parcel_ref', true],
    ['a field, which a sample may lack', `{ topic: bus.parcels, table: depot.shelves, on: { parcelref_: parcel_ref } }`, 'bus.parcels.parcelref_ is not there, as far as a sample shows', 'parcelRef', false],
    ['a group', `{ topic: bus.parcels, table: depot.shelves, group: ${run}-warehose }`, `group ${run}-warehose has committed nothing for bus.parcels`, group, true],
  ])('%s that is not there is named, with the nearest', async (_, writes, what, near, isSure) => {
    const { flows, ok } = await doctor(writes);
    expect(flows).toEqual([{ entry: expect.any(String), what, remedy: expect.stringContaining(`Did you mean ${near}`), isSure }]);
    expect(ok).toBe(true);
  });
});
