/** The fields of a clickhouse service in aishell.yaml. */

import type { JsonSchema } from '../contract.js';

export const configSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    url: { type: 'string', 'x-secret': true, description: 'http://user:password@host:8123/database or https://...:8443/...; clickhouse:// means http, or https with tls.' },
    host: { type: 'string', description: 'Instead of url. Default localhost.' },
    port: { type: 'integer', minimum: 1, maximum: 65535, description: 'The HTTP port. Default 8123, or 8443 with TLS.' },
    user: { type: 'string', description: 'Default CLICKHOUSE_USER, else default.' },
    password: { type: 'string', 'x-secret': true, description: 'Default CLICKHOUSE_PASSWORD, else none.' },
    database: { type: 'string', description: 'Its tables are service.table. Default: default.' },
    databases: { type: 'array', items: { type: 'string' }, description: 'Further databases: their tables are service.database.table.' },
    final: { type: 'boolean', description: 'Read Replacing, Collapsing and the like as if fully merged. Slower. Default false.' },
    binary: { type: 'array', items: { type: 'string' }, description: 'Columns (table.column) whose text is not UTF-8: they become BLOB.' },
  },
};
