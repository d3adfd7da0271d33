/** How operators of a serialized plan address columns: by position in their input. */

import { sameType } from '../algebra/index.js';
import type { Expr, OutputColumn } from '../algebra/index.js';
import { arrayOf, indexOf, objectOf, objectsOf, stringOf } from '../duckdb/json.js';
import type { JsonObject } from '../duckdb/json.js';
import { compareOp, readExpr, unknown } from './expression.js';
import type { Columns } from './expression.js';
import { UnreadablePlan } from './unreadable.js';

export function columnRef(column: OutputColumn): Expr {
  return { kind: 'column', id: column.id, type: column.type };
}

export function columnsOf(output: readonly OutputColumn[]): Columns {
  return (index, type) => {
    const column = output[index];
    if (column === undefined) throw new UnreadablePlan(`there is no column ${index} among ${output.length}`);
    const known = column.type.kind !== 'null' && type.kind !== 'null';
    if (known && !sameType(column.type, type)) throw new UnreadablePlan(`column ${index} has another type than its reference`);
    return { kind: 'column', id: column.id, type };
  };
}

export function mapped(output: readonly OutputColumn[], map: JsonObject[string]): readonly OutputColumn[] {
  const positions = arrayOf(map).map(indexOf);
  if (positions.length === 0) return output;
  return positions.map((position) => {
    const column = output[position];
    if (column === undefined) throw new UnreadablePlan(`there is no column ${position} to hand on`);
    return column;
  });
}

export function countOf(json: JsonObject[string]): number {
  return Math.max(0, indexOf(json));
}

/** Comparisons have their sides apart; a general condition counts the right side's columns on from the left's. */
export function conditions(node: JsonObject, left: readonly OutputColumn[], right: readonly OutputColumn[]): Expr[] {
  const both = columnsOf([...left, ...right]);
  const on = objectsOf(node['conditions']).map((condition): Expr => {
    if (condition['left'] === undefined) return readExpr(condition['expr'] ?? condition, both);
    const op = compareOp(stringOf(condition['comparison']));
    const sides = [readExpr(condition['left'], columnsOf(left)), readExpr(condition['right'], columnsOf(right))] as const;
    return op === undefined ? unknown('comparison', sides) : { kind: 'compare', op, left: sides[0], right: sides[1] };
  });
  if (node['condition'] !== undefined) {
    const condition = readExpr(node['condition'], both);
    on.push(...(condition.kind === 'and' ? condition.args : [condition]));
  }
  return on;
}

export function limitOf(json: JsonObject[string]): number | 'other' | undefined {
  const value = objectOf(json);
  if (json === undefined || value['type'] === 'UNSET') return undefined;
  const rows = indexOf(value['constant_integer']);
  return value['type'] === 'CONSTANT_VALUE' && rows >= 0 ? rows : 'other';
}
