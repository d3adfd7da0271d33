/** Tables and columns from ClickHouse's own system tables, with a bounded look at values of text columns. */

import type { CheckConstraint, Column, Description, Table } from '../contract.js';
import { rows, type Connection } from './client.js';
import { checkedList, checksIn } from './checks.js';
import type { ClickHouseFacts, ClickHouseTable } from './facts.js';
import { sampleTexts, type TextSample } from './sample.js';
import { mapType, unreadable } from './types.js';

interface TableRow {
  readonly database: string;
  readonly name: string;
  readonly engine: string;
  readonly comment: string;
  readonly rows: string | null;
  /** The statement that makes it, of tables with constraints. */
  readonly statement: string;
}

interface ColumnRow {
  readonly database: string;
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly comment: string;
  readonly kind: string;
  readonly expression: string;
  readonly primary: number;
}

/** Reading these takes what they hold away from somebody else, or isn't possible. */
const unreadableEngine = /^(Kafka|RabbitMQ|NATS|S3Queue|AzureQueue|FileLog|RedisStreams|Set|Null)$/;
const lateMerge = /(Replacing|Collapsing|VersionedCollapsing|Summing|Aggregating|Coalescing)MergeTree$/;

/** Sampling is a help and not the job: it ends here, and the rest of the tables do without. */
const sampleMs = 15_000;
/** So many are sampled by one statement. */
const tablesAtOnce = 100;
const noSample: TextSample = { binary: [], values: new Map() };

export async function describe(connection: Connection, signal: AbortSignal): Promise<Description> {
  const { settings, service } = connection;
  const params = { databases: [...settings.databases] };
  const [tables, columns] = await Promise.all([
    rows<TableRow>(connection, signal, `SELECT database, name, engine, comment, toString(total_rows) AS rows,
      if(position(create_table_query, 'CONSTRAINT ') > 0, create_table_query, '') AS statement FROM system.tables
      WHERE database IN {databases:Array(String)} AND NOT is_temporary AND NOT startsWith(name, '.inner') ORDER BY database, name`, params),
    rows<ColumnRow>(connection, signal, `SELECT database, table, name, type, comment, default_kind AS kind, default_expression AS expression, is_in_primary_key AS primary
      FROM system.columns WHERE database IN {databases:Array(String)} ORDER BY database, table, position`, params),
  ]);
  const warnings: string[] = [];
  for (const database of settings.databases) {
    if (!tables.some((table) => table.database === database)) warnings.push(`database ${database} has no table that ${settings.user} may see`);
  }
  const byTable = new Map<string, ColumnRow[]>();
  for (const column of columns) {
    const key = JSON.stringify([column.database, column.table]);
    byTable.set(key, [...(byTable.get(key) ?? []), column]);
  }
  const described: Table[] = [];
  const columnsOf = (table: TableRow) => byTable.get(JSON.stringify([table.database, table.name])) ?? [];
  const readable = tables.filter((table) => {
    const left = unreadableEngine.test(table.engine) && `${table.name} is left out: reading a ${table.engine} table would take from it`;
    if (left) warnings.push(left);
    return !left;
  });
  const until = Date.now() + sampleMs;
  let unsampled = 0;
  for (let at = 0; at < readable.length; at += tablesAtOnce) {
    const some = readable.slice(at, at + tablesAtOnce);
    const isLate = Date.now() > until;
    if (isLate) unsampled += some.length;
    const samples = isLate ? some.map(() => noSample) : await sampleTexts(connection, some.map((table) => ({ database: table.database, name: table.name, columns: columnsOf(table) })), signal);
    some.forEach((table, i) => described.push(describeTable(table, columnsOf(table), samples[i]!, connection, warnings)));
  }
  if (unsampled > 0) warnings.push(`the values of ${unsampled} tables were not sampled, since that took too long`);
  const facts: ClickHouseFacts = { version: connection.version, defaultSchema: settings.databases[0], user: settings.user, readonly: connection.readonly };
  return { facts, tables: distinctNames(described), warnings: warnings.map((warning) => `${service}: ${warning}`) };
}

