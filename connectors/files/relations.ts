/** The relation behind a table: what is read from its files, as DuckDB SQL over absolute paths. */

import { quoteIdentifier, typeName } from '../contract.js';
import type { Column } from '../contract.js';
import { checkedFloat, checkedNumber, isCheckedNumber } from './csv-numbers.js';
import { checkedColumn } from './json-columns.js';
import { literal } from './tables.js';
import type { CsvLayout, JsonLayout, NativeTable } from './tables.js';

/** `database` is the name that a .duckdb file is attached under. */
export function relationSql(native: NativeTable, columns: readonly Column[], files: readonly string[], database: string): string {
  const list = fileList(files);
  switch (native.format) {
    case 'parquet':
      return `SELECT ${renamed(columns)} FROM read_parquet(${list}, union_by_name = true)`;
    case 'csv':
      return csvRelation(native.csv, columns, list);
    case 'json':
      return jsonRelation(native, columns, list);
    case 'duckdb': {
      const from = [database, native.schema, native.table].map(quoteIdentifier).join('.');
      return `SELECT ${columns.map(databaseColumn).join(', ')} FROM ${from}`;
    }
    case 'sqlite':
      throw new Error('SQLite files are not read by DuckDB');
  }
}

/** Of several files, or a range of the rows of one. A file that lacks a column has NULL there, as union_by_name makes it. */
export function parquetRows(columns: readonly Column[], files: readonly string[], range?: { readonly from: number; readonly to: number }): string {
  const none = columns.map(({ name, nativeName = name, nativeType }) => `CAST(NULL AS ${nativeType}) AS ${quoteIdentifier(nativeName)}`);
  const rows = range === undefined ? '' : ` WHERE file_row_number >= ${range.from} AND file_row_number < ${range.to}`;
  const read = `SELECT * FROM read_parquet(${fileList(files)}, union_by_name = true${range === undefined ? '' : ', file_row_number = true'})${rows}`;
  return `SELECT ${renamed(columns)} FROM (SELECT ${none.join(', ')} WHERE false UNION ALL BY NAME ${read})`;
}

export function fileList(files: readonly string[]): string {
  return `[${files.map(literal).join(', ')}]`;
}

function renamed(columns: readonly Column[]): string {
  return columns.map(({ name, nativeName }) => (nativeName === undefined ? quoteIdentifier(name) : `${quoteIdentifier(nativeName)} AS ${quoteIdentifier(name)}`)).join(', ');
}

/** Types that canonical ones stand in for (ENUM, UNION, BIT), and those that a person chose, are converted here. */
function databaseColumn({ name, nativeName, type, nativeType }: Column): string {
  const source = quoteIdentifier(nativeName ?? name);
  const value = typeName(type) === nativeType ? source : `CAST(${source} AS ${typeName(type)})`;
  return `${value} AS ${quoteIdentifier(name)}`;
}

function csvRelation(layout: CsvLayout, columns: readonly Column[], list: string): string {
  const items = columns.map(({ name, nativeName, type }) => {
    const source = quoteIdentifier(nativeName ?? name);
    return `${isCheckedNumber(type) ? checkedNumber(source, name, type) : type.kind === 'float' ? checkedFloat(source, name, type) : source} AS ${quoteIdentifier(name)}`;
  });
  const declared = columns.map(({ name, nativeName, type }) => [nativeName ?? name, isCheckedNumber(type) || type.kind === 'float' ? 'VARCHAR' : typeName(type)] as const);
  return `SELECT ${items.join(', ')} FROM ${csvReader(list, layout, declared)}`;
}

/** @param lenient leaves out what can't be read: enough to say what the columns are */
export function csvReader(list: string, layout: CsvLayout, columns: readonly (readonly [name: string, type: string])[] | undefined, lenient = false): string {
  const options = [
    'auto_detect = false',
    ...(lenient ? ['ignore_errors = true'] : []),
    ...(['delim', 'quote', 'escape', 'comment'] as const).map((option) => `${option} = ${literal(layout[option])}`),
    `skip = ${layout.skip}`,
    `header = ${layout.header}`,
    // An empty field is NULL; a quoted empty one is an empty text.
    'allow_quoted_nulls = false',
    ...(['dateformat', 'timestampformat'] as const).flatMap((option) => (layout[option] === null ? [] : [`${option} = ${literal(layout[option])}`])),
    ...(columns === undefined ? [] : [`columns = {${columns.map(([name, type]) => `${literal(name)}: ${literal(type)}`).join(', ')}}`]),
  ];
  return `read_csv(${list}, ${options.join(', ')})`;
}

/** What can't be read as JSON in a file of lines is left out: enough to say what its columns are; who reads the rows is told. */
export function jsonObjects(files: readonly string[], layout: JsonLayout): string {
  const lenient = layout === 'newline_delimited' ? ', ignore_errors = true' : '';
  return `(SELECT json FROM read_json_objects(${fileList(files)}, format = ${literal(layout)}${lenient}) WHERE json IS NOT NULL)`;
}

function jsonRelation(native: Extract<NativeTable, { format: 'json' }>, columns: readonly Column[], list: string): string {
  const nativeNames = columns.map(({ name, nativeName }) => nativeName ?? name);
  const items = columns.map((column, index) => {
    const json = native.byPointer === true ? `json_extract(json, ${literal(pointer(nativeNames[index]!))})` : quoteIdentifier(nativeNames[index]!);
    return `${checkedColumn(json, column.name, column.type)} AS ${quoteIdentifier(column.name)}`;
  });
  if (native.byPointer === true) {
    return `SELECT ${items.join(', ')} FROM read_json_objects(${list}, format = ${literal(native.layout)})`;
  }
  const declared = nativeNames.map((name) => `${literal(name)}: 'JSON'`).join(', ');
  return `SELECT ${items.join(', ')} FROM read_json(${list}, format = ${literal(native.layout)}, records = true, columns = {${declared}})`;
}

/** RFC 6901: reaches a top-level field by its exact name. */
function pointer(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
