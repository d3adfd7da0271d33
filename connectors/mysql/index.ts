/**
 * MySQL and MariaDB.
 *
 * types.ts says what their types become; style.ts and ../sql print filters, keys and limits with bound parameters. A
 * statement reads in one READ ONLY transaction with a consistent snapshot (transaction.ts); rows.ts prepares, executes
 * and takes binary rows from the socket, decode.ts puts them into columns. describe.ts and health.ts read the
 * information schema and the grants; settings.ts knows URLs and my.cnf.
 *
 * What becomes what where it isn't plain: tinyint(1) stays a number; bit(n) is a number; DECIMAL beyond 38 digits is
 * DECIMAL(38,s), and a value that doesn't fit is an error; enum and set are their text; geometries are their WKT;
 * timestamp is an instant and datetime a clock reading; 0000-00-00 and times beyond a day are errors unless the
 * service says otherwise (zeroDates and time in schema.ts). Text is compared by bytes whatever the collation.
 */

import type { Connector } from '../contract.js';
import { sqlDialect } from '../sql/dialect.js';
import type { MysqlFacts, MysqlTable } from './facts.js';
import { configSchema } from './schema.js';
import { place } from './settings.js';
import { connect } from './source.js';
import { MysqlStyle } from './style.js';

export const connector: Connector = {
  kind: 'mysql',
  title: 'MySQL',
  configSchema,
  addresses: { schemes: ['mysql', 'mariadb'], setting: 'url' },
  dialect: (facts) => sqlDialect(new MysqlStyle(facts as MysqlFacts)),
  place: async (service) => Object.values(await place(service)).join(' '),
  spanAttributes: async (service, { native }, facts) => {
    const [{ host, port, socket }, { database, name }] = [await place(service), native as unknown as MysqlTable];
    return {
      'db.system.name': (facts as MysqlFacts).product === 'MariaDB' ? 'mariadb' : 'mysql',
      'db.namespace': database,
      'db.collection.name': name,
      'server.address': socket ?? host,
      ...(socket === undefined && { 'server.port': port }),
    };
  },
  connect,
};
