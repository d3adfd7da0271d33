/** The text of one SELECT. */

import type { Block } from './block.js';
import type { Bind, SqlStyle } from './style.js';

/**
 * Parameters are bound in the order of the text, which some stores go by.
 *
 * @param items the SELECT list, printed by `bind` before
 * @param condition one more for WHERE, printed after the block's own
 */
export function selectText(block: Block, items: readonly string[], bind: Bind, style: SqlStyle, condition?: () => string): string {
  const from = block.from(bind);
  const where = [...block.where.map(({ print }) => print(bind)), ...(condition ? [condition()] : [])];
  const groups = block.groups?.map((print) => print(bind)) ?? [];
  const having = block.having.map(({ print }) => print(bind));
  const order = block.order.map((print) => print(bind));
  return (
    `SELECT ${items.length === 0 ? '1' : items.join(', ')} FROM ${from}` +
    (where.length > 0 ? ` WHERE ${where.join(' AND ')}` : '') +
    (groups.length > 0 ? ` GROUP BY ${groups.join(', ')}` : '') +
    (having.length > 0 ? ` HAVING ${having.join(' AND ')}` : '') +
    (order.length > 0 ? ` ORDER BY ${order.join(', ')}` : '') +
    (block.sort ? style.limit(block.sort.limit, block.sort.offset) : '')
  );
}
