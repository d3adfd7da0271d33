/** How a store would find the rows that hold a value: by an index, by looking through few rows, or by a scan. */

import type { Column, Table } from '../algebra/index.js';

export type Access = 'index' | 'small scan' | 'scan' | 'log';

/** Looked through in passing; more is a scan that somebody has to ask for. */
const fewRows = 100_000;
/** Each key is a reply of its own. */
const fewKeys = 20_000;

export function accessTo(table: Table, column: Column): Access {
  if (table.kind === 'topic') return 'log';
  const leads = (key: readonly string[] | undefined) => key?.[0] === column.name;
  if (column.indexed === true || leads(table.primaryKey) || (table.uniques ?? []).some(leads)) return 'index';
  const few = table.kind === 'keys' ? fewKeys : fewRows;
  return table.rows !== undefined && table.rows.count <= few ? 'small scan' : 'scan';
}

/** What a statement over several columns comes to. */
export function worst(accesses: readonly Access[], table: Table): Access {
  if (table.kind === 'topic') return 'log';
  return (['scan', 'small scan', 'index'] as const).find((access) => accesses.includes(access)) ?? 'index';
}
