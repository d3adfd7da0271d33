/**
 * Kafka: topics as tables, read without joining a group and without committing anything.
 *
 * wire/ speaks the few requests that reading takes; log.ts fetches ranges of partitions; records/ takes record batches
 * apart (checksums, codecs, transactions); json/ finds members in a message's bytes. tests.ts reads what a statement
 * asks of each message, ranges.ts turns that into partitions and offsets, needles.ts into bytes that a batch must hold
 * to be decoded at all, evaluate.ts into functions; rows.ts puts what is left into columns. describe.ts finds fields in
 * the last messages. A snapshot is the log up to its end offsets when it was opened.
 *
 * A message that is no JSON has NULL fields, keeps its _value, and is counted in a warning; a member of another type
 * than was observed is an error that says how to set the type.
 */

import type { Connector } from '../contract.js';
import { kafkaDialect } from './dialect.js';
import { configSchema } from './schema.js';
import { KafkaSource } from './source.js';

export const connector: Connector = {
  kind: 'kafka',
  title: 'Kafka',
  configSchema,
  dialect: () => kafkaDialect,
  connect: (service, host, signal) => KafkaSource.connect(service, host, signal),
};
