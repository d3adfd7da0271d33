/** The catalogue as an answer: services, tables, columns, keys, links. */

import type { GraphAnswer, MissingSource, SchemaAnswer, SchemaField } from '../answer/contract.js';
import type { Catalog, CatalogService } from '../catalog/contract.js';
import { addressText } from '../catalog/links.js';
import { unitOf } from '../catalog/units.js';
import { fieldsOf, tableName, typeName, withFields } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import { suggest } from '../config/nearest.js';
import { AishellError } from '../errors.js';

/** @param scope a service, `service.table`, or a table's name alone, whichever services have it; absent means all */
export function schemaAnswer(catalog: Catalog, missing: readonly MissingSource[], scope?: string): SchemaAnswer {
  const wanted = scope?.toLowerCase();
  const isNamed = (table: Table) => wanted === table.service.toLowerCase() || tableName(table).toLowerCase() === wanted;
  const isWritten = catalog.services.some(({ name, tables }) => name.toLowerCase() === wanted || tables.some(isNamed));
  const inScope = (table: Table) => wanted === undefined || (isWritten ? isNamed(table) : tableName(table).toLowerCase().endsWith(`.${wanted}`));
  // The first of those that start at one column: the catalogue has the surest first.
  const targets = new Map(catalog.links.toReversed().map((link) => [addressText(link.from), addressText(link.to)]));
  const services = catalog.services
    .map((service) => describeService(service, service.tables.filter(inScope), targets))
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
  targets: ReadonlyMap<string, string>,
): SchemaAnswer['services'][number] {
  return {
    name: service.name,
    store: service.kind,
    version: service.facts.version,
    tags: service.tags,
    readAt: service.readAt,
    warnings: service.warnings,
    tables: tables.map((table) => [table, withFields(table)] as const).map(([table, flat]) => ({
      // Within its service, as the service's heading already says the rest.
      name: tableName(table).slice(table.service.length + 1),
      kind: table.kind,
      comment: table.comment ?? null,
      rows: table.rows?.count ?? null,
      rowsExact: table.rows?.exact ?? false,
      primaryKey: table.primaryKey ?? [],
      uniques: table.uniques ?? [],
      foreignKeys: (table.foreignKeys ?? []).map(({ columns, references }) => ({
        columns,
        table: references.schema === undefined ? references.table : `${references.schema}.${references.table}`,
        references: references.columns,
      })),
      checks: (table.checks ?? []).map(({ condition }) => condition),
      sampled: table.sampled ?? null,
      registered: (table.registered ?? []).map(({ versions, ...subject }) => ({ ...subject, versions: versions.map(({ version }) => version) })),
      columns: table.columns.map((column) => ({
        ...fieldAnswer(column, flat),
        key: keyOf(table, column),
        references: targets.get(`${tableName(table)}.${column.name}`) ?? null,
        default: column.default ?? null,
        generated: column.generated ?? false,
        fields: fieldsOf(column).map((field) => ({ ...fieldAnswer(field, flat), references: targets.get(`${tableName(table)}.${field.name}`) ?? null })),
      })),
    })),
  };
}

function fieldAnswer(column: Column, table: Table): SchemaField {
  const unit = unitOf(column, table);
  const values = column.enumValues ?? column.sampleValues;
  return {
    name: column.name,
    type: typeName(column.type),
    nativeType: column.nativeType,
    nullable: column.nullable && column.required !== true,
    comment: column.comment ?? null,
    presence: column.presence ?? null,
    maxLength: column.maxLength ?? null,
    labels: values === undefined ? null : { values, declared: column.enumValues !== undefined },
    unit: unit === undefined ? null : { quantity: unit.quantity, name: unit.name, currency: unit.currency ?? null, currencyColumn: unit.currencyColumn ?? null },
  };
}

function keyOf(table: Table, column: Column): 'primary' | 'unique' | null {
  if (table.primaryKey?.includes(column.name)) return 'primary';
  return table.uniques?.some((key) => key.length === 1 && key[0] === column.name) ? 'unique' : null;
}

/** @param scope a service; its neighbours' tables are drawn as far as links reach them */
export function graphAnswer(catalog: Catalog, missing: readonly MissingSource[], scope?: string): GraphAnswer {
  const wanted = scope?.toLowerCase();
  if (wanted !== undefined && !catalog.services.some(({ name }) => name.toLowerCase() === wanted)) {
    const names = catalog.services.map(({ name }) => name);
    const near = suggest(wanted, names);
    throw new AishellError('sql.unknown', `There is no service '${scope}'.`, `${near.charAt(0).toUpperCase()}${near.slice(1)}`);
  }
  const isWanted = (service: string) => wanted === undefined || service.toLowerCase() === wanted;
  const pathOf = ({ service, schema, table }: Catalog['links'][number]['from']) => tableName({ service, name: table, ...(schema !== undefined && { schema }) });
  const links = catalog.links
    .filter(({ from, to }) => isWanted(from.service) || isWanted(to.service))
    .map(({ from, to, evidence }) => ({ from: pathOf(from), to: pathOf(to), column: from.column, key: to.column, evidence }));
  const reached = new Set(links.flatMap(({ from, to }) => [from, to]));
  const services = catalog.services
    .map(({ name, kind, tables }) => ({
      name,
      store: kind,
      tables: tables.filter((table) => isWanted(name) || reached.has(tableName(table))).map((table) => ({ name: tableName(table).slice(name.length + 1), kind: table.kind as string })),
    }))
    .filter(({ name, tables }) => isWanted(name) || tables.length > 0);
  return { kind: 'graph', services, links, missing };
}
