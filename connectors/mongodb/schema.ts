/** The fields of a mongodb service in aishell.yaml. */

import type { JsonSchema } from '../contract.js';
import { typesSchema } from '../sql/declared-types.js';

export const configSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    url: {
      type: 'string',
      'x-secret': true,
      description: 'mongodb://user:password@host:27017/database?authSource=admin, or mongodb+srv://. Separate fields win over its parts.',
    },
    host: { type: 'string', description: 'Host name or address, or several as host:port,host:port. Default: localhost.' },
    port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Default: 27017.' },
    user: { type: 'string', description: 'The user to sign in as.' },
    password: { type: 'string', 'x-secret': true },
    database: { type: 'string', minLength: 1, description: 'The database whose collections are the tables.' },
    authSource: { type: 'string', description: 'The database that knows the user. Default: the one in the URL, else admin.' },
    replicaSet: { type: 'string', description: 'Name of the replica set, to find its other members.' },
    sample: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 1000,
      description: 'Documents that are looked at in each collection to learn its fields and their types.',
    },
    types: typesSchema,
  },
};
