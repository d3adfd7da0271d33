/**
 * Files as a service: Parquet, CSV, JSON, NDJSON, .duckdb and SQLite files in a folder.
 *
 * They are read by a locked DuckDB of their own, never by the engine's; SQLite, whose DuckDB extension would be a
 * download, by a WASM build. A file is a table, a folder of like files is one too, a database brings all its tables.
 * What JSON holds is learnt from a sample, and every later value is checked against it: an error, never a silent NULL.
 *
 *   settings.ts folder.ts describe.ts   what there is (csv.ts, json-shape.ts, databases.ts, sqlite-describe.ts by format)
 *   dialect.ts expressions.ts           filters, sort and limit as DuckDB SQL (sqlite-style.ts: as SQLite's)
 *   source.ts relations.ts parsed.ts    a view a table, read chunk by chunk (sqlite-read.ts: row by row)
 */

import type { Connector } from '../contract.js';
import { dialect } from './dialect.js';
import { configSchema, readSettings } from './settings.js';
import { FilesSource } from './source.js';

export const connector: Connector = {
  kind: 'files',
  title: 'Files',
  configSchema,
  addresses: { schemes: ['file'], setting: 'path' },
  dialect: () => dialect,
  // The engine that reads the file; there is no server.
  spanAttributes: async (_, { native }) => ({ 'db.system.name': (native as { format?: unknown }).format === 'sqlite' ? 'sqlite' : 'duckdb' }),
  connect: async (service, host, signal) => FilesSource.open(await readSettings(service), host, signal),
};
