/** "The 3 owners with the highest fees": each owner once, by the one of their fees that comes first, or by all together. */

import type { ColumnEntry, TableEntry } from '../link/catalog.js';
import type { Cond } from '../read/sketch.js';
import type { Query } from '../tree/tree.js';
import { isBegun } from './bind.js';
import type { Binding } from './bind.js';
import { isNumeric, keyOf } from './roles.js';

export interface Foremost {
  readonly order: Query['order'][number];
  readonly key: ColumnEntry;
  readonly note: string;
  readonly total: boolean;
}

/** Undefined where the order is not by one column of another table's many rows. */
export function foremostOfMany(orders: Query['order'], main: TableEntry, totalSaid: boolean): Foremost | undefined {
  const [order, second] = orders;
  const key = keyOf(main);
  if (order === undefined || second !== undefined || key === undefined || order.expr.kind !== 'column' || order.expr.source.table === main.table) return undefined;
  const by = order.expr;
  const total = totalSaid && isNumeric(by.type);
  const name = by.path.join('.');
  const note = total ? `each by all its ${name} together` : `each by its ${order.desc ? 'highest' : 'lowest'} ${name}`;
  return { order: { ...order, expr: { kind: 'aggregate', name: total ? 'sum' : order.desc ? 'max' : 'min', arg: by } }, key, note, total };
}

/** The oldest has the highest age, and the lowest year of birth. */
export function isHigh({ by, high }: Extract<Cond, { kind: 'extreme' }>, binding: Binding, assumptions: string[]): boolean {
  const column = by.mention === undefined && by.dimension?.concepts.includes('age') === true ? binding.get(by)?.column : undefined;
  if (column === undefined || !isBegun(column)) return high;
  assumptions.push(`${high ? 'oldest' : 'youngest'} = ${high ? 'lowest' : 'highest'} ${column.table.table.name}.${column.path.join('.')}`);
  return !high;
}
