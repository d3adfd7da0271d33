/** Tables of the folder: one a file or group of files, and all those of the databases in it. */

import { AishellError, parseType, types } from '../contract.js';
import type { Column, Description, Table, TableKind, Type } from '../contract.js';
import type { Connection } from '../../src/duckdb/connection.js';
import { describeDatabase } from './databases.js';
import { fileFailure } from './failures.js';
import { listFolder, realFiles } from './folder.js';
import type { FileGroup } from './folder.js';
import { csvReader, fileList, jsonObjects } from './relations.js';
import type { Settings } from './settings.js';
import { sniffCsv } from './csv.js';
import { sniffJson } from './json-shape.js';
import { describeSqlite } from './sqlite-describe.js';
import { jsonLayout } from './json-layout.js';
import type { NativeTable } from './tables.js';

/** Text files up to this size are counted row by row; larger ones are estimated from their first rows. */
const countedBytes = 64 << 20;

/** Fields of a message whose types don't depend on what a sample happens to hold. */
const logColumns: Readonly<Record<string, Type>> = {
  _id: types.text,
  _partition: types.int32,
  _offset: types.int64,
  _timestamp: types.timestamptz,
  _key: types.text,
  _headers: types.json,
  _value: types.text,
};

export async function describeFolder(settings: Settings, connection: Connection, tempDir: string, version: string, signal: AbortSignal): Promise<Description> {
  const { groups, warnings: left } = await listFolder(settings);
  const warnings = [...left];
  const tables: Table[] = [];
  const unread: { readonly table: string; readonly error: AishellError }[] = [];
  const databases = groups.filter(({ format }) => format === 'duckdb' || format === 'sqlite');
  for (const group of groups) {
    signal.throwIfAborted();
    try {
      const files = await realFiles(settings, group.files);
      if (group.format === 'duckdb' || group.format === 'sqlite') {
        const isOwn = databases.length === 1 || group.name === settings.service;
        const found = group.format === 'duckdb' ? await describeDatabase(settings, connection, group, files[0]!, signal) : describeSqlite(settings, group, files[0]!, tempDir);
        tables.push(...(isOwn ? found : found.map((table) => ({ ...table, schema: table.schema === undefined ? group.name : `${group.name}_${table.schema}` }))));
        continue;
      }
      const table = await describeFiles(settings, connection, group, files, signal);
      if (table === undefined) warnings.push(`${group.files.join(', ')} holds no columns yet and is left out`);
      else tables.push(table);
    } catch (error) {
      const failure = fileFailure(error, settings.service, group.files.length === 1 ? group.files[0]! : `a file of table ${group.name}`, signal);
      if (failure.kind !== 'source') throw failure;
      unread.push({ table: group.name, error: failure });
      warnings.push(`${group.name} is left out: ${failure.message}`);
    }
  }
  for (const name of settings.tables.keys()) {
    if (!tables.some((table) => table.name === name) && !unread.some(({ table }) => table === name)) warnings.push(`tables.${name}: there is no such table`);
  }
  if (tables.length === 0) warnings.push(`no data files in ${settings.root}`);
  // Of a folder in which nothing can be read nothing is known.
  if (unread.length > 0 && tables.length === 0) throw unread[0]!.error;
  return { facts: { version, local: true }, tables, warnings, ...(unread.length > 0 && { lacking: unread[0]!.error, unread }) };
}

