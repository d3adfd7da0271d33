/**
 * The conformance suite: what every connector owes, on a real server.
 *
 * A connector's own test file calls `await conformance(spec)`. The spec says how to reach the server, which canonical
 * column types the store has, how to put tables there and remove them, and which faults can be played. The suite seeds
 * four tables (extremes, large, many, empty), reads them back, and asks the store and DuckDB the same questions.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connector, Description, Host, Literal, NativeQuery, ServiceConfig, Snapshot, Source, Table, Type } from '../../connectors/contract.js';
import { listening } from '../support/servers.js';
import { faults } from './faults.js';
import { Oracle } from './oracle.js';
import { pushdown } from './pushdown.js';
import { reading } from './reading.js';
import { extremeRows, id, manyRows, type SeedColumn } from './values.js';
import { windowsAndSets } from './windows-and-sets.js';

export type { SeedColumn } from './values.js';

export interface SeedTable {
  readonly name: string;
  /** The first is `id`, BIGINT, distinct, never null. */
  readonly columns: readonly SeedColumn[];
  readonly rows: readonly (readonly Literal[])[];
}

export interface ConformanceSpec {
  readonly name: string;
  readonly connector: () => Promise<Connector>;
  /** host:port or URL of the server; the suite skips when nobody listens (and fails under CI=true). Absent: no server. */
  readonly address?: string;
  /** The service as a configuration names it. `port`: the same server through a proxy on 127.0.0.1. */
  readonly service: (port?: number) => ServiceConfig;
  /** Canonical types that the store has, one column each; columns are named after the keys. */
  readonly columns: Readonly<Record<string, Type>>;
  /** Can the store hold the value at all? Default: all. Values it can't hold are not seeded. */
  readonly holds?: (value: Literal, type: Type, column: string) => boolean;
  readonly seed: (tables: readonly SeedTable[]) => Promise<void>;
  readonly cleanup: () => Promise<void>;
  /** Stores that hand over something else than rows (Parquet, chunks) read a query here. Default: a CollectingSink. */
  readonly collect?: (snapshot: Snapshot, query: NativeQuery, signal: AbortSignal) => Promise<Literal[][]>;
  /** Two literals of a type that are the same to the store's users (JSON with other spacing). Default: deep equality. */
  readonly same?: (stored: Literal, read: Literal, type: Type) => boolean;
  readonly largeBytes?: number;
  readonly many?: number;
  /** Which pushdowns must be admitted, lest "no" to everything pass: names of columns whose `=` must not be refused. */
  readonly mustPush?: readonly string[];
  /** Columns that must take shipped keys. */
  readonly mustShip?: readonly string[];
  /** Aggregates that must go to the store: `sum("c")`, `count(*) by group`. */
  readonly mustCompute?: readonly string[];
  /** Relations over groups or limited rows that must go to the store: `groups counted`, `rows with a group`. */
  readonly mustNest?: readonly string[];
  /** Joins of two tables that must go to the store: `inner by c_text`, `anti by c_int64`. */
  readonly mustJoin?: readonly string[];
  /** Window functions that must go to the store. */
  readonly mustWindow?: readonly string[];
  /** Set operations that must: `union all`, `except`. */
  readonly mustUnite?: readonly string[];

  /** Faults, each played when given. */
  readonly wrongPassword?: () => ServiceConfig;
  readonly tls?: { readonly good: () => ServiceConfig; readonly wrongAuthority: () => ServiceConfig };
  /** Queries that would change something: every one must be refused by the session itself. */
  readonly writes?: readonly NativeQuery[];
  /** Takes minutes when left alone. */
  readonly slow?: NativeQuery;
  /** How many such queries the server runs now. */
  readonly running?: () => Promise<number>;
  /** Takes column `word` away from table `empty`, for a read on an outdated catalogue. */
  readonly dropColumn?: () => Promise<void>;
}

/** What the parts of the suite share while it runs. */
export interface Bench {
  readonly spec: ConformanceSpec;
  readonly host: Host;
  readonly connector: Connector;
  readonly source: Source;
  readonly description: Description;
  readonly oracle: Oracle;
  readonly seeded: Readonly<Record<'extremes' | 'large' | 'many' | 'empty', SeedTable>>;
  table(name: string): Table;
}

export async function conformance(spec: ConformanceSpec): Promise<void> {
  const up = spec.address === undefined || (await listening(spec.address));
  describe.skipIf(!up && process.env['CI'] !== 'true')(`${spec.name} conforms`, () => {
    const bench = {} as { -readonly [K in keyof Bench]: Bench[K] };
    let tempDir = '';

    beforeAll(async () => {
      tempDir = await mkdtemp(join(tmpdir(), 'aishell-conformance-'));
      bench.spec = spec;
      bench.host = { tempDir, connectTimeoutMs: 10_000, log: () => {} };
      bench.seeded = seedTables(spec);
      bench.connector = await spec.connector();
      await spec.cleanup();
      await spec.seed(Object.values(bench.seeded));
      const signal = AbortSignal.timeout(60_000);
      bench.source = await bench.connector.connect(spec.service(), bench.host, signal);
      bench.description = await bench.source.describe(signal);
      bench.oracle = await Oracle.over([bench.seeded.extremes]);
      bench.table = (name) => {
        const table = bench.description.tables.find((t) => t.name === name);
        expect(table, `table ${name} in the catalogue`).toBeDefined();
        return table!;
      };
    });

    afterAll(async () => {
      bench.oracle?.close();
      await bench.source?.close();
      if (up) await spec.cleanup();
      await rm(tempDir, { recursive: true, force: true });
    });

    it('keeps its facts and tables in plain JSON', () => {
      const { facts, tables } = bench.description;
      expect(facts.version).toBeTruthy();
      expect(JSON.parse(JSON.stringify({ facts, tables }))).toEqual({ facts, tables });
    });

    it('says who signed in and what that role may do', async () => {
      const health = await bench.source.health(AbortSignal.timeout(30_000));
      expect(health.version).toBeTruthy();
      if (health.canWrite) expect(health.advice.join(' ')).not.toBe('');
    });

    reading(bench);
    pushdown(bench);
    windowsAndSets(bench);
    faults(bench, spec);
  });
}

function seedTables(spec: ConformanceSpec): Bench['seeded'] {
  const holds = spec.holds ?? (() => true);
  const columns = [id, ...Object.entries(spec.columns).map(([name, type]) => ({ name, type }))];
  const text: Type = { kind: 'text' };
  const wide = [id, { name: 'body', type: text }];
  const words = [id, { name: 'word', type: text }, { name: 'line', type: text }];
  return {
    extremes: { name: 'extremes', columns, rows: extremeRows(columns, holds) },
    large: { name: 'large', columns: wide, rows: [[1n, 'é'.repeat((spec.largeBytes ?? 10_485_760) / 2)], [2n, 'small'], [3n, null]] },
    many: { name: 'many', columns: words, rows: manyRows(spec.many ?? 20_000) },
    empty: { name: 'empty', columns: words, rows: [] },
  };
}
