/**
 * What a tree looks like, and how well its parts are spoken of: facts that the confidence weighs, each there or not,
 * and a few counts.
 */

import { isKey, isNumeric, isTime, labelOf } from './build/roles.js';
import type { ColumnEntry, Schema, TableEntry } from './link/catalog.js';
import { light } from './text/words.js';
import type { Sketch } from './read/sketch.js';
import type { Bound } from './build/bind.js';
import { hasAggregate } from './tree/tree.js';
import type { Predicate, Query, Scalar, Source } from './tree/tree.js';
import { columnsOf, flatten } from './tree/walk.js';

export function formOf(q: Query, bound: Bound, features: Readonly<Record<string, number>>, sketch: Sketch, schema: Schema): Readonly<Record<string, number>> {
  const shapes: string[] = [];
  const marks: string[] = [];
  const spoken = new Spoken(sketch, bound);
  const add = (shape: string) => void (shapes.includes(shape) || shapes.push(shape));
  for (const { expr } of q.select) add(`show ${kindOf(expr, schema)}`);
  add(`outputs ${Math.min(4, q.select.length)}`);
  if (q.distinct === true) add('distinct');
  if (q.group.length > 0) add(q.select.some((o) => hasAggregate(o.expr)) ? 'group measured' : q.having.length + q.order.filter((o) => hasAggregate(o.expr)).length > 0 ? 'group chosen' : 'group once');
  for (const p of q.having) if (p.kind === 'compare') add(`having ${p.op}`);
  for (const o of q.order) add(`order ${hasAggregate(o.expr) ? 'aggregate' : 'column'} ${o.desc ? 'desc' : 'asc'}`);
  if (q.order.length > 1) add('orders');
  if (q.limit !== undefined) add(q.limit === 1 ? 'limit one' : 'limit many');
  for (const p of flatten(q.where)) add(`where ${predicateOf(p)}`);
  if (q.where.some((p) => p.kind === 'or')) add('where or');
  if (q.set !== undefined) add(`set ${q.set.op}`);
  add(`joins ${Math.min(3, q.joins.length)}`);

  const outputs = q.select.map((o) => columnIn(o.expr));
  for (const [i, column] of outputs.entries()) {
    if (column === undefined) continue;
    const found = entryOf(schema, column);
    if (found === undefined) continue;
    const role = roleOf(found.table, found.column);
    const how = spoken.of(found.column, found.table);
    marks.push(`${q.select[i]!.expr.kind === 'aggregate' ? (q.select[i]!.expr as { name: string }).name : 'show'} ${role} ${how}`);
  }
  for (const g of q.group) {
    const found = g.kind === 'column' ? entryOf(schema, g) : undefined;
    if (found === undefined) continue;
    const shown = outputs.some((o) => o !== undefined && o.source === (g as { source: Source }).source && o.path.join('.') === found.column.path.join('.'));
    marks.push(`group ${roleOf(found.table, found.column)} ${spoken.of(found.column, found.table)} ${shown ? 'shown' : 'hidden'}`);
  }
  for (const o of q.order) {
    const column = columnIn(o.expr);
    const found = column === undefined ? undefined : entryOf(schema, column);
    if (found !== undefined) marks.push(`order ${roleOf(found.table, found.column)} ${spoken.of(found.column, found.table)}`);
  }
  for (const p of flatten(q.where)) {
    if (p.kind !== 'compare' || p.left.kind !== 'column') continue;
    const found = entryOf(schema, p.left);
    if (found === undefined) continue;
    const right = found.column.written === true ? 'time' : p.right.kind === 'text' ? (found.column.values.includes(p.right.value) ? 'listed' : found.column.values.length > 0 ? 'strange' : 'unlisted') : p.right.kind;
    marks.push(`where ${roleOf(found.table, found.column)} ${spoken.of(found.column, found.table)} ${right}`);
  }
  for (const [name, value] of Object.entries(features)) if (value !== 0 && name !== 'tables') marks.push(`built ${name}`);

  const sources = [q.from, ...q.joins.map((j) => j.source)];
  const tables = schema.tables.filter((t) => sources.some((s) => s.table === t.table));
  const used = columnsOf(q);
  return {
    ...Object.fromEntries([...shapes, ...marks].map((name) => [name, 1])),
    silentTables: tables.filter((t) => !spoken.table(t)).length,
    passedThrough: sources.filter((source) => !used.some((c) => c.source === source)).length,
    lostMentions: spoken.lost(tables, used.map((c) => entryOf(schema, c)?.column)),
    uncovered: uncovered(sketch, tables, used.map((c) => entryOf(schema, c)?.column)),
    words: Math.min(4, sketch.words.size / 10),
  };
}

