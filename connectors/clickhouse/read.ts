/**
 * Reads one query: a Parquet file in the answer's body, proven whole by its footer, handed to the sink as it is. Few rows
 * for a sink that takes nothing else come as rows, in an answer that the server sends once it is whole.
 */

import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { AishellError, type NativeQuery, type ReadStats, type Sink } from '../contract.js';
import { abortable, cutFailure } from '../sql/failures.js';
import type { Connection } from './client.js';
import type { ClickHouseQuery } from './dialect.js';
import { externalKeys } from './external.js';
import { failure } from './failures.js';
import { parquetRows } from './parquet.js';
import { comesAsRows, readRows } from './rows.js';

export async function read(connection: Connection, query: NativeQuery, sink: Sink, tempDir: string, signal: AbortSignal): Promise<ReadStats> {
  const { service, settings } = connection;
  if (sink.rowsOnly === true && !comesAsRows(query)) {
    throw new AishellError('source.inexact', `${service}: what is asked for does not come as rows`, 'Please report this.', { service });
  }
  const queryId = randomUUID();
  const path = join(tempDir, `clickhouse-${queryId}.parquet`);
  const answer = (format: string, own: ClickHouseSettings = {}) => abortable(send(connection, query, queryId, format, own, signal), signal, service, (late) => late.destroy());
  let taken = false;
  try {
    signal.throwIfAborted();
    if (sink.rowsOnly === true) {
      return await readRows(await answer('RowBinaryWithNamesAndTypes', { wait_end_of_query: 1 }), query, sink, service, signal);
    }
    await mkdir(tempDir, { recursive: true });
    const bytes = await save(await answer('Parquet'), path, sink, signal);
    const rows = await parquetRows(path);
    if (rows === undefined) throw await unfinished(path, service);
    if (query.columns.length === 0) for (let row = 0; row < rows; row++) sink.endRow();
    else {
      taken = true;
      await hand(sink, path, rows, service);
    }
    return { rows, bytes, proof: `Parquet footer: ${rows} rows` };
  } catch (error) {
    // Whatever the server didn't end itself: a cancelled read, a budget that is used up, a file that can't be written.
    if (!(error instanceof ClickHouseError)) kill(connection, queryId);
    throw failure(error, service, settings, signal);
  } finally {
    if (!taken) await rm(path, { force: true });
  }
}

async function send(connection: Connection, query: NativeQuery, queryId: string, format: string, own: ClickHouseSettings, signal: AbortSignal): Promise<Readable> {
  const { params, keys, joinUseNulls } = query.payload as ClickHouseQuery;
  const external = keys && externalKeys(keys);
  const request = {
    query: `${query.text} FORMAT ${format}`,
    query_params: Object.fromEntries(params.map((value, i) => [`p${i + 1}`, value])),
    query_id: queryId,
    abort_signal: signal,
    clickhouse_settings: { ...connection.session, ...own, ...external?.settings, ...(joinUseNulls && { join_use_nulls: 1 as const }) },
  };
  const { stream } = external
    ? await connection.client.exec({ ...request, values: external.body, http_headers: external.headers })
    : await connection.client.exec(request);
  return stream as Readable;
}

async function save(body: Readable, path: string, sink: Sink, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      try {
        sink.received(chunk.length);
      } catch (error) {
        // A budget that is used up ends the read here, and with it the connection.
        return done(error as Error);
      }
      done(null, chunk);
    },
  });
  await pipeline(body, count, createWriteStream(path), { signal });
  return bytes;
}

/** What stands at the end instead of a footer: the text of an error, or nothing. */
async function unfinished(path: string, service: string): Promise<AishellError> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 16_384);
    const tail = Buffer.alloc(length);
    await file.read(tail, 0, length, size - length);
    const text = /Code: (\d+)\. DB::Exception: ([^\r\n]{0,500})/.exec(tail.toString('latin1'));
    if (!text) return cutFailure(service, 'the Parquet file has no footer');
    return new AishellError('source.failed', `${service}: the query failed on the server while it was answered: ${text[2]} (code ${text[1]})`, "Look at the message and the server's log, and run it again.", { service });
  } finally {
    await file.close();
  }
}

async function hand(sink: Sink, path: string, rows: number, service: string): Promise<void> {
  try {
    await sink.parquet(path, rows);
  } catch (error) {
    if (!(error instanceof Error) || !/UTF-?8|string encoding/i.test(error.message)) throw error;
    const remedy = 'Name the column under `binary:` of the service (table.column): it then becomes a BLOB.';
    throw new AishellError('source.value', `${service}: a String holds bytes that are not UTF-8 text`, remedy, { service, cause: error });
  }
}

/** Stops the query on the server, if it still runs there. */
function kill(connection: Connection, queryId: string): void {
  const query = 'KILL QUERY WHERE query_id = {id:String} ASYNC';
  connection.stopRequests.send(connection.client.command({ query, query_params: { id: queryId }, abort_signal: AbortSignal.timeout(5_000) }));
}
