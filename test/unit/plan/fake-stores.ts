/** Stores that live in DuckDB, and an engine of a few lines: what a plan says is fetched, and the residual runs on that. */

import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Catalog } from '../../../src/catalog/contract.js';
import type { Dialect, Exactness, Expr, KeyBatch, NativeQuery, Rel, Scan, Table, Type } from '../../../connectors/contract.js';
import { inputs, quoteIdentifier, types, typeName, decimal } from '../../../src/algebra/index.js';
import { printExpr, quoted } from '../../../src/algebra/print.js';
import { makePlan } from '../../../src/plan/index.js';
import type { Plan } from '../../../src/plan/index.js';
import { readPlan } from '../../../src/plan/read.js';
import { printRel, printResidual, Unprintable } from '../../../src/plan/residual.js';
import { describeOutput, serializePlan } from '../../../src/duckdb/serialize.js';
import { checkStatement } from '../../../src/sql/index.js';
import type { ColumnKind, GeneratorTable } from '../../support/sql-generator.js';

const kindTypes: Record<ColumnKind, Type> = {
  int: types.int64,
  text: types.text,
  decimal: decimal(12, 2),
  boolean: types.boolean,
  date: types.date,
  timestamp: types.timestamp,
  instant: types.timestamptz,
  json: types.json,
};

export const samples: Record<ColumnKind, readonly string[]> = {
  int: ['1', '2', '3', '4', '5', '7', '-1', '0'],
  text: ["'a'", "'ab'", "'b'", "'abc'", "'A'", "''", "'xb'"],
  decimal: ['1.50', '2.00', '0.00', '-3.25', '10.00'],
  boolean: ['true', 'false'],
  date: ["DATE '2024-01-01'", "DATE '2024-02-29'", "DATE '2024-03-01'"],
  timestamp: ["TIMESTAMP '2024-01-01 00:00:00'", "TIMESTAMP '2024-02-29 12:00:00'"],
  instant: ["TIMESTAMPTZ '2024-01-01 00:00:00+00'", "TIMESTAMPTZ '2024-02-29 12:00:00+02'"],
  json: ["'1'::JSON", "'\"a\"'::JSON"],
};

const layout: Record<string, Record<string, ColumnKind>> = {
  'north.alpha': { id: 'int', ref: 'int', label: 'text', amount: 'decimal', flag: 'boolean', day: 'date' },
  'north.beta': { id: 'int', alpha_id: 'int', label: 'text', at: 'timestamp' },
  'south.gamma': { id: 'int', label: 'text', other: 'text', amount: 'decimal', day: 'date' },
  'west.delta': { key: 'text', ref: 'int', id: 'int', flag: 'boolean', Mixed: 'int' },
};

/** Columns that are never NULL, and declared so. */
const notNull = new Set(['north.beta.id', 'south.gamma.id', 'south.gamma.label']);

export const generatorTables: readonly GeneratorTable[] = Object.entries(layout).map(([name, columns]) => ({
  name,
  columns: Object.entries(columns).map(([column, kind]) => ({ name: column, kind, samples: samples[kind] })),
}));

export const fakeTables: readonly Table[] = Object.entries(layout).map(([path, columns]) => {
  const [service, name] = path.split('.') as [string, string];
  return {
    service,
    name,
    kind: 'table',
    columns: Object.entries(columns).map(([column, kind]) => ({ name: column, type: kindTypes[kind], nullable: !notNull.has(`${path}.${column}`), nativeType: '' })),
    rows: { count: 1_000_000, exact: false },
  };
});

export const fakeCatalog: Catalog = {
  links: [],
  services: [...new Set(fakeTables.map((table) => table.service))].map((name) => ({
    name,
    kind: 'fake',
    tags: {},
    facts: { version: '1' },
    warnings: [],
    readAt: '2026-01-01T00:00:00Z',
    tables: fakeTables.filter((table) => table.service === name),
  })),
};

