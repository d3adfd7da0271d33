/**
 * Values of text columns that have few. ANALYZE has looked for them all over the table and kept them in pg_stats, which
 * shows a role what it may read; for columns that it says nothing of, pages from all over the table are read.
 */

import type { Column, Table, ValueBounds } from '../contract.js';
import { longestValue } from '../sql/few-values.js';
import type { PostgresTable } from './facts.js';
import { ask, type PostgresSnapshot } from './transaction.js';

interface Statistics {
  readonly name: string;
  /** Different values; below zero, as a share of the rows. */
  readonly distinct: number;
  readonly values: readonly string[] | null;
}

interface Extent {
  /** pg_class.relkind */
  readonly kind: string;
  readonly rows: number;
  readonly pages: number;
}

const statisticsQuery = `SELECT DISTINCT ON (attname) attname::text AS name, n_distinct::float8 AS distinct, most_common_vals::text::text[] AS values
  FROM pg_catalog.pg_stats WHERE schemaname = $1 AND tablename = $2 ORDER BY attname, inherited DESC`;

const extentQuery = `WITH RECURSIVE part(id, kind, rows) AS (
    SELECT c.oid, c.relkind, c.reltuples FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2
    UNION ALL SELECT c.oid, c.relkind, c.reltuples FROM part JOIN pg_inherits i ON i.inhparent = part.id JOIN pg_class c ON c.oid = i.inhrelid)
  SELECT (array_agg(kind))[1]::text AS kind, coalesce(sum(greatest(rows, 0)), 0)::float8 AS rows, coalesce(sum(pg_relation_size(id) / 8192), 0)::float8 AS pages FROM part`;

/** Rows come along with their page: a page is read for so many rows wanted, whatever it holds. */
const rowsPerPage = 20;
const columnsAtOnce = 100;

export async function values(table: Table, columns: readonly Column[], { most, rows }: ValueBounds, snapshot: PostgresSnapshot, signal: AbortSignal): Promise<Map<string, readonly string[]> | undefined> {
  const { schema, name } = table.native as unknown as PostgresTable;
  const statistics = new Map((await ask<Statistics>(snapshot, statisticsQuery, [schema, name], signal)).map((row) => [row.name, row]));
  const [extent] = (await ask<Extent>(snapshot, extentQuery, [schema, name], signal)) as [Extent];
  const found = new Map<string, readonly string[]>();
  const unknown = columns.filter((column) => {
    const known = statistics.get(column.nativeName ?? column.name);
    // A few rows are read sooner than believed.
    if (known === undefined || extent.rows <= rows) return true;
    const distinct = known.distinct < 0 ? -known.distinct * extent.rows : known.distinct;
    if (distinct > most) return false;
    if (known.values === null || known.values.length < distinct) return true;
    found.set(column.name, known.values);
    return false;
  });
  if (unknown.length === 0) return found;
  // What has no pages (a view, a foreign table) is read as anybody would.
  if (!['r', 'm', 'p'].includes(extent.kind)) return undefined;
  for (let at = 0; at < unknown.length; at += columnsAtOnce) {
    const some = unknown.slice(at, at + columnsAtOnce);
    const list = some.map(({ name: column, nativeName }, i) => `left(${quote(nativeName ?? column)}::text, ${longestValue}) AS c${i}`).join(', ');
    const each = some.map((_, i) => `SELECT * FROM (SELECT DISTINCT ${i} AS of, c${i} AS value FROM sample WHERE c${i} <> '' LIMIT ${most + 1}) c${i}`);
    const text = `WITH sample AS (SELECT ${list} FROM ${quote(schema)}.${quote(name)}${part(extent, rows)}) ${each.join(' UNION ALL ')}`;
    const read = await ask<{ of: number; value: string }>(snapshot, text, [], signal);
    some.forEach((column, i) => {
      const few = read.filter(({ of }) => of === i).map(({ value }) => value);
      if (few.length <= most) found.set(column.name, few);
    });
  }
  return found;
}

/** So many pages from all over the table. */
function part({ pages }: Extent, rows: number): string {
  const share = (100 * rows) / rowsPerPage / Math.max(1, pages);
  return share < 100 ? ` TABLESAMPLE SYSTEM (${share.toFixed(6)})` : '';
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
