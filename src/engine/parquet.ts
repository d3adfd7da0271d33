/** A Parquet file that a store wrote, read into a staged table: by position, every column cast to its declared type. */

import { AishellError } from '../errors.js';
import { isNested, tableName, typeName } from '../algebra/index.js';
import type { Type } from '../algebra/index.js';
import type { Connection } from '../duckdb/connection.js';
import { literal } from '../duckdb/instance.js';
import type { Fragment } from '../plan/contract.js';
import { castText, columnsOf, staged, unfit } from './staging.js';

/** Gives the number of rows that the file held. */
export async function readParquet(connection: Connection, fragment: Fragment, path: string, signal: AbortSignal): Promise<number> {
  const columns = columnsOf(fragment);
  const marksRows = fragment.columns.length === 0;
  const source = `read_parquet(${literal(path)})`;
  const found = await connection.describe(`SELECT * FROM ${source}`, signal).catch((error: unknown) => {
    throw signal.aborted ? error : unreadable(fragment, error);
  });
  if (!marksRows && found.length !== columns.length) {
    throw new AishellError(
      'internal',
      `The connector of service '${fragment.service}' is wrong: a file of ${found.length} columns came for ${columns.length} of ${tableName(fragment.table)}.`,
      'Please report this together with the kind of the service.',
      { service: fragment.service },
    );
  }
  const names = found.map((_, index) => `c${index}`);
  const casts = marksRows ? ['NULL'] : columns.map(({ type }, index) => fromParquet(names[index]!, String(found[index]!.logicalType), type));
  try {
    const [row] = await connection.rows(
      `INSERT INTO ${staged(fragment.id)} SELECT ${casts.join(', ')} FROM ${source} AS file(${names.join(', ')})`,
      signal,
    );
    return Number(row?.[0] ?? 0);
  } catch (error) {
    if (!(error instanceof AishellError) || error.code !== 'sql.failed') throw error;
    for (const [index, column] of columns.entries()) {
      const fits = await connection
        .run(`SELECT count(${casts[index]!}) FROM ${source} AS file(${names.join(', ')})`, signal)
        .then(() => true, () => false);
      signal.throwIfAborted();
      if (!fits) throw unfit(fragment, column, error);
    }
    throw error;
  }
}

function unreadable(fragment: Fragment, cause: unknown): AishellError {
  const remedy = 'Run the statement again; if it happens again, run `aishell doctor`.';
  return new AishellError('source.failed', `Service '${fragment.service}' sent a Parquet file that cannot be read.`, remedy, {
    service: fragment.service,
    cause,
  });
}

const integers = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT)$/;

/** The column of type `found` as the declared type, where a plain cast would mean something else. */
function fromParquet(name: string, found: string, type: Type): string {
  const target = typeName(type);
  if (found === 'BLOB') {
    // A plain cast would show the bytes as escapes. decode() refuses what is not UTF-8.
    if (type.kind === 'text' || type.kind === 'json') return `CAST(decode(${name}) AS ${target})`;
    if (type.kind === 'uuid') return `CAST(hex(${name}) AS UUID)`;
    if (isNested(type) || type.kind === 'interval') return castText(`decode(${name})`, type);
  }
  if (found === 'VARCHAR' && (isNested(type) || type.kind === 'interval')) return castText(name, type);
  if (type.kind === 'timestamp') {
    // Instants and wall clock readings are those of UTC: a plain cast would use the zone of the configuration.
    const zoned = found === 'TIMESTAMP WITH TIME ZONE';
    if (integers.test(found)) return `CAST(make_timestamp(CAST(${name} AS BIGINT) * 1000000)${type.zoned ? " AT TIME ZONE 'UTC'" : ''} AS ${target})`;
    if (zoned !== type.zoned && found.startsWith('TIMESTAMP')) return `CAST(${name} AT TIME ZONE 'UTC' AS ${target})`;
  }
  if (type.kind === 'date' && integers.test(found)) return `DATE '1970-01-01' + CAST(${name} AS INTEGER)`;
  if (type.kind === 'null') return 'NULL';
  return `CAST(${name} AS ${target})`;
}
