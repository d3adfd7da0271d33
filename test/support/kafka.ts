/** Topics and messages for tests of the Kafka connector, with Kafka's own producer semantics (kafkajs). */

import { Kafka, logLevel, Partitioners, type Admin, type ITopicConfig, type Message, type Producer } from 'kafkajs';
import { servers } from './servers.js';

const kafka = new Kafka({ clientId: 'aishell-tests', brokers: servers.kafka.split(','), logLevel: logLevel.NOTHING });

export async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Makes a topic anew. */
export async function createTopic(topic: string, config: Partial<ITopicConfig> & { settings?: Readonly<Record<string, string>> } = {}): Promise<void> {
  const { settings = {}, ...rest } = config;
  await withAdmin(async (admin) => {
    await removeTopics([topic]);
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1, configEntries, ...rest }] });
  });
}

/** Deleting takes a moment; a topic of the same name can be made only after it. */
export async function removeTopics(topics: readonly string[]): Promise<void> {
  await withAdmin(async (admin) => {
    const there = async () => (await admin.listTopics()).filter((topic) => topics.includes(topic));
    const found = await there();
    if (found.length > 0) await admin.deleteTopics({ topics: found });
    for (let attempt = 0; attempt < 200 && (await there()).length > 0; attempt++) await new Promise((resolve) => setTimeout(resolve, 25));
  });
}

export async function withProducer<T>(work: (producer: Producer) => Promise<T>, transactionalId?: string): Promise<T> {
  const transactional = transactionalId === undefined ? {} : { transactionalId, maxInFlightRequests: 1, idempotent: true };
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, ...transactional });
  await producer.connect();
  try {
    return await work(producer);
  } finally {
    await producer.disconnect();
  }
}

export async function produce(topic: string, messages: readonly Message[]): Promise<void> {
  await withProducer(async (producer) => {
    for (let at = 0; at < messages.length; at += 2_000) await producer.send({ topic, messages: messages.slice(at, at + 2_000) });
  });
}
