/** CREATE TABLE for the relational servers. */

import { columnsOf } from '../schema.js';
import type { ColumnType, FilledTable } from '../schema.js';

type Dialect = 'postgres' | 'mysql' | 'clickhouse';

const names: Readonly<Record<Dialect, Readonly<Record<string, string>>>> = {
  postgres: {
    bigint: 'bigint', integer: 'integer', boolean: 'boolean', text: 'text', double: 'double precision', timestamptz: 'timestamptz',
    timestamp: 'timestamp', date: 'date', json: 'jsonb', uuid: 'uuid', uint64: 'numeric(20)', uint32: 'bigint',
  },
  mysql: {
    bigint: 'bigint', integer: 'int', boolean: 'boolean', text: 'text', double: 'double', timestamptz: 'timestamp(3)',
    timestamp: 'datetime', date: 'date', json: 'json', uuid: 'char(36)', uint64: 'bigint unsigned', uint32: 'int unsigned',
  },
  clickhouse: {
    bigint: 'Int64', integer: 'Int32', boolean: 'Bool', text: 'String', double: 'Float64', timestamptz: "DateTime('UTC')",
    timestamp: "DateTime('UTC')", date: 'Date', json: 'String', uuid: 'UUID', uint64: 'UInt64', uint32: 'UInt32',
  },
};

export function typeText(type: ColumnType, dialect: Dialect): string {
  if (typeof type === 'string') return names[dialect][type]!;
  if ('decimal' in type) return `${dialect === 'clickhouse' ? 'Decimal' : 'decimal'}(${type.decimal.join(', ')})`;
  if ('varchar' in type) return dialect === 'clickhouse' ? 'LowCardinality(String)' : `varchar(${type.varchar})`;
  const values = type.enum.map((value) => `'${value}'`).join(', ');
  if (dialect === 'postgres') return 'text';
  return `${dialect === 'mysql' ? 'enum' : 'Enum8'}(${values})`;
}

export function createTable(table: FilledTable, dialect: 'postgres' | 'mysql', schema: string): string {
  const quote = (name: string) => (dialect === 'mysql' ? `\`${name}\`` : `"${name}"`);
  const { spec } = table;
  const parts = columnsOf(table).map(({ name, spec: { type, nullable, comment } }) => {
    const note = dialect === 'mysql' && comment !== undefined ? ` COMMENT ${text(comment)}` : '';
    return `${quote(name)} ${typeText(type, dialect)}${nullable ? '' : ' NOT NULL'}${note}`;
  });
  parts.push(`PRIMARY KEY (${spec.primaryKey.map(quote).join(', ')})`);
  for (const name of spec.uniques ?? []) parts.push(`UNIQUE (${quote(name)})`);
  for (const [name, target] of Object.entries(spec.references ?? {})) {
    const [referenced, column] = target!.split('.');
    parts.push(`FOREIGN KEY (${quote(name)}) REFERENCES ${quote(schema)}.${quote(referenced!)} (${quote(column!)})`);
  }
  if (dialect === 'mysql') for (const name of spec.indexes ?? []) parts.push(`INDEX (${quote(name)})`);
  return `CREATE TABLE ${quote(schema)}.${quote(spec.name)} (${parts.join(', ')})${dialect === 'mysql' ? ` COMMENT ${text(spec.comment)}` : ''}`;
}

export function text(words: string): string {
  return `'${words.replaceAll("'", "''")}'`;
}
