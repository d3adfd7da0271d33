/**
 * Planning: a checked statement becomes fragments (what each store is asked), shipments (which keys travel between
 * them) and a residual (what the engine runs over the staged fragments).
 *
 *   read.ts, expression.ts, table-filter.ts, constant.ts   DuckDB's optimized plan -> Rel
 *   read-sort.ts, window-calls.ts                          parts of that
 *   rules/        one question each: which columns, which filters, which limit, which keys, which joins for NOT IN
 *   large.ts      fragments larger than a scan (rules/place.ts), and the rest printed over them (residual.ts)
 *   fragments.ts  filtered scans, and the statement itself over them; shipments for both
 *   estimate.ts   expected rows
 *   explain.ts    a plan for people
 *
 * Why it is right: the optimized plan equals the statement on every content of the tables. A fragment leaves out only
 * what that plan does not look at (columns), drops itself (filters, limits), or drops for want of a partner (keys), so
 * the plan's result on the staged rows is its result on all rows, and so is the statement's, which is the residual.
 */

import type { Rel, Table } from '../algebra/index.js';
import type { Catalog } from '../catalog/contract.js';
import type { Dialect } from '../../connectors/contract.js';
import type { JsonObject } from '../duckdb/json.js';
import { serializePlan } from '../duckdb/serialize.js';
import type { CheckedStatement } from '../sql/contract.js';
import type { Fragment, Plan, Pushdown } from './contract.js';
import { cutFragment, shipKeys, wholeTable } from './fragments.js';
import { largePlan } from './large.js';
import { readPlan } from './read.js';
import type { BoundPlan } from './bound-plan.js';
import { growing } from './rules/growing.js';
import { neededColumns } from './rules/needed-columns.js';
import { findOccurrences } from './rules/occurrences.js';
import { UnreadablePlan } from './unreadable.js';

export type { Fragment, KeyShipment, Plan } from './contract.js';

export async function makePlan(statement: CheckedStatement, _catalog: Catalog, dialectOf: (service: string) => Dialect, pushdown: Pushdown = 'all'): Promise<Plan> {
  const { sql, tables, timezone } = statement;
  const residual = { sql };
  const serialized = await serializePlan(sql, tables, timezone);
  const plan = serialized.ok ? readable(serialized.json, tables) : undefined;
  if (plan === undefined) {
    const reason = 'the plan of this statement cannot be read, so its tables are read whole';
    return { statement, fragments: tables.map((table, i) => wholeTable(`f${i + 1}`, table, reason)), shipments: [], residual };
  }
  const occurrences = findOccurrences(plan.rel);
  const unread = tables.filter((table) => !occurrences.has(table));
  const large = pushdown === 'all' ? await largePlan(plan, statement, dialectOf) : undefined;
  if (large !== undefined && 'plan' in large) {
    const { shipments, kept } = shipKeys(large.plan, findOccurrences(large.plan.rel), large.fragments, dialectOf);
    return { statement, fragments: withKept([...large.fragments.values()], kept), shipments, residual: { sql: large.residual, steps: { rel: large.plan.rel, leaves: large.fragments } }, unread, ...ifGrowing(large.plan.rel, sql) };
  }
  const needed = neededColumns(plan);
  const read = tables.filter((table) => occurrences.has(table));
  const cut = large && [{ what: 'aggregates and joins', reason: large.because }];
  const fragments = new Map<Table, Fragment>(
    read.map((table, i) => {
      const dialect = dialectOf(table.service);
      const fragment = cutFragment(`f${i + 1}`, { table, occurrences: occurrences.get(table)!, plan: plan.rel, needed, dialect });
      return [table, cut === undefined ? fragment : { ...fragment, kept: [...fragment.kept, ...cut] }];
    }),
  );
  const { shipments, kept } = shipKeys(plan, occurrences, fragments, dialectOf);
  return {
    statement,
    fragments: withKept([...fragments.values()], kept),
    shipments,
    residual: { sql, steps: { rel: plan.rel, leaves: fragments, ...(large && { cut: large.because }) } },
    unread,
    ...ifGrowing(plan.rel, sql),
  };
}

function ifGrowing(rel: Rel, sql: string): Pick<Plan, 'growing'> {
  const found = growing(rel, sql);
  return found === undefined ? {} : { growing: found };
}

function withKept(fragments: readonly Fragment[], kept: ReadonlyMap<string, Fragment['kept']>): Fragment[] {
  return fragments.map((fragment) => ({ ...fragment, kept: [...fragment.kept, ...(kept.get(fragment.id) ?? [])] }));
}

function readable(json: JsonObject, tables: readonly Table[]): BoundPlan | undefined {
  try {
    return readPlan(json, tables);
  } catch (error) {
    if (error instanceof UnreadablePlan) return undefined;
    throw error;
  }
}
