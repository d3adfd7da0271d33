/** Values of text columns that have few, from all of a table's files, or from parts all over them where they are large. */

import { quoteIdentifier } from '../contract.js';
import type { Column, ValueBounds } from '../contract.js';
import type { Connection } from '../../src/duckdb/connection.js';

const longest = 61;
/** Of files that are read whole. */
const mostBytes = 256 << 20;
const columnsAtOnce = 100;

/** @param from a relation that the connection can read */
export async function valuesOf(connection: Connection, from: string, bytes: number, columns: readonly Column[], { most }: ValueBounds, signal: AbortSignal): Promise<Map<string, readonly string[]>> {
  const share = (100 * mostBytes) / Math.max(1, bytes);
  const source = share < 100 ? `${from} TABLESAMPLE ${share.toFixed(4)} PERCENT (system)` : from;
  const found = new Map<string, readonly string[]>();
  for (let at = 0; at < columns.length; at += columnsAtOnce) {
    const some = columns.slice(at, at + columnsAtOnce);
    const counts = await connection.rows(`SELECT ${some.map(({ name }) => `approx_count_distinct(${quoteIdentifier(name)})`).join(', ')} FROM ${source}`, signal);
    // The count is within a tenth or so; a list of as many values as that costs nothing.
    const few = some.filter((_, i) => Number(counts[0]![i]) <= most * 2);
    if (few.length === 0) continue;
    const lists = few.map(({ name }) => `CAST(to_json(list(DISTINCT left(${quoteIdentifier(name)}, ${longest})) FILTER (${quoteIdentifier(name)} <> '')) AS VARCHAR)`);
    const [row] = await connection.rows(`SELECT ${lists.join(', ')} FROM ${source}`, signal);
    few.forEach(({ name }, i) => {
      const values = JSON.parse(String(row![i] ?? '[]')) as string[];
      if (values.length <= most) found.set(name, values);
    });
  }
  return found;
}
