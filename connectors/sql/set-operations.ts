/** UNION, INTERSECT and EXCEPT as one table in the FROM of a SELECT, by position, every column of one type in all parts. */

import type { ColumnId, Reason, SetOperation, Type } from '../contract.js';
import { isReason } from '../contract.js';
import { derivedName } from './derived.js';
import { familyOf } from './families.js';
import type { Scope } from './scope.js';
import type { Operand, Print, SqlStyle } from './style.js';
import { selectText } from './text.js';
import type { Block } from './text.js';

/** One part: its SELECT, and its columns by position. */
export interface Part {
  readonly block: Block;
  readonly columns: readonly { readonly type: Type; readonly operand: Operand | Reason }[];
}

export function setOperation({ op, all, ids }: SetOperation, parts: readonly Part[], alias: string, style: SqlStyle): Block | Reason {
  const { sets } = style.computes ?? {};
  if (sets === undefined) return { reason: `${op} is computed locally` };
  const admitted = sets.admits(op, all);
  if (isReason(admitted)) return admitted;
  const lists: Print[][] = [];
  for (const { block, columns } of parts) {
    if (!block.exact) return { reason: `${op} over a filter that the store answers only roughly is computed locally` };
    if (columns.length !== ids.length) return { reason: 'parts of other columns' };
    const items = columns.map(({ type, operand }) => (isReason(operand) ? operand : sets.item(operand, type, op !== 'union' || !all)));
    const refused = items.find(isReason);
    if (refused) return refused;
    lists.push(items as Print[]);
  }
  const word = ` ${op.toUpperCase()} ${all ? 'ALL' : 'DISTINCT'} `;
  const name = (i: number) => style.quote(derivedName(i, style));
  const from: Print = (bind) => {
    const selects = parts.map(({ block }, part) => selectText(block, lists[part]!.map((print, i) => `${print(bind)} AS ${name(i)}`), bind, style));
    return `(${selects.join(word)}) AS ${style.quote(alias)}`;
  };
  const made = new Map<ColumnId, Operand>();
  for (const [i, id] of ids.entries()) {
    const type = parts[0]!.columns[i]!.type;
    const family = familyOf(type);
    if (family === undefined) return { reason: 'a value of this type is computed locally' };
    made.set(id, { type, family, print: () => `${style.quote(alias)}.${name(i)}` });
  }
  const scope: Scope = { column: () => undefined, made: (id) => made.get(id) };
  const nowhere: Scope = { column: () => undefined, made: () => undefined };
  return { from, single: true, where: [], scope, tables: nowhere, keys: new Map(), having: [], order: [], output: [], exact: true };
}
