/** The fields of a rabbitmq service in aishell.yaml. */

import type { JsonSchema } from '../contract.js';
import { fieldTypesSchema } from '../log/settings.js';

export const configSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    url: { type: 'string', 'x-secret': true, description: 'amqp://user:password@host/vhost; amqps:// for TLS. Its port is not used: streams have one of their own. The fields below count before it.' },
    hosts: { type: 'array', items: { type: 'string' }, minItems: 1, description: 'Nodes of the cluster, as host or host:port of the stream plugin, tried in this order. Default: the host of url, or localhost.' },
    user: { type: 'string', description: 'Default guest.' },
    password: { type: 'string', 'x-secret': true },
    vhost: { type: 'string', minLength: 1, description: 'Virtual host. Default: the path of url, or /.' },
    stream_port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'Of the stream plugin. Default 5552, with TLS 5551.' },
    management: { type: 'string', description: 'The management plugin, which lists streams and queues: http://host:15672. Default: port 15672 of the first host, with TLS https and 15671.' },
    addresses: {
      type: 'object',
      description: 'Where a node is reached whose advertised stream address can\'t be (through a tunnel or a port that is forwarded): "rabbit-1:5552": "localhost:15552".',
      additionalProperties: { type: 'string' },
    },
    prefix: { type: 'string', minLength: 1, description: 'Only streams and queues whose names begin so, and without it in the names of tables, in `streams` and in `types`.' },
    streams: { type: 'array', items: { type: 'string' }, description: 'Streams to show; * stands for any part of a name. Named without a *, they are found without the management plugin too. Default: all.' },
    sample: { type: 'integer', minimum: 0, maximum: 10_000, description: 'How many of the last messages of each stream the fields are found in. Default 200.' },
    types: fieldTypesSchema('stream'),
  },
};
