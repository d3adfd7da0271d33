/**
 * Values of low-cardinality text columns, learnt once with the catalogue, so that a question may name a value ("the
 * failed ones") without naming its column. Each store has its own way to tell them from all over a table (see
 * Source.values); where it has none, rows all over it are read through the ordinary way of a statement. Bounded in rows,
 * time and size: a table may take so many rows or seconds, a service so many seconds; what isn't known then is not in
 * the index, and its tables still answer by their names.
 */

import type { CatalogService } from '../catalog/contract.js';
import { describedTable } from '../catalog/vocabulary.js';
import type { Column, Source, Table } from '../../connectors/contract.js';
import { quoteIdentifier } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import type { Cell } from '../answer/contract.js';

/** Rows read of a table that has to be read. */
const rows = 20_000;
/** Read by ordinary statements, of a store that has no better way. */
const statedRows = 5_000;
/** For all such statements of a table: a view may be dear to read, and the store works for nothing but a guess. */
const statedMs = 6_000;
const maxValues = 200;
const maxLength = 60;
const tableTimeoutMs = 20_000;
const serviceTimeoutMs = 60_000;
const tablesAtOnce = 2;

/** Runs one statement over this one service and hands over its rows. */
export type RunStatement = (
  sql: string,
  service: CatalogService,
  signal: AbortSignal,
) => Promise<readonly (readonly Cell[])[]>;

export interface Sampling {
  readonly source: Source;
  readonly run: RunStatement;
  log(line: string): void;
}

export async function sampleTables(service: CatalogService, { source, run, log }: Sampling, signal: AbortSignal): Promise<Table[]> {
  const result = [...service.tables];
  const queue = result.entries();
  const ends = performance.now() + serviceTimeoutMs;
  let late = 0;
  const worker = async () => {
    for (const [index, table] of queue) {
      const columns = table.columns.filter(mayHaveFewValues);
      if (columns.length === 0) continue;
      const left = ends - performance.now();
      if (left <= 0) {
        late++;
        continue;
      }
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(Math.min(tableTimeoutMs, Math.ceil(left)))]);
      try {
        const own = await source.values?.(describedTable(table), columns, { most: maxValues, rows }, bounded);
        const until = performance.now() + statedMs;
        // What the description saw of some rows doesn't stand against what is known of all.
        const known = own === undefined ? withValues(table, await statedValues(table, columns, service, run, bounded, until)) : withValues(without(table, columns), own);
        result[index] = known;
        result[index] = await withDates(known, service, run, bounded, until);
      } catch (error) {
        signal.throwIfAborted();
        log(`${table.service}.${table.name}: no values sampled (${error instanceof AishellError ? error.message : String(error)})`);
      }
    }
  };
  await Promise.all(Array.from({ length: tablesAtOnce }, worker));
  if (late > 0) log(`${service.name}: the values of ${late} tables were not sampled: the others took ${serviceTimeoutMs / 1000} s`);
  return result;
}

function mayHaveFewValues(column: Column): boolean {
  return column.type.kind === 'text' && column.enumValues === undefined && !column.name.startsWith('_');
}

/** @param until on the clock of performance.now(); what was found by then has to do */
async function statedValues(table: Table, columns: readonly Column[], service: CatalogService, run: RunStatement, signal: AbortSignal, until: number, most = maxValues): Promise<Map<string, readonly string[]>> {
  const { sampleSpread } = await import('../diff/values/spread.js');
  const { rows: read } = await sampleSpread(table, columns.map((column) => quoteIdentifier(column.name)), undefined, statedRows, async (sql) => {
    const left = until - performance.now();
    if (left <= 0) return { rows: [] };
    const over = AbortSignal.timeout(Math.ceil(left));
    const read = await run(sql, service, AbortSignal.any([signal, over])).catch((error: unknown) => {
      if (!over.aborted || signal.aborted) throw error;
      return [];
    });
    return { rows: read };
  });
  const values = new Map<string, readonly string[]>();
  columns.forEach((column, index) => {
    const distinct = new Set<string>();
    for (const row of read) {
      const value = row[index];
      if (typeof value === 'string') distinct.add(value);
      if (distinct.size > most) return;
    }
    values.set(column.name, [...distinct]);
  });
  return values;
}

const named = /(^|_)(date|day|time|when|since|until|from|to|born|timestamp|dob|at|on)$|(Date|Day|Time|At|On)$|^(date|time|birth)/;
/** A date, perhaps with a time of day behind it: dates that are written so sort as they follow on each other. */
const dated = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+]00(:?00)?)?)?$/;

/** Marks the text columns whose values are dates; of a column of many values that is called like one, the first rows tell. */
async function withDates(table: Table, service: CatalogService, run: RunStatement, signal: AbortSignal, until: number): Promise<Table> {
  const texts = table.columns.filter(mayHaveFewValues);
  const many = texts.filter((column) => column.sampleValues === undefined && named.test(column.name));
  const first = many.length === 0 ? new Map<string, readonly string[]>() : await statedValues(table, many, service, run, signal, until, Infinity);
  const holds = new Map<string, 'date' | 'timestamp'>();
  for (const { name, sampleValues } of texts) {
    const values = (sampleValues ?? first.get(name) ?? []).filter((value) => value !== '');
    if (values.length > 0 && values.every((value) => dated.test(value))) holds.set(name, values.every((value) => value.length === 10) ? 'date' : 'timestamp');
  }
  return holds.size === 0 ? table : { ...table, columns: table.columns.map((column) => (holds.has(column.name) ? { ...column, holds: holds.get(column.name)! } : column)) };
}

function without(table: Table, columns: readonly Column[]): Table {
  return {
    ...table,
    columns: table.columns.map((column) => {
      if (!columns.includes(column)) return column;
      const { sampleValues: _, ...rest } = column;
      return rest;
    }),
  };
}

function withValues(table: Table, values: ReadonlyMap<string, readonly string[]>): Table {
  return {
    ...table,
    columns: table.columns.map((column) => {
      const few = (values.get(column.name) ?? []).filter((value) => value !== '' && value.length <= maxLength).sort();
      return few.length === 0 ? column : { ...column, sampleValues: few };
    }),
  };
}
