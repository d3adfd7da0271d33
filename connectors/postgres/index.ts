/**
 * PostgreSQL.
 *
 * types.ts says what its types become; style.ts and ../sql print filters, keys and limits with bound parameters.
 * A statement reads in one READ ONLY, REPEATABLE READ transaction (snapshot.ts); rows.ts takes binary rows from the
 * socket and decode.ts puts them into columns. describe.ts and health.ts read the system catalogue; settings.ts knows
 * URLs, PG* variables, .pgpass and sslmode. All services on one server share one bounded pool (pool.ts).
 *
 * What becomes what where it isn't plain: character(n) comes without its padding; numeric without a precision is
 * DECIMAL(38,18), and a value that doesn't fit is an error (see `numeric` in schema.ts); NaN and infinity in numeric
 * are errors; money is DECIMAL(19,2); arrays are lists of one dimension; enumerations, ranges, network addresses, bit
 * strings, xml, hstore, composite and all other types are their text.
 */

import type { Connector } from '../contract.js';
import { sqlDialect } from '../sql/dialect.js';
import type { PostgresFacts } from './facts.js';
import { configSchema } from './schema.js';
import { place } from './settings.js';
import { connect } from './source.js';
import { PostgresStyle } from './style.js';

export const connector: Connector = {
  kind: 'postgres',
  title: 'PostgreSQL',
  configSchema,
  addresses: { schemes: ['postgres', 'postgresql'], setting: 'url' },
  dialect: (facts) => sqlDialect(new PostgresStyle(facts as PostgresFacts)),
  place: async (service) => Object.values(place(service)).join(' '),
  spanAttributes: async (service, { name, schema }) => {
    const { host, port, database } = place(service);
    return { 'db.system.name': 'postgresql', 'db.namespace': database, 'db.collection.name': schema === undefined ? name : `${schema}.${name}`, 'server.address': host, 'server.port': port };
  },
  connect,
};
