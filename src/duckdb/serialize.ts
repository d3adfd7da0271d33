/**
 * DuckDB's parser, binder and optimizer: a statement goes in, its serialized tree or plan comes out. Plans are made
 * over empty tables that have the catalogue's names and types, in a planning instance that never holds a row; only the
 * tables that a statement names are created, and they are kept for the next one.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AishellError } from '../errors.js';
import { quoteIdentifier, typeName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import type { Connection } from './connection.js';
import { literal, openPlanningInstance } from './instance.js';
import type { Instance } from './instance.js';
import { objectOf, parseJson, stringOf } from './json.js';
import type { JsonObject } from './json.js';

/** Either `{error: false, ...}` or DuckDB's complaint. */
export type Serialized =
  | { readonly ok: true; readonly json: JsonObject }
  | { readonly ok: false; readonly error: SerializationError };

export interface SerializationError {
  /** parser, binder, catalog, not implemented, ... */
  readonly type: string;
  readonly message: string;
  readonly subtype: string;
  /** What was looked for and not found. */
  readonly name: string;
  /** Byte offset in the statement. */
  readonly position: number | undefined;
}

/** Optimizing a hostile statement can take hours; no honest one takes seconds. */
const planningTimeMs = 20_000;
/** An empty table costs some 20 KB; when this many were created, the instance is replaced. */
const maxTables = 2_000;
const remembered = 16;

interface Planner {
  readonly instance: Instance;
  readonly connection: Connection;
  /** Databases and tables that exist, by lower-case name -> their definition. */
  readonly defined: Map<string, string>;
  readonly plans: Map<string, { readonly tables: readonly Table[]; readonly result: Serialized }>;
}

/** One planner a time zone: constants are folded in it. */
const planners = new Map<string, Promise<Planner>>();
let queue: Promise<unknown> = Promise.resolve();

/** Opens the planning instance while something else is still to be done. What is wrong with it, its first use says. */
export function warmPlanner(timezone: string): void {
  plannerOf(timezone).catch(() => undefined);
}

/** The statement's syntax tree. Refuses nothing but what DuckDB can't serialize. */
export function serializeSql(text: string, timezone: string): Promise<Serialized> {
  return inTurn(timezone, ({ connection }) =>
    ask(connection, `json_serialize_sql(${literal(text)}, skip_null := true, skip_empty := true, skip_default := true)`),
  );
}

/** The bound, optimized plan of a statement over these tables. Nothing is left out of it, zeros included. */
export function serializePlan(sql: string, tables: readonly Table[], timezone: string): Promise<Serialized> {
  return inTurn(timezone, async (planner) => {
    const known = planner.plans.get(sql);
    if (known !== undefined && known.tables.length === tables.length && known.tables.every((t, i) => t === tables[i])) {
      return known.result;
    }
    await define(planner, tables);
    const result = await ask(
      planner.connection,
      `json_serialize_plan(${literal(sql)}, optimize := true, skip_null := true, skip_empty := false, skip_default := false)`,
    );
    // After such an error the instance may refuse everything else.
    if (!result.ok && ['internal', 'fatal'].includes(result.error.type)) await retire(planner, timezone);
    planner.plans.delete(sql);
    planner.plans.set(sql, { tables, result });
    if (planner.plans.size > remembered) planner.plans.delete(planner.plans.keys().next().value!);
    return result;
  });
}

/**
 * Binds a statement whose plan can't be serialized; rejects with DuckDB's complaint. It is not optimized: what the
 * planner's instance leaves out of DuckDB's rules makes some plans that DuckDB itself refuses, of statements that run.
 */
export function bindOnly(sql: string, tables: readonly Table[], timezone: string): Promise<void> {
  return inTurn(timezone, async (planner) => {
    await define(planner, tables);
    await bounded((signal) => planner.connection.rows(`DESCRIBE ${sql}`, signal));
  });
}

export interface DescribedColumn {
  readonly name: string;
  /** As DuckDB writes it. */
  readonly type: string;
}

