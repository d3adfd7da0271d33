/** Which time a period of the question is about, and how a period is said. */

import type { TableEntry, ColumnEntry } from '../link/catalog.js';
import type { Graph } from '../link/graph.js';
import { other } from '../link/graph.js';
import type { SaidPeriod } from '../read/period.js';
import type { Cond, Mention } from '../read/sketch.js';
import type { Predicate, Query, Scalar, Unit } from '../tree/tree.js';
import { timeConstant } from './constants.js';
import { NoReading } from './reading.js';
import { isTime, timeOf } from './roles.js';
import type { Scope } from './scope.js';

/** The time of what happened: of the table whose rows refer to the others', else of the first that has one. */
export function eventTime(scope: Scope): ColumnEntry | undefined {
  const timed = scope.tables.filter((t) => timeOf(t) !== undefined);
  const details = timed.filter((t) => timed.every((o) => o === t || refers(scope.graph, t, o)));
  const [first] = details.length === 1 ? details : timed;
  return first === undefined ? undefined : timeOf(first);
}

/** Each row of the one belongs to at most one row of the other. */
function refers(graph: Graph, from: TableEntry, to: TableEntry): boolean {
  if (graph.distance(from, to) === Infinity) return false;
  let at = from;
  for (const edge of graph.path(from, to)) {
    if (edge.from.table !== at) return false;
    at = other(edge, at);
  }
  return true;
}

/** "registered this week": a time that the question names. */
export function spokenTime(conds: readonly Cond[], columnOf: (m: Mention) => ColumnEntry | undefined): ColumnEntry | undefined {
  for (const cond of conds) {
    if (cond.kind !== 'relation' || cond.negated) continue;
    const column = columnOf(cond.mention);
    if (column !== undefined && isTime(column.type)) return column;
  }
  return undefined;
}

/** A time as one that can be cut to units and reckoned with, though it be kept as text. */
export function instant(time: ColumnEntry, column: Scalar): Scalar {
  return time.written === true ? { kind: 'cast', arg: column, to: time.type.kind === 'date' ? 'DATE' : 'TIMESTAMP' } : column;
}

export function bucketOf(unit: Unit, time: ColumnEntry | undefined, scope: Scope): Scalar {
  if (time === undefined) throw new NoReading('no column tells when');
  return { kind: 'bucket', unit, arg: instant(time, scope.column(time)) };
}

export function duringPeriod(period: SaidPeriod, time: ColumnEntry, scope: Scope): Predicate[] {
  const left = scope.column(time);
  const compare = (op: '>=' | '<', day: string): Predicate => ({ kind: 'compare', op, left, right: timeConstant(time, time.type.kind === 'date' ? day : `${day} 00:00:00`) });
  return [compare('>=', period.from), compare('<', period.to)];
}

/** What was made of it, with its last day and the zone that it depends on. */
export function saidPeriod({ said, from, to, relative }: SaidPeriod, time: ColumnEntry, zone: string): string {
  const last = new Date(Date.parse(`${to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return `"${said}" = ${from} to ${last}${relative || time.type.kind !== 'date' ? ` ${zone}` : ''}, by ${time.table.table.name}.${time.path.join('.')}`;
}

/** What is told by spans of time is read in their order. */
export function inTime(group: readonly Scalar[]): Query['order'] {
  return group.filter(({ kind }) => kind === 'bucket').map((expr) => ({ expr, desc: false }));
}
