/**
 * The prefix that all columns of a table share, as schemas have it whose columns must be told apart without their table:
 * `c_custkey, c_name` of customer (TPC-H), `BKPF_BUKRS`. It says nothing that the table's name does not say.
 */

import type { Table } from '../algebra/index.js';
import { words } from './names.js';

/** Longer first words mean something by themselves: all columns of `user_events` may well begin with `user`. */
const longestPrefix = 3;
const fewestColumns = 3;

const prefixes = new WeakMap<Table, string | undefined>();

/** The words of a column's name without its table's prefix. */
export function wordsWithin(table: Table, column: string): readonly string[] {
  const all = words(column);
  if (!prefixes.has(table)) prefixes.set(table, sharedPrefix(table));
  return all.length > 1 && all[0] === prefixes.get(table) ? all.slice(1) : all;
}

function sharedPrefix({ columns }: Table): string | undefined {
  const names = columns.filter(({ within }) => within === undefined).map(({ name }) => words(name));
  const prefix = names[0]?.[0];
  if (prefix === undefined || prefix.length > longestPrefix || names.length < fewestColumns) return undefined;
  return names.every((name) => name.length > 1 && name[0] === prefix) ? prefix : undefined;
}