async function describeFiles(settings: Settings, connection: Connection, group: FileGroup, files: readonly string[], signal: AbortSignal): Promise<Table | undefined> {
  const found = await columnsOf(connection, group, files, signal);
  const hints = settings.tables.get(group.name)?.columns ?? new Map<string, Type>();
  const names = new Set(found.columns.map((column) => column.name));
  const unseen = [...hints].filter(([name]) => !names.has(name));
  // Any JSON object may yet have the field; other formats say what their columns are.
  if (unseen.length > 0 && group.format !== 'json') throw unknownColumn(settings, group.name, unseen[0]![0], names);
  // A topic's messages have a partition and an offset, a stream's entries an id and a time.
  const isLog = (names.has('_partition') && names.has('_offset')) || (names.has('_id') && names.has('_timestamp'));
  const columns = [
    ...found.columns.map((column): Column => {
      const type = hints.get(column.name) ?? (isLog && group.format === 'json' ? (logColumns[column.name] ?? column.type) : column.type);
      return { ...column, type };
    }),
    ...unseen.map(([name, type]): Column => ({ name, type, nullable: true, nativeType: 'JSON', presence: 0 })),
  ];
  if (columns.length === 0) return undefined;
  const kind: TableKind = isLog ? 'topic' : 'file';
  return {
    service: settings.service,
    name: group.name,
    kind,
    columns,
    ...(found.rows === undefined ? {} : { rows: found.rows }),
    ...(found.sampled === undefined ? {} : { sampled: found.sampled }),
    native: found.native as unknown as Readonly<Record<string, unknown>>,
  };
}

function unknownColumn(settings: Settings, table: string, name: string, names: ReadonlySet<string>): AishellError {
  return new AishellError(
    'config',
    `services.${settings.service}.tables.${table}.columns.${name}: the table has no such column.`,
    `Its columns are ${[...names].slice(0, 20).join(', ')}.`,
    { service: settings.service },
  );
}

interface FoundTable {
  readonly columns: readonly Column[];
  readonly native: NativeTable;
  readonly rows?: Table['rows'];
  readonly sampled?: number;
}

async function columnsOf(connection: Connection, group: FileGroup, files: readonly string[], signal: AbortSignal): Promise<FoundTable> {
  switch (group.format) {
    case 'parquet':
      return parquetColumns(connection, group, files, signal);
    case 'csv':
      return csvColumns(connection, group, files, signal);
    default:
      return jsonColumns(connection, group, files, signal);
  }
}

async function parquetColumns(connection: Connection, group: FileGroup, files: readonly string[], signal: AbortSignal): Promise<FoundTable> {
  const list = fileList(files);
  const described = await connection.rows(`DESCRIBE SELECT * FROM read_parquet(${list}, union_by_name = true)`, signal);
  const [count] = await connection.rows(`SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata(${list})`, signal);
  return {
    columns: described.map(([name, type]) => ({ name: String(name), type: parseType(String(type)) ?? types.text, nullable: true, nativeType: String(type) })),
    native: { format: 'parquet', files: group.files },
    rows: { count: Number(count![0]), exact: true },
  };
}

async function csvColumns(connection: Connection, group: FileGroup, files: readonly string[], signal: AbortSignal): Promise<FoundTable> {
  const { layout, columns } = await sniffCsv(connection, files, signal);
  const reader = csvReader(fileList(files), layout, columns.map(({ name }) => [name, 'VARCHAR']), true);
  const rows = group.bytes <= countedBytes ? await countRows(connection, reader, signal) : undefined;
  return {
    columns: columns.map(({ name, type, nativeType }) => ({ name, type, nullable: true, nativeType })),
    native: { format: 'csv', files: group.files, csv: layout },
    ...(rows === undefined ? {} : { rows }),
  };
}

async function jsonColumns(connection: Connection, group: FileGroup, files: readonly string[], signal: AbortSignal): Promise<FoundTable> {
  const layout = await jsonLayout(files[0]!);
  const objects = jsonObjects(files, layout);
  const { fields, sampled } = await sniffJson(connection, objects, signal);
  const folded = new Set(fields.map((field) => field.name.toLowerCase()));
  const rows = group.bytes <= countedBytes ? await countRows(connection, objects, signal) : undefined;
  return {
    columns: fields.map(({ name, type, presence }) => ({ name, type, nullable: true, nativeType: type.kind === 'json' ? 'any JSON' : 'JSON', presence })),
    native: { format: 'json', files: group.files, layout, ...(folded.size < fields.length ? { byPointer: true } : {}) },
    sampled,
    ...(rows === undefined ? {} : { rows }),
  };
}

async function countRows(connection: Connection, from: string, signal: AbortSignal): Promise<Table['rows']> {
  const [row] = await connection.rows(`SELECT count(*) FROM ${from}`, signal);
  return { count: Number(row![0]), exact: true };
}