/** How a fake store judges what it is asked. A superset really returns rows that don't match. */
export interface Temper {
  filter(text: string): Exactness;
  sorts(text: string): boolean;
  keys(column: string): boolean;
  /** Aggregates, joins and whatever stands on them. */
  computes(kind: Rel['kind']): boolean;
}

export const permissive: Temper = { filter: () => 'exact', sorts: () => true, keys: () => true, computes: () => true };

/** What stores took before they took more than filtered scans. */
export const scansOnly: Temper = { ...permissive, computes: () => false };

/** Judges by the text, so that the same conjunct is always judged in the same way. */
export function moody(seed: number): Temper {
  const roll = (text: string) => [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, seed) % 3;
  return { filter: (text) => (['exact', 'superset', 'no'] as const)[roll(text)]!, sorts: (text) => roll(text) > 0, keys: (text) => roll(text) > 0, computes: (kind) => roll(kind) > 0 };
}

export function fakeDialect(temper: Temper): Dialect {
  const judge = (conjunct: Expr) => temper.filter(printExpr(conjunct));
  const where = (rel: Rel): string[] => {
    if (rel.kind === 'scan') return [];
    if (rel.kind !== 'filter') throw new Error(`a fake store knows no ${rel.kind}`);
    const own = rel.conjuncts.map((conjunct) => {
      const text = printExpr(conjunct, quoted);
      return judge(conjunct) === 'superset' ? `((${text}) OR rowid % 2 = 0)` : `(${text})`;
    });
    return [...where(rel.input), ...own];
  };
  const compileLarge = (rel: Rel): NativeQuery => {
    const leaf = (at: Rel) => (at.kind === 'scan' ? `SELECT ${at.columns.map(({ id, column }) => `${quoteIdentifier(column.name)} AS ${quoteIdentifier(id)}`).join(', ') || '1'} FROM ${fullName(at.table)}` : undefined);
    return { text: printRel(rel, { leaf, outputs: new Map() }), params: [], columns: [] };
  };
  const compile = (rel: Rel, keys?: KeyBatch): NativeQuery => {
    if (!isSmall(rel)) return compileLarge(rel);
    const tail =
      rel.kind === 'sortLimit'
        ? `${rel.keys.length > 0 ? ` ORDER BY ${rel.keys.map((k) => `${printExpr(k.expr, quoted)} ${k.descending ? 'DESC' : 'ASC'} NULLS ${k.nullsFirst ? 'FIRST' : 'LAST'}`).join(', ')}` : ''} LIMIT ${rel.limit}`
        : '';
    const scan = scanOf(rel);
    const conditions = where(rel.kind === 'sortLimit' ? rel.input : rel);
    if (keys !== undefined) conditions.push(`${quoted(keys.column)} IN (SELECT key FROM shipped)`);
    const text = `SELECT ${scan.columns.map(({ id }) => quoted(id)).join(', ')} FROM ${fullName(scan.table)}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}${tail}`;
    return { text, params: [], columns: scan.columns.map(({ id, column }) => ({ id, name: column.name, type: column.type })) };
  };
  return {
    language: 'sql',
    maxKeys: 1_000,
    filter: (conjunct) => judge(conjunct),
    accepts: (rel) => {
      const refused = { reason: 'it is in no mood for this' };
      if (rel.kind === 'sortLimit' && !temper.sorts(rel.keys.map((key) => printExpr(key.expr)).join())) return refused;
      if (isSmall(rel)) return rel.kind === 'sortLimit' && conjunctsIn(rel).some((conjunct) => judge(conjunct) !== 'exact') ? refused : true;
      return kindsIn(rel).every((kind) => temper.computes(kind)) && conjunctsIn(rel).every((conjunct) => judge(conjunct) === 'exact') ? true : refused;
    },
    acceptsKeys: (column) => (temper.keys(column) ? true : { reason: 'it wants no keys' }),
    compile,
  };
}

