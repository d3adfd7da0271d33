/**
 * MongoDB.
 *
 * A collection is a table. describe.ts learns its columns from a bounded sample (sample.ts, observe.ts, shape.ts) and
 * from its validator; the catalogue keeps what was seen per field (native.ts). dialect.ts compiles scans to finds
 * and what relation.ts, group.ts and join.ts make of larger relations to pipelines; filter.ts says which filters are exact, and
 * guard.ts finds documents that drifted away from the sample. snapshot.ts reads raw documents, and reader.ts with
 * decode.ts and json.ts take their bytes apart straight into columns.
 *
 * What becomes what: int and long are BIGINT; with doubles among them, DOUBLE while that is exact; Decimal128 is
 * DECIMAL(38, the scale that was seen); dates are TIMESTAMP WITH TIME ZONE; ObjectId is its 24 hex digits; UUIDs are
 * UUID, other binary data BLOB; documents are STRUCT, arrays LIST; mixed types and everything else is JSON. A missing
 * field and null are both NULL. A value that doesn't fit its column is an error that names the field, never a NULL.
 */

import type { Connector } from '../contract.js';
import { mongoDialect } from './dialect.js';
import { configSchema } from './schema.js';
import { collectionOf } from './native.js';
import { settings } from './settings.js';
import { MongoSource } from './source.js';

export const connector: Connector = {
  kind: 'mongodb',
  title: 'MongoDB',
  configSchema,
  addresses: { schemes: ['mongodb', 'mongodb+srv'], setting: 'url' },
  dialect: (facts) => mongoDialect(facts),
  spanAttributes: async (service, table) => {
    const { address, database } = await settings(service, 0);
    const hosts = address.slice(0, -database.length - 1);
    // Which member of a replica set is read is the driver's choice.
    const only = hosts.includes(',') ? undefined : new URL(`tcp://${hosts}`);
    return {
      'db.system.name': 'mongodb',
      'db.namespace': database,
      'db.collection.name': collectionOf(table).collection,
      ...(only && { 'server.address': only.hostname.replace(/^\[(.*)\]$/, '$1') }),
      ...(only?.port && { 'server.port': Number(only.port) }),
    };
  },
  connect: (service, host, signal) => MongoSource.connect(service, host, signal),
};