function kindOf(expr: Scalar, schema: Schema): string {
  if (expr.kind === 'aggregate') return `${expr.name}${expr.distinct === true ? ' distinct' : ''}${expr.arg === undefined ? ' rows' : ''}`;
  if (expr.kind !== 'column') return expr.kind;
  const found = entryOf(schema, expr);
  return found === undefined ? 'column' : roleOf(found.table, found.column);
}

function roleOf(table: TableEntry, column: ColumnEntry): string {
  if (labelOf(table).includes(column) && !isKey(column)) return 'label';
  if (column.primary) return 'key';
  if (column.foreign) return 'link';
  if (isKey(column)) return 'id';
  return isNumeric(column.type) ? 'number' : isTime(column.type) ? 'time' : 'text';
}

function predicateOf(p: Predicate): string {
  if (p.kind === 'compare') return p.right.kind === 'query' ? `${p.op} query` : p.right.kind === 'column' ? `${p.op} column` : p.op;
  if (p.kind === 'in') return p.negated ? 'not in' : 'in';
  return `${p.kind}${'negated' in p && p.negated === true ? ' not' : ''}`;
}

function columnIn(s: Scalar): Extract<Scalar, { kind: 'column' }> | undefined {
  if (s.kind === 'column') return s;
  if (s.kind === 'aggregate' || s.kind === 'bucket' || s.kind === 'part' || s.kind === 'cast') return s.arg === undefined ? undefined : columnIn(s.arg);
  return undefined;
}

/** What of the catalogue the question speaks of, by this binding and by its words. */
class Spoken {
  private readonly columns = new Set<ColumnEntry>();
  private readonly tables = new Set<TableEntry>();

  constructor(
    private readonly sketch: Sketch,
    bound: Bound,
  ) {
    for (const choice of bound.binding.values()) {
      if (choice.column !== undefined) this.columns.add(choice.column);
      else this.tables.add(choice.table);
    }
  }

  of(column: ColumnEntry, table: TableEntry): string {
    if (this.columns.has(column)) return 'bound';
    const { words } = this.sketch;
    if (column.names.some((n) => n.words.every((w) => words.has(w)))) return 'said';
    if (this.tables.has(table)) return 'of table';
    return 'silent';
  }

  table(table: TableEntry): boolean {
    return this.tables.has(table) || table.names.some((n) => n.words.every((w) => this.sketch.words.has(w)));
  }

  lost(tables: readonly TableEntry[], columns: readonly (ColumnEntry | undefined)[]): number {
    return [...this.tables].filter((t) => !tables.includes(t)).length + [...this.columns].filter((c) => !columns.includes(c)).length;
  }
}

/** Words with a meaning of their own that no name or value in the tree has. */
function uncovered(sketch: Sketch, tables: readonly TableEntry[], columns: readonly (ColumnEntry | undefined)[]): number {
  const known = new Set<string>();
  for (const t of tables) for (const n of t.names) n.words.forEach((w) => known.add(w));
  for (const c of columns) for (const n of c?.names ?? []) n.words.forEach((w) => known.add(w));
  let left = 0;
  for (const m of sketch.mentions) {
    const words = m.chunk.word.split(' ');
    left += words.filter((w) => !light.has(w) && !known.has(w) && !known.has(w.replace(/s$/, ''))).length / words.length;
  }
  return Math.min(4, left);
}

const entries = new WeakMap<Schema, Map<unknown, TableEntry>>();

function entryOf(schema: Schema, column: Extract<Scalar, { kind: 'column' }>): { table: TableEntry; column: ColumnEntry } | undefined {
  let map = entries.get(schema);
  if (map === undefined) entries.set(schema, (map = new Map(schema.tables.map((t) => [t.table as unknown, t]))));
  const table = map.get(column.source.table);
  const path = column.path.join('.');
  const found = table?.columns.find((c) => c.path.join('.') === path);
  return table === undefined || found === undefined ? undefined : { table, column: found };
}
