/**
 * Fragments as large as a store can take: aggregates, joins and limits go down whole, and the residual is printed from
 * the plan over what comes back. undefined where nothing larger than a filtered scan goes to any store, and a `Cut` where
 * the rest of the plan can't be printed; then the statement itself runs over filtered tables.
 */

import { inputs, mapInputs, quoteIdentifier as q, typeName } from '../algebra/index.js';
import type { ColumnId, OutputColumn, Rel, Scan, Table, Type } from '../algebra/index.js';
import { describeOutput } from '../duckdb/serialize.js';
import { AishellError } from '../errors.js';
import type { Dialect } from '../../connectors/contract.js';
import type { CheckedStatement } from '../sql/contract.js';
import type { BoundPlan } from './bound-plan.js';
import type { Fragment } from './contract.js';
import { describeRel } from './describe-rel.js';
import { estimateRel } from './estimate.js';
import { printResidual, Unprintable } from './residual.js';
import { withSums } from './rules/averages.js';
import { stagedName } from './rules/key-source.js';
import { neededColumns } from './rules/needed-columns.js';
import { withoutMarks } from './rules/not-in.js';
import { findOccurrences } from './rules/occurrences.js';
import { partialAggregates, wholeOf } from './rules/partial-aggregates.js';
import { place } from './rules/place.js';
import { pruned } from './rules/prune.js';
import type { Placed, Placement } from './rules/place.js';

export interface LargePlan {
  readonly residual: string;
  /** The plan over staged tables: its scans are of `staged` tables, each of which is a fragment. */
  readonly plan: BoundPlan;
  readonly fragments: ReadonlyMap<Table, Fragment>;
}

/** Why the statement is cut at filtered scans, though a store would take more. */
export interface Cut {
  readonly because: string;
}

export async function largePlan(bound: BoundPlan, statement: CheckedStatement, dialectOf: (service: string) => Dialect): Promise<LargePlan | Cut | undefined> {
  const { plan, placement } = averagesPlaced(bound, dialectOf) ?? { plan: bound, placement: placementOf(bound, dialectOf) };
  const placed = [...placement.placed.values()];
  const large = placed.some(({ rel }) => isLarge(rel));
  if (!large && !sparesColumns(plan, placed)) return undefined;
  const result = await printed(plan, placement, statement, dialectOf);
  return large || 'plan' in result ? result : undefined;
}

function placementOf(plan: BoundPlan, dialectOf: (service: string) => Dialect): Placement {
  return partialAggregates(place(withoutMarks(pruned(plan), dialectOf), dialectOf), dialectOf);
}

/** With averages as sums and counts, where a store takes some of these. What is averaged here anyway stays as it is. */
function averagesPlaced(bound: BoundPlan, dialectOf: (service: string) => Dialect): { readonly plan: BoundPlan; readonly placement: Placement } | undefined {
  const split = withSums(bound);
  if (split === undefined) return undefined;
  const placement = placementOf(split.plan, dialectOf);
  const goes = ({ output }: Placed) => output.some(({ id }) => split.sums.has(id) || split.sums.has(wholeOf(id)));
  return [...placement.placed.values()].some(goes) ? { plan: split.plan, placement } : undefined;
}

async function printed(plan: BoundPlan, placement: Placement, statement: CheckedStatement, dialectOf: (service: string) => Dialect): Promise<LargePlan | Cut> {
  const { fragments, scanOf } = fragmentsOf(placement, dialectOf);
  const sums = new Set([...placement.placed.values()].flatMap(({ output }) => output.filter(({ type }) => sentType(type) !== type).map(({ id }) => id)));
  const outputs = new Map(placement.outputs);
  const rel = overStaged(placement.rel, scanOf, outputs);
  const { sql, tables, timezone } = statement;
  try {
    const names = await describeOutput(sql, tables, timezone);
    const print = (from: (fragment: Fragment) => string) =>
      printResidual(rel, plan.output, names, {
        outputs,
        leaf: (at) => (at.kind === 'scan' ? `SELECT ${columnsAs(at, sums)} FROM ${from(fragments.get(at.table)!)}` : undefined),
      });
    // Bound once over nothing: what was printed must be a statement, and have the types of the one it stands for.
    const described = await describeOutput(print(nothing), tables, timezone);
    if (described.some(({ name, type }, i) => name !== names[i]!.name || type !== names[i]!.type)) return { because: 'its columns would get other types' };
    const residual = print(({ id }) => stagedName(stagedTable(id, [])));
    return { residual, plan: { ...plan, rel, outputs, scans: [...scanOf.values()] }, fragments };
  } catch (error) {
    if (error instanceof Unprintable) return { because: `no SQL is written over parts for ${error.message}` };
    if (error instanceof AishellError && error.code !== 'internal') return { because: 'DuckDB does not bind it over parts' };
    throw error;
  }
}

