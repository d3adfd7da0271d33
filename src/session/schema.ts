/** The catalogue as an answer: services, tables, columns, keys, links. */

import type { MissingSource, SchemaAnswer } from '../answer/contract.js';
import type { Catalog, CatalogService } from '../catalog/contract.js';
import { addressText } from '../catalog/links.js';
import { tableName, typeName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import { suggest } from '../config/nearest.js';
import { AishellError } from '../errors.js';

/** @param scope a service, or `service.table`; absent means all */
export function schemaAnswer(catalog: Catalog, missing: readonly MissingSource[], scope?: string): SchemaAnswer {
  const wanted = scope?.toLowerCase();
  const inScope = (table: Table) =>
    wanted === undefined || wanted === table.service.toLowerCase() || tableName(table).toLowerCase() === wanted;
  const services = catalog.services
    .map((service) => describeService(service, service.tables.filter(inScope), catalog))
    .filter((service) => wanted === undefined || service.tables.length > 0 || service.name.toLowerCase() === wanted);
  if (wanted !== undefined && services.length === 0 && !missing.some(({ service }) => `${wanted}.`.startsWith(`${service.toLowerCase()}.`))) {
    const names = [...catalog.services.map(({ name }) => name), ...missing.map(({ service }) => service)];
    const near = suggest(wanted, wanted.includes('.') ? catalog.services.flatMap(({ tables }) => tables.map(tableName)) : names);
    throw new AishellError(
      'sql.unknown',
      `There is no service or table '${scope}'.`,
      `${near.startsWith('did') ? `D${near.slice(1)} ` : ''}Services: ${names.join(', ')}. A table is written service.table.`,
    );
  }
  const shown = new Set(services.flatMap((service) => service.tables.map((table) => `${service.name}.${table.name}`)));
  return {
    kind: 'schema',
    services,
    links: catalog.links
      .map((link) => ({ ...link, from: addressText(link.from), to: addressText(link.to) }))
      .filter((link) => [link.from, link.to].some((text) => shown.has(text.slice(0, text.lastIndexOf('.'))))),
    missing,
  };
}

function describeService(
  service: CatalogService,
  tables: readonly Table[],
  catalog: Catalog,
): SchemaAnswer['services'][number] {
  return {
    name: service.name,
    store: service.kind,
    version: service.facts.version,
    tags: service.tags,
    readAt: service.readAt,
    warnings: service.warnings,
    tables: tables.map((table) => ({
      // Within its service, as the service's heading already says the rest.
      name: tableName(table).slice(table.service.length + 1),
      kind: table.kind,
      comment: table.comment ?? null,
      rows: table.rows?.count ?? null,
      rowsExact: table.rows?.exact ?? false,
      primaryKey: table.primaryKey ?? [],
      columns: table.columns.map((column) => ({
        name: column.name,
        type: typeName(column.type),
        nativeType: column.nativeType,
        nullable: column.nullable,
        key: keyOf(table, column),
        references: referenceOf(table, column, catalog),
        comment: column.comment ?? null,
        presence: column.presence ?? null,
      })),
    })),
  };
}

function keyOf(table: Table, column: Column): 'primary' | 'unique' | null {
  if (table.primaryKey?.includes(column.name)) return 'primary';
  return table.uniques?.some((key) => key.length === 1 && key[0] === column.name) ? 'unique' : null;
}

function referenceOf(table: Table, column: Column, catalog: Catalog): string | null {
  const from = `${tableName(table)}.${column.name}`;
  const link = catalog.links.find((candidate) => addressText(candidate.from) === from);
  return link === undefined ? null : addressText(link.to);
}
