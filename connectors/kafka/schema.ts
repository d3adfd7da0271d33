/** The fields of a kafka service in aishell.yaml. */

import type { JsonSchema } from '../contract.js';
import { registrySchema } from '../registry/index.js';
import { formatsSchema } from './formats/settings.js';
import { fieldTypesSchema } from '../log/settings.js';

export const configSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    brokers: {
      description: 'One or more host:port to begin with, as a list or separated by commas. Default localhost:9092.',
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
    },
    url: { type: 'string', 'x-secret': true, description: 'Instead of brokers and sasl: kafka://user:password@host:port,host:port; SASL PLAIN unless sasl.mechanism says otherwise.' },
    sasl: {
      type: 'object',
      additionalProperties: false,
      description: 'How to sign in.',
      properties: {
        mechanism: { enum: ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'], description: 'Default plain.' },
        username: { type: 'string' },
        password: { type: 'string', 'x-secret': true },
        token: { type: 'string', 'x-secret': true, description: 'Of oauthbearer.' },
      },
    },
    addresses: {
      type: 'object',
      description: 'Where a broker is reached whose advertised host:port can\'t be (through a tunnel or a port that is forwarded): "kafka-1:9092": "localhost:19092".',
      additionalProperties: { type: 'string' },
    },
    prefix: { type: 'string', minLength: 1, description: 'Only topics whose names begin so (prod.), and without it in the names of tables, in `topics` and in `types`.' },
    topics: { type: 'array', items: { type: 'string' }, description: 'Topics to show; * stands for any part of a name. Default: all but internal ones.' },
    sample: { type: 'integer', minimum: 0, maximum: 10_000, description: 'How many of the last messages of each partition the fields are found in. Default 200.' },
    types: fieldTypesSchema('topic'),
    registry: registrySchema,
    formats: formatsSchema,
    timestamp_slack: { type: 'string', pattern: '^\\d+(ms|s|m|h|d)$', description: 'How much later than its time a message may have been appended (10m). It lets an upper bound on _timestamp end the reading of topics with producer times. Default: such a bound ends nothing.' },
    partitioner: { enum: ['murmur2', 'crc32'], description: 'How producers choose the partition of a key (murmur2: Java; crc32: librdkafka), if all do so and the number of partitions never changed. Then _key = ... reads one partition.' },
  },
};
