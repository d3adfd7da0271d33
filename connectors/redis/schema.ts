/** The fields of a redis service in aishell.yaml. */

import type { JsonSchema } from '../contract.js';
import { typesSchema } from '../sql/declared-types.js';

export const configSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    url: { type: 'string', 'x-secret': true, description: 'redis://user:password@host:6379/0, or rediss:// for TLS. Separate fields win over its parts.' },
    host: { type: 'string', description: 'Host name or address. Default: localhost.' },
    port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Default: 6379.' },
    user: { type: 'string', description: 'The ACL user to sign in as. Default: the user named default.' },
    password: { type: 'string', 'x-secret': true },
    db: { type: 'integer', minimum: 0, description: 'Number of the database. Default: 0.' },
    separator: { type: 'string', minLength: 1, default: ':', description: 'What the parts of a key are separated by.' },
    patterns: {
      type: 'object',
      description: 'Tables by the pattern of their keys, with a column name in braces for each part that varies: `session: "session:{id}"`.',
      additionalProperties: { type: 'string', minLength: 1 },
    },
    scan: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000_000,
      default: 50_000,
      description: 'Keys that are looked at to find patterns.',
    },
    sample: { type: 'integer', minimum: 1, maximum: 10_000, default: 200, description: 'Keys of each pattern that are read to learn its columns.' },
    types: typesSchema,
  },
};