/** SortLimit? over Filter* over Scan. */
function isSmall(rel: Rel): boolean {
  const below = rel.kind === 'sortLimit' ? rel.input : rel;
  return below.kind === 'scan' || (below.kind === 'filter' && isSmall(below.input) && below.input.kind !== 'sortLimit');
}

function kindsIn(rel: Rel): Rel['kind'][] {
  return [rel.kind, ...inputs(rel).flatMap(kindsIn)].filter((kind) => kind !== 'scan' && kind !== 'filter' && kind !== 'sortLimit');
}

function conjunctsIn(rel: Rel): Expr[] {
  return [...(rel.kind === 'filter' ? rel.conjuncts : []), ...inputs(rel).flatMap(conjunctsIn)];
}

function scanOf(rel: Rel): Scan {
  return rel.kind === 'scan' ? rel : rel.kind === 'filter' || rel.kind === 'sortLimit' ? scanOf(rel.input) : (undefined as never);
}

function fullName(table: Table): string {
  return `${quoteIdentifier(`full ${table.service}`)}.${quoteIdentifier(table.name)}`;
}

export interface Comparison {
  readonly sql: string;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  readonly plan: Plan;
}

export class FakeStores {
  private constructor(
    private readonly plain: DuckDBConnection,
    private readonly staged: DuckDBConnection,
  ) {}

  /** Rows from a seed: few of them, many equal, some NULL. */
  static async open(seed: number): Promise<FakeStores> {
    const plain = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    const staged = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    const random = randomFrom(seed);
    await staged.run('CREATE SCHEMA memory.staged');
    for (const service of fakeCatalog.services) {
      await plain.run(`ATTACH ':memory:' AS ${quoteIdentifier(service.name)}`);
      await staged.run(`ATTACH ':memory:' AS ${quoteIdentifier(service.name)}`);
      await staged.run(`ATTACH ':memory:' AS ${quoteIdentifier(`full ${service.name}`)}`);
    }
    for (const table of fakeTables) {
      const columns = table.columns.map((column) => `${quoteIdentifier(column.name)} ${typeName(column.type)}`).join(', ');
      const kinds = Object.values(layout[`${table.service}.${table.name}`]!);
      const rows = Array.from({ length: random(6) === 0 ? random(3) : 5 + random(8) }, () => {
        const cells = kinds.map((kind, i) => (random(8) === 0 && table.columns[i]!.nullable ? 'NULL' : samples[kind][random(samples[kind].length)]!));
        return `(${cells.join(', ')})`;
      });
      for (const [connection, name] of [
        [plain, `${quoteIdentifier(table.service)}.${quoteIdentifier(table.name)}`],
        [staged, fullName(table)],
      ] as const) {
        await connection.run(`CREATE TABLE ${name} (${columns})`);
        if (rows.length > 0) await connection.run(`INSERT INTO ${name} VALUES ${rows.join(', ')}`);
      }
    }
    return new FakeStores(plain, staged);
  }

  /** undefined if DuckDB can't run the statement itself. The fragment numbered `first` is fetched first. */
  async compare(sql: string, ordered: boolean, temper: Temper, first = 0): Promise<Comparison | undefined> {
    const expected = await rowsOf(this.plain, sql, ordered).catch(ownLimits);
    if (expected === undefined) return undefined;
    const statement = await checkStatement(sql, fakeCatalog, { instant: '2026-01-01T00:00:00Z', timezone: 'UTC' });
    const plan = await makePlan(statement, fakeCatalog, () => fakeDialect(temper));
    const actual = await this.run(plan, fakeDialect(temper), ordered, first);
    return { sql, expected, actual, plan };
  }

