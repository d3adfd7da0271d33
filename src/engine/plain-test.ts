/** Conditions that mean the same of a cell as of DuckDB's value: equality of text, whole numbers and UUIDs, and looking into text. */

import { sameType } from '../algebra/index.js';
import type { ColumnId, Expr } from '../algebra/index.js';
import type { Cell } from '../answer/contract.js';

export type PlainTest = (cells: readonly Cell[]) => boolean;

/**
 * @param at where a column's cell stands
 * @returns undefined where it is no such condition
 */
export function plainTest(expr: Expr, at: (id: ColumnId) => number): PlainTest | undefined {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const tests = expr.args.map((arg) => plainTest(arg, at));
      if (tests.includes(undefined)) return undefined;
      const all = tests as PlainTest[];
      return expr.kind === 'and' ? (cells) => all.every((test) => test(cells)) : (cells) => all.some((test) => test(cells));
    }
    case 'compare':
      return expr.op === '=' ? equality(expr.left, [expr.right], at) : undefined;
    case 'in':
      return expr.negated ? undefined : equality(expr.arg, expr.list, at);
    case 'call': {
      const [subject, part] = expr.args;
      if (expr.args.length !== 2 || subject?.kind !== 'column' || subject.type.kind !== 'text' || part?.kind !== 'literal' || typeof part.value !== 'string') return undefined;
      const test = textTest(expr.name, part.value);
      const index = at(subject.id);
      return test && ((cells) => typeof cells[index] === 'string' && test(cells[index]));
    }
    default:
      return undefined;
  }
}

function textTest(name: string, part: string): ((text: string) => boolean) | undefined {
  if (name === 'contains') return (text) => text.includes(part);
  if (name !== 'regexp_matches' || !plainPattern.test(part)) return undefined;
  const pattern = new RegExp(part, 'u');
  return (text) => pattern.test(text);
}

/** Characters, classes of letters and digits, groups and alternatives: what RE2 and JavaScript understand alike. */
const plainPattern = /^(?:[^\\^$.*+?()[\]{}|\r\n]|\\[\^$.*+?()[\]{}|\\/]|\[[0-9A-Za-z]+\]|\(\?:|\)|\|)*$/u;

function equality(arg: Expr, list: readonly Expr[], at: (id: ColumnId) => number): PlainTest | undefined {
  if (arg.kind !== 'column' || !['text', 'int', 'uuid'].includes(arg.type.kind)) return undefined;
  const wanted = new Set<string>();
  for (const item of list) {
    if (item.kind !== 'literal' || item.value === null || !sameType(item.type, arg.type)) return undefined;
    wanted.add(arg.type.kind === 'uuid' ? String(item.value).toLowerCase() : String(item.value));
  }
  const index = at(arg.id);
  return (cells) => cells[index] !== null && wanted.has(String(cells[index]));
}
