/** The tables of a service, as PostgreSQL's catalogue knows them. */

import { renamedCondition } from '../contract.js';
import type { CheckConstraint, Column, Description, ForeignKey, Table } from '../contract.js';
import {
  columnsQuery, constraintsQuery, indexesQuery, relationsQuery, serverQuery, typesQuery,
  type ColumnRow, type ConstraintRow, type IndexRow, type RelationRow, type ServerRow, type TypeRow,
} from './catalog-queries.js';
import { checkedCondition, checkedValues } from './check-lists.js';
import type { PostgresFacts, PostgresTable } from './facts.js';
import { groupBy } from '../sql/grouping.js';
import { countDistinct, countSmall } from './row-counts.js';
import type { Settings } from './settings.js';
import { ask, type PostgresSnapshot } from './transaction.js';
import { nativeType } from './types.js';

export async function describe(service: string, settings: Settings, snapshot: PostgresSnapshot, signal: AbortSignal): Promise<Description> {
  const query = <R extends object>(text: string, ...values: unknown[]) => ask<R>(snapshot, text, values, signal);
  const [{ number }] = (await query<{ number: number }>(`SELECT current_setting('server_version_num')::int AS number`)) as [{ number: number }];
  const [server] = (await query<ServerRow>(serverQuery(number))) as [ServerRow];
  const defaultSchema = settings.schemas?.[0] ?? 'public';
  const facts: PostgresFacts = {
    defaultSchema,
    version: server.version,
    versionNumber: number,
    database: server.database,
    encoding: server.encoding,
    defaultCollation: server.collation,
    nondeterministic: server.nondeterministic,
    numeric: settings.numeric,
  };
  const byRelation = (row: { readonly relation: string }) => row.relation;
  const found = await query<RelationRow>(relationsQuery, settings.schemas ?? null);
  const relations = found.filter((relation) => relation.readable);
  const ids = relations.map((relation) => relation.id);
  const columns = groupBy(await query<ColumnRow>(columnsQuery, ids), byRelation);
  const indexes = groupBy(await query<IndexRow>(indexesQuery, ids), byRelation);
  const constraints = groupBy(await query<ConstraintRow>(constraintsQuery, ids), byRelation);
  const types = new Map((await query<TypeRow>(typesQuery)).map((type) => [type.id, type]));
  const counts = await countSmall(relations, snapshot, signal);
  const distinct = await countDistinct(counts, snapshot, signal);

  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  const schemaOf = (relation: RelationRow) => (relation.schema === defaultSchema ? {} : { schema: relation.schema });
  const tables = relations.map((relation): Table => {
    const rows = columns.get(relation.id) ?? [];
    const checks = constraints.get(relation.id) ?? [];
    const keys = (indexes.get(relation.id) ?? []).map((index) => ({ ...index, names: columnNames(index.columns, rows) }));
    const primary = keys.find((key) => key.primary)?.names;
    const uniques = keys.filter((key) => key.unique && !key.primary).flatMap((key) => (key.names ? [key.names] : []));
    const leading = new Set(keys.map((key) => Number(key.columns.split(' ')[0])));
    const bases = rows.map((row) => ({ row, base: baseType(row, types) }));
    const domains = bases.filter(({ base }) => base.isDomain).map(({ row, base }) => [row.name, base.name] as const);
    const native: PostgresTable = {
      schema: relation.schema,
      name: relation.name,
      ...(domains.length > 0 && { baseTypes: Object.fromEntries(domains) }),
    };
    const count = counts.get(relation.id);
    return {
      service,
      ...schemaOf(relation),
      name: relation.name,
      kind: relation.kind === 'v' || relation.kind === 'm' ? 'view' : 'table',
      columns: bases.map(({ row, base }) => column(row, base, checks, leading.has(row.number), facts)),
      ...(primary && { primaryKey: primary }),
      ...(uniques.length > 0 && { uniques }),
      ...foreignKeys(checks, rows, byId, schemaOf),
      ...(relation.kind !== 'v' && relation.kind !== 'm' && { checks: conditions(bases, checks) }),
      ...(count && { rows: count }),
      ...(distinct.has(relation.id) && { distinct: distinct.get(relation.id)! }),
      ...(relation.comment !== null && { comment: relation.comment }),
      native: { ...native },
    };
  });
  return { facts, tables, warnings: warnings(found, settings) };
}

interface BaseType {
  readonly name: string;
  readonly isDomain: boolean;
  readonly labels: readonly string[] | null;
  /** Of domains. */
  readonly checks: readonly string[];
}

