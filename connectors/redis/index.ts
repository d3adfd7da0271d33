/**
 * Redis.
 *
 * Keys that look alike are a table: `session:{id}` becomes session with a column id. discover.ts finds such patterns in
 * a bounded SCAN (or the configuration declares them), describe.ts learns columns from a few keys of each, and native.ts
 * is what the catalogue keeps. dialect.ts asks for single keys where a filter or shipped keys fix them, for a part of a
 * stream where its ids are bounded, else for a SCAN. snapshot.ts reads; client.ts is the only file that sends commands,
 * and it knows none that writes.
 *
 * A hash is a row, its fields columns; a string is a row with `value`; lists, sets and sorted sets are a row for each
 * element (`index`, `value`, `member`, `score`); a stream is a topic: `_id`, `_timestamp` and the entries' fields. `_ttl`
 * is the seconds a key has left. Text stays text, unless all that was seen are whole numbers or JSON, or `types` says
 * otherwise. Keys are read one after another: there is no view of all of them at one instant.
 */

import type { Connector } from '../contract.js';
import { dialect } from './dialect.js';
import { configSchema } from './schema.js';
import { settings } from './settings.js';
import { RedisSource } from './source.js';

export const connector: Connector = {
  kind: 'redis',
  title: 'Redis',
  configSchema,
  addresses: { schemes: ['redis', 'rediss'], setting: 'url' },
  dialect: () => dialect,
  spanAttributes: async (service) => {
    const { host = '', port = 0, db = 0 } = (await settings(service, 0)).options;
    return { 'db.system.name': 'redis', 'db.namespace': String(db), 'server.address': host, 'server.port': port };
  },
  connect: (service, host, signal) => RedisSource.connect(service, host, signal),
};
