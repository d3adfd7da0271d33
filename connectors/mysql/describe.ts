/** The tables of a service, as the information schema knows them. */

import { types, wordsOfCondition, type CheckConstraint, type Column, type Description, type ForeignKey, type Table } from '../contract.js';
import {
  address,
  checksQueries, columnsQuery, indexesQuery, knowsChecks, referencesQuery, tablesQuery,
  type CheckRow, type ColumnRow, type IndexRow, type ReferenceRow, type TableRow,
} from './catalog-queries.js';
import type { MysqlFacts, MysqlTable } from './facts.js';
import { countSmall } from './row-counts.js';
import type { Settings } from './settings.js';
import { checkedCondition, checkedList } from './check-lists.js';
import { groupBy } from '../sql/grouping.js';
import { ask, run, type MysqlSnapshot } from './transaction.js';
import { enumLabels, nativeType } from './types.js';

/** Columns with fewer values are known better from the values. */
const fewValues = 10;
const systemDatabases = ['mysql', 'information_schema', 'performance_schema', 'sys'];

export async function describe(service: string, settings: Settings, snapshot: MysqlSnapshot, signal: AbortSignal): Promise<Description> {
  const [server] = (await ask<{ version: string }>(snapshot, 'SELECT version() AS version', [], signal)) as [{ version: string }];
  const product = /mariadb/i.test(server.version) ? 'MariaDB' : 'MySQL';
  const databases = settings.databases ?? (await visibleDatabases(snapshot, signal));
  const defaultDatabase = settings.databases?.[0];
  const facts: MysqlFacts = { version: server.version, product, reading: settings.reading, ...(defaultDatabase !== undefined && { defaultSchema: defaultDatabase }) };
  if (databases.length === 0) return { facts, tables: [], warnings: [`${settings.user} sees no database`] };
  // MySQL keeps counts for a day by default; MariaDB has no such setting.
  if (product === 'MySQL') await snapshot.ask((connection) => run(connection, 'SET SESSION information_schema_stats_expiry = 0'), signal);

  const list = databases.map(() => '?').join(', ');
  const query = <R extends object>(text: string) => ask<R>(snapshot, text.replace('{in}', list), databases, signal);
  const found = await query<TableRow>(tablesQuery);
  const columns = grouped(await query<ColumnRow>(columnsQuery));
  const indexes = grouped(await query<IndexRow>(indexesQuery));
  const references = grouped(await query<ReferenceRow>(referencesQuery));
  const asksChecks = knowsChecks(product, server.version);
  const checks = grouped(asksChecks ? await query<CheckRow>(checksQueries[product]) : []);

  const readable = found.filter((table) => (columns.get(address(table.db, table.name)) ?? []).some(mayRead));
  const counts = await countSmall(readable, snapshot, signal);
  const schemaOf = (db: string) => (db === defaultDatabase ? {} : { schema: db });
  const shown = new Set(readable.map((table) => address(table.db, table.name)));
  const tables = readable.map((table): Table => {
    const id = address(table.db, table.name);
    const rows = (columns.get(id) ?? []).filter(mayRead);
    const keys = [...groupBy(indexes.get(id) ?? [], (index) => index.name)].map(([name, parts]) => key(name, parts));
    const primary = keys.find((k) => k.name === 'PRIMARY')?.columns;
    const uniques = keys.filter((k) => k.isUnique && k.name !== 'PRIMARY').flatMap((k) => (k.columns ? [k.columns] : []));
    const leading = new Set(keys.map((k) => k.leading));
    const json = new Set((checks.get(id) ?? []).map(({ clause }) => jsonColumn(clause)));
    const lists = new Map((checks.get(id) ?? []).flatMap(({ clause }) => checkedList(clause) ?? []).map(({ column: name, values }) => [name, values]));
    const described = rows.map((row) => column(row, json.has(row.name), lists.get(row.name), leading.has(row.name), facts));
    const foreignKeys = foreignKeysOf(references.get(id) ?? [], shown, schemaOf);
    const native: MysqlTable = { database: table.db, name: table.name };
    const count = counts.get(id);
    return {
      service,
      ...schemaOf(table.db),
      name: table.name,
      kind: /VIEW/.test(table.kind) ? 'view' : 'table',
      columns: described,
      ...(primary && { primaryKey: primary }),
      ...(uniques.length > 0 && { uniques }),
      ...(foreignKeys.length > 0 && { foreignKeys }),
      ...(asksChecks && !/VIEW/.test(table.kind) && { checks: conditions(checks.get(id) ?? [], described) }),
      // Of a view the server knows no count.
      ...(count && !/VIEW/.test(table.kind) && { rows: count }),
      ...distinctOf(indexes.get(id) ?? [], rows),
      ...(table.comment !== '' && table.comment !== 'VIEW' && { comment: table.comment }),
      native: { ...native },
    };
  });
  return { facts, tables, warnings: warnings(found, readable, databases, settings) };
}

