/** Dialect and column types of CSV files, as DuckDB sniffs them, except that digits which are no number stay text. */

import { types } from '../contract.js';
import type { Type } from '../contract.js';
import type { Connection } from '../../src/duckdb/connection.js';
import { csvReader, fileList } from './relations.js';
import { literal } from './tables.js';
import type { CsvLayout } from './tables.js';
import { parseType } from './types.js';

export interface CsvColumn {
  readonly name: string;
  readonly type: Type;
  readonly nativeType: string;
}

const sampleRows = 20_480;

export async function sniffCsv(connection: Connection, files: readonly string[], signal: AbortSignal): Promise<{ layout: CsvLayout; columns: CsvColumn[] }> {
  const [row] = await connection.rows(
    `SELECT Delimiter, Quote, Escape, Comment, SkipRows, HasHeader, DateFormat, TimestampFormat, CAST(to_json(Columns) AS VARCHAR)
     FROM sniff_csv(${literal(files[0]!)}, sample_size = ${sampleRows}, null_padding = false)`,
    signal,
  );
  const given = (value: unknown) => (value === '(empty)' || value === null ? '' : String(value));
  const layout: CsvLayout = {
    delim: given(row![0]),
    // Without a quote in the sample none is sniffed; a quoted field may still come.
    quote: given(row![1]) || '"',
    escape: given(row![2]) || '"',
    comment: given(row![3]),
    skip: Number(row![4]),
    header: row![5] === true,
    dateformat: row![6] === null ? null : String(row![6]),
    timestampformat: row![7] === null ? null : String(row![7]),
  };
  const sniffed = (JSON.parse(String(row![8])) as { name: string; type: string }[]).map(({ name, type }) => ({ name, type: parseType(type) ?? types.text }));
  const padded = await zeroPadded(connection, files, layout, sniffed, signal);
  return {
    layout,
    columns: sniffed.map(({ name, type }) => {
      const kept = padded.has(name) ? types.text : type;
      return { name, type: kept, nativeType: 'CSV field' };
    }),
  };
}

/** 01234 is a postal code, not 1234. */
async function zeroPadded(
  connection: Connection,
  files: readonly string[],
  layout: CsvLayout,
  columns: readonly { readonly name: string; readonly type: Type }[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const numbers = columns.map((column, index) => ({ ...column, at: `c${index}` })).filter(({ type }) => type.kind === 'int');
  if (numbers.length === 0) return new Set();
  const reader = csvReader(fileList(files), layout, columns.map((_, index) => [`c${index}`, 'VARCHAR']));
  const tests = numbers.map(({ at }) => `coalesce(bool_or(regexp_matches(${at}, '^[+-]?0\\d')), false)`);
  const [row] = await connection.rows(`SELECT ${tests.join(', ')} FROM (SELECT * FROM ${reader} LIMIT ${sampleRows})`, signal);
  return new Set(numbers.filter((_, index) => row![index] === true).map(({ name }) => name));
}
