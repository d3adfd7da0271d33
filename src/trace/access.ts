/** How a store would find the rows that hold a value: by an index, by looking through few rows, or by a scan. */

import type { Column, Table } from '../algebra/index.js';
import type { CatalogService } from '../catalog/contract.js';

export type Access = 'index' | 'small scan' | 'scan' | 'log';

/** Looked through in passing where they lie on this machine; more, or anywhere else, is a scan that somebody has to ask for. */
const fewRows = 100_000;

/** Services whose stores burden nobody but this machine when they are read: their facts say `local`. */
export function localServices(services: readonly CatalogService[]): ReadonlySet<string> {
  return new Set(services.filter(({ facts }) => facts['local'] === true).map(({ name }) => name));
}

export function accessTo(table: Table, column: Column, local: ReadonlySet<string>): Access {
  if (table.kind === 'topic') return 'log';
  const leads = (key: readonly string[] | undefined) => key?.[0] === column.name;
  if (column.indexed === true || leads(table.primaryKey) || (table.uniques ?? []).some(leads)) return 'index';
  return local.has(table.service) && table.rows !== undefined && table.rows.count <= fewRows ? 'small scan' : 'scan';
}

/** What a statement over several columns comes to. */
export function worst(accesses: readonly Access[], table: Table): Access {
  if (table.kind === 'topic') return 'log';
  return (['scan', 'small scan', 'index'] as const).find((access) => accesses.includes(access)) ?? 'index';
}
