/** The fields of a mysql service in aishell.yaml. */

import type { JsonSchema } from '../contract.js';

export const configSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    url: { type: 'string', 'x-secret': true, description: 'mysql://user:password@host:3306/database. Separate fields win over its parts.' },
    host: { type: 'string', description: 'Host name or address. Default: `host` in the [client] group of my.cnf, else localhost.' },
    port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Default: `port` in my.cnf, else 3306.' },
    socket: { type: 'string', description: 'A Unix socket instead of host and port.' },
    user: { type: 'string', description: 'Default: `user` in my.cnf, else the name of the system user.' },
    password: { type: 'string', 'x-secret': true, description: 'Default: `password` in my.cnf.' },
    database: { type: 'string', description: 'The one database that this service owns: its tables are service.table.' },
    databases: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      description: 'The databases to show; the first is the default one. Without database and databases: all that the user may read, as service.database.table.',
    },
    defaultsFile: { type: 'string', description: 'An option file to read instead of ~/.my.cnf.' },
    zeroDates: {
      enum: ['error', 'null'],
      description: 'What 0000-00-00 and dates with a zero month or day become: an error (default), or NULL, in conditions as well.',
    },
    time: {
      enum: ['time', 'interval'],
      description: 'How TIME columns are read: as times of day, where less than 0 or more than 24 hours is an error (default), or as intervals.',
    },
  },
};
