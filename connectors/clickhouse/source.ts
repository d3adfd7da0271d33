/** A live service on a ClickHouse server. */

import type { Column, Description, Health, Host, NativeQuery, ServiceConfig, Snapshot, Source, Table, ValueBounds } from '../contract.js';
import { openConnection, rows, type Connection } from './client.js';
import { describe } from './describe.js';
import type { ClickHouseQuery } from './dialect.js';
import { health } from './health.js';
import { settings } from './options.js';
import { read } from './read.js';
import { values } from './values.js';

export class ClickHouseSource implements Source {
  private constructor(
    private readonly connection: Connection,
    private readonly tempDir: string,
  ) {}

  static async connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<ClickHouseSource> {
    const connection = await openConnection(service, settings(service), host.connectTimeoutMs, signal);
    return new ClickHouseSource(connection, host.tempDir);
  }

  describe(signal: AbortSignal): Promise<Description> {
    return describe(this.connection, signal);
  }

  values(table: Table, columns: readonly Column[], bounds: ValueBounds, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
    return values(this.connection, table, columns, bounds, signal);
  }

  health(signal: AbortSignal): Promise<Health> {
    return health(this.connection, signal);
  }

  /** Rows that the primary key and the partitions leave to be read. */
  async estimate(query: NativeQuery, signal: AbortSignal): Promise<number | undefined> {
    const { params, keys } = query.payload as ClickHouseQuery;
    if (keys) return undefined;
    const named = Object.fromEntries(params.map((value, i) => [`p${i + 1}`, value]));
    const parts = await rows<{ rows: string }>(this.connection, signal, `EXPLAIN ESTIMATE ${query.text}`, named);
    return parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + Number(part.rows), 0);
  }

  // ClickHouse has no transaction over several queries: each one sees what is committed when it begins.
  async open(signal: AbortSignal): Promise<Snapshot> {
    signal.throwIfAborted();
    return {
      consistency: 'each query on its own, as of its begin',
      read: (query, sink, readSignal) => read(this.connection, query, sink, this.tempDir, readSignal),
      close: async () => {},
    };
  }

  async close(): Promise<void> {
    await this.connection.stopRequests.answered();
    await this.connection.client.close();
  }
}