/** Does a store keep a column to itself that it only filters by? Worth it where no table would be read twice for it. */
function sparesColumns(plan: BoundPlan, placed: readonly Placed[]): boolean {
  if ([...findOccurrences(plan.rel).values()].some(({ length }) => length > 1)) return false;
  const needed = neededColumns(plan);
  return placed.some(({ rel, output }) => {
    const scans = scansOf(rel);
    return scans.reduce((count, { columns }) => count + columns.filter(({ id }) => needed.has(id)).length, 0) > Math.max(1, output.length);
  });
}

/** Every leaf is a scan of the table that its fragment is staged in. */
function overStaged(rel: Rel, scanOf: ReadonlyMap<Rel, Scan>, outputs: Map<Rel, readonly OutputColumn[]>): Rel {
  const result = scanOf.get(rel) ?? mapInputs(rel, (input) => overStaged(input, scanOf, outputs));
  const output = outputs.get(rel);
  if (output !== undefined) outputs.set(result, output);
  return result;
}

/** A few rows more or less are no reason for a statement over parts. */
const manySkipped = 100;

/** Rows that are skipped are not moved; a limit alone goes down with the filtered scan. */
function isLarge(rel: Rel): boolean {
  return ['aggregate', 'join', 'setOperation', 'window'].includes(rel.kind) || (rel.kind === 'sortLimit' && (rel.offset ?? 0) >= manySkipped) || inputs(rel).some(isLarge);
}

/** Equal questions to one service are asked once. */
function fragmentsOf(placement: Placement, dialectOf: (service: string) => Dialect) {
  const fragments = new Map<Table, Fragment>();
  const scanOf = new Map<Rel, Scan>();
  const asked = new Map<string, Table>();
  for (const [leaf, placed] of placement.placed) {
    const { text, params } = dialectOf(placed.service).compile(placed.rel);
    const key = JSON.stringify([placed.service, text, params], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    const fragment = fragmentFor(`f${asked.size + 1}`, placed);
    const table = asked.get(key) ?? stagedTable(fragment.id, fragment.columns);
    if (!asked.has(key)) fragments.set(table, fragment);
    asked.set(key, table);
    scanOf.set(leaf, { kind: 'scan', table, columns: placed.output.map(({ id }, i) => ({ id, column: table.columns[i]! })) });
  }
  return { fragments, scanOf };
}

/** Where the engine puts a fragment that is no table's own. */
function stagedTable(id: string, columns: Fragment['columns']): Table {
  return { service: 'memory', schema: 'staged', name: id, kind: 'table', columns: columns.map((column) => ({ ...column, nullable: true, nativeType: '' })) };
}

function fragmentFor(id: string, { rel, service, output, kept }: Placed): Fragment {
  const tables = scansOf(rel).map(({ table }) => table);
  return {
    id,
    service,
    rel,
    table: tables[0]!,
    ...(tables.length > 1 && { others: tables.slice(1) }),
    alone: true,
    outputIds: output.map((column) => column.id),
    columns: stagedColumns(output),
    estimate: estimateRel(rel),
    pushed: describeRel(rel),
    kept,
  };
}

/** By the columns' own names where these are different. */
function stagedColumns(output: readonly OutputColumn[]): { readonly name: string; readonly type: Type }[] {
  const counts = new Map<string, number>();
  for (const { name } of output) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return output.map(({ id, name, type }) => ({ name: counts.get(name.toLowerCase()) === 1 ? name : id, type: sentType(type) }));
}

/** 128-bit sums come as decimals, which every store's wire has. */
function sentType(type: Type): Type {
  return type.kind === 'int' && type.bits === 128 ? { kind: 'decimal', precision: 38, scale: 0 } : type;
}

/** Under their ids, and 128-bit sums as what they are. */
function columnsAs({ columns }: Scan, sums: ReadonlySet<ColumnId>): string {
  return columns.map(({ id, column }) => `${sums.has(id) ? `CAST(${q(column.name)} AS HUGEINT)` : q(column.name)} AS ${q(id)}`).join(', ');
}

function nothing({ columns }: Fragment): string {
  return `(SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${typeName(type)}) AS ${q(name)}`).join(', ')} WHERE false) AS nothing`;
}

function scansOf(rel: Rel): readonly Scan[] {
  return rel.kind === 'scan' ? [rel] : inputs(rel).flatMap(scansOf);
}
