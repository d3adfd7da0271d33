/**
 * Text files that are asked again and again, kept as tables of the reading instance: parsing and checking them is most
 * of what a statement over them costs. A table belongs to one state of its files; what changes is read anew.
 */

import { stat } from 'node:fs/promises';
import { quoteIdentifier } from '../contract.js';
import type { Connection } from '../../src/duckdb/connection.js';

/** Of files; as tables they take up to about thrice as much, which the instance may spill. What comes later is not kept. */
const mostBytes = 32 << 20;
/** A file that changed this recently may change again within one tick of its clock, at the same size. */
const settledMs = 1_000;

/** No schema of a folder or a database has a slash in its name. */
const schema = quoteIdentifier('parsed/');

interface Entry {
  readonly state: string;
  readonly bytes: number;
  reads: number;
  /** The table's name; undefined if its rows can't all be read. */
  table?: Promise<string | undefined>;
}

export interface Parsed {
  /** The table that holds the relation, if it is kept. */
  readonly table: string | undefined;
  /** Of an earlier state: to be dropped once nothing is defined over it. */
  readonly stale: string | undefined;
}

export class ParsedTables {
  readonly #entries = new Map<string, Entry>();
  #made = 0;

  /**
   * @param relation a SELECT over these files
   * @param eager    keep it from its first read on; else from its second, since one read may need few of the columns
   */
  async of(connection: Connection, relation: string, files: readonly string[], eager: boolean, signal: AbortSignal): Promise<Parsed> {
    const { state, bytes, changed } = await stateOf(files);
    const before = this.#entries.get(relation);
    const stale = before === undefined || before.state === state ? undefined : await before.table;
    const entry = before?.state === state ? before : { state, bytes, reads: 0 };
    this.#entries.set(relation, entry);
    entry.reads++;
    const isWorthwhile = (eager || entry.reads > 1) && Date.now() - changed > settledMs && this.#bytes() + bytes <= mostBytes;
    if (entry.table === undefined && isWorthwhile) entry.table = this.#make(connection, relation, files, state, signal);
    return { table: await entry.table, stale };
  }

  #bytes(): number {
    return [...this.#entries.values()].reduce((sum, { table, bytes }) => sum + (table === undefined ? 0 : bytes), 0);
  }

  /** A value that can't be read fails the statements that ask for it, not those that don't. */
  async #make(connection: Connection, relation: string, files: readonly string[], state: string, signal: AbortSignal): Promise<string | undefined> {
    const table = `${schema}.t${++this.#made}`;
    try {
      await connection.run(`CREATE SCHEMA IF NOT EXISTS ${schema}; CREATE TABLE ${table} AS ${relation}`, signal);
    } catch {
      if (signal.aborted) this.#entries.delete(relation);
      return undefined;
    }
    if ((await stateOf(files)).state === state) return table;
    this.#entries.delete(relation);
    await connection.run(`DROP TABLE ${table}`);
    return undefined;
  }
}

async function stateOf(files: readonly string[]): Promise<{ state: string; bytes: number; changed: number }> {
  const stats = await Promise.all(files.map((file) => stat(file, { bigint: true })));
  return {
    state: stats.map(({ ino, size, mtimeNs, ctimeNs }) => [ino, size, mtimeNs, ctimeNs].join()).join(';'),
    // How much a compressed file holds is not known before it is read.
    bytes: files.some((file) => /\.(gz|zst)$/i.test(file)) ? Infinity : stats.reduce((sum, { size }) => sum + Number(size), 0),
    changed: Math.max(...stats.map(({ mtimeMs, ctimeMs }) => Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs))),
  };
}
