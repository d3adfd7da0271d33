/** Several services in one PostgreSQL, a schema each, with the migration that each service's own tool applied last. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import { listening, servers } from '../../support/servers.js';

const database = 'schema_migrations_test';
const tools: readonly (readonly [schema: string, told: string, sql: string])[] = [
  ['flyway', 'Flyway 1.10', `CREATE TABLE s.flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), success boolean NOT NULL);
    INSERT INTO s.flyway_schema_history VALUES (1, '1.9', true), (2, '1.10', true), (3, '2', false)`],
  ['liquibase', 'Liquibase add-mail', `CREATE TABLE s.databasechangelog (id varchar(255), orderexecuted int); INSERT INTO s.databasechangelog VALUES ('add-mail', 2), ('create', 1)`],
  ['prisma', 'Prisma 20260102_b', `CREATE TABLE s._prisma_migrations (id text, migration_name text, finished_at timestamptz); INSERT INTO s._prisma_migrations VALUES ('1', '20260101_a', now()), ('2', '20260102_b', now()), ('3', '20260103_c', NULL)`],
  ['knex', 'Knex 002_b.js', `CREATE TABLE s.knex_migrations (id int, name text, batch int); INSERT INTO s.knex_migrations VALUES (1, '001_a.js', 1), (2, '002_b.js', 2)`],
  ['alembic', 'Alembic 3f2a', `CREATE TABLE s.alembic_version (version_num varchar(32)); INSERT INTO s.alembic_version VALUES ('3f2a')`],
  ['goose', 'goose 7', `CREATE TABLE s.goose_db_version (id int, version_id bigint, is_applied boolean); INSERT INTO s.goose_db_version VALUES (1, 0, true), (2, 7, true), (3, 8, false)`],
  ['gomigrate', 'golang-migrate 20', `CREATE TABLE s.schema_migrations (version bigint, dirty boolean); INSERT INTO s.schema_migrations VALUES (20, false)`],
  ['pgdbm', 'pgdbm 003_c.sql', `CREATE TABLE s.schema_migrations (id int, filename text, checksum text); INSERT INTO s.schema_migrations VALUES (1, '001_a.sql', 'x'), (2, '003_c.sql', 'y')`],
  ['nothing', '', 'CREATE TABLE s.plain (id int)'],
];

const isUp = await listening(servers.postgres);
describe.skipIf(!isUp && process.env['CI'] !== 'true')('a schema a service', () => {
  let admin: pg.Client;
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-migrations-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    admin = new pg.Client({ connectionString: servers.postgres });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${database}`);
    await admin.query(`CREATE DATABASE ${database}`);
    const own = new URL(servers.postgres);
    own.pathname = `/${database}`;
    const client = new pg.Client({ connectionString: own.href });
    await client.connect();
    // Tables of one name in every schema: whoever relied on the search path would read another service's.
    for (const [schema, , sql] of tools) await client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.things (id int, of_${schema} text); ${sql.replaceAll(' s.', ` ${schema}.`)}`);
    await client.end();
  });
  afterAll(async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.end();
    await rm(dir, { recursive: true, force: true });
  });

  it('tells each service its own version, and its own tables', async () => {
    const path = join(dir, 'aishell.yaml');
    await writeFile(path, `services:\n${tools.map(([schema]) => `  ${schema}: { kind: postgres, url: ${JSON.stringify(servers.postgres)}, database: ${database}, schema: ${schema} }`).join('\n')}\n`);
    const session = await openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }) });
    try {
      const { files } = await session.snapshot(undefined, { signal: AbortSignal.timeout(60_000) });
      expect(Object.fromEntries(files.map(({ service, migration }) => [service, migration ?? '']))).toEqual(Object.fromEntries(tools.map(([schema, told]) => [schema, told])));
      const knex = await readFile(join(dir, 'schemas', 'knex.yaml'), 'utf8');
      expect(knex).toContain('migration: { tool: Knex, version: 002_b.js }');
      expect(knex).toContain('name: of_knex');
      expect(knex).not.toContain('of_goose');
    } finally {
      await session.close();
    }
  });
});
