/** Which tables of different services belong together, and which of their columns hold the same thing. */

import { addressText } from '../catalog/links.js';
import type { ColumnAddress, Link } from '../catalog/contract.js';
import { entityOf, words } from '../catalog/names.js';
import type { Column, Table } from '../algebra/index.js';

export interface ColumnPair {
  readonly left: Column;
  readonly right: Column;
  /** reference: left refers to right's key. copy: left repeats right's value. same: both hold the entity's own field. */
  readonly role: 'reference' | 'copy' | 'same';
}

export interface TablePair {
  /** Refers to, or repeats, what lives on the right. */
  readonly left: Table;
  readonly right: Table;
  readonly via: readonly string[];
  readonly columns: readonly ColumnPair[];
}

export function pairTables(tables: readonly Table[], links: readonly Link[]): TablePair[] {
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
  for (const left of tables) {
    for (const right of tables) {
      if (left.service === right.service || !sameEntity(left, right)) continue;
      // The side with a key is where the entity lives; between equals, the order of the configuration.
      if (left.kind === 'topic' || (right.kind !== 'topic' && tables.indexOf(left) > tables.indexOf(right))) add(left, right);
    }
  }
  return [...pairs.values()].map(({ left, right, links }) => ({
    left,
    right,
    via: links.length > 0 ? links.map((link) => `${addressText(link.from)} = ${addressText(link.to)}`) : ['same entity by name'],
    columns: pairColumns(left, right, links),
  }));
}

function owns(table: Table, address: ColumnAddress): boolean {
  return table.service === address.service && table.schema === address.schema && table.name === address.table;
}

function sameEntity(a: Table, b: Table): boolean {
  return entityOf(a.name).join(' ') === entityOf(b.name).join(' ');
}

function pairColumns(left: Table, right: Table, links: readonly Link[]): ColumnPair[] {
  const entity = entityOf(right.name).join(' ');
  // `order_facts` beside orders repeats its fields under their own names; `orders` beside users only as `user_email`.
  const repeats = entityOf(left.name).join(' ').startsWith(entity);
  const byName = new Map(right.columns.map((column) => [words(column.name).join(' '), column]));
  return left.columns.flatMap((column): ColumnPair[] => {
    const link = links.find((candidate) => candidate.from.column === column.name);
    const key = link && right.columns.find((candidate) => candidate.name === link.to.column);
    if (key !== undefined) return [{ left: column, right: key, role: 'reference' }];
    // The log's own columns describe the message, not the entity.
    if (column.name.startsWith('_')) return [];
    const name = words(column.name).join(' ');
    const same = repeats ? byName.get(name) : undefined;
    if (same !== undefined) return [{ left: column, right: same, role: 'same' }];
    const copied = name.startsWith(`${entity} `) ? byName.get(name.slice(entity.length + 1)) : undefined;
    return copied === undefined ? [] : [{ left: column, right: copied, role: 'copy' }];
  });
}
