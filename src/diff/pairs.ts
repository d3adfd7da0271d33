/** Which tables of different services belong together, and which of their columns hold the same thing. */

import { addressText } from '../catalog/links.js';
import type { ColumnAddress, Link } from '../catalog/contract.js';
import { entityOf, singular, words } from '../catalog/names.js';
import { wordsWithoutUnit } from '../catalog/units.js';
import { isRepeated, tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import { family, valuePaths } from './values/paths.js';
import type { LinkSample, ValuePair } from './values/sample.js';

export interface ColumnPair {
  readonly left: Column;
  readonly right: Column;
  /**
   * reference: left refers to right's key. copy: left repeats right's value. same: both hold the entity's own field.
   * values: their names say nothing, but the sampled rows that belong together hold the same.
   */
  readonly role: 'reference' | 'copy' | 'same' | 'values';
  /** What the sampled rows say of the two. */
  readonly values?: ValuePair;
}

export interface TablePair {
  /** Refers to, or repeats, what lives on the right. */
  readonly left: Table;
  readonly right: Table;
  readonly via: readonly string[];
  readonly columns: readonly ColumnPair[];
  /** Both hold rows of one entity. */
  readonly isSameEntity: boolean;
  /** The left is a topic whose messages are written to the right: declared under `flows:`. */
  readonly isFed: boolean;
  /** The links that were sampled, each with the column of the left table that it starts from. */
  readonly samples: readonly { readonly from: Column; readonly to: Column; readonly sample: LinkSample }[];
}

/** A topic whose messages are written to a table, both as `service.table`. */
export interface Feed {
  readonly topic: string;
  readonly table: string;
}

/** @param samples by link, where values were looked at */
export function pairTables(tables: readonly Table[], links: readonly Link[], samples: ReadonlyMap<Link, LinkSample> = new Map(), feeds: readonly Feed[] = []): TablePair[] {
  const pairs = new Map<string, { left: Table; right: Table; links: Link[] }>();
  const add = (left: Table, right: Table, link?: Link) => {
    const key = JSON.stringify([left, right].map((table) => [table.service, table.schema, table.name]));
    const pair = pairs.get(key) ?? { left, right, links: [] };
    if (link !== undefined) pair.links.push(link);
    pairs.set(key, pair);
  };
  for (const link of links) {
    const left = tables.find((table) => owns(table, link.from));
    const right = tables.find((table) => owns(table, link.to));
    if (left !== undefined && right !== undefined && left.service !== right.service) add(left, right, link);
  }
  const byEntity = new Map<string, Table[]>();
  for (const table of tables) {
    const entity = entityOf(table.name).join(' ');
    const known = byEntity.get(entity);
    if (known === undefined) byEntity.set(entity, [table]);
    else known.push(table);
  }
  for (const left of tables) {
    for (const right of byEntity.get(entityOf(left.name).join(' ')) ?? []) {
      if (left.service === right.service) continue;
      // The side with a key is where the entity lives; between equals, the order of the configuration.
      if (left.kind === 'topic' || (right.kind !== 'topic' && tables.indexOf(left) > tables.indexOf(right))) add(left, right);
    }
  }
  const named = (address: string) => tables.find((table) => tableName(table).toLowerCase() === address.toLowerCase());
  const fed = feeds.flatMap(({ topic, table }) => {
    const [left, right] = [named(topic), named(table)];
    return left === undefined || right === undefined || left.service === right.service ? [] : [{ left, right }];
  });
  for (const { left, right } of fed) add(left, right);
  const isFed = (left: Table, right: Table) => fed.some((one) => one.left === left && one.right === right);
  return [...pairs.values()].map(({ left, right, links }) => ({
    left,
    isFed: isFed(left, right),
    right,
    via: links.length > 0 ? links.map((link) => `${addressText(link.from)} = ${addressText(link.to)}${link.evidence === 'values' ? ', by their values alone' : ''}`) : [isFed(left, right) ? 'messages that are written there (flows)' : 'same entity by name'],
    isSameEntity: sameEntity(left, right),
    samples: links.flatMap((link) => {
      const [from, to, sample] = [columnOf(left, link.from), columnOf(right, link.to), samples.get(link)];
      return from && to && sample ? [{ from, to, sample }] : [];
    }),
    columns: pairColumns(left, right, links, samples, isFed(left, right)),
  }));
}

function owns(table: Table, address: ColumnAddress): boolean {
  return table.service === address.service && table.schema === address.schema && table.name === address.table;
}

function sameEntity(a: Table, b: Table): boolean {
  const entity = words(b.name).map(singular).join(' ');
  return a.kind === 'topic' ? ` ${subjectOf(a.name)}`.endsWith(` ${entity}`) : words(a.name).map(singular).join(' ') === entity;
}

/** Words at the end of a log's name that say what kind of log it is, or that a row was made; of others (`shipped`) not every row has a message. */
const saysLog = new Set(['event', 'topic', 'log', 'stream', 'feed', 'message', 'change', 'update', 'cdc', 'queue', 'created', 'inserted', 'registered', 'placed', 'opened', 'booked', 'issued', 'made', 'signed', 'new', 'json', 'avro', 'proto']);

/** `prod.billing.contract-events.v2` -> prod billing contract */
function subjectOf(log: string): string {
  const said = words(log).map(singular);
  while (said.length > 1 && (saysLog.has(said.at(-1)!) || /^v?\d+$/.test(said.at(-1)!))) said.pop();
  return said.join(' ');
}

function columnOf(table: Table, address: ColumnAddress): Column | undefined {
  return table.columns.find((column) => column.name === address.column);
}

function pairColumns(left: Table, right: Table, links: readonly Link[], samples: ReadonlyMap<Link, LinkSample>, isFed: boolean): ColumnPair[] {
  const entity = entityOf(right.name).join(' ');
  // `order_facts` beside orders repeats its fields under their own names; `orders` beside users only as `user_email`.
  const repeats = isFed || sameEntity(left, right) || entityOf(left.name).join(' ').startsWith(entity);
  // Members come last, and a column of the same words goes before them.
  const byName = new Map(right.columns.toReversed().map((column) => [words(column.name).join(' '), column]));
  const byStem = new Map(right.columns.toReversed().map((column) => [wordsWithoutUnit(column.name).join(' '), column]));
  const sampled = links.flatMap((link) => samples.get(link)?.pairs ?? []);
  const valuesOf = (here: Column, there: Column) => {
    const values = sampled.find((pair) => pair.left.column.name === here.name && pair.right.column.name === there.name);
    return values === undefined ? {} : { values };
  };
  const named = left.columns.flatMap((column): ColumnPair[] => {
    const link = links.find((candidate) => candidate.from.column === column.name);
    const key = link && right.columns.find((candidate) => candidate.name === link.to.column);
    if (key !== undefined) return [{ left: column, right: key, role: 'reference' }];
    // The log's own columns describe the message, not the entity.
    if (column.name.startsWith('_')) return [];
    const name = words(column.name).join(' ');
    const stem = wordsWithoutUnit(column.name).join(' ');
    // `price_cents` beside `price`: one thing, counted in two ways.
    const same = repeats ? (byName.get(name) ?? numbers(column, byStem.get(stem))) : undefined;
    // Of two structs the members are compared, of two lists of them theirs.
    if (same !== undefined && (isRepeated(same) !== isRepeated(column) || (structIn(same) && structIn(column)))) return [];
    if (same !== undefined) return [{ left: column, right: same, role: 'same', ...valuesOf(column, same) }];
    const copied = name.startsWith(`${entity} `) ? (byName.get(name.slice(entity.length + 1)) ?? numbers(column, byStem.get(stem.slice(entity.length + 1)))) : undefined;
    return copied === undefined || isRepeated(copied) !== isRepeated(column) ? [] : [{ left: column, right: copied, role: 'copy', ...valuesOf(column, copied) }];
  });
  const taken = new Set(named.map((pair) => pair.left.name));
  const byValue = valuePaths(left).flatMap(({ column }): ColumnPair[] => {
    if (taken.has(column.name)) return [];
    const candidates = sampled.filter((pair) => pair.left.column.name === column.name && isSame(pair)).sort((a, b) => share(b) - share(a));
    const [best] = candidates;
    if (best === undefined) return [];
    // `client_mail` beside mail: another word for whose it is, but named for what it copies.
    const isCopy = ` ${words(column.name).join(' ')}`.endsWith(` ${words(best.right.column.name).join(' ')}`);
    return [{ left: column, right: best.right.column, role: isCopy ? 'copy' : 'values', values: best }];
  });
  return [...named, ...byValue];
}

/** Numbers on both sides. */
function numbers(a: Column, b: Column | undefined): Column | undefined {
  return b !== undefined && family(a.type) === 'number' && family(b.type) === 'number' ? b : undefined;
}

function structIn({ type }: Column): boolean {
  return type.kind === 'struct' || (type.kind === 'list' && structIn({ type: type.element } as Column));
}

/** Enough rows, enough different values, and nearly all alike: two columns that hold one thing under two names. */
function isSame(pair: ValuePair): boolean {
  return pair.compared >= 20 && pair.distinct >= 8 && share(pair) >= 0.8;
}

/** Of decimal units only: hours and minutes are too often whole numbers that fit by chance. */
const share = ({ equal, folded, scaled, compared }: ValuePair): number => Math.max((equal + folded) / compared, scaled === undefined || ![100, 0.01, 1000, 0.001].includes(scaled.factor) ? 0 : scaled.count / compared);
