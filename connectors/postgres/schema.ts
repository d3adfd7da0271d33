/** The fields of a postgres service in aishell.yaml. */

import type { JsonSchema } from '../contract.js';

export const configSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    url: {
      type: 'string',
      'x-secret': true,
      description: 'postgres://user:password@host:5432/database?sslmode=verify-full. Separate fields win over its parts.',
    },
    host: { type: 'string', description: 'Host name, address, or the folder of a Unix socket. Default: PGHOST, else localhost.' },
    port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Default: PGPORT, else 5432.' },
    user: { type: 'string', description: 'The role to sign in as. Default: PGUSER, else the name of the system user.' },
    password: {
      type: 'string',
      'x-secret': true,
      description: 'Default: PGPASSWORD, else what .pgpass (or PGPASSFILE) says for this host, port, database and user.',
    },
    database: { type: 'string', description: 'Default: PGDATABASE, else the name of the user.' },
    schema: {
      type: 'string',
      description: 'The one schema that this service owns: its tables are service.table. Several services on one server name a schema each.',
    },
    schemas: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      description: 'The schemas to show; the first is the default one. Without schema and schemas: all that the role may use, `public` being the default.',
    },
    sslmode: {
      enum: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'],
      description: 'As in libpq; `tls` wins over it. Default: PGSSLMODE, else prefer, and disable on this machine itself.',
    },
    numeric: {
      enum: ['decimal', 'double', 'text'],
      description: 'How numeric without a precision is read: DECIMAL(38,18), which refuses values that do not fit (default); DOUBLE, rounded; or text.',
    },
  },
};