/** What a domain, or a domain over a domain, rests on. */
function baseType(row: ColumnRow, types: ReadonlyMap<string, TypeRow>): BaseType {
  let name = row.type;
  let type = types.get(row.typeId);
  let isDomain = false;
  const checks: string[] = [];
  while (type?.base) {
    isDomain = true;
    checks.push(...(type.checks ?? []));
    name = type.baseName ?? name;
    type = types.get(type.base);
  }
  return { name, isDomain, labels: type?.labels ?? null, checks };
}

function column(row: ColumnRow, base: BaseType, checks: readonly ConstraintRow[], indexed: boolean, facts: PostgresFacts): Column {
  const { type } = nativeType(base.name, facts.numeric);
  const length = /^character(?: varying)?\((\d+)\)$/.exec(base.name);
  const values = base.labels ?? [...checks.filter((check) => isOf(row, check)).map(({ definition }) => definition), ...base.checks].map(checkedValues).find((list) => list !== undefined);
  return {
    name: row.name,
    type,
    nullable: row.nullable,
    nativeType: row.type,
    ...(row.comment !== null && { comment: row.comment }),
    ...(row.collation !== null && type.kind === 'text' && { collation: { name: row.collation, binary: isBinary(row.collation, facts) } }),
    ...(length && { maxLength: Number(length[1]) }),
    ...(values && { enumValues: values }),
    ...(indexed && { indexed }),
    ...(row.expression !== null && { default: row.expression }),
    ...(row.generated && { generated: true }),
  };
}

function isOf({ number }: ColumnRow, { kind, columns }: ConstraintRow): boolean {
  return kind === 'c' && columns.length === 1 && columns[0] === number;
}

/** Of the table and of the domains of its columns; without lists of values, which are the labels of their columns. */
function conditions(bases: readonly { readonly row: ColumnRow; readonly base: BaseType }[], constraints: readonly ConstraintRow[]): CheckConstraint[] {
  const isList = (definition: string, column: (typeof bases)[number] | undefined) => column !== undefined && column.base.labels === null && checkedValues(definition) !== undefined;
  const own = constraints.flatMap((constraint): CheckConstraint[] => {
    const columns = constraint.columns.map((n) => bases.find(({ row }) => row.number === n));
    const listed = columns.length === 1 && isList(constraint.definition, columns[0]);
    return constraint.kind !== 'c' || listed || columns.includes(undefined) ? [] : [{ columns: columns.map((column) => column!.row.name), condition: checkedCondition(constraint.definition) }];
  });
  const ofDomains = bases.flatMap((column) =>
    column.base.checks.filter((definition) => !isList(definition, column)).map((definition) => ({
      columns: [column.row.name],
      condition: renamedCondition(checkedCondition(definition), (word) => (word === 'VALUE' ? column.row.name : word)),
    })),
  );
  return [...own, ...ofDomains];
}

function isBinary(collation: string, facts: PostgresFacts): boolean {
  const name = collation === 'default' ? facts.defaultCollation : collation;
  return name === 'C' || name === 'POSIX' || name === 'ucs_basic';
}

function columnNames(numbers: string, rows: readonly ColumnRow[]): string[] | undefined {
  const names = numbers.split(' ').map((n) => rows.find((row) => row.number === Number(n))?.name);
  return names.every((name) => name !== undefined) ? names : undefined;
}

function foreignKeys(
  constraints: readonly ConstraintRow[],
  rows: readonly ColumnRow[],
  byId: ReadonlyMap<string, RelationRow>,
  schemaOf: (relation: RelationRow) => { schema?: string },
): { foreignKeys?: ForeignKey[] } {
  const keys = constraints.flatMap((constraint): ForeignKey[] => {
    const target = byId.get(constraint.target);
    const columns = columnNames(constraint.columns.join(' '), rows);
    if (constraint.kind !== 'f' || !target || !columns || !constraint.targetColumns) return [];
    return [{ columns, references: { ...schemaOf(target), table: target.name, columns: constraint.targetColumns } }];
  });
  return keys.length > 0 ? { foreignKeys: keys } : {};
}

function warnings(found: readonly RelationRow[], settings: Settings): string[] {
  const result: string[] = [];
  const hidden = found.filter((relation) => !relation.readable).map((relation) => `${relation.schema}.${relation.name}`);
  if (hidden.length > 0) {
    const names = `${hidden.slice(0, 10).join(', ')}${hidden.length > 10 ? `, and ${hidden.length - 10} more` : ''}`;
    result.push(`${settings.user} may not read ${names}: left out. GRANT SELECT on them (and USAGE on their schema) to show them.`);
  }
  for (const schema of settings.schemas ?? []) {
    if (!found.some((relation) => relation.schema === schema)) result.push(`schema ${schema} has no tables, or does not exist`);
  }
  if (found.length === 0 && !settings.schemas) result.push(`database ${settings.database} has no tables`);
  return result;
}
