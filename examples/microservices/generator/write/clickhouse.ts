/** A relational service as one database of a ClickHouse server. */

import { createClient } from '@clickhouse/client';
import { columnsOf } from '../schema.js';
import type { ColumnType, FilledTable } from '../schema.js';
import { text, typeText } from './sql.js';

const rowsPerInsert = 20_000;

export async function writeClickhouse(url: string, database: string, tables: readonly FilledTable[]): Promise<void> {
  const client = createClient({ url });
  try {
    await client.command({ query: `DROP DATABASE IF EXISTS \`${database}\`` });
    await client.command({ query: `CREATE DATABASE \`${database}\`` });
    for (const table of tables) {
      await client.command({ query: createTable(table, database) });
      for (let start = 0; start < table.rows.length; start += rowsPerInsert) {
        const values = table.rows.slice(start, start + rowsPerInsert).map((row) => toRow(table, row));
        await client.insert({ table: `${database}.${table.spec.name}`, values, format: 'JSONEachRow' });
      }
    }
  } finally {
    await client.close();
  }
}

function createTable(table: FilledTable, database: string): string {
  const columns = columnsOf(table).map(({ name, spec: { type, nullable, comment } }) => {
    const declared = typeText(type, 'clickhouse');
    return `\`${name}\` ${nullable ? `Nullable(${declared})` : declared}${comment === undefined ? '' : ` COMMENT ${text(comment)}`}`;
  });
  const { name, comment, primaryKey } = table.spec;
  return `CREATE TABLE \`${database}\`.\`${name}\` (${columns.join(', ')}) ENGINE = MergeTree ORDER BY (${primaryKey.join(', ')}) COMMENT ${text(comment)}`;
}

function toRow(table: FilledTable, row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(columnsOf(table).map(({ name, spec }) => [name, value(spec.type, row[name])]));
}

function value(type: ColumnType, value: unknown): unknown {
  const isTime = type === 'timestamp' || type === 'timestamptz';
  return isTime && typeof value === 'number' ? Math.floor(value / 1000) : value;
}
