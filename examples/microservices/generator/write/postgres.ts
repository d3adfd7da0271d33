/** A relational service as one schema of a PostgreSQL database. */

import pg from 'pg';
import { columnsOf } from '../schema.js';
import type { ColumnType, FilledTable } from '../schema.js';
import { createTable, text, typeText } from './sql.js';

const rowsPerInsert = 5_000;

/** `url` names any database of the server; the estate's own is made beside it. */
export async function writePostgres(url: string, database: string, schema: string, tables: readonly FilledTable[]): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE "${database}"`);
  });
  const own = new URL(url);
  own.pathname = `/${database}`;
  await withClient(own.href, async (client) => {
    await client.query('BEGIN');
    await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    await client.query(`CREATE SCHEMA "${schema}"`);
    for (const table of tables) {
      await client.query(createTable(table, 'postgres', schema));
      await comment(client, schema, table);
      await insert(client, schema, table);
      // MySQL indexes what refers to other tables by itself.
      const { name, references, indexes } = table.spec;
      for (const column of [...Object.keys(references ?? {}), ...(indexes ?? [])]) await client.query(`CREATE INDEX ON "${schema}"."${name}" ("${column}")`);
    }
    await client.query('COMMIT');
    for (const { spec } of tables) await client.query(`ANALYZE "${schema}"."${spec.name}"`);
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function comment(client: pg.Client, schema: string, table: FilledTable): Promise<void> {
  const name = `"${schema}"."${table.spec.name}"`;
  await client.query(`COMMENT ON TABLE ${name} IS ${text(table.spec.comment)}`);
  for (const { name: column, spec } of columnsOf(table)) {
    if (spec.comment !== undefined) await client.query(`COMMENT ON COLUMN ${name}."${column}" IS ${text(spec.comment)}`);
  }
}

/** Rows as one JSON parameter: PostgreSQL itself makes the values. */
async function insert(client: pg.Client, schema: string, table: FilledTable): Promise<void> {
  const columns = columnsOf(table);
  const declared = columns.map(({ name, spec }) => `"${name}" ${typeText(spec.type, 'postgres')}`).join(', ');
  for (let start = 0; start < table.rows.length; start += rowsPerInsert) {
    const rows = table.rows.slice(start, start + rowsPerInsert).map((row) => Object.fromEntries(columns.map(({ name, spec }) => [name, value(spec.type, row[name])])));
    await client.query(`INSERT INTO "${schema}"."${table.spec.name}" SELECT * FROM json_to_recordset($1::json) AS rows(${declared})`, [JSON.stringify(rows)]);
  }
}

function value(type: ColumnType, value: unknown): unknown {
  const isTime = type === 'timestamp' || type === 'timestamptz';
  return isTime && typeof value === 'number' ? new Date(value).toISOString() : value;
}
