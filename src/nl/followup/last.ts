/** The statement that was answered last, as it can be edited: its tree, and what of the catalogue stands in it. */

import type { ColumnEntry, Schema, TableEntry } from '../offline/link/catalog.js';
import type { Graph } from '../offline/link/graph.js';
import { isUnique } from '../offline/build/scope.js';
import type { Join, Query, Scalar, Source } from '../offline/tree/tree.js';
import { hasAggregate } from '../offline/tree/tree.js';

/** What was asked for can't be done to this statement; the message says why, as a clause. */
export class Inapplicable extends Error {}

export interface Around {
  readonly schema: Schema;
  readonly graph: Graph;
  readonly now: string;
  readonly timezone: string;
}

/** One way to do what was asked. */
export interface Edited {
  readonly tree: Query;
  readonly notes: readonly string[];
  /** Higher is likelier; ways that are about equally likely are the user's to tell apart. */
  readonly score: number;
}

export interface Placed {
  readonly entry: TableEntry;
  readonly source: Source;
}

/** The catalogue's tables in the statement, in their order. */
export function placesOf(tree: Query, schema: Schema): Placed[] {
  return [tree.from, ...tree.joins.map((j) => j.source)].flatMap((source) => {
    const entry = schema.tables.find((t) => t.table === source.table);
    return entry === undefined ? [] : [{ entry, source }];
  });
}

export function isMeasured(tree: Query): boolean {
  return tree.group.length > 0 || tree.select.some((o) => hasAggregate(o.expr));
}

/** A whole statement as one source: what counts or edits its rows without knowing how they came to be. */
export function wrapped(tree: Query): Source {
  return { alias: 'answer', query: tree };
}

export interface Reached {
  readonly column: Scalar;
  readonly joins: readonly Join[];
  /** Joins on the way. */
  readonly steps: number;
}

/**
 * A column in the statement, or in a table of which each row of the statement has one: joining that repeats no row. A
 * row without one stays, with nothing in that column.
 */
export function reach(tree: Query, column: ColumnEntry, { schema, graph }: Around): Reached | undefined {
  const places = placesOf(tree, schema);
  const at = (source: Source, c: ColumnEntry): Scalar => ({ kind: 'column', source, path: c.path, type: c.type });
  const here = places.filter((p) => p.entry === column.table);
  if (here.length > 1) throw new Inapplicable(`${column.table.table.name} stands in it more than once`);
  if (here[0] !== undefined) return { column: at(here[0].source, column), joins: [], steps: 0 };
  let best: Reached | undefined;
  for (const start of places) {
    if (graph.distance(start.entry, column.table) === Infinity) continue;
    const joins: Join[] = [];
    let place = start;
    let once = true;
    for (const edge of graph.path(start.entry, column.table)) {
      if (edge.from.table !== place.entry || !isUnique(edge.to) || graph.between(edge.from.table, edge.to.table).length > 1) once = false;
      const next: Placed = { entry: edge.to.table, source: { alias: freeAlias(edge.to.table, [tree.from, ...[...tree.joins, ...joins].map((j) => j.source)]), table: edge.to.table.table } };
      joins.push({ kind: 'left', source: next.source, on: [{ left: at(next.source, edge.to), right: at(place.source, edge.from) }] });
      place = next;
      if (!once) break;
    }
    if (once && (best === undefined || joins.length < best.steps)) best = { column: at(place.source, column), joins, steps: joins.length };
  }
  return best;
}

function freeAlias(table: TableEntry, taken: readonly Source[]): string {
  const used = new Set(taken.map((s) => s.alias.toLowerCase()));
  const { name, service } = table.table;
  for (const alias of [name, `${service}_${name}`]) if (!used.has(alias.toLowerCase())) return alias;
  let n = 2;
  while (used.has(`${name}_${n}`.toLowerCase())) n++;
  return `${name}_${n}`;
}
