/** Conjuncts of every shape over typed columns, for asking a store and DuckDB the same question. */

import { types, type CompareOp, type Expr, type Literal, type Type } from '../../connectors/contract.js';
import { extremes, random, type SeedColumn } from './values.js';

const operators: readonly CompareOp[] = ['=', '<>', '<', '<=', '>', '>=', 'is distinct from', 'is not distinct from'];
const patterns = ['a%', '%a', '%a%', '_', 'a_b', 'a\\b', '%\\%', '', '%', 'A%', '%😀%', 'é'];
const parts = ['a', '', ' ', '%', 'A', '😀', 'é', 'B', '\\'];

export function conditions(columns: readonly SeedColumn[], holds: (value: Literal, type: Type, column: string) => boolean): Expr[] {
  const result: Expr[] = [];
  for (const column of columns) {
    const ref = reference(column);
    const { type } = column;
    result.push({ kind: 'isNull', arg: ref, negated: false }, { kind: 'isNull', arg: ref, negated: true });
    if (type.kind === 'boolean') result.push(ref, { kind: 'not', arg: ref });
    if (type.kind === 'json') continue;
    const values = extremes(type).filter((value) => !(typeof value === 'string' && value.length > 200));
    for (const value of values) {
      for (const op of operators) result.push({ kind: 'compare', op, left: ref, right: literal(value, type) });
    }
    const held = values.filter((value) => holds(value, type, column.name));
    for (const negated of [false, true]) {
      result.push({ kind: 'in', arg: ref, list: held.slice(0, 3).map((value) => literal(value, type)), negated });
      result.push({ kind: 'in', arg: ref, list: [...held.slice(-3), null].map((value) => literal(value, type)), negated });
    }
    result.push({ kind: 'compare', op: '<', left: literal(values[0]!, type), right: ref });
    if (type.kind === 'text') result.push(...textTests(ref));
    if (type.kind === 'int' && type.bits <= 32) result.push(...widened(ref));
    if (type.kind === 'date') result.push(dateAsTimestamp(ref));
  }
  return result;
}

function textTests(ref: Expr): Expr[] {
  const test = (name: string, text: string): Expr => ({ kind: 'call', name, args: [ref, literal(text, types.text)], type: types.boolean });
  return [
    ...patterns.flatMap((pattern) => [test('~~', pattern), test('!~~', pattern)]),
    ...parts.flatMap((part) => [test('prefix', part), test('suffix', part), test('contains', part)]),
  ];
}

function widened(ref: Expr): Expr[] {
  const decimal: Type = { kind: 'decimal', precision: 18, scale: 2 };
  const cast = (type: Type): Expr => ({ kind: 'cast', arg: ref, type, try: false });
  return [
    { kind: 'compare', op: '>', left: cast(types.int64), right: literal(41n, types.int64) },
    { kind: 'compare', op: '>=', left: cast(decimal), right: literal('41.50', decimal) },
    { kind: 'compare', op: '<', left: cast(types.float64), right: literal(1.5, types.float64) },
  ];
}

function dateAsTimestamp(ref: Expr): Expr {
  return { kind: 'compare', op: '>=', left: { kind: 'cast', arg: ref, type: types.timestamp, try: false }, right: literal(1n, types.timestamp) };
}

/** AND, OR and NOT over the simple ones, the same every time. */
export function combinations(simple: readonly Expr[], count: number): Expr[] {
  const next = random(11);
  const pick = () => simple[Math.floor(next() * simple.length)]!;
  const build = (depth: number): Expr => {
    const roll = next();
    if (depth === 0 || roll < 0.3) return pick();
    if (roll < 0.5) return { kind: 'not', arg: build(depth - 1) };
    return { kind: roll < 0.75 ? 'and' : 'or', args: [build(depth - 1), build(depth - 1)] };
  };
  return Array.from({ length: count }, () => build(3));
}

export function reference({ name, type }: SeedColumn): Expr {
  return { kind: 'column', id: name, type };
}

export function literal(value: Literal, type: Type): Expr {
  return { kind: 'literal', value, type };
}
