/** What a snapshot says to MySQL and MariaDB: a READ ONLY transaction with a consistent snapshot, and questions in it. */

import type { NativeQuery, Sink } from '../contract.js';
import type { Place } from '../sql/failures.js';
import type { SharedPool } from '../sql/pool.js';
import { SqlSnapshot, type Protocol } from '../sql/snapshot.js';
import type { MysqlConnection } from './connections.js';
import { failure } from './failures.js';
import { RowReader } from './rows.js';

/**
 * Read-only for the transaction and for every other of the session. A known sql_mode (no padding of CHAR, no quoting
 * surprises), times in UTC, text in UTF-8.
 */
const begin = [
  `SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`,
  `SET SESSION sql_mode = 'STRICT_ALL_TABLES', SESSION time_zone = '+00:00', SESSION net_write_timeout = 600`,
  `SET NAMES utf8mb4`,
  `START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY`,
];

class Transaction implements Protocol<MysqlConnection> {
  constructor(private readonly place: Place) {}

  async begin(connection: MysqlConnection): Promise<void> {
    for (const statement of begin) await run(connection, statement);
  }

  rollback(connection: MysqlConnection): Promise<unknown> {
    return run(connection, 'ROLLBACK');
  }

  read(connection: MysqlConnection, query: NativeQuery, sink: Sink, onFailure: () => void): RowReader {
    const reader = new RowReader(query, sink, this.place.service, onFailure);
    connection.addCommand(reader);
    return reader;
  }

  failure(error: unknown) {
    return failure(error, this.place);
  }
}

export type MysqlSnapshot = SqlSnapshot<MysqlConnection>;

export function openSnapshot(pool: SharedPool<MysqlConnection>, place: Place, signal: AbortSignal): Promise<MysqlSnapshot> {
  return SqlSnapshot.open(pool, place.service, new Transaction(place), signal);
}

/** Prepared: one statement, with its values apart. */
export function ask<R extends object>(snapshot: MysqlSnapshot, text: string, values: readonly unknown[], signal: AbortSignal): Promise<R[]> {
  return snapshot.ask(
    (connection) =>
      new Promise<R[]>((resolve, reject) => {
        connection.execute(text, [...values] as never, (error, rows) => {
          // A statement kept for its text would outlive the schema that it was prepared against.
          connection.unprepare(text);
          if (error) reject(error);
          else resolve(rows as unknown as R[]);
        });
      }),
    signal,
  );
}

/** A statement that SHOW and SET are, which can't all be prepared; it has no values. */
export function run(connection: MysqlConnection, text: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(text, (error, rows) => (error ? reject(error) : resolve(rows)));
  });
}
