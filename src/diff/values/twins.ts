/**
 * Tables of two services that hold the same entity under the same key, and refer to each other by nothing: a cache of
 * orders beside the orders. Numbers that both count from one prove nothing, so the rows of equal keys have to say the same
 * in a column of text before the two are taken for one.
 */

import type { ColumnAddress, Link } from '../../catalog/contract.js';
import { findKeys } from '../../catalog/links.js';
import type { Key } from '../../catalog/links.js';
import { words } from '../../catalog/names.js';
import type { Table } from '../../algebra/index.js';
import { atOnce } from '../at-once.js';
import { family } from './paths.js';
import type { Run } from './run.js';
import { sampleLink } from './sample.js';
import type { LinkSample } from './sample.js';

const mostPairs = 100;
const enoughRows = 10;

/** @param known links that already tie tables */
export async function sampleTwins(tables: readonly Table[], known: readonly Link[], inScope: (a: Table, b: Table) => boolean, run: Run): Promise<Map<Link, LinkSample>> {
  const tied = new Set(known.flatMap(({ from, to }) => [pairKey(from, to), pairKey(to, from)]));
  const keys = findKeys(tables).filter(({ isGeneric }) => isGeneric);
  const place = new Map(tables.map((table, i) => [table, i]));
  const byEntity = new Map<string, Key[]>();
  for (const key of keys) byEntity.set(key.entity.join(' '), [...(byEntity.get(key.entity.join(' ')) ?? []), key]);
  const candidates = [...byEntity.values()].flatMap((group) =>
    group.flatMap((left) => group.filter((right) => place.get(left.table)! > place.get(right.table)! && left.table.service !== right.table.service && inScope(left.table, right.table)).map((right) => ({ left, right, link: linkOf(left, right) }))),
  );
  const open = candidates.filter(({ link }) => !tied.has(pairKey(link.from, link.to))).slice(0, mostPairs);
  const sampled = await atOnce(open, async ({ left, right, link }) => [link, await sampleLink(left.table, left.column, right.table, right.column, run)] as const);
  return new Map(sampled.filter(([, sample]) => sayTheSame(sample)));
}

function sayTheSame({ pairs }: LinkSample): boolean {
  return pairs.some(({ left, right, compared, equal, folded, distinct }) =>
    words(left.column.name).join(' ') === words(right.column.name).join(' ') && family(left.column.type) === 'text' && family(right.column.type) === 'text' && compared >= enoughRows && distinct >= enoughRows / 2 && (equal + folded) / compared >= 0.5,
  );
}

function linkOf(left: Key, right: Key): Link {
  return { from: addressOf(left), to: addressOf(right), evidence: 'values', because: 'both hold the same rows by their keys and values', score: 0.8 };
}

function addressOf({ table, column }: Key): ColumnAddress {
  return { service: table.service, ...(table.schema === undefined ? {} : { schema: table.schema }), table: table.name, column: column.name };
}

function pairKey(a: ColumnAddress, b: ColumnAddress): string {
  return JSON.stringify([a, b].map(({ service, schema, table }) => [service, schema, table]));
}
