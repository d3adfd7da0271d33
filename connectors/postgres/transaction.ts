/** What a snapshot says to PostgreSQL: a READ ONLY, REPEATABLE READ transaction, and questions within it. */

import type { Client, QueryConfig, QueryResult } from 'pg';
import type { NativeQuery, Sink } from '../contract.js';
import type { SharedPool } from '../sql/pool.js';
import { SqlSnapshot, type Protocol } from '../sql/snapshot.js';
import type { Place } from '../sql/failures.js';
import { failure } from './failures.js';
import { RowReader } from './rows.js';

/**
 * Read-only for the transaction and, should that ever be left, for the session. search_path is never relied on:
 * names are printed with their schema, and types and operators are the system's own.
 */
const begin = `SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1;
SET LOCAL standard_conforming_strings = on;
SHOW server_encoding`;

class Transaction implements Protocol<Client> {
  /** SQL_ASCII is no encoding: such a database may hold any bytes. */
  #checkText = true;

  constructor(private readonly place: Place) {}

  async begin(client: Client): Promise<void> {
    // Several statements give several results; pg's types know one.
    const results = (await client.query(begin)) as unknown as QueryResult<{ server_encoding: string }>[];
    this.#checkText = results.at(-1)?.rows[0]?.server_encoding === 'SQL_ASCII';
  }

  rollback(client: Client): Promise<unknown> {
    return client.query('ROLLBACK');
  }

  read(client: Client, query: NativeQuery, sink: Sink, onFailure: () => void): RowReader {
    return client.query(new RowReader(query, sink, this.place.service, this.#checkText, onFailure));
  }

  failure(error: unknown) {
    return failure(error, this.place);
  }
}

export type PostgresSnapshot = SqlSnapshot<Client>;

export function openSnapshot(pool: SharedPool<Client>, place: Place, signal: AbortSignal): Promise<PostgresSnapshot> {
  return SqlSnapshot.open(pool, place.service, new Transaction(place), signal);
}

/** By the extended protocol: one statement, with its values apart. */
export async function ask<R extends object>(snapshot: PostgresSnapshot, text: string, values: readonly unknown[], signal: AbortSignal): Promise<R[]> {
  const config = { text, values: [...values], queryMode: 'extended' } as QueryConfig;
  return snapshot.ask(async (client) => (await client.query<R & Record<string, unknown>>(config)).rows, signal);
}
