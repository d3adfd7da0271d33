/** What a CHECK says, from the forms in which MySQL and MariaDB print it: the values of a column, or another condition. */

import { withoutBrackets } from '../contract.js';

/**
 * MariaDB: `state` in ('new','it\'s'). MySQL: (`state` in (_utf8mb4\'new\',_utf8mb4\'paid\')).
 * @returns the column and its values; undefined for any other condition
 */
export function checkedList(clause: string): { readonly column: string; readonly values: readonly string[] } | undefined {
  const match = /^\(*`((?:[^`]|``)+)` in \((.*?)\)+$/is.exec(clause);
  if (match === null) return undefined;
  // MySQL escapes the text of the clause once more.
  const list = /^_\w+\\'/.test(match[2]!) ? match[2]!.replaceAll(/\\(.)/gs, '$1') : match[2]!;
  const values: string[] = [];
  const item = /\s*(?:_\w+\s*)?'((?:[^'\\]|''|\\.)*)'\s*(?:,|$)/gsy;
  while (item.lastIndex < list.length) {
    const found = item.exec(list);
    if (found === null) return undefined;
    values.push(found[1]!.replaceAll("''", "'").replaceAll(/\\(.)/gs, '$1'));
  }
  return values.length === 0 ? undefined : { column: match[1]!.replaceAll('``', '`'), values };
}

/** MySQL: (`price` > 0), (`state` <> _utf8mb4\'new\') -> `price` > 0, `state` <> 'new'. MariaDB prints it so. */
export function checkedCondition(clause: string): string {
  const escaped = /_\w+\\'/.test(clause);
  const plain = (escaped ? clause.replaceAll(/\\(.)/gs, '$1') : clause).replaceAll(/\b_[a-z]\w*(?=')/g, '');
  return withoutBrackets(plain);
}
