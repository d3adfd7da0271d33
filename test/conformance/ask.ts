/** Scans over seeded tables, and their rows as literals. */

import { expect } from 'vitest';
import type { Literal, NativeQuery, Rel, Scan, Snapshot, Type } from '../../connectors/contract.js';
import { CollectingSink } from '../support/collecting-sink.js';
import type { Bench } from './suite.js';

/** Column ids are their names, so that expressions read the same for the store and for DuckDB. */
export function scan(bench: Bench, table: string, columns?: readonly string[]): Scan {
  const described = bench.table(table);
  const wanted = columns ?? bench.seeded[table as keyof Bench['seeded']].columns.map((column) => column.name);
  return {
    kind: 'scan',
    table: described,
    columns: wanted.map((name) => {
      const column = described.columns.find((c) => c.name === name);
      expect(column, `column ${table}.${name} in the catalogue`).toBeDefined();
      return { id: name, column: column! };
    }),
  };
}

export async function rows(bench: Bench, rel: Rel | NativeQuery, signal: AbortSignal = AbortSignal.timeout(60_000)): Promise<Literal[][]> {
  const query = 'kind' in rel ? bench.connector.dialect(bench.description.facts).compile(rel) : rel;
  const snapshot = await bench.source.open(signal);
  try {
    return await collect(bench, snapshot, query, signal);
  } finally {
    await snapshot.close();
  }
}

export async function collect(bench: Bench, snapshot: Snapshot, query: NativeQuery, signal: AbortSignal): Promise<Literal[][]> {
  if (bench.spec.collect) return bench.spec.collect(snapshot, query, signal);
  const sink = new CollectingSink(query.columns);
  const stats = await snapshot.read(query, sink, signal);
  expect(stats.rows).toBe(sink.rows.length);
  expect(stats.proof).not.toBe('');
  return sink.rows;
}

export function ids(read: readonly (readonly Literal[])[]): bigint[] {
  return read.map((row) => row[0] as bigint).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

export function sameLiteral(stored: Literal, read: Literal, type: Type): boolean {
  if (stored === null || read === null) return stored === read;
  switch (type.kind) {
    case 'blob':
      return Buffer.from(stored as Uint8Array).equals(Buffer.from(read as Uint8Array));
    case 'json':
      return JSON.stringify(sorted(JSON.parse(stored as string))) === JSON.stringify(sorted(JSON.parse(read as string)));
    case 'float':
      return Object.is(stored, read) || stored === read;
    default:
      return stored === read;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
