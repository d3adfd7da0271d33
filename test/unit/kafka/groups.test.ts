/** Offsets of groups are read from outside: none is joined, made or moved. */

import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/kafka/index.js';
import type { Source, Table } from '../../../connectors/contract.js';
import { removeTopics } from '../../support/kafka.js';
import { listening, servers } from '../../support/servers.js';

const isUp = await listening(servers.kafka);
const topic = `groups_${process.pid}`;
const group = `${topic}_writer`;
const never = AbortSignal.timeout(60_000);

describe.skipIf(!isUp && process.env['CI'] !== 'true')('offsets of consumer groups', () => {
  const kafka = new Kafka({ brokers: servers.kafka.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  let source: Source;
  let table: Table;

  beforeAll(async () => {
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true });
    await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 1, offset: '7' }] });
    const service = { name: 'bus', kind: 'kafka', tags: {}, options: { brokers: servers.kafka, topics: [topic] }, tls: undefined, baseDir: '/' };
    source = await connector.connect(service, { tempDir: '/tmp', connectTimeoutMs: 10_000, log: () => {} }, never);
    table = (await source.describe(never)).tables[0]!;
  }, 60_000);
  afterAll(async () => {
    await source?.close();
    await admin.deleteGroups([group]).catch(() => {});
    await admin.disconnect();
    await removeTopics([topic]);
  });

  it('says where each stands, named or not', async () => {
    const expected = [{ group, partition: '1', offset: '7' }];
    expect(await source.groupOffsets!(table, [group], never)).toEqual(expected);
    expect(await source.groupOffsets!(table, undefined, never)).toEqual(expected);
  });

  it('says nothing of a group that never was, and makes none', async () => {
    const nobody = `${topic}_nobody`;
    expect(await source.groupOffsets!(table, [nobody], never)).toEqual([]);
    const { groups } = await admin.listGroups();
    expect(groups.map(({ groupId }) => groupId)).not.toContain(nobody);
    expect(groups.map(({ groupId }) => groupId)).toContain(group);
  });
});
