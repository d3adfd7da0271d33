/**
 * Short logs as they were when they were first asked for: a trace asks each of them in every round, and a snapshot that
 * stays open need not find out anew where its log ends, nor fetch what it holds.
 */

import { tableName } from '../algebra/index.js';
import type { Snapshot, Table } from '../../connectors/contract.js';
import type { Sources } from './sources.js';

/** Of a longer log the end of each read is taken anew, since reading takes a while. */
const mostMessages = 10_000;

export class LogSnapshots {
  #open = new Map<string, Promise<Snapshot>>();

  constructor(private readonly sources: Sources) {}

  /** A snapshot to read one table from, which its reader closes. */
  async open(table: Table, signal: AbortSignal): Promise<Snapshot> {
    const opening = async () => (await this.sources.get(table.service, signal)).open(signal, [table]);
    if (table.kind !== 'topic' || table.rows === undefined || table.rows.count > mostMessages) return opening();
    const name = tableName(table);
    let shared = this.#open.get(name);
    if (shared === undefined) {
      shared = opening();
      this.#open.set(name, shared);
      shared.catch(() => this.#open.delete(name));
    }
    const { consistency, read } = await shared.then((snapshot) => ({ consistency: snapshot.consistency, read: snapshot.read.bind(snapshot) }));
    return { consistency, read, close: () => Promise.resolve() };
  }

  /** Logs are read as they are from now on. */
  async renew(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open = new Map();
    await Promise.allSettled(open.map(async (snapshot) => (await snapshot).close()));
  }
}
