/** What a table's constraints demand of rows that are inserted, from the statement that makes the table: older servers have no table of them. */

import { withoutBrackets, wordsOfCondition } from '../contract.js';
import type { CheckConstraint } from '../contract.js';

const quoted = /'(?:[^'\\]|''|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|[(),]/gs;

/** ASSUME is the optimizer's and refuses nothing. */
export function checksIn(statement: string, columns: readonly string[]): CheckConstraint[] {
  return elements(statement).flatMap((element): CheckConstraint[] => {
    const condition = /^CONSTRAINT (?:`(?:[^`\\]|\\.)*`|[\w$]+) CHECK (.*)$/s.exec(element)?.[1];
    if (condition === undefined) return [];
    const words = wordsOfCondition(condition);
    return [{ columns: columns.filter((name) => words.has(name)), condition: withoutBrackets(condition) }];
  });
}

/** The values of `state IN ('new', 'done')`. */
export function checkedList({ columns, condition }: CheckConstraint): readonly string[] | undefined {
  const list = columns.length === 1 ? /^(?:`(?:[^`\\]|\\.)*`|\w+) IN \((.*)\)$/s.exec(condition)?.[1] : undefined;
  if (list === undefined) return undefined;
  const values: string[] = [];
  const item = /\s*'((?:[^'\\]|\\.)*)'\s*(?:,|$)/gsy;
  while (item.lastIndex < list.length) {
    const found = item.exec(list);
    if (found === null) return undefined;
    values.push(found[1]!.replaceAll(/\\(.)/gs, '$1'));
  }
  return values.length === 0 ? undefined : values;
}

/** What stands between the brackets of CREATE TABLE name (...), one by one. */
function elements(statement: string): string[] {
  const found: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: token, index } of statement.matchAll(quoted)) {
    if (token === '(' && depth++ === 0) start = index + 1;
    if (depth === 1 && (token === ',' || token === ')')) {
      found.push(statement.slice(start, index).trim());
      start = index + 1;
    }
    if (token === ')' && --depth === 0) return found;
  }
  return found;
}