/** The columns of a statement's result; rejects with DuckDB's complaint where it doesn't bind. */
export function describeOutput(sql: string, tables: readonly Table[], timezone: string): Promise<DescribedColumn[]> {
  return inTurn(timezone, async (planner) => {
    await define(planner, tables);
    const rows = await bounded((signal) => planner.connection.rows(`DESCRIBE ${sql}`, signal));
    return rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  });
}

/** Rows of a query of our own, over no table. */
export function evaluate(sql: string, timezone: string): Promise<unknown[][]> {
  return inTurn(timezone, ({ connection }) => connection.rows(sql));
}

/** Statements take turns: they share tables of the same names. */
function inTurn<T>(timezone: string, work: (planner: Planner) => Promise<T>): Promise<T> {
  const turn = queue.then(async () => {
    let planner = await plannerOf(timezone);
    if (planner.defined.size > maxTables) {
      await retire(planner, timezone);
      planner = await plannerOf(timezone);
    }
    return work(planner);
  });
  queue = turn.catch(() => undefined);
  return turn;
}

async function retire(planner: Planner, timezone: string): Promise<void> {
  planners.delete(timezone);
  await planner.instance.close();
}

function plannerOf(timezone: string): Promise<Planner> {
  let planner = planners.get(timezone);
  if (planner === undefined) {
    planner = openPlanner(timezone);
    planners.set(timezone, planner);
    planner.catch(() => planners.delete(timezone));
  }
  return planner;
}

async function openPlanner(timezone: string): Promise<Planner> {
  const tempDir = mkdtempSync(join(tmpdir(), 'aishell-plan-'));
  process.once('exit', () => rmSync(tempDir, { recursive: true, force: true }));
  const instance = await openPlanningInstance({ tempDir, memoryBytes: 1024 ** 3, timezone, threads: 1 });
  return { instance, connection: await instance.connect(), defined: new Map(), plans: new Map() };
}

async function define({ connection, defined, plans }: Planner, tables: readonly Table[]): Promise<void> {
  const statements: string[] = [];
  const create = (key: string, definition: string) => {
    if (defined.get(key.toLowerCase()) === definition) return;
    defined.set(key.toLowerCase(), definition);
    statements.push(definition);
  };
  for (const table of tables) {
    const service = quoteIdentifier(table.service);
    if (!defined.has(`database ${table.service}`.toLowerCase())) {
      create(`database ${table.service}`, `ATTACH ':memory:' AS ${service}`);
    }
    const schema = `${service}.${quoteIdentifier(table.schema ?? 'main')}`;
    if (table.schema !== undefined) create(`schema ${schema}`, `CREATE SCHEMA IF NOT EXISTS ${schema}`);
    const columns = table.columns.map((column) => `${quoteIdentifier(column.name)} ${typeName(column.type)}`);
    create(
      `table ${schema}.${quoteIdentifier(table.name)}`,
      `CREATE OR REPLACE TABLE ${schema}.${quoteIdentifier(table.name)} (${columns.join(', ')})`,
    );
  }
  if (statements.length === 0) return;
  plans.clear();
  try {
    await connection.run(statements.join(';\n'));
  } catch (error) {
    // What exists now is unknown; the next statement begins with a new instance.
    planners.clear();
    throw error;
  }
}

async function ask(connection: Connection, call: string): Promise<Serialized> {
  const json = objectOf(parseJson(await bounded((signal) => connection.json(`SELECT ${call}`, signal))));
  if (json['error'] !== true) return { ok: true, json };
  const position = Number(stringOf(json['position']));
  return {
    ok: false,
    error: {
      type: stringOf(json['error_type']).toLowerCase(),
      message: stringOf(json['error_message']),
      subtype: stringOf(json['error_subtype']),
      name: stringOf(json['name']),
      position: json['position'] === undefined || !Number.isSafeInteger(position) ? undefined : position,
    },
  };
}

async function bounded<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(tooComplex()), planningTimeMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

function tooComplex(): AishellError {
  return new AishellError(
    'sql.refused',
    `The statement is too complex: it could not be planned within ${planningTimeMs / 1_000} s.`,
    'Split it into smaller statements, or nest its expressions less deeply.',
  );
}
