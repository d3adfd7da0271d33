/** The tables of one SELECT: a source for each, the joins between them, and whether joining repeats rows. */

import type { Edge, Graph } from '../link/graph.js';
import { other } from '../link/graph.js';
import type { ColumnEntry, TableEntry } from '../link/catalog.js';
import type { Join, Scalar, Source } from '../tree/tree.js';
import { NoReading } from './reading.js';
import { keyOf } from './roles.js';

/** Words for the two ends of a way. */
const ends = [
  ['depart', 'departure', 'leave', 'start', 'source', 'origin', 'begin'],
  ['arrive', 'arrival', 'land', 'end', 'destination', 'reach', 'finish'],
];

export class Scope {
  private readonly sources = new Map<TableEntry, Source>();
  private readonly aliases = new Set<string>();
  private readonly order: TableEntry[] = [];
  joinKind: 'inner' | 'left' = 'inner';

  constructor(
    readonly graph: Graph,
    readonly main: TableEntry,
    /** Lemmas of the question. */
    readonly words: ReadonlySet<string> = new Set(),
  ) {
    this.add(main);
  }

  add(table: TableEntry): Source {
    let source = this.sources.get(table);
    if (source === undefined) {
      const { name, service } = table.table;
      let alias = name;
      if (this.aliases.has(alias.toLowerCase())) alias = `${service}_${name}`;
      for (let n = 2; this.aliases.has(alias.toLowerCase()); n++) alias = `${name}_${n}`;
      this.aliases.add(alias.toLowerCase());
      this.sources.set(table, (source = { alias, table: table.table }));
      this.order.push(table);
    }
    return source;
  }

  column(entry: ColumnEntry): Scalar {
    return { kind: 'column', source: this.add(entry.table), path: entry.path, type: entry.type };
  }

  /** How often a row occurs: in the one table whose rows refer to it. */
  addOccurrences(table: TableEntry): void {
    const referring = new Set(this.graph.at(table).filter((e) => e.to.table === table).map((e) => e.from.table));
    const [only] = referring;
    if (referring.size > 1) throw new NoReading(`how often a row of ${table.table.name} occurs, and where`);
    if (only !== undefined) this.add(only);
  }

  get tables(): readonly TableEntry[] {
    return this.order;
  }

  /** Links that might as well have been meant. */
  rivals = 0;

  edges(): Edge[] | undefined {
    return this.graph.tree(this.order)?.map((edge) => this.meant(edge));
  }

  /** Where several links join two tables, the one whose column the question speaks of. */
  private meant(edge: Edge): Edge {
    const same = this.graph.between(edge.from.table, edge.to.table);
    if (same.length < 2) return edge;
    const said = new Set([...this.words, ...ends.flatMap((end) => (end.some((w) => this.words.has(w)) ? end : []))]);
    const spoken = (e: Edge) => Math.max(...e.from.names.map((n) => n.words.filter((w) => w !== 'id' && said.has(w)).length));
    const ranked = [...same].sort((a, b) => spoken(b) - spoken(a));
    this.rivals = spoken(ranked[0]!) > spoken(ranked[1]!) ? 0 : 1;
    return this.rivals === 0 ? ranked[0]! : edge;
  }

  /** Joins in an order in which each meets a table already there; undefined where nothing links them. */
  joins(): Join[] | undefined {
    const edges = this.edges();
    if (edges === undefined) return undefined;
    const joined = new Set([this.main]);
    const joins: Join[] = [];
    const waiting = [...edges];
    while (waiting.length > 0) {
      const i = waiting.findIndex((e) => joined.has(e.from.table) !== joined.has(e.to.table));
      if (i < 0) return undefined;
      const [edge] = waiting.splice(i, 1);
      const fresh = joined.has(edge!.from.table) ? edge!.to.table : edge!.from.table;
      joined.add(fresh);
      const [here, there] = edge!.from.table === fresh ? [edge!.to, edge!.from] : [edge!.from, edge!.to];
      joins.push({ kind: this.joinKind, source: this.add(fresh), on: [{ left: this.column(here), right: this.column(there) }] });
    }
    return joins;
  }
}

/** Does going from one table to another along these edges meet several rows for one? */
export function multiplies(edges: readonly Edge[], from: TableEntry): boolean {
  const seen = new Set([from]);
  const queue = [from];
  while (queue.length > 0) {
    const table = queue.shift()!;
    for (const edge of edges) {
      if (edge.from.table !== table && edge.to.table !== table) continue;
      const next = other(edge, table);
      if (seen.has(next)) continue;
      // Arriving at the referring side: many rows there refer to one here, unless the referring column is its key.
      if (edge.from.table === next && !isUnique(edge.from)) return true;
      seen.add(next);
      queue.push(next);
    }
  }
  return false;
}

export function isUnique(column: ColumnEntry): boolean {
  return column.primary || keyOf(column.table) === column || (column.table.table.uniques ?? []).some((u) => u.length === 1 && u[0] === column.column.name);
}
