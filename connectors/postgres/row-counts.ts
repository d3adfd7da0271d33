/** Row counts: exact for small tables, PostgreSQL's own estimate for the others. */

import type { Table } from '../contract.js';
import { distinctQuery } from './catalog-queries.js';
import type { DistinctRow, RelationRow } from './catalog-queries.js';
import { ask, type PostgresSnapshot } from './transaction.js';

/** A scan of this much costs a few milliseconds; an estimate of a table never analysed would be nothing at all. */
const smallBytes = 1_048_576;
const maxCounted = 400;
const perQuery = 50;

type RowCount = NonNullable<Table['rows']>;

export async function countSmall(relations: readonly RelationRow[], snapshot: PostgresSnapshot, signal: AbortSignal): Promise<Map<string, RowCount>> {
  const counts = new Map<string, RowCount>();
  for (const { id, estimate } of relations) {
    if (estimate !== null && estimate >= 0) counts.set(id, { count: Math.round(estimate), exact: false });
  }
  const small = relations.filter(({ bytes }) => bytes !== null && Number(bytes) <= smallBytes).slice(0, maxCounted);
  for (let at = 0; at < small.length; at += perQuery) {
    const batch = small.slice(at, at + perQuery);
    const text = batch.map(({ schema, name }, i) => `SELECT ${i} AS i, count(*) AS n FROM ${quote(schema)}.${quote(name)}`).join(' UNION ALL ');
    for (const { i, n } of await ask<{ i: number; n: string }>(snapshot, text, [], signal)) {
      counts.set(batch[i]!.id, { count: Number(n), exact: true });
    }
  }
  for (const relation of relations) {
    if (counts.has(relation.id) || relation.kind === 'v') continue;
    const rows = await plannedRows(`SELECT FROM ${quote(relation.schema)}.${quote(relation.name)}`, [], snapshot, signal);
    if (rows !== undefined) counts.set(relation.id, { count: rows, exact: false });
  }
  return counts;
}

/** Statistics of smaller tables decide nothing. */
const largeRows = 10_000;

/** relation -> column -> about how many different values. */
export async function countDistinct(counts: ReadonlyMap<string, RowCount>, snapshot: PostgresSnapshot, signal: AbortSignal): Promise<Map<string, Record<string, number>>> {
  const large = [...counts].filter(([, { count }]) => count >= largeRows);
  const found = new Map<string, Record<string, number>>(large.map(([id]) => [id, {}]));
  if (large.length === 0) return found;
  for (const { relation, name, distinct } of await ask<DistinctRow>(snapshot, distinctQuery, [large.map(([id]) => id)], signal)) {
    found.get(relation)![name] = Math.round(distinct > 0 ? distinct : -distinct * counts.get(relation)!.count);
  }
  return found;
}

/** The planner's estimate, from the table's present size and its statistics, without reading it. */
export async function plannedRows(text: string, params: readonly unknown[], snapshot: PostgresSnapshot, signal: AbortSignal): Promise<number | undefined> {
  const rows = await ask<{ 'QUERY PLAN': readonly { Plan: { 'Plan Rows': number } }[] }>(snapshot, `EXPLAIN (FORMAT JSON) ${text}`, params, signal);
  return rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'];
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
