/**
 * Values of text columns that have few, from rows all over the table: stretches along a numeric primary key, both ends
 * of another one, without one behind more and more rows, which are skipped in the server. A column that leads an index is asked for its different values instead, until they are many.
 */

import type { Column, Table, ValueBounds } from '../contract.js';
import { fewValues, longestValue } from '../sql/few-values.js';
import type { MysqlTable } from './facts.js';
import { ask, type MysqlSnapshot } from './transaction.js';

const stretches = 40;

export async function values(table: Table, columns: readonly Column[], { most, rows, skipped }: ValueBounds, snapshot: MysqlSnapshot, signal: AbortSignal): Promise<Map<string, readonly string[]> | undefined> {
  if (table.kind !== 'table') return undefined;
  const { database, name } = table.native as unknown as MysqlTable;
  const from = `${quote(database)}.${quote(name)}`;
  const isSmall = table.rows !== undefined && table.rows.count <= rows;
  const found = new Map<string, readonly string[]>();
  const indexed = isSmall ? [] : columns.filter((column) => column.indexed === true);
  for (const column of indexed) {
    const text = `SELECT DISTINCT ${cut(column)} AS c0 FROM ${from} LIMIT ${most + 1}`;
    for (const [of, few] of fewValues([column], await ask<Record<string, string | null>>(snapshot, text, [], signal), most)) found.set(of, few);
  }
  const others = columns.filter((column) => !indexed.includes(column));
  if (others.length === 0) return found;
  const list = others.map((column, i) => `${cut(column)} AS c${i}`).join(', ');
  const text = isSmall ? `SELECT ${list} FROM ${from} LIMIT ${rows}` : await spread(table, `SELECT ${list} FROM ${from}`, from, rows, skipped, snapshot, signal);
  for (const [column, few] of fewValues(others, await ask<Record<string, string | null>>(snapshot, text, [], signal), most)) found.set(column, few);
  return found;
}

async function spread(table: Table, select: string, from: string, rows: number, skipped: number, snapshot: MysqlSnapshot, signal: AbortSignal): Promise<string> {
  const key = table.primaryKey?.length === 1 ? table.columns.find((column) => column.name === table.primaryKey![0]) : undefined;
  if (key === undefined) {
    const reach = Math.min(table.rows?.count ?? 0, skipped);
    return [0, 1, 2, 3].map((part) => `(${select} LIMIT ${Math.ceil(rows / 4)} OFFSET ${Math.floor((reach * part) / 4)})`).join(' UNION ALL ');
  }
  const by = quote(key.nativeName ?? key.name);
  if (key.type.kind !== 'int') return ['', ' DESC'].map((way) => `(${select} ORDER BY ${by}${way} LIMIT ${Math.floor(rows / 2)})`).join(' UNION ALL ');
  const [ends] = await ask<{ low: string | null; high: string | null }>(snapshot, `SELECT CAST(MIN(${by}) AS CHAR) AS low, CAST(MAX(${by}) AS CHAR) AS high FROM ${from}`, [], signal);
  if (typeof ends?.low !== 'string' || typeof ends.high !== 'string') return `${select} LIMIT ${rows}`;
  const [low, high] = [BigInt(ends.low), BigInt(ends.high)];
  const starts = Array.from({ length: stretches }, (_, i) => low + ((high - low) * BigInt(i)) / BigInt(stretches));
  return [...new Set(starts)].map((start) => `(${select} WHERE ${by} >= ${start} ORDER BY ${by} LIMIT ${Math.ceil(rows / stretches)})`).join(' UNION ALL ');
}

function cut({ name, nativeName }: Column): string {
  return `LEFT(CAST(${quote(nativeName ?? name)} AS CHAR), ${longestValue})`;
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
