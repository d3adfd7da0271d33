/** Whether it is rows that are asked for, kinds of them, or what belongs to each: over several services, where rows count and not columns. */

import type { ColumnEntry, TableEntry } from '../link/catalog.js';
import type { Mention, Sketch, Target } from '../read/sketch.js';
import type { Output, Predicate, Scalar } from '../tree/tree.js';
import type { Choice } from './bind.js';
import { NoReading } from './reading.js';
import { isKey, isText, keyOf, labelOf } from './roles.js';
import type { Scope } from './scope.js';

const estate = (scope: Scope): boolean => scope.graph.schema.services.length > 1;

/** Kinds of rows are shown, not rows, of which each has its own number. */
export function ofKinds(plain: readonly Scalar[], scope: Scope): boolean {
  const { main } = scope;
  const labels = labelOf(main);
  return estate(scope) && plain.length > 0 && plain.every((p) => {
    const column = p.kind === 'column' ? main.columns.find((c) => c.path === p.path) : undefined;
    return column !== undefined && isText(column.type) && column.values.length > 0 && !column.primary && !labels.includes(column);
  });
}

/** "Ships named Aurora": what else is known of them, where nothing but the rows is asked for. */
export function wholeRows(scope: Scope, selects: readonly Target[], columnOf: (m: Mention) => ColumnEntry | undefined): Output[] | undefined {
  const [only] = selects;
  if (!estate(scope) || selects.length !== 1 || only?.mention === undefined || only.mention.chunk.word === 'name' || columnOf(only.mention) !== undefined) return undefined;
  return scope.main.columns.filter((c) => c.path.length === 1).map((c) => ({ expr: scope.column(c) }));
}

/** "Repaired more than once": each key of the one table has one row, so it is some other rows that were to be counted. */
export function refuseSingleRows(scope: Scope, having: readonly Predicate[], group: readonly Scalar[]): void {
  const key = keyOf(scope.main);
  const counts = having.some((p) => p.kind === 'compare' && p.left.kind === 'aggregate' && p.left.name === 'count' && p.left.arg === undefined);
  if (counts && scope.tables.length === 1 && group.some((g) => g.kind === 'column' && g.source.table === scope.main.table && g.path === key?.path)) throw new NoReading('a number of rows that belong to each one');
}

export function aboutRows(scope: Scope, plain: readonly Scalar[]): boolean {
  const labels = labelOf(scope.main).map((c) => c.path.join('.'));
  return scope.tables.length > 1 && plain.some((p) => p.kind === 'column' && labels.includes(p.path.join('.')));
}

/** "Show all sizes": each value once, where nothing says whose. */
export function showsValues(sketch: Sketch, choice: (m: Mention) => Choice): boolean {
  const { mention } = sketch.selects[0]!;
  if (mention?.anchor !== undefined || sketch.subject !== undefined || sketch.selects.length !== 1 || mention === undefined) return false;
  const { column, table } = choice(mention);
  if (column === undefined || !isText(column.type) || labelOf(table).includes(column) || isKey(column)) return false;
  return sketch.mentions.every((m) => m === mention || choice(m).table !== table || m.role === 'filter') && /s$/.test(mention.chunk.text);
}

/** What is shown says which group it is: of every group something of its own table. */
export function tellsGroups(plain: readonly Scalar[], groups: readonly { readonly shown: readonly Scalar[] }[], scope: Scope): boolean {
  const tableOf = (s: Scalar | undefined): unknown => (s?.kind === 'column' ? s.source.table : undefined);
  return !estate(scope) || groups.every((g) => plain.some((p) => tableOf(p) === tableOf(g.shown[0])));
}

/** "The most stock": reservations of stock are another thing to count. */
export function refuseModifier({ chunk }: Mention, table: TableEntry, scope: Scope): void {
  const heads = table.names.map((n) => n.words.at(-1)!);
  const only = table.names.every((n) => n.words.length > 1 && n.words.slice(0, -1).includes(chunk.word) && !n.words.slice(-1).includes(chunk.word));
  if (estate(scope) && chunk.loose && only) throw new NoReading(`"${chunk.text}" says which ${heads[0]!}s, and they may not be meant`);
}

/** "Managers", of manager_id: who they are, each of them once, is more than the column. */
export function refuseReferences(sketch: Sketch, choice: (m: Mention) => Choice, scope: Scope): void {
  const [only] = sketch.selects;
  const mention = sketch.selects.length === 1 ? only?.mention : undefined;
  if (!estate(scope) || mention === undefined || mention.anchor !== undefined || sketch.conds.length > 0 || !/s$/.test(mention.chunk.text)) return;
  const { column } = choice(mention);
  if (column !== undefined && !column.primary && (column.foreign || column.names.some((n) => n.words.at(-1) === 'id')) && !/\bids?\b/i.test(mention.chunk.text)) throw new NoReading(`whom ${column.path.join('.')} refers to`);
}

/** "The supervisor with the most employees": those who have none have none in common. */
export function named(group: readonly Scalar[], main: TableEntry): Predicate[] {
  return group.flatMap((key): Predicate[] => {
    const column = key.kind === 'column' && key.source.table === main.table ? main.columns.find((c) => c.path.join('.') === key.path.join('.')) : undefined;
    return column === undefined || column.primary || !column.column.nullable || labelOf(main).includes(column) || column === keyOf(main) || !isText(column.type) && !column.foreign && !isKey(column) ? [] : [{ kind: 'null', arg: key, negated: true }];
  });
}

/** "The most sessions", of session_id: their number, and not the id that sorts last. */
export function refuseRankedKey(column: ColumnEntry, scope: Scope): void {
  if (estate(scope) && isKey(column) && (isText(column.type) || column.foreign || column.table !== scope.main)) throw new NoReading(`an order by the key ${column.path.join('.')}`);
}
