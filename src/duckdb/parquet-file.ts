/**
 * A statement's whole result as a Parquet file, written by DuckDB itself: no value passes through JavaScript. What Parquet
 * would hold otherwise than it is goes into the nearest type that holds it: 128-bit integers, which DuckDB would make
 * floating-point numbers, become DECIMAL(38, 0); intervals, which lose their microseconds, text.
 */

import { rm } from 'node:fs/promises';
import type { AnswerColumn } from '../answer/contract.js';
import type { Connection } from './connection.js';
import { literal } from './instance.js';
import { bareStatement } from './statement.js';

export interface ParquetFile {
  readonly columns: readonly AnswerColumn[];
  readonly rows: number;
  /** There were more rows than were asked for. */
  readonly truncated: boolean;
}

/**
 * @param path inside the instance's own folder
 * @param most rows at most; absent: all
 */
export async function writeParquet(connection: Connection, sql: string, path: string, signal: AbortSignal, most?: number): Promise<ParquetFile> {
  const bare = bareStatement(sql);
  const described = await connection.describe(bare, signal);
  const names = parquetNames(described.map(({ name }) => name)).map((name) => `"${name.replaceAll('"', '""')}"`);
  const list = described.map(({ logicalType }, i) => {
    const type = logicalType.toString();
    const held = heldType(type);
    return `${held === type ? `c${i}` : `CAST(c${i} AS ${held})`} AS ${names[i]}`;
  });
  const inner = `SELECT ${list.join(', ')} FROM (\n${bare}\n) AS result(${described.map((_, i) => `c${i}`).join(', ')})`;
  const columns = described.map(({ name, logicalType }) => ({ name, type: logicalType.alias ?? logicalType.toString() }));
  // One more than is wanted tells that there are more.
  const rows = await copy(connection, most === undefined ? inner : `${inner} LIMIT ${most + 1}`, path, signal);
  if (most === undefined || rows <= most) return { columns, rows, truncated: false };
  const longer = `${path}.longer`;
  await copy(connection, `FROM read_parquet(${literal(path)})`, longer, signal);
  await copy(connection, `FROM read_parquet(${literal(longer)}) LIMIT ${most}`, path, signal);
  await rm(longer, { force: true });
  return { columns, rows: most, truncated: true };
}

async function copy(connection: Connection, sql: string, path: string, signal: AbortSignal): Promise<number> {
  const [[count] = []] = await connection.rows(`COPY (${sql}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`, signal);
  return Number(count);
}

/** Names in quotes, among a struct's fields, stay as they are. */
function heldType(type: string): string {
  return type.replace(/"(?:[^"]|"")*"|\bU?HUGEINT\b|\bINTERVAL\b|\bBIT\b|\bTIME WITH TIME ZONE\b/g, (found) =>
    found.startsWith('"') ? found : found.endsWith('HUGEINT') ? 'DECIMAL(38,0)' : 'VARCHAR',
  );
}

/** Names that differ, whatever the case: the second `id` becomes `id_2`. */
function parquetNames(names: readonly string[]): string[] {
  const all = new Set(names.map((name) => name.toLowerCase()));
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let n = 2; taken.has(candidate.toLowerCase()) || (candidate !== name && all.has(candidate.toLowerCase())); n += 1) candidate = `${name}_${n}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}
