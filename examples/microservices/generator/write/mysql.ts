/** A relational service as one database of a MySQL server. */

import mysql from 'mysql2/promise';
import { columnsOf } from '../schema.js';
import type { ColumnType, FilledTable } from '../schema.js';
import { createTable } from './sql.js';

const rowsPerInsert = 1_000;

export async function writeMysql(url: string, database: string, tables: readonly FilledTable[]): Promise<void> {
  const { hostname, port, username, password } = new URL(url);
  const connection = await mysql.createConnection({
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    timezone: 'Z',
    charset: 'utf8mb4',
  });
  try {
    await connection.query(`DROP DATABASE IF EXISTS \`${database}\``);
    await connection.query(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4`);
    for (const table of tables) {
      await connection.query(createTable(table, 'mysql', database));
      await insert(connection, database, table);
    }
    for (const { spec } of tables) await connection.query(`ANALYZE TABLE \`${database}\`.\`${spec.name}\``);
  } finally {
    await connection.end();
  }
}

async function insert(connection: mysql.Connection, database: string, table: FilledTable): Promise<void> {
  const columns = columnsOf(table);
  for (let start = 0; start < table.rows.length; start += rowsPerInsert) {
    const rows = table.rows.slice(start, start + rowsPerInsert).map((row) => columns.map(({ name, spec }) => value(spec.type, row[name])));
    await connection.query(`INSERT INTO \`${database}\`.\`${table.spec.name}\` VALUES ?`, [rows]);
  }
}

function value(type: ColumnType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'timestamp' || type === 'timestamptz') return new Date(value as number).toISOString().replace('T', ' ').replace('Z', '');
  return type === 'json' ? JSON.stringify(value) : value;
}