function describeTable(table: TableRow, columns: readonly ColumnRow[], sample: TextSample, connection: Connection, warnings: string[]): Table {
  const { settings, service } = connection;
  if (sample.warning) warnings.push(`${table.name}: ${sample.warning}`);
  if (lateMerge.test(table.engine) && !settings.final) {
    warnings.push(`${table.name}: ${table.engine} merges rows later, so rows that were replaced may still be seen; set \`final: true\` to read them merged`);
  }
  const configured = settings.binary.flatMap((name) => {
    const prefix = [`${table.name}.`, `${table.database}.${table.name}.`].find((start) => name.startsWith(start));
    return prefix === undefined ? [] : [name.slice(prefix.length)];
  });
  const binary = [...new Set([...configured, ...sample.binary])];
  const checks = checksIn(table.statement, columns.map(({ name }) => name));
  // Told as a list of values, and no more as a condition.
  const toldAsLabels = new Set<CheckConstraint | undefined>();
  const result: Column[] = [];
  const taken = new Set<string>();
  let primarySeen = false;
  for (const column of columns) {
    if (column.kind === 'EPHEMERAL') continue;
    if (unreadable(column.type)) {
      warnings.push(`${table.name}.${column.name} is left out: ${column.type} has no value to read`);
      continue;
    }
    const mapped = mapType(column.type, binary.includes(column.name));
    if (mapped.caution) warnings.push(`${table.name}.${column.name} (${column.type}): ${mapped.caution}`);
    // The first column of the primary key orders the table; ClickHouse keys are not unique.
    const first = column.primary === 1 && !primarySeen;
    if (first) primarySeen = true;
    const name = distinctName(column.name, taken);
    const values = sample.values.get(column.name);
    const check = mapped.type.kind === 'text' && mapped.enumValues === undefined ? checks.find((one) => one.columns[0] === column.name && checkedList(one) !== undefined) : undefined;
    toldAsLabels.add(check);
    const labels = mapped.enumValues ?? (check && checkedList(check));
    const length = /\bFixedString\((\d+)\)/.exec(column.type);
    result.push({
      name,
      ...(name !== column.name && { nativeName: column.name }),
      type: mapped.type,
      nullable: mapped.nullable,
      nativeType: column.type,
      ...(column.comment && { comment: column.comment }),
      ...(length && { maxLength: Number(length[1]) }),
      ...(labels && { enumValues: labels }),
      ...(values && { sampleValues: values }),
      ...(first && { indexed: true }),
      // A column that is left out gets its type's own default.
      ...(column.kind === 'DEFAULT' ? { default: column.expression } : !mapped.nullable && column.kind === '' && { default: 'default of the type' }),
      ...((column.kind === 'MATERIALIZED' || column.kind === 'ALIAS') && { generated: true }),
    });
  }
  const native: ClickHouseTable = { database: table.database, name: table.name, ...(binary.length > 0 && { binary }) };
  return {
    service,
    ...(table.database !== settings.databases[0] && { schema: table.database }),
    name: table.name,
    kind: /View$/.test(table.engine) ? 'view' : 'table',
    columns: result,
    ...(!/View$/.test(table.engine) && { checks: checks.filter((check) => !toldAsLabels.has(check)) }),
    ...(table.rows !== null && { rows: { count: Number(table.rows), exact: false } }),
    ...(table.comment && { comment: table.comment }),
    native,
  };
}

function distinctName(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let n = 2; taken.has(candidate.toLowerCase()); n++) candidate = `${name}_${n}`;
  taken.add(candidate.toLowerCase());
  return candidate;
}

/** Table names are unlike whatever the case, within one database. */
function distinctNames(tables: readonly Table[]): Table[] {
  const taken = new Map<string, Set<string>>();
  return tables.map((table) => {
    const names = taken.get(table.schema ?? '') ?? new Set<string>();
    taken.set(table.schema ?? '', names);
    return { ...table, name: distinctName(table.name, names) };
  });
}
