/**
 * Kafka: topics as tables, read without joining a group and without committing anything.
 *
 * wire/ speaks the few requests that reading takes; log.ts fetches ranges of partitions; records/ takes record batches
 * apart (checksums, codecs, transactions); connectors/log, which all logs share, reads what a statement asks of each
 * message and puts it into columns. describe.ts finds fields in the last messages. A snapshot is the log up to its end
 * offsets when it was opened.
 *
 * A message that is no JSON has NULL fields, keeps its _value, and is counted in a warning; a member of another type
 * than was observed is an error that says how to set the type.
 */

import type { Connector } from '../contract.js';
import { logDialect } from '../log/dialect.js';
import type { TopicTable } from '../log/columns.js';
import { readOf } from '../log/span-attributes.js';
import { settings } from './options.js';
import { configSchema } from './schema.js';
import { KafkaSource } from './source.js';

const dialect = logDialect('kafka');

export const connector: Connector = {
  kind: 'kafka',
  title: 'Kafka',
  configSchema,
  addresses: { schemes: ['kafka'], setting: 'url' },
  dialect: () => dialect,
  spanAttributes: async (service, { native }) => ({ 'messaging.system': 'kafka', ...readOf((native as TopicTable).topic, settings(service).bootstrap) }),
  connect: (service, host, signal) => KafkaSource.connect(service, host, signal),
};
