/**
 * Where rows wait for the residual. Rows lie in tables of DuckDB's own `memory.staged`; the statement finds them under
 * the base tables' names, as views in an attached database a service, which show all columns that were declared.
 */

import { BatchAppender } from '../duckdb/batches.js';
import { ChunkAppender, stagedTypeName } from '../duckdb/chunks.js';
import type { Connection } from '../duckdb/connection.js';
import type { Instance } from '../duckdb/instance.js';
import { AishellError } from '../errors.js';
import { isNested, quoteIdentifier as q, tableName, typeName } from '../algebra/index.js';
import type { Table, Type } from '../algebra/index.js';
import type { Fragment, Plan } from '../plan/contract.js';

export interface StagedColumn {
  readonly name: string;
  readonly type: Type;
}

const schema = 'staged';

/** A staged table has a column, even when the statement only counts rows. */
const rowMarker: StagedColumn = { name: 'row', type: { kind: 'null' } };

export class Staging {
  private constructor(
    private readonly instance: Instance,
    private readonly services: ReadonlySet<string>,
    /** For statements that are not part of any fragment's own reading. */
    readonly connection: Connection,
  ) {}

  /** Declares everything that the residual names, empty. */
  static async open(instance: Instance, plan: Plan): Promise<Staging> {
    const unread = plan.unread ?? [];
    const statements = [`CREATE SCHEMA memory.${schema}`];
    const tables = [...plan.fragments.map(({ table }) => table), ...unread];
    const services = new Set(tables.map((table) => table.service));
    const staging = new Staging(instance, services, await instance.connect());
    for (const service of services) statements.push(`ATTACH ':memory:' AS ${q(service)}`);
    for (const place of new Set(tables.map(schemaOf))) if (place !== undefined) statements.push(`CREATE SCHEMA IF NOT EXISTS ${place}`);
    for (const fragment of plan.fragments) statements.push(...declarations(fragment));
    for (const table of unread) statements.push(view(table, table.columns, [], undefined));
    await staging.connection.run(statements.join(';\n'));
    return staging;
  }

  /** Drops everything, rows and names, so that another statement finds nothing of this one. */
  async clear(): Promise<void> {
    // A result may still be open on it.
    await this.connection.close();
    const connection = await this.connect();
    await connection.run([`DROP SCHEMA memory.${schema} CASCADE`, ...[...this.services].map((service) => `DETACH ${q(service)}`)].join('; '));
    await connection.close();
  }

  /** A connection of one's own, since an appender holds its connection. */
  connect(): Promise<Connection> {
    return this.instance.connect();
  }

  appender(connection: Connection, fragment: Fragment): ChunkAppender {
    return new ChunkAppender(connection, {
      schema,
      table: isCast(fragment) ? rawName(fragment) : fragment.id,
      columns: columnsOf(fragment),
      service: fragment.service,
      source: tableName(fragment.table),
    });
  }

  batches(connection: Connection, fragment: Fragment): BatchAppender {
    return new BatchAppender(connection, { schema, table: fragment.id, service: fragment.service, source: tableName(fragment.table) });
  }

