/** From messages to rows: which keys a message names, and which rows of which tables belong to them. */

import { tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import type { ColumnAddress, Link } from '../catalog/contract.js';
import { entityOf } from '../catalog/names.js';
import type { Found } from './found.js';
import type { LookUp } from './look-up.js';

/** A key that messages name: which table's, its value, and whether the message is about it or only mentions it. */
export interface Reference {
  readonly to: ColumnAddress;
  readonly value: string;
  readonly subject: boolean;
}

export function referencesIn(found: readonly Found[], links: readonly Link[]): Reference[] {
  return found.flatMap(({ table, row }) =>
    links
      .filter((link) => sameTable(link.from, table))
      .flatMap((link): Reference[] => {
        const value = row[link.from.column];
        if (value === null || value === undefined || typeof value === 'object') return [];
        return [{ to: link.to, value: String(value), subject: isSubject(table, link) }];
      }),
  );
}

/**
 * A message about an order that mentions its customer leads to the order's row, to the rows that refer to the order,
 * and to the customer's row, but not on to everything else of that customer.
 */
export function rowsAbout(references: readonly Reference[], tables: readonly Table[], links: readonly Link[]): LookUp[] {
  const wanted = new Map<string, { table: Table; column: Column; values: Set<string> }>();
  const want = (address: ColumnAddress, value: string) => {
    const table = tables.find((candidate) => sameTable(address, candidate));
    const column = table?.columns.find((candidate) => candidate.name === address.column);
    if (table === undefined || column === undefined) return;
    const key = `${tableName(table)}.${column.name}`;
    const entry = wanted.get(key) ?? { table, column, values: new Set() };
    wanted.set(key, { ...entry, values: entry.values.add(value) });
  };
  for (const { to, value, subject } of references) {
    want(to, value);
    if (!subject) continue;
    for (const link of links) {
      if (link.to.service === to.service && link.to.table === to.table && link.to.column === to.column) want(link.from, value);
    }
  }
  return [...wanted.values()].map(({ table, column, values }) => ({ table, ids: [], columns: [{ column, values: [...values], leads: false }] }));
}

function sameTable(address: ColumnAddress, table: Table): boolean {
  return address.service === table.service && address.schema === table.schema && address.table === table.name;
}

/** The log is named for the entity, as `orders` for orderId; or the row's own table is that of the key. */
function isSubject(table: Table, link: Link): boolean {
  return entityOf(table.name).join(' ').startsWith(entityOf(link.to.table).join(' '));
}
