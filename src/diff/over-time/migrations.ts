/** Where a service's own migration tool stands, by the table that the tool keeps for itself. */

import { quoteIdentifier } from '../../algebra/index.js';
import type { Table } from '../../algebra/index.js';
import type { Run } from '../values/sample.js';
import { tableSql } from '../values/statements.js';
import type { SchemaSnapshot } from './snapshot.js';

interface Tool {
  readonly tool: string;
  readonly table: string;
  /** All must be there: several tools call their table schema_migrations. */
  readonly columns: readonly string[];
  readonly version: string;
  /** Newest first; absent: the greatest version. */
  readonly order?: string;
  /** Only rows for which this holds. */
  readonly where?: string;
}

const tools: readonly Tool[] = [
  { tool: 'Flyway', table: 'flyway_schema_history', columns: ['installed_rank', 'version', 'success'], version: 'version', order: 'installed_rank', where: 'success AND version IS NOT NULL' },
  { tool: 'Liquibase', table: 'databasechangelog', columns: ['id', 'orderexecuted'], version: 'id', order: 'orderexecuted' },
  { tool: 'Prisma', table: '_prisma_migrations', columns: ['migration_name', 'finished_at'], version: 'migration_name', where: 'finished_at IS NOT NULL' },
  { tool: 'Knex', table: 'knex_migrations', columns: ['id', 'name', 'batch'], version: 'name', order: 'id' },
  { tool: 'Alembic', table: 'alembic_version', columns: ['version_num'], version: 'version_num' },
  { tool: 'goose', table: 'goose_db_version', columns: ['id', 'version_id', 'is_applied'], version: 'version_id', order: 'id', where: 'is_applied' },
  { tool: 'golang-migrate', table: 'schema_migrations', columns: ['version', 'dirty'], version: 'version' },
  { tool: 'pgdbm', table: 'schema_migrations', columns: ['filename', 'checksum'], version: 'filename' },
  { tool: 'Rails', table: 'schema_migrations', columns: ['version'], version: 'version' },
  { tool: 'Django', table: 'django_migrations', columns: ['id', 'app', 'name'], version: 'name', order: 'id' },
];

/** undefined where no known tool keeps a table in the service, or where that is empty. */
export async function migrationOf(tables: readonly Table[], run: Run): Promise<SchemaSnapshot['migration']> {
  for (const { tool, table: name, columns, version, order, where } of tools) {
    const table = tables.find((one) => one.name.toLowerCase() === name && columns.every((column) => find(one, column) !== undefined));
    if (table === undefined) continue;
    const sql = (text: string) => text.replace(/[a-z_]+/g, (word) => (find(table, word) === undefined ? word : quoteIdentifier(find(table, word)!)));
    const filter = where === undefined ? '' : ` WHERE ${sql(where)}`;
    const { rows } = await run(`SELECT ${sql(version)} AS v0 FROM ${tableSql(table)}${filter} ORDER BY ${sql(order ?? version)} DESC LIMIT 1`);
    const value = rows[0]?.[0];
    if (value !== undefined && value !== null) return { tool, version: String(value) };
  }
  return undefined;
}

function find(table: Table, column: string): string | undefined {
  return table.columns.find(({ name }) => name.toLowerCase() === column)?.name;
}
