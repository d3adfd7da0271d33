/** What the role may do, and how to give it less: a role that can't write needs no trust. */

import type { Health } from '../contract.js';
import type { Settings } from './settings.js';
import { ask, type PostgresSnapshot } from './transaction.js';

interface RightsRow {
  readonly version: string;
  readonly role: string;
  readonly superuser: boolean;
  readonly replica: boolean;
  readonly createDatabase: boolean;
  readonly createRole: boolean;
  readonly createInDatabase: boolean;
  readonly createInSchemas: readonly string[];
  readonly readable: number;
  readonly writable: number;
  readonly total: number;
}

const rightsQuery = `WITH tables AS (
    SELECT c.oid, has_schema_privilege(n.oid, 'USAGE') AS usable FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND ($1::text[] IS NULL OR n.nspname = ANY ($1)))
  SELECT current_setting('server_version') AS version, current_user::text AS role, pg_is_in_recovery() AS replica,
    r.rolsuper AS superuser, r.rolcreatedb AS "createDatabase", r.rolcreaterole AS "createRole",
    has_database_privilege(current_database(), 'CREATE') AS "createInDatabase",
    ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      AND has_schema_privilege(oid, 'CREATE') ORDER BY 1) AS "createInSchemas",
    (SELECT count(*)::int FROM tables WHERE usable AND (has_table_privilege(oid, 'SELECT') OR has_any_column_privilege(oid, 'SELECT'))) AS readable,
    (SELECT count(*)::int FROM tables WHERE usable AND (has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
      OR has_any_column_privilege(oid, 'INSERT, UPDATE'))) AS writable,
    (SELECT count(*)::int FROM tables) AS total
  FROM pg_roles r WHERE r.rolname = current_user`;

export async function health(snapshot: PostgresSnapshot, settings: Settings, signal: AbortSignal): Promise<Health> {
  const [row] = (await ask<RightsRow>(snapshot, rightsQuery, [settings.schemas ?? null], signal)) as [RightsRow];
  const rights = [
    ...(row.superuser ? ['superuser'] : []),
    ...(row.createRole ? ['may create roles'] : []),
    ...(row.createDatabase ? ['may create databases'] : []),
    `reads ${row.readable} of ${row.total} tables`,
    ...(row.writable > 0 ? [`may change ${row.writable} of ${row.total} tables`] : []),
    ...(row.createInDatabase ? [`may create schemas in ${settings.database}`] : []),
    ...(row.createInSchemas.length > 0 ? [`may create tables in ${row.createInSchemas.join(', ')}`] : []),
    ...(row.replica ? ['the server is a replica and takes no writes'] : []),
  ];
  const couldWrite = row.superuser || row.createRole || row.createDatabase || row.writable > 0 || row.createInDatabase || row.createInSchemas.length > 0;
  const advice: string[] = [];
  if (couldWrite && !row.replica) advice.push(`${row.role} could write; sign in as a role that only reads: ${grants(settings)}`);
  if (row.readable < row.total) {
    advice.push(`${row.role} reads ${row.readable} of ${row.total} tables; an owner can allow the rest: ${grantLines(settings, row.role).join(' ')}`);
  }
  return { version: row.version, user: row.role, rights, canWrite: couldWrite && !row.replica, advice };
}

function grants(settings: Settings): string {
  const role = 'aishell_reader';
  return [`CREATE ROLE ${role} LOGIN PASSWORD '...';`, `GRANT CONNECT ON DATABASE ${quote(settings.database)} TO ${role};`, ...grantLines(settings, role)].join(' ');
}

function grantLines(settings: Settings, role: string): string[] {
  return (settings.schemas ?? ['public']).flatMap((schema) => [
    `GRANT USAGE ON SCHEMA ${quote(schema)} TO ${quote(role)};`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${quote(schema)} TO ${quote(role)};`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${quote(schema)} GRANT SELECT ON TABLES TO ${quote(role)};`,
  ]);
}

function quote(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
