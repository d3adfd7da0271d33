/** The event bus as topics, their names after a prefix, every message at the partition and offset that the embedded estate has it at. */

import { setTimeout as sleep } from 'node:timers/promises';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { topics } from '../bus.js';
import type { BusRecord, Topic } from '../bus.js';

const recordsPerRequest = 1_000;

export async function writeKafka(brokers: readonly string[], prefix: string, records: readonly BusRecord[]): Promise<void> {
  const kafka = new Kafka({ clientId: 'estate', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const wanted = Object.entries(topics).map(([topic, { partitions }]) => ({ topic: prefix + topic, numPartitions: partitions, replicationFactor: 1 }));
    const existing = await admin.listTopics();
    const old = wanted.map(({ topic }) => topic).filter((topic) => existing.includes(topic));
    if (old.length > 0) await admin.deleteTopics({ topics: old });
    await created(() => admin.createTopics({ topics: wanted, waitForLeaders: true }));
  } finally {
    await admin.disconnect();
  }
  const producer = kafka.producer();
  await producer.connect();
  try {
    for (const topic of Object.keys(topics) as Topic[]) {
      const own = records.filter((record) => record.topic === topic);
      for (let start = 0; start < own.length; start += recordsPerRequest) {
        await producer.send({
          topic: prefix + topic,
          compression: CompressionTypes.GZIP,
          messages: own.slice(start, start + recordsPerRequest).map(({ partition, timestamp, key, value, headers }) => ({
            partition,
            timestamp: String(timestamp),
            key,
            value,
            headers: { ...headers },
          })),
        });
      }
    }
  } finally {
    await producer.disconnect();
  }
}

/** A topic that is being deleted still exists for a moment. */
async function created(create: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await create();
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(250);
    }
  }
}
