/**
 * A SELECT that groups or limits, as one table in the FROM of another. Its columns keep their meaning: one that was
 * read from a table is still that table's (type, collation), under another name and without its indexes.
 */

import type { ColumnId } from '../contract.js';
import type { PlacedColumn, Scope } from './scope.js';
import type { Print, SqlStyle, StoreColumn } from './style.js';
import { selectText } from './text.js';
import type { Block, Output } from './text.js';

/** What a SELECT in FROM calls a column. */
export function derivedName(index: number, { computes }: SqlStyle): string {
  return computes?.alias?.(index) ?? `c${index}`;
}

/** @returns the table; what of it is handed on is for its reader to say */
export function derived(block: Block, alias: string, style: SqlStyle): Block {
  const names = new Map(block.output.map(({ out }, i) => [out.id, derivedName(i, style)]));
  const named = (id: ColumnId) => `${style.quote(alias)}.${style.quote(names.get(id)!)}`;
  const values = new Map(block.output.map(({ out, value }) => [out.id, 'table' in value ? renamed(value, alias, names.get(out.id)!) : { ...value, print: () => named(out.id) }]));
  const from: Print = (bind) => {
    const items = block.output.map(({ out, value }) => `${native(value, style)(bind)} AS ${style.quote(names.get(out.id)!)}`);
    return `(${selectText(block, items, bind, style)}) AS ${style.quote(alias)}`;
  };
  const scope: Scope = {
    column(id) {
      const value = values.get(id);
      return value && 'table' in value ? value : undefined;
    },
    made(id) {
      const value = values.get(id);
      return value && 'table' in value ? undefined : value;
    },
  };
  return { from, single: true, where: [], scope, tables: keyed(block, alias, names, style), keys: new Map(), having: [], order: [], output: [], exact: block.exact };
}

/** As it is in the store, before anything is made of it for the wire. */
function native(value: Output['value'], style: SqlStyle): Print {
  if (!('table' in value)) return value.print;
  const { column, qualifier, as } = value.column;
  const name = style.quote(as ?? column.nativeName ?? column.name);
  return () => (qualifier === undefined ? name : `${style.quote(qualifier)}.${name}`);
}

function renamed({ column, table }: PlacedColumn, qualifier: string, as: string): PlacedColumn {
  return { column: { ...column, qualifier, as }, table };
}

/** Columns of the tables inside that keys may go to: those that come out as they are, or that rows are grouped by. */
function keyed(block: Block, qualifier: string, names: ReadonlyMap<ColumnId, string>, style: SqlStyle): Scope {
  const columns = new Map<ColumnId, PlacedColumn>();
  for (const { out, value } of block.output) {
    // A limit over fewer rows would take others.
    if (block.sort) break;
    const inside = 'table' in value ? value : groupedBy(block, out.id);
    if (inside === undefined || block.tables.column(inside.column.id) === undefined) continue;
    const placed = renamed(inside, qualifier, names.get(out.id)!);
    const isItself = 'table' in value || style.read(placed.column, placed.table) === native(placed, style)(() => '');
    if (isItself) columns.set(inside.column.id, placed);
  }
  return { column: (id) => columns.get(id), made: () => undefined };
}

function groupedBy(block: Block, id: ColumnId): PlacedColumn | undefined {
  const column: StoreColumn | undefined = block.keys.get(id);
  return column && block.tables.column(column.id);
}

