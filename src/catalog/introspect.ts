/** One service, described by its connector and made ready for statements: names unique whatever their case. */

import type { Column, Description, ServiceConfig, Table } from '../../connectors/contract.js';
import type { CatalogService } from './contract.js';
import { distinctNames } from './names.js';

export function toCatalogService(config: ServiceConfig, description: Description, now: Date): CatalogService {
  return {
    name: config.name,
    kind: config.kind,
    tags: config.tags,
    facts: description.facts,
    tables: withDistinctNames(description.tables),
    warnings: description.warnings,
    ...(description.lacking && { lacking: { code: description.lacking.code, message: description.lacking.message, remedy: description.lacking.remedy } }),
    ...(description.unread && { unread: description.unread.map(({ table, error }) => ({ table, message: error.message, remedy: error.remedy })) }),
    readAt: now.toISOString(),
  };
}

function withDistinctNames(tables: readonly Table[]): Table[] {
  const bySchema = new Map<string | undefined, string[]>();
  for (const table of tables) bySchema.set(table.schema, [...(bySchema.get(table.schema) ?? []), table.name]);
  const tableNames = new Map([...bySchema].map(([schema, names]) => [schema, distinctNames(names)]));
  const columnNames = new Map(tables.map((table) => [table, distinctNames(table.columns.map((column) => column.name))]));
  const sameNames = (names: ReadonlyMap<string, string>) => [...names].every(([native, name]) => native === name);
  if ([...tableNames.values(), ...columnNames.values()].every(sameNames)) return [...tables];

  return tables.map((table): Table => {
    const rename = (table: Table | undefined) => (name: string) =>
      (table === undefined ? undefined : columnNames.get(table)?.get(name)) ?? name;
    const own = rename(table);
    return {
      ...table,
      name: tableNames.get(table.schema)!.get(table.name)!,
      columns: table.columns.map((column) => withName(column, own(column.name))),
      ...(table.primaryKey && { primaryKey: table.primaryKey.map(own) }),
      ...(table.uniques && { uniques: table.uniques.map((key) => key.map(own)) }),
      ...(table.checks && { checks: table.checks.map(({ columns, condition }) => ({ columns: columns.map(own), condition })) }),
      ...(table.foreignKeys && {
        foreignKeys: table.foreignKeys.map(({ columns, references }) => {
          const target = tables.find((t) => t.schema === references.schema && t.name === references.table);
          return {
            columns: columns.map(own),
            references: {
              ...references,
              table: tableNames.get(references.schema)?.get(references.table) ?? references.table,
              columns: references.columns.map(rename(target)),
            },
          };
        }),
      }),
    };
  });
}

function withName(column: Column, name: string): Column {
  return name === column.name ? column : { ...column, name, nativeName: column.nativeName ?? column.name };
}
