/**
 * DuckDB, locked: this folder is the only importer of @duckdb/*. It opens instances that can read and write nothing
 * but aishell's own temporary folder (and folders that the configuration names), runs and cancels statements, moves
 * wire bytes into data chunks and values out of them, and knows how DuckDB serializes statements and plans.
 *
 *   instance.ts    openInstance, openPlanningInstance: the order of settings is the lock
 *   connection.ts  run, json, stream, interrupt; errors become AishellErrors
 *   errors.ts      DuckDB's messages -> codes and remedies
 *   columns.ts     one writer a type, from wire values into DuckDB's physical layout; integers, decimals, strings and
 *                  scalars beside it
 *   chunks.ts      typed arrays -> data chunks -> appender; batches.ts: chunks as they are
 *   result.ts      a statement's result as the cells of an answer
 */

import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { AishellError } from '../errors.js';
import { Connection } from './connection.js';

export interface InstanceOptions {
  /** The one folder that statements may reach. Spilled data lies in a folder of its own inside it. */
  readonly tempDir: string;
  /** Resident memory that the process may use; DuckDB, which overshoots its own limit, is started at a quarter of it. */
  readonly memoryBytes: number;
  /** IANA name. */
  readonly timezone: string;
  /** Default: one a core. */
  readonly threads?: number;
  /** Folders of data files that may be read besides. The caller must never pass on a statement that writes. */
  readonly readableFolders?: readonly string[];
}

export interface Instance {
  connect(): Promise<Connection>;
  /** Ends every connection and removes what was spilled. */
  close(): Promise<void>;
}

/** DuckDB does not start below this. */
const leastMemory = 64 * 1024 * 1024;

/** Rules that rewrite a plan into something that can't be serialized or read back; see DESIGN section 2. */
const unreadableRules = [
  'statistics_propagation',
  'compressed_materialization',
  'build_side_probe_side',
  'column_lifetime',
  'late_materialization',
  'top_n_window_elimination',
  'window_self_join',
  'in_clause',
  'sampling_pushdown',
  'unused_columns',
];

/**
 * Optimizer rules that make wrong answers. DuckDB 1.5.5 hands the keys of a join's one side down through a LIMIT of the
 * other, so that other rows are limited; with more than one thread, and whenever the first side happens to be ready.
 */
const wrongRules = ['join_filter_pushdown'];

export function openInstance(options: InstanceOptions): Promise<Instance> {
  return open(options, [`SET disabled_optimizers = ${literal(wrongRules.join(','))}`]);
}

/** An instance that binds and plans statements over empty tables; its plans serialize. It never holds a row. */
export function openPlanningInstance(options: Omit<InstanceOptions, 'readableFolders'>): Promise<Instance> {
  return open(options, [`SET disabled_optimizers = ${literal(unreadableRules.join(','))}`]);
}

async function open(options: InstanceOptions, settings: readonly string[]): Promise<Instance> {
  await mkdir(options.tempDir, { recursive: true });
  const spill = await mkdtemp(join(options.tempDir, 'duckdb-'));
  const database = await DuckDBInstance.create(':memory:', {
    // In the instance's own configuration, so that no statement ever runs with them on.
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connections = new Set<Connection>();
  let closing: Promise<void> | undefined;
  const close = async () => {
    await Promise.all([...connections].map((connection) => connection.close()));
    database.closeSync();
    await rm(spill, { recursive: true, force: true });
  };
  const instance: Instance = {
    connect: async () => {
      const connection = new Connection(await database.connect(), (closed) => connections.delete(closed));
      connections.add(connection);
      return connection;
    },
    close: () => (closing ??= close()),
  };
  try {
    const connection = await instance.connect();
    await lock(connection, options, spill, settings);
    await connection.close();
    return instance;
  } catch (error) {
    await instance.close();
    throw error;
  }
}

/** The order of rows is kept (DuckDB's default): an answer without ORDER BY is the same each time it is asked. */
async function lock(connection: Connection, options: InstanceOptions, spill: string, settings: readonly string[]): Promise<void> {
  const folders = new Set<string>();
  for (const folder of [options.tempDir, ...(options.readableFolders ?? [])]) {
    folders.add(folder);
    folders.add(await realpath(folder).catch(() => folder));
  }
  await setTimezone(connection, options.timezone);
  await connection.run(
    [
      `SET memory_limit = '${Math.max(leastMemory, Math.floor(options.memoryBytes / 4))}B'`,
      `SET temp_directory = ${literal(spill)}`,
      ...(options.threads === undefined ? [] : [`SET threads = ${Math.max(1, Math.floor(options.threads))}`]),
      ...settings,
      // By SET and before external access goes: in the instance's own configuration the list is ignored.
      `SET allowed_directories = [${[...folders].map(literal).join(', ')}]`,
      'SET enable_external_access = false',
      'SET lock_configuration = true',
    ].join('; '),
  );
}

async function setTimezone(connection: Connection, timezone: string): Promise<void> {
  try {
    await connection.run(`SET GLOBAL TimeZone = ${literal(timezone)}`);
    await connection.json(`SELECT CAST(TIMESTAMPTZ '2000-01-01 00:00:00+00' AT TIME ZONE ${literal(timezone)} AS VARCHAR)`);
  } catch (cause) {
    throw new AishellError(
      'config',
      `The time zone '${timezone}' is not known.`,
      "Set `timezone` in the configuration to an IANA name such as UTC or Europe/Berlin.",
      { cause },
    );
  }
}

/** A text constant of a statement of our own. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
