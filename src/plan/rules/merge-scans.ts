/** One scan for all occurrences of a table: the columns that any of them needs, in the table's order. */

import type { Column, ColumnId, Expr, Scan, Table, Type } from '../../algebra/index.js';
import { mapColumns } from '../map-columns.js';
import type { Occurrence } from './occurrences.js';

export interface MergedScan {
  readonly scan: Scan;
  /** An occurrence's expression in terms of the merged scan. */
  readonly rename: (expr: Expr, from: Scan) => Expr;
}

export function mergeScans(table: Table, occurrences: readonly Occurrence[], ids: ReadonlySet<ColumnId>): MergedScan {
  const needed = new Set(occurrences.flatMap(({ scan }) => scan.columns.filter(({ id }) => ids.has(id)).map(({ column }) => column)));
  if (needed.size === 0) needed.add(cheapestColumn(table));
  const prefix = prefixOf(occurrences[0]?.scan);
  const idOf = (column: Column) => `${prefix}.${column.name}`;
  const columns = table.columns.filter((column) => needed.has(column)).map((column) => ({ id: idOf(column), column }));
  return {
    scan: { kind: 'scan', table, columns },
    rename: (expr, from) => {
      const names = new Map(from.columns.map(({ id, column }) => [id, idOf(column)]));
      return mapColumns(expr, (column) => ({ ...column, id: names.get(column.id) ?? column.id }));
    },
  };
}

function prefixOf(scan: Scan | undefined): string {
  const id = scan?.columns[0]?.id;
  return id === undefined ? 't' : id.slice(0, id.indexOf('.'));
}

/** Some column has to be read to count rows: one that is narrow, and in the key if possible. */
function cheapestColumn(table: Table): Column {
  const cost = (column: Column) => width(column.type) - (table.primaryKey?.includes(column.name) === true ? 9 : 0);
  return table.columns.reduce((best, column) => (cost(column) < cost(best) ? column : best));
}

function width(type: Type): number {
  switch (type.kind) {
    case 'boolean':
      return 1;
    case 'int':
    case 'float':
      return type.bits / 8;
    case 'date':
      return 4;
    case 'time':
    case 'timestamp':
      return 8;
    case 'uuid':
    case 'decimal':
    case 'interval':
      return 16;
    case 'text':
      return 32;
    case 'blob':
    case 'json':
      return 64;
    default:
      return 128;
  }
}
