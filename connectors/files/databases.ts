/** Tables of a .duckdb file, with the keys, comments and enumerations that it declares. */

import { enumValues, parseType, quoteIdentifier, types } from '../contract.js';
import type { Column, ForeignKey, Table } from '../contract.js';
import type { Connection } from '../../src/duckdb/connection.js';
import type { FileGroup } from './folder.js';
import type { Settings } from './settings.js';
import { literal } from './tables.js';

/** A table of the file; `main` is its default schema. */
interface Place {
  readonly schema: string;
  readonly table: string;
}

/** Attaching is left to the caller: the file's name in the instance is its stem under this prefix. */
export function databaseName(file: string): string {
  return `file ${file}`;
}

export async function attach(connection: Connection, file: string, path: string, signal: AbortSignal): Promise<void> {
  await connection.run(`ATTACH IF NOT EXISTS ${literal(path)} AS ${quoteIdentifier(databaseName(file))} (READ_ONLY)`, signal);
}

export async function describeDatabase(settings: Settings, connection: Connection, group: FileGroup, path: string, signal: AbortSignal): Promise<Table[]> {
  const file = group.files[0]!;
  await attach(connection, file, path, signal);
  const here = `database_name = ${literal(databaseName(file))}`;
  const tables = await connection.rows(
    `SELECT schema_name, table_name, comment, 'table' FROM duckdb_tables() WHERE ${here} AND NOT internal
     UNION ALL SELECT schema_name, view_name, comment, 'view' FROM duckdb_views() WHERE ${here} AND NOT internal ORDER BY 1, 2`,
    signal,
  );
  const columns = await connection.rows(
    `SELECT schema_name, table_name, column_name, data_type, is_nullable, comment, column_default FROM duckdb_columns() WHERE ${here} AND NOT internal ORDER BY 1, 2, column_index`,
    signal,
  );
  const constraints = await connection.rows(
    `SELECT schema_name, table_name, constraint_type, CAST(to_json(constraint_column_names) AS VARCHAR), referenced_table, CAST(to_json(referenced_column_names) AS VARCHAR)
     FROM duckdb_constraints() WHERE ${here} AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')`,
    signal,
  );
  const result: Table[] = [];
  for (const [schema, table, comment, kind] of tables) {
    const place = { schema: String(schema), table: String(table) };
    const isHere = (row: readonly unknown[]) => row[0] === place.schema && row[1] === place.table;
    const from = [databaseName(file), place.schema, place.table].map(quoteIdentifier).join('.');
    const count = kind === 'table' ? await connection.rows(`SELECT count(*) FROM ${from}`, signal) : undefined;
    result.push({
      service: settings.service,
      ...(place.schema === 'main' ? {} : { schema: place.schema }),
      name: place.table,
      kind: kind === 'view' ? 'view' : 'table',
      columns: columns.filter(isHere).map((row) => column(row, settings.tables.get(place.table)?.columns)),
      ...keys(constraints.filter(isHere), place),
      ...(count === undefined ? {} : { rows: { count: Number(count[0]![0]), exact: true } }),
      ...(comment === null ? {} : { comment: String(comment) }),
      native: { format: 'duckdb', file, schema: place.schema, table: place.table },
    });
  }
  return result;
}

function column(row: readonly unknown[], hints: ReadonlyMap<string, Column['type']> | undefined): Column {
  const [, , name, dataType, nullable, comment, byDefault] = row;
  const nativeType = String(dataType);
  const values = enumValues(nativeType);
  return {
    name: String(name),
    type: hints?.get(String(name)) ?? parseType(nativeType) ?? types.text,
    nullable: nullable === true,
    nativeType,
    ...(values === undefined ? {} : { enumValues: values }),
    ...(comment === null ? {} : { comment: String(comment) }),
    ...(byDefault === null ? {} : { default: String(byDefault) }),
  };
}

function keys(rows: readonly (readonly unknown[])[], place: Place): Pick<Table, 'primaryKey' | 'uniques' | 'foreignKeys'> {
  const names = (row: readonly unknown[]) => JSON.parse(String(row[3])) as string[];
  const primary = rows.find((row) => row[2] === 'PRIMARY KEY');
  const uniques = rows.filter((row) => row[2] === 'UNIQUE').map(names);
  const foreignKeys = rows
    .filter((row) => row[2] === 'FOREIGN KEY')
    .map((row): ForeignKey => ({
      columns: names(row),
      references: { ...(place.schema === 'main' ? {} : { schema: place.schema }), table: String(row[4]), columns: JSON.parse(String(row[5])) as string[] },
    }));
  return {
    ...(primary === undefined ? {} : { primaryKey: names(primary) }),
    ...(uniques.length === 0 ? {} : { uniques }),
    ...(foreignKeys.length === 0 ? {} : { foreignKeys }),
  };
}
