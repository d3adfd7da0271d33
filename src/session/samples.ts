/**
 * Values of low-cardinality text columns, read once with the catalogue through the ordinary way of a statement, so
 * that a question may name a value ("the failed ones") without naming its column. Bounded in rows, time and size.
 */

import type { CatalogService } from '../catalog/contract.js';
import type { Column, Table } from '../../connectors/contract.js';
import { quoteIdentifier } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import type { Cell } from '../answer/contract.js';

/** Rows looked at in each table. A value that only occurs later is simply not in the index. */
const sampleRows = 5_000;
const maxValues = 200;
const maxLength = 60;
const timeoutMs = 30_000;

/** Runs one statement over this one service and hands over its rows. */
export type RunStatement = (
  sql: string,
  service: CatalogService,
  signal: AbortSignal,
) => Promise<readonly (readonly Cell[])[]>;

export async function sampleTables(
  service: CatalogService,
  run: RunStatement,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<Table[]> {
  const result: Table[] = [];
  for (const table of service.tables) {
    const columns = table.columns.filter(mayHaveFewValues);
    if (columns.length === 0) {
      result.push(table);
      continue;
    }
    try {
      const rows = await run(sampleStatement(table, columns), service, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      result.push(withValues(table, columns, rows));
    } catch (error) {
      signal.throwIfAborted();
      // The index is a convenience: a table that can't be sampled in time still answers by its names.
      log(`${table.service}.${table.name}: no values sampled (${error instanceof AishellError ? error.message : String(error)})`);
      result.push(table);
    }
  }
  return result;
}

function mayHaveFewValues(column: Column): boolean {
  return column.type.kind === 'text' && column.enumValues === undefined && !column.name.startsWith('_');
}

function sampleStatement(table: Table, columns: readonly Column[]): string {
  const path = [table.service, ...(table.schema === undefined ? [] : [table.schema]), table.name].map(quoteIdentifier).join('.');
  return `SELECT ${columns.map((column) => quoteIdentifier(column.name)).join(', ')} FROM ${path} LIMIT ${sampleRows}`;
}

function withValues(table: Table, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Table {
  const values = new Map<string, readonly string[]>();
  columns.forEach((column, index) => {
    const distinct = new Set<string>();
    for (const row of rows) {
      const value = row[index];
      if (typeof value === 'string' && value !== '') distinct.add(value);
      if (distinct.size > maxValues) return;
    }
    const few = [...distinct].filter((value) => value.length <= maxLength).sort();
    if (few.length > 0) values.set(column.name, few);
  });
  return {
    ...table,
    columns: table.columns.map((column) => {
      const sampleValues = values.get(column.name);
      return sampleValues === undefined ? column : { ...column, sampleValues };
    }),
  };
}