  /** The statement's plan printed as SQL again, over the plain tables; undefined where it is not printable. */
  async reprint(sql: string, ordered: boolean): Promise<{ expected: string[]; actual: string[]; printed: string } | undefined> {
    const expected = await rowsOf(this.plain, sql, ordered).catch(ownLimits);
    if (expected === undefined) return undefined;
    const statement = await checkStatement(sql, fakeCatalog, { instant: '2026-01-01T00:00:00Z', timezone: 'UTC' });
    const serialized = await serializePlan(statement.sql, statement.tables, 'UTC');
    if (!serialized.ok) return undefined;
    const plan = readPlan(serialized.json, statement.tables);
    const leaf = (rel: Rel) => (rel.kind === 'scan' ? `SELECT ${rel.columns.map(({ id, column }) => `${quoteIdentifier(column.name)} AS ${quoteIdentifier(id)}`).join(', ') || '1'} FROM ${quoteIdentifier(rel.table.service)}.${quoteIdentifier(rel.table.name)}` : undefined);
    try {
      const printed = printResidual(plan.rel, plan.output, await describeOutput(statement.sql, statement.tables, 'UTC'), { leaf, outputs: plan.outputs });
      return { expected, actual: await rowsOf(this.plain, printed, ordered), printed };
    } catch (error) {
      if (error instanceof Unprintable) return undefined;
      throw error;
    }
  }

  private async run(plan: Plan, dialect: Dialect, ordered: boolean, first: number): Promise<string[]> {
    const done = new Set<string>();
    const at = first % Math.max(1, plan.fragments.length);
    const waiting = [...plan.fragments.slice(at), ...plan.fragments.slice(0, at)];
    // What an earlier statement staged must not answer for a table that this plan forgot.
    for (const table of fakeTables) await this.staged.run(`DROP TABLE IF EXISTS ${quoteIdentifier(table.service)}.${quoteIdentifier(table.name)}`);
    while (waiting.length > 0) {
      // Whatever has most keys on offer comes next, so that chains of shipments are walked.
      const offers = (id: string) => plan.shipments.filter((shipment) => shipment.to === id && done.has(shipment.from));
      waiting.sort((a, b) => offers(b.id).length - offers(a.id).length);
      const fragment = waiting.shift()!;
      let query = dialect.compile(fragment.rel).text;
      if (fragment.alone === true) query = `SELECT * FROM (${query}) AS own(${fragment.columns.map(({ name }) => quoteIdentifier(name)).join(', ')})`;
      for (const { keySql, column } of offers(fragment.id)) {
        query = `SELECT * FROM (${query}) WHERE ${quoteIdentifier(column)} IN (${keySql})`;
      }
      if (fragment.alone === true) {
        await this.staged.run(`CREATE OR REPLACE TABLE memory.staged.${quoteIdentifier(fragment.id)} AS ${query}`);
        done.add(fragment.id);
        continue;
      }
      const columns = (fragment.declared ?? fragment.columns).map(({ name, type }) =>
        fragment.columns.some((c) => c.name === name) ? quoteIdentifier(name) : `CAST(NULL AS ${typeName(type)}) AS ${quoteIdentifier(name)}`,
      );
      await this.stage(fragment.table, `SELECT ${columns.join(', ')} FROM (${query})`);
      done.add(fragment.id);
    }
    for (const table of plan.unread ?? []) await this.stage(table, `SELECT * FROM ${fullName(table)} LIMIT 0`);
    return rowsOf(this.staged, plan.residual.sql, ordered);
  }

  private async stage(table: Table, query: string): Promise<void> {
    await this.staged.run(`CREATE OR REPLACE TABLE ${quoteIdentifier(table.service)}.${quoteIdentifier(table.name)} AS ${query}`);
  }
}

/** Correlated subqueries below some joins, and a few of its own faults. */
function ownLimits(error: unknown): undefined {
  if (error instanceof Error && /^(Not implemented|INTERNAL) Error/.test(error.message)) return undefined;
  throw error;
}

/** mulberry32: small, and even in its low bits. */
function randomFrom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

async function rowsOf(connection: DuckDBConnection, sql: string, ordered: boolean): Promise<string[]> {
  const result = await connection.runAndReadAll(sql);
  const rows = result.getRowsJson().map((row) => JSON.stringify(row));
  return ordered ? rows : rows.sort();
}
