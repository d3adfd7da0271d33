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
import { mostSkipped } from '../diff/values/bounds.js';
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
        const own = await source.values?.(describedTable(table), columns, { most: maxValues, rows, skipped: mostSkipped }, bounded);
        const read = (some: readonly Column[]) => statedValues(table, some, service, run, bounded, performance.now() + statedMs);
        if (own === undefined) {
          result[index] = withValues(table, await read(columns));
        } else {
          // What the description saw of some rows doesn't stand against what is known of all.
          const known = new Map([...own].map(([name, values]) => [name, valuesOf(new Set(values))]));
          result[index] = withValues(without(table, columns), known);
          // Of a column of many values that is called like a date, some rows tell.
          const many = columns.filter(({ name }) => !own.has(name) && named.test(name));
          const dates = many.length === 0 ? [] : [...await read(many)].map(([name, { holds }]) => [name, holds === undefined ? {} : { holds }] as const);
          if (dates.length > 0) result[index] = withValues(without(table, columns), new Map([...known, ...dates]));
        }
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

/** What rows of a text column say. */
interface Found {
  /** All that were met; absent: too many to be worth knowing. */
  readonly values?: readonly string[];
  /** Every one of them is such. */
  readonly holds?: 'date' | 'timestamp';
}

/** @param until on the clock of performance.now(); what was found by then has to do */
async function statedValues(table: Table, columns: readonly Column[], service: CatalogService, run: RunStatement, signal: AbortSignal, until: number): Promise<Map<string, Found>> {
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
  return new Map(columns.map(({ name }, index) => {
    const distinct = new Set(read.flatMap((row) => (typeof row[index] === 'string' ? [row[index]] : [])));
    // Of many values only a name that says so makes dates.
    return [name, distinct.size <= maxValues || named.test(name) ? valuesOf(distinct) : {}];
  }));
}

const named = /(^|_)(date|day|time|when|since|until|from|to|born|timestamp|dob|at|on)$|(Date|Day|Time|At|On)$|^(date|time|birth)/;
/** A date, perhaps with a time of day behind it: dates that are written so sort as they follow on each other. */
const dated = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+]00(:?00)?)?)?$/;

function valuesOf(distinct: ReadonlySet<string>): Found {
  const values = [...distinct];
  const filled = values.filter((value) => value !== '');
  const isDated = filled.length > 0 && filled.every((value) => dated.test(value));
  return {
    ...(values.length <= maxValues && { values }),
    ...(isDated && { holds: filled.every((value) => value.length === 10) ? ('date' as const) : ('timestamp' as const) }),
  };
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

function withValues(table: Table, found: ReadonlyMap<string, Found>): Table {
  return {
    ...table,
    columns: table.columns.map((column) => {
      const { values = [], holds } = found.get(column.name) ?? {};
      const few = values.filter((value) => value !== '' && value.length <= maxLength).sort();
      return few.length === 0 && holds === undefined ? column : { ...column, ...(few.length > 0 && { sampleValues: few }), ...(holds && { holds }) };
    }),
  };
}
