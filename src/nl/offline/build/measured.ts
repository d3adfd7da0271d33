/** Measures that need a query within the query: over rows that a join would repeat, over groups, over the rows with the most. */

import type { ColumnEntry, TableEntry } from '../link/catalog.js';
import type { Edge } from '../link/graph.js';
import type { Mention, Sketch } from '../read/sketch.js';
import { count, query } from '../tree/tree.js';
import type { Join, Output, Predicate, Query, Scalar } from '../tree/tree.js';
import type { Collected } from './conditions.js';
import { NoReading } from './reading.js';
import { isNumeric, isTime, keyOf, labelOf } from './roles.js';
import { same } from './same.js';
import { Scope, multiplies } from './scope.js';

/**
 * "the average age of students who have pets": each row that qualifies is measured once, however often it was met.
 * @returns undefined where no join repeats the measured table's rows, or they have no key
 */
export function measuredOnce(scope: Scope, select: readonly Output[], joins: readonly Join[], where: readonly Predicate[], edges: readonly Edge[]): Query | undefined {
  const measured = select.map(({ expr }) => (expr.kind === 'aggregate' && expr.name !== 'count' && expr.arg?.kind === 'column' ? expr.arg.source : undefined));
  const [source] = measured;
  if (source === undefined || measured.some((s) => s !== source)) return undefined;
  const table = scope.tables.find((t) => t.table === source.table);
  const key = table === undefined ? undefined : keyOf(table);
  if (table === undefined || key === undefined || !multiplies(edges, table)) return undefined;
  const column = scope.column(key);
  const rows = query(scope.add(scope.main), { select: [{ expr: column }], joins, where });
  return query(source, { select, where: [{ kind: 'in', arg: column, values: rows, negated: false }] });
}

/** "The average price of the rooms", where prices are those of kinds of rooms: it is rooms that are measured. */
export function measuredPerUnit(sketch: Sketch, edges: readonly Edge[], tableOf: (m: Mention) => TableEntry): boolean {
  const [target] = sketch.selects;
  const mention = target?.mention;
  if (sketch.selects.length !== 1 || mention?.anchor === undefined || target?.aggregate === undefined || target.aggregate === 'count') return false;
  const unit = tableOf(mention.anchor);
  return unit !== tableOf(mention) && edges.length > 0 && !multiplies(edges, unit);
}

const sizes = ['biggest', 'largest', 'smallest', 'greatest', 'best', 'worst'];

/** "The biggest customers" are not those whose name comes last. */
export function refuseSize(column: ColumnEntry, words: ReadonlySet<string>): 1 {
  if (sizes.some((word) => words.has(word))) throw new NoReading(`the size of ${column.path.join('.')}, which is no number`);
  return 1;
}

const moneyVerbs = ['pay', 'pays', 'paid', 'spend', 'spends', 'spent', 'earn', 'earns', 'earned', 'charge', 'charges', 'charged', 'owe', 'owes', 'owed', 'cost', 'costs'];

/** "Who spent the most" is no number of rows; and one row in each group is no number to compare. */
export function refuseUntoldCount(scope: Scope, plain: readonly Scalar[], words: ReadonlySet<string>): void {
  if (moneyVerbs.some((verb) => words.has(verb))) throw new NoReading('what "the most" is of');
  const key = keyOf(scope.main);
  const single = [...labelOf(scope.main), ...(key === undefined ? [] : [key])].map((column) => scope.column(column));
  if (scope.tables.length === 1 && plain.every((shown) => single.some((one) => same(one, shown)))) throw new NoReading('what is counted');
}

/** How many values of a column have groups that meet the conditions. */
export function countOfGroups(scope: Scope, by: ColumnEntry, { where, having }: Collected): Query {
  const expr = scope.column(by);
  const joins = scope.joins();
  if (joins === undefined) throw new NoReading(`nothing links ${scope.tables.map((t) => t.table.name).join(' and ')}`);
  const groups = query(scope.add(scope.main), { select: [{ expr }], joins, where, group: [expr], having });
  return query({ alias: 'groups', query: groups }, { select: [{ expr: count }] });
}

/** "the average age in the largest dorm": only the rows that have the extreme value. */
export function hasExtreme(scope: Scope, column: ColumnEntry, high: boolean): Predicate {
  if (!isNumeric(column.type) && !isTime(column.type)) throw new NoReading(`the most of ${column.path.join('.')}, which is no number`);
  const inner = new Scope(scope.graph, column.table);
  const most: Scalar = { kind: 'aggregate', name: high ? 'max' : 'min', arg: inner.column(column) };
  return { kind: 'compare', op: '=', left: scope.column(column), right: { kind: 'query', query: query(inner.add(column.table), { select: [{ expr: most }] }) } };
}

/** Rows of a table counted once each, although a join repeats them: an order of two products of a category is one order of it. */
export function countedOnce(expr: Scalar, table: TableEntry, scope: Scope): Scalar {
  if (expr.kind !== 'aggregate' || expr.name !== 'count' || expr.arg !== undefined) return expr;
  const key = keyOf(table);
  return key === undefined ? expr : { kind: 'aggregate', name: 'count', arg: scope.column(key), distinct: true };
}

/** Of what makes the group there is one in each group: it is the group's rows that are counted. */
export function countedWithin(expr: Scalar, group: readonly Scalar[]): Scalar {
  const { arg, distinct } = expr.kind === 'aggregate' && expr.name === 'count' ? expr : {};
  return arg !== undefined && distinct === true && group.some((g) => same(g, arg)) ? count : expr;
}

/** A sum or an average of values that a join repeats would be wrong without a sign of it. */
export function refuseRepeatedSums(scope: Scope, select: readonly Output[], edges: readonly Edge[]): void {
  for (const { expr } of select) {
    if (expr.kind !== 'aggregate' || (expr.name !== 'sum' && expr.name !== 'avg') || expr.arg?.kind !== 'column') continue;
    const of = expr.arg.source.table;
    const table = scope.tables.find((t) => t.table === of);
    if (table !== undefined && multiplies(edges, table)) throw new NoReading(`a ${expr.name} of ${table.table.name} whose rows a join repeats`);
  }
}