  /** Makes values of what was appended as text. */
  async castRows(connection: Connection, fragment: Fragment, signal: AbortSignal): Promise<void> {
    const table = isCast(fragment) ? rawName(fragment) : fragment.id;
    const casts = fragment.columns.map(({ name, type }) => castText(q(name), type));
    const checks = fragment.columns.flatMap(({ name, type }) => (type.kind === 'json' ? [`NOT json_valid(${q(name)})`] : []));
    if (checks.length > 0) {
      const invalid = await connection.rows(`SELECT ${checks.map((check) => `bool_or(${check})`).join(', ')} FROM ${staged(table)}`, signal);
      const index = invalid[0]!.findIndex((found) => found === true);
      if (index >= 0) throw unfit(fragment, fragment.columns.filter(({ type }) => type.kind === 'json')[index]!);
    }
    if (!isCast(fragment)) return;
    try {
      await connection.run(`INSERT INTO ${staged(fragment.id)} SELECT ${casts.join(', ')} FROM ${staged(table)}`, signal);
    } catch (error) {
      if (!(error instanceof AishellError) || error.code !== 'sql.failed') throw error;
      throw unfit(fragment, await this.#misfit(connection, fragment, signal), error);
    }
    await connection.run(`DROP TABLE ${staged(table)}`, signal);
  }

  /** Takes back what was staged of a fragment. */
  async empty(fragment: Fragment): Promise<void> {
    const tables = isCast(fragment) ? [fragment.id, rawName(fragment)] : [fragment.id];
    for (const table of tables) await this.connection.run(`CREATE OR REPLACE TABLE ${staged(table)} AS FROM ${staged(table)} LIMIT 0`);
  }

  /** Which column it was that did not convert. */
  async #misfit(connection: Connection, fragment: Fragment, signal: AbortSignal): Promise<StagedColumn> {
    const candidates = fragment.columns.filter(({ type }) => stagedTypeName(type) === 'VARCHAR' && type.kind !== 'text');
    for (const column of candidates.slice(0, -1)) {
      try {
        await connection.run(`SELECT count(${castText(q(column.name), column.type)}) FROM ${staged(rawName(fragment))}`, signal);
      } catch (error) {
        if (error instanceof AishellError && error.code === 'sql.failed') return column;
        throw error;
      }
    }
    return candidates.at(-1)!;
  }
}

/** The staged table, in statements. */
export function staged(table: string): string {
  return `memory.${schema}.${q(table)}`;
}

export function columnsOf(fragment: Fragment): readonly StagedColumn[] {
  return fragment.columns.length === 0 ? [rowMarker] : fragment.columns;
}

/** Text as the value of a type that is appended as text. */
export function castText(expression: string, type: Type): string {
  if (isNested(type)) return `CAST(CAST(${expression} AS JSON) AS ${typeName(type)})`;
  return type.kind === 'interval' ? `CAST(${expression} AS INTERVAL)` : expression;
}

export function unfit(fragment: Fragment, column: StagedColumn, cause?: unknown): AishellError {
  return new AishellError(
    'source.value',
    `Column '${column.name}' of ${tableName(fragment.table)} holds a value that does not fit ${typeName(column.type)}.`,
    'Leave the column or such rows out of the statement, or run `aishell schema --refresh` if the column has changed in the store.',
    { service: fragment.service, cause, data: { column: column.name } },
  );
}

/** Some column is appended as text and cast when all rows are there. */
function isCast(fragment: Fragment): boolean {
  return fragment.columns.some(({ type }) => isNested(type) || type.kind === 'interval');
}

function rawName(fragment: Fragment): string {
  return `${fragment.id} as text`;
}

function declarations(fragment: Fragment): string[] {
  const columns = columnsOf(fragment);
  const create = (name: string, type: (type: Type) => string) =>
    `CREATE TABLE ${staged(name)} (${columns.map((column) => `${q(column.name)} ${type(column.type)}`).join(', ')})`;
  return [
    create(fragment.id, (type) => (type.kind === 'null' ? stagedTypeName(type) : typeName(type))),
    ...(isCast(fragment) ? [create(rawName(fragment), stagedTypeName)] : []),
    ...(fragment.alone === true ? [] : [view(fragment.table, fragment.declared ?? fragment.columns, fragment.columns, fragment.id)]),
  ];
}

function view(table: Table, declared: readonly StagedColumn[], present: readonly StagedColumn[], source: string | undefined): string {
  const names = new Set(present.map(({ name }) => name));
  const list = (declared.length === 0 ? [rowMarker] : declared).map(({ name, type }) =>
    names.has(name) && type.kind !== 'null' ? q(name) : `CAST(NULL AS ${typeName(type)}) AS ${q(name)}`,
  );
  const from = source === undefined ? 'WHERE false' : `FROM ${staged(source)}`;
  return `CREATE VIEW ${schemaOf(table) ?? `${q(table.service)}.main`}.${q(table.name)} AS SELECT ${list.join(', ')} ${from}`;
}

function schemaOf(table: Table): string | undefined {
  return table.schema === undefined ? undefined : `${q(table.service)}.${q(table.schema)}`;
}