/** What the server keeps for the first columns of its indexes, under the columns' names in statements. */
function distinctOf(indexes: readonly IndexRow[], rows: readonly ColumnRow[]): Pick<Table, 'distinct'> {
  const first = [...groupBy(indexes, (index) => index.name).values()].flatMap(([part]) => (part?.column && part.part === null && Number(part.distincts) >= fewValues ? [part] : []));
  const shown = first.filter(({ column }) => rows.some(({ name }) => name === column));
  return shown.length > 0 ? { distinct: Object.fromEntries(shown.map(({ column, distincts }) => [column!, Number(distincts)])) } : {};
}

async function visibleDatabases(snapshot: MysqlSnapshot, signal: AbortSignal): Promise<string[]> {
  const rows = await ask<{ name: string }>(snapshot, 'SELECT schema_name AS name FROM information_schema.schemata ORDER BY 1', [], signal);
  return rows.map((row) => row.name).filter((name) => !systemDatabases.includes(name.toLowerCase()));
}

function mayRead(column: ColumnRow): boolean {
  return /\bselect\b/i.test(column.rights);
}

function column(row: ColumnRow, isJson: boolean, checked: readonly string[] | undefined, indexed: boolean, facts: MysqlFacts): Column {
  const type = isJson ? types.json : nativeType(row.columnType, facts.reading).type;
  const labels = enumLabels(row.columnType) ?? (type.kind === 'text' ? checked : undefined);
  const length = /^(?:var)?(?:char|binary)\((\d+)\)/i.exec(row.columnType);
  return {
    name: row.name,
    type,
    nullable: row.nullable === 'YES',
    nativeType: row.columnType,
    // No collation compares bytes alone: even the binary ones pad with blanks, save one.
    ...(row.collation !== null && type.kind === 'text' && { collation: { name: row.collation, binary: row.collation === 'utf8mb4_0900_bin' } }),
    ...(length && { maxLength: Number(length[1]) }),
    ...(labels && { enumValues: labels }),
    ...(row.comment !== '' && { comment: row.comment }),
    ...(indexed && { indexed }),
    ...(row.expression !== null && row.expression !== 'NULL' && { default: row.expression }),
    // It takes what writers give; only what is computed refuses that.
    ...(/auto_increment/i.test(row.extra) && { default: 'the next number' }),
    ...(/auto_increment|\bGENERATED$/i.test(row.extra) && { generated: true }),
  };
}

/** A JSON column of MariaDB. */
function jsonColumn(clause: string): string | undefined {
  return /^json_valid\(`(.*)`\)$/.exec(clause)?.[1]?.replaceAll('``', '`');
}

/** Without the lists of values that are the labels of their columns, and without what makes text JSON. */
function conditions(checks: readonly CheckRow[], columns: readonly Column[]): CheckConstraint[] {
  return checks.flatMap(({ clause }): CheckConstraint[] => {
    const list = checkedList(clause);
    const isLabels = list !== undefined && columns.some(({ name, enumValues }) => name === list.column && enumValues?.join('\0') === list.values.join('\0'));
    if (isLabels || jsonColumn(clause) !== undefined) return [];
    const words = wordsOfCondition(clause);
    return [{ columns: columns.flatMap(({ name }) => (words.has(name) ? [name] : [])), condition: checkedCondition(clause) }];
  });
}

interface Key {
  readonly name: string;
  readonly isUnique: boolean;
  readonly leading: string | null;
  /** Absent where the key is of expressions or of beginnings of columns. */
  readonly columns: readonly string[] | undefined;
}

function key(name: string, parts: readonly IndexRow[]): Key {
  const names = parts.map((part) => (part.part === null ? part.column : null));
  return {
    name,
    isUnique: Number(parts[0]!.repeats) === 0,
    leading: parts[0]!.column,
    columns: names.every((n) => n !== null) ? names : undefined,
  };
}

function foreignKeysOf(rows: readonly ReferenceRow[], shown: ReadonlySet<string>, schemaOf: (db: string) => { schema?: string }): ForeignKey[] {
  return [...groupBy(rows, (row) => row.name).values()].flatMap((parts) => {
    const { targetDb, target } = parts[0]!;
    if (!shown.has(address(targetDb, target))) return [];
    return [{ columns: parts.map((part) => part.column), references: { ...schemaOf(targetDb), table: target, columns: parts.map((part) => part.targetColumn) } }];
  });
}

function grouped<R extends { readonly db: string; readonly relation: string }>(rows: readonly R[]): Map<string, R[]> {
  return groupBy(rows, (row) => address(row.db, row.relation));
}

function warnings(found: readonly TableRow[], readable: readonly TableRow[], databases: readonly string[], settings: Settings): string[] {
  const result: string[] = [];
  const hidden = found.filter((table) => !readable.includes(table)).map((table) => `${table.db}.${table.name}`);
  if (hidden.length > 0) {
    const names = `${hidden.slice(0, 10).join(', ')}${hidden.length > 10 ? `, and ${hidden.length - 10} more` : ''}`;
    result.push(`${settings.user} may not read ${names}: left out. GRANT SELECT on them to show them.`);
  }
  for (const name of databases) {
    if (!found.some((table) => table.db === name)) result.push(`database ${name} has no tables that ${settings.user} sees, or does not exist`);
  }
  return result;
}
