/** Joins: the links of the catalogue as a graph over its tables, and the smallest tree of joins that holds some of them. */

import type { Link } from '../../../catalog/contract.js';
import { key } from './catalog.js';
import type { ColumnEntry, Schema, TableEntry } from './catalog.js';

export interface Edge {
  readonly from: ColumnEntry;
  readonly to: ColumnEntry;
  readonly cost: number;
  readonly link: Link;
}

export class Graph {
  private readonly edges = new Map<TableEntry, Edge[]>();
  private readonly others = new Map<TableEntry, Graph>();
  private readonly paths = new Map<TableEntry, Map<TableEntry, { cost: number; via: Edge }>>();

  constructor(
    readonly schema: Schema,
    excluded?: TableEntry,
  ) {
    const columns = new Map(schema.tables.flatMap((t) => t.columns.filter((c) => c.path.length === 1).map((c) => [addressOf(c), c] as const)));
    for (const link of schema.catalog.links) {
      const find = (a: Link['from']) => columns.get(key(a.service, a.schema, a.table, a.column));
      const from = find(link.from);
      const to = find(link.to);
      if (from === undefined || to === undefined || from.table === to.table || from.table === excluded || to.table === excluded) continue;
      const edge = { from, to, cost: 2 - link.score + (link.evidence === 'inferred' ? 0.1 : 0), link };
      this.at(from.table).push(edge);
      this.at(to.table).push(edge);
    }
  }

  /** The same links, save those of one table. */
  without(table: TableEntry): Graph {
    let graph = this.others.get(table);
    if (graph === undefined) this.others.set(table, (graph = new Graph(this.schema, table)));
    return graph;
  }

  /** Edges that touch a table. */
  at(table: TableEntry): Edge[] {
    let list = this.edges.get(table);
    if (list === undefined) this.edges.set(table, (list = []));
    return list;
  }

  /** Several links between two tables: which one is meant must be told from elsewhere. */
  between(a: TableEntry, b: TableEntry): Edge[] {
    return this.at(a).filter((e) => other(e, a) === b);
  }

  distance(a: TableEntry, b: TableEntry): number {
    return a === b ? 0 : (this.reach(a).get(b)?.cost ?? Infinity);
  }

  /** Edges that join all tables, from the first; undefined where nothing links them. Grows by the nearest next table. */
  tree(tables: readonly TableEntry[]): Edge[] | undefined {
    const [first, ...rest] = tables;
    if (first === undefined) return [];
    const inside = new Set([first]);
    const edges: Edge[] = [];
    const missing = new Set(rest.filter((t) => t !== first));
    while (missing.size > 0) {
      let best: { cost: number; start: TableEntry; end: TableEntry } | undefined;
      for (const start of inside) {
        for (const end of missing) {
          const cost = this.distance(start, end);
          if (cost < (best?.cost ?? Infinity)) best = { cost, start, end };
        }
      }
      if (best === undefined) return undefined;
      for (const edge of this.path(best.start, best.end)) {
        if (!inside.has(edge.from.table) || !inside.has(edge.to.table)) edges.push(edge);
        inside.add(edge.from.table);
        inside.add(edge.to.table);
      }
      for (const table of inside) missing.delete(table);
    }
    return edges;
  }

  path(start: TableEntry, end: TableEntry): Edge[] {
    const reach = this.reach(start);
    const result: Edge[] = [];
    for (let at = end; at !== start; ) {
      const step = reach.get(at)!;
      result.unshift(step.via);
      at = other(step.via, at);
    }
    return result;
  }

  /** Dijkstra, once a table and only when asked. */
  private reach(start: TableEntry): Map<TableEntry, { cost: number; via: Edge }> {
    const cached = this.paths.get(start);
    if (cached !== undefined) return cached;
    const best = new Map<TableEntry, { cost: number; via: Edge }>();
    const queue: { table: TableEntry; cost: number }[] = [{ table: start, cost: 0 }];
    const done = new Set<TableEntry>();
    while (queue.length > 0) {
      queue.sort((a, b) => b.cost - a.cost);
      const { table, cost } = queue.pop()!;
      if (done.has(table)) continue;
      done.add(table);
      for (const edge of this.at(table)) {
        const next = other(edge, table);
        const total = cost + edge.cost;
        if (next !== start && total < (best.get(next)?.cost ?? Infinity)) {
          best.set(next, { cost: total, via: edge });
          queue.push({ table: next, cost: total });
        }
      }
    }
    this.paths.set(start, best);
    return best;
  }
}

export function other(edge: Edge, table: TableEntry): TableEntry {
  return edge.from.table === table ? edge.to.table : edge.from.table;
}

function addressOf(c: ColumnEntry): string {
  const { service, schema, name } = c.table.table;
  return key(service, schema, name, c.column.name);
}

const graphs = new WeakMap<Schema, Graph>();

export function graphOf(schema: Schema): Graph {
  let graph = graphs.get(schema);
  if (graph === undefined) graphs.set(schema, (graph = new Graph(schema)));
  return graph;
}
