/** What one table is asked in one round, and what its answer means: which rows belong, why, and whether they lead on. */

import { tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import type { Cell } from '../answer/contract.js';
import type { Found } from './found.js';
import { placesOf } from './message.js';
import type { Row } from './message.js';

export interface ColumnLookUp {
  readonly column: Column;
  readonly values: readonly string[];
  /** Rows found here name further ids and rows. Those that only belong to such a row end the way. */
  readonly leads: boolean;
}

export interface LookUp {
  readonly table: Table;
  /** Looked for anywhere in a message. */
  readonly ids: readonly string[];
  readonly columns: readonly ColumnLookUp[];
}

export function countValues({ ids, columns }: LookUp): number {
  return ids.length + columns.reduce((sum, { values }) => sum + values.length, 0);
}

/** One look-up for everything that a table is asked. */
export function together(lookUps: readonly LookUp[]): LookUp[] {
  const byTable = new Map<Table, LookUp>();
  for (const lookUp of lookUps) {
    const before = byTable.get(lookUp.table);
    byTable.set(lookUp.table, before === undefined ? lookUp : { ...before, ids: [...before.ids, ...lookUp.ids], columns: [...before.columns, ...lookUp.columns] });
  }
  return [...byTable.values()];
}

/** Its parts, each of which says on its own that there are too many rows. */
export function apart({ table, ids, columns }: LookUp): LookUp[] {
  return [...(ids.length > 0 ? [{ table, ids, columns: [] }] : []), ...columns.map((column) => ({ table, ids: [], columns: [column] }))];
}

export function foundIn({ table, ids, columns }: LookUp, rows: readonly Row[]): Found[] {
  return rows.flatMap((row): Found[] => {
    const places = ids.flatMap((value) => placesOf(value, row).map((place) => `${place} = ${value}`));
    const hits = columns.filter(({ column, values }) => values.some((value) => isSame(value, row[column.name] ?? null, column)));
    const because = [...places, ...hits.map(({ column }) => `${tableName(table)}.${column.name} = ${String(row[column.name])}`)];
    return because.length === 0 ? [] : [{ table, row, because, leads: places.length > 0 || hits.some(({ leads }) => leads) }];
  });
}

/** The same value may be written in two ways: 07 and 7, or hexadecimal digits of either case. */
function isSame(value: string, cell: Cell, column: Column): boolean {
  if (cell === null || typeof cell === 'object') return false;
  const found = String(cell);
  if (value === found) return true;
  if (column.type.kind === 'uuid') return value.toLowerCase() === found.toLowerCase();
  const isWhole = (text: string) => /^-?\d{1,38}$/.test(text);
  return (column.type.kind === 'int' || column.type.kind === 'decimal') && isWhole(value) && isWhole(found) && BigInt(value) === BigInt(found);
}
