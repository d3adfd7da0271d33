/**
 * RabbitMQ: streams as tables, read by the stream protocol and by offsets, which leaves them as they are. Queues, classic
 * and quorum ones, dead-letter queues included, can't be read without consuming: the table `queues` lists them with their
 * depths, from the management plugin.
 *
 * wire/ speaks the few commands that reading takes; chunk.ts and message.ts take apart what comes (checksums, packed and
 * compressed entries, AMQP 1.0); connectors/log, which all logs share, reads what a statement asks of each message and
 * puts it into columns. A stream is a log with one partition whose times are the broker's. A snapshot is the streams up
 * to where they ended when each was first read. Nothing here publishes, consumes, declares or stores an offset.
 */

import type { Connector } from '../contract.js';
import { rabbitDialect } from './dialect.js';
import type { TopicTable } from '../log/columns.js';
import { readOf } from '../log/span-attributes.js';
import { settings } from './options.js';
import { configSchema } from './schema.js';
import { RabbitSource } from './source.js';

export const connector: Connector = {
  kind: 'rabbitmq',
  title: 'RabbitMQ',
  addresses: { schemes: ['amqp', 'amqps'], setting: 'url' },
  configSchema,
  dialect: () => rabbitDialect,
  spanAttributes: async (service, { native }) => ({ 'messaging.system': 'rabbitmq', ...readOf((native as Partial<TopicTable>).topic, settings(service).nodes) }),
  connect: (service, host, signal) => RabbitSource.connect(service, host, signal),
};
