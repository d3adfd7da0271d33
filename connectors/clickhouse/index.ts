/**
 * ClickHouse, over its HTTP interface with @clickhouse/client.
 *
 * types.ts says what its types become and how they travel; style.ts and ../sql print filters, limits and keys with bound
 * parameters; shipped keys go along as external data (external.ts). read.ts stores the answer as the Parquet file that
 * it is, checks that its footer is there (parquet.ts), and hands it to the engine whole. describe.ts and sample.ts read
 * system tables and a bounded sample; every query is sent with readonly = 2 (client.ts).
 *
 * What becomes what where it isn't plain: every DateTime is an instant, to the microsecond; 256-bit integers and decimals
 * past 38 digits are text; String is text unless it is seen or said to be binary; JSON, Variant and geometry are JSON;
 * primary keys here order rows and are not unique, so no key is claimed.
 */

import type { Connector } from '../contract.js';
import { clickhouseDialect } from './dialect.js';
import { nativeTable } from './facts.js';
import { settings } from './options.js';
import { configSchema } from './schema.js';
import { ClickHouseSource } from './source.js';

export const connector: Connector = {
  kind: 'clickhouse',
  title: 'ClickHouse',
  configSchema,
  addresses: { schemes: ['clickhouse', 'http', 'https'], setting: 'url' },
  dialect: (facts) => clickhouseDialect(facts),
  place: async (service) => {
    const { url, user, databases } = settings(service);
    return [url, user, databases[0]].join(' ');
  },
  spanAttributes: async (service, table) => {
    const { hostname, port, protocol } = new URL(settings(service).url);
    const { database, name } = nativeTable(table);
    return {
      'db.system.name': 'clickhouse',
      'db.namespace': database,
      'db.collection.name': name,
      'server.address': hostname.replace(/^\[(.*)\]$/, '$1'),
      'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    };
  },
  connect: (service, host, signal) => ClickHouseSource.connect(service, host, signal),
};
