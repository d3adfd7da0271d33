/** Row counts: exact for small tables, the server's own estimate for the others. */

import type { Table } from '../contract.js';
import { address, type TableRow } from './catalog-queries.js';
import { ask, type MysqlSnapshot } from './transaction.js';

/** A scan of this much costs a few milliseconds. */
const smallBytes = 1_048_576;
const maxCounted = 400;
const perQuery = 50;

type RowCount = NonNullable<Table['rows']>;

export async function countSmall(tables: readonly TableRow[], snapshot: MysqlSnapshot, signal: AbortSignal): Promise<Map<string, RowCount>> {
  const counts = new Map<string, RowCount>();
  for (const { db, name, rows } of tables) {
    if (rows !== null) counts.set(address(db, name), { count: Number(rows), exact: false });
  }
  const small = tables.filter(({ kind, bytes }) => !/VIEW/.test(kind) && bytes !== null && Number(bytes) <= smallBytes).slice(0, maxCounted);
  for (let at = 0; at < small.length; at += perQuery) {
    const batch = small.slice(at, at + perQuery);
    const text = batch.map(({ db, name }, i) => `SELECT ${i} AS i, COUNT(*) AS n FROM ${quote(db)}.${quote(name)}`).join(' UNION ALL ');
    for (const { i, n } of await ask<{ i: string; n: string }>(snapshot, text, [], signal)) {
      const { db, name } = batch[Number(i)]!;
      counts.set(address(db, name), { count: Number(n), exact: true });
    }
  }
  return counts;
}

interface PlanRow {
  readonly rows?: string | null;
  readonly filtered?: number | string | null;
}

/** The optimizer's estimate for one table, without reading anything; what joins and derived tables come to it doesn't say. */
export async function plannedRows(text: string, params: readonly unknown[], snapshot: MysqlSnapshot, signal: AbortSignal): Promise<number | undefined> {
  const [plan, ...others] = await ask<PlanRow>(snapshot, `EXPLAIN ${text}`, params, signal);
  if (!plan || others.length > 0) return undefined;
  // "Impossible WHERE" and the like have no rows.
  if (plan.rows === null || plan.rows === undefined) return 0;
  return Math.ceil((Number(plan.rows) * Number(plan.filtered ?? 100)) / 100);
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
