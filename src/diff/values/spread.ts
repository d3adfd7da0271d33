/**
 * Rows from all over a table by a few small statements. The first rows of a table are its oldest, and what was agreed of
 * late is not in them. Along a key of whole numbers rows are taken at even strides, along any other key that the store
 * keeps in order from both ends, of a log behind offsets that double. Only where there is neither, or the table is hardly
 * larger than the sample, the first rows have to do; Redis returns keys in the order of their hashes, which spreads them.
 */

import type { Cell } from '../../answer/contract.js';
import { quoteIdentifier } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import type { Run } from './run.js';
import { sampleStatement } from './statements.js';

const strides = 4;

/**
 * @param columns SQL of what is read
 * @param notNull a column whose rows without a value are of no use
 */
export async function sampleSpread(table: Table, columns: readonly string[], notNull: string | undefined, rows: number, run: Run): Promise<(readonly Cell[])[]> {
  const where = notNull === undefined ? [] : [`${quoteIdentifier(notNull)} IS NOT NULL`];
  const first = async (): Promise<(readonly Cell[])[]> => [...(await run(sampleStatement(table, columns, where, rows))).rows];
  if (table.rows === undefined || table.rows.count <= rows) return first();
  const found: (readonly Cell[])[] = [];
  if (table.columns.some(({ name }) => name === '_offset')) {
    // How many messages a partition has is not known here: an offset behind its end costs nothing.
    const from = [0, 16, 8, 4, 2].map((part) => (part === 0 ? 0 : Math.floor(table.rows!.count / part)));
    for (const offset of from) found.push(...(await run(sampleStatement(table, columns, [...where, `"_offset" >= ${offset}`], Math.ceil(rows / from.length)))).rows);
    return found;
  }
  const key = orderedKey(table);
  if (key === undefined) return first();
  const name = quoteIdentifier(key.name);
  const end = async (way: 'ASC' | 'DESC'): Promise<bigint | undefined> => {
    const [row] = (await run(sampleStatement(table, [name], [`${name} IS NOT NULL`], 1, `${name} ${way}`))).rows;
    return row === undefined || row[0] === null ? undefined : BigInt(String(row[0]));
  };
  if (key.type.kind !== 'int') {
    for (const way of ['ASC', 'DESC']) found.push(...(await run(sampleStatement(table, columns, where, Math.ceil(rows / 2), `${name} ${way}`))).rows);
    return found;
  }
  const [low, high] = [await end('ASC'), await end('DESC')];
  if (low === undefined || high === undefined || high - low < BigInt(rows)) return first();
  for (let i = 0; i < strides; i++) {
    const from = low + ((high - low) * BigInt(i)) / BigInt(strides);
    const to = low + ((high - low) * BigInt(i + 1)) / BigInt(strides);
    const within = [`${name} >= ${from}`, `${name} ${i === strides - 1 ? '<=' : '<'} ${to}`];
    // Some stores limit a filtered read only where they return what they filter by.
    found.push(...(await run(sampleStatement(table, [...columns, name], [...where, ...within], Math.ceil(rows / strides), name))).rows);
  }
  return found;
}

/** The single key of declared rows or of documents, whose order the store can follow without reading them all. */
function orderedKey({ kind, primaryKey, columns }: Table): Column | undefined {
  if ((kind !== 'table' && kind !== 'collection') || primaryKey?.length !== 1) return undefined;
  const key = columns.find(({ name }) => name === primaryKey[0]);
  if (key === undefined || key.type.kind === 'int') return key;
  // A text of two native types has two orders.
  return key.type.kind === 'text' && key.collation?.binary !== false && !key.nativeType.includes('|') ? key : undefined;
}
