/** One occurrence of a base table in a serialized plan: its columns, and the filters pushed into it. */

import { types, unknownMark } from '../algebra/index.js';
import type { Expr, OutputColumn, Scan, ScanColumn, Table } from '../algebra/index.js';
import { arrayOf, indexOf, objectOf, objectsOf, stringOf } from '../duckdb/json.js';
import type { JsonObject } from '../duckdb/json.js';
import { readTableFilter } from './table-filter.js';
import { UnreadablePlan } from './unreadable.js';

export interface ScanRead {
  readonly scan: Scan;
  readonly conjuncts: readonly Expr[];
  readonly output: readonly OutputColumn[];
}

/** undefined for a table function. */
export function readScan(node: JsonObject, tables: readonly Table[], prefix: string): ScanRead | undefined {
  if (stringOf(node['name']) !== 'seq_scan') return undefined;
  const source = objectOf(node['function_data']);
  const table = tableOf(stringOf(source['catalog']), stringOf(source['schema']), stringOf(source['table']), tables);
  const filters = objectsOf(objectOf(node['table_filters'])['filters']);
  const needed = [...new Set([...readColumns(node), ...filters.map((filter) => indexOf(filter['key']))])];
  const columns = needed.flatMap((index): ScanColumn[] => {
    const column = table.columns[index];
    return column === undefined ? [] : [{ id: `${prefix}.${column.name}`, column }];
  });
  // What is no column of the table is the row number, which count(*) asks for when it needs nothing else.
  const outputOf = (index: number): OutputColumn => {
    const column = table.columns[index];
    return column === undefined
      ? { id: `${prefix}.${unknownMark}row`, name: 'rowid', type: types.int64 }
      : { id: `${prefix}.${column.name}`, name: column.name, type: column.type };
  };
  const conjuncts = filters.flatMap((filter) => {
    const { id, type } = outputOf(indexOf(filter['key']));
    return readTableFilter(objectOf(filter['value']), { kind: 'column', id, type });
  });
  return { scan: { kind: 'scan', table, columns }, conjuncts, output: shownColumns(node).map(outputOf) };
}

function readColumns(node: JsonObject): number[] {
  return objectsOf(node['column_indexes']).map((column) => indexOf(column['index']));
}

/** The columns that the scan hands on; some are read for its filters alone. */
export function shownColumns(node: JsonObject): number[] {
  const indexes = readColumns(node);
  const projected = arrayOf(node['projection_ids']).map(indexOf);
  return projected.length === 0 ? indexes : projected.map((position) => indexes[position] ?? -1);
}

function tableOf(service: string, schema: string, name: string, tables: readonly Table[]): Table {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const table = tables.find((t) => same(t.service, service) && same(t.schema ?? 'main', schema) && same(t.name, name));
  if (table === undefined) throw new UnreadablePlan(`the plan reads ${service}.${schema}.${name}, which the statement does not name`);
  return table;
}
