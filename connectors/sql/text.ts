/** One SELECT: its parts, and their text. */

import type { ColumnId, OutputColumn, SortLimit } from '../contract.js';
import type { PlacedColumn, Scope } from './scope.js';
import type { Bind, Condition, Operand, Print, SqlStyle, StoreColumn } from './style.js';

export interface Output {
  readonly out: OutputColumn;
  /** In the SELECT list, as it is sent. */
  readonly print: Print;
  /** What it is inside the store. */
  readonly value: PlacedColumn | Operand;
  /** Not a bare column, so it has no name of its own. */
  readonly computed: boolean;
}

export interface Block {
  /** Behind FROM. */
  readonly from: Print;
  /** One table alone stands there, which may have no parentheses. */
  readonly single: boolean;
  readonly where: readonly Condition[];
  readonly scope: Scope;
  /** Columns that WHERE may name, whatever stands above. */
  readonly tables: Scope;
  /** Columns by which rows are grouped as they are. */
  readonly keys: ReadonlyMap<ColumnId, StoreColumn>;
  /** GROUP BY items; absent where nothing is grouped. */
  readonly groups?: readonly Print[];
  readonly having: readonly Condition[];
  readonly sort?: SortLimit;
  /** Some column of it is a window function's, which nothing but the SELECT list and ORDER BY may name. */
  readonly windowed?: boolean;
  readonly order: readonly Print[];
  readonly output: readonly Output[];
  /** Exactly the relation's rows, not more. */
  readonly exact: boolean;
}

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

export function hasParameters(print: Print): boolean {
  let found = false;
  print(() => {
    found = true;
    return '';
  });
  return found;
}
