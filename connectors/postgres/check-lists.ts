/** What a CHECK says, from the forms in which PostgreSQL prints it: the values of a column, or another condition. */

import { withoutBrackets } from '../contract.js';

const one = /^CHECK \(+(?:"(?:[^"]|"")+"|\w+)\)?(?:::[\w ]+)? = ('(?:[^']|'')*'(?:::[\w ]+)?)\)+$/s;

/** CHECK ((status = ANY (ARRAY['new'::text, 'it''s'::text]))) -> new, it's; CHECK ((status = 'new'::text)) -> new; undefined for any other condition. */
export function checkedValues(definition: string): string[] | undefined {
  const match = /^CHECK \(+(?:"(?:[^"]|"")+"|\w+)\)?(?:::[\w ]+)? = ANY \(+ARRAY\[(.*?)\]\)*(?:::[\w ]+\[\])?\)+$/s.exec(definition) ?? one.exec(definition);
  if (!match) return undefined;
  const values: string[] = [];
  const item = /\s*'((?:[^']|'')*)'(?:::[\w ]+)?(?:,|$)/gy;
  const list = match[1]!;
  while (item.lastIndex < list.length) {
    const found = item.exec(list);
    if (!found) return undefined;
    values.push(found[1]!.replaceAll("''", "'"));
  }
  return values.length > 0 ? values : undefined;
}

/** CHECK ((price > (0)::numeric)) NOT VALID -> price > (0)::numeric: what is written from now on has to meet it all the same. */
export function checkedCondition(definition: string): string {
  const inner = /^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?$/s.exec(definition)?.[1] ?? definition;
  return withoutBrackets(inner);
}
