/** Filters that DuckDB pushed into a scan -> conjuncts over the scan's columns. */

import { types } from '../algebra/index.js';
import type { Expr } from '../algebra/index.js';
import { arrayOf, indexOf, objectOf, objectsOf, stringOf } from '../duckdb/json.js';
import type { JsonObject } from '../duckdb/json.js';
import { typeOfJson } from '../duckdb/types.js';
import { readConstant } from './constant.js';
import { compareOp, readExpr, unknown } from './expression.js';

/**
 * All must hold. Optional and dynamic filters repeat (or guess) what other operators check, so they are no conditions
 * of their own.
 */
export function readTableFilter(filter: JsonObject, column: Expr): Expr[] {
  const kind = stringOf(filter['filter_type']);
  switch (kind) {
    case 'OPTIONAL_FILTER':
    case 'DYNAMIC_FILTER':
      return [];
    case 'CONJUNCTION_AND':
      return objectsOf(filter['child_filters']).flatMap((child) => readTableFilter(child, column));
    case 'CONJUNCTION_OR': {
      const branches = objectsOf(filter['child_filters']).map((child) => readTableFilter(child, column));
      // A branch without a condition holds for every row.
      if (branches.some((branch) => branch.length === 0)) return [];
      return [{ kind: 'or', args: branches.map((branch) => (branch.length === 1 ? branch[0]! : { kind: 'and', args: branch })) }];
    }
    case 'CONSTANT_COMPARISON': {
      const op = compareOp(stringOf(filter['comparison_type']));
      const constant = readConstant(filter['constant']);
      if (op === undefined || constant === undefined) return [unknown(kind, [column])];
      return [{ kind: 'compare', op, left: column, right: { kind: 'literal', ...constant } }];
    }
    case 'IS_NULL':
    case 'IS_NOT_NULL':
      return [{ kind: 'isNull', arg: column, negated: kind === 'IS_NOT_NULL' }];
    case 'IN_FILTER': {
      const list: Expr[] = [];
      for (const value of arrayOf(filter['values'])) {
        const constant = readConstant(value);
        if (constant === undefined) return [unknown(kind, [column])];
        list.push({ kind: 'literal', ...constant });
      }
      return [{ kind: 'in', arg: column, list, negated: false }];
    }
    case 'EXPRESSION_FILTER':
      // Its only column reference is the filter's own column.
      return [readExpr(filter['expr'], (index) => (indexOf(index) === 0 ? column : unknown('column', [])))];
    case 'STRUCT_EXTRACT': {
      const name: Expr = { kind: 'literal', value: stringOf(filter['child_name']), type: types.text };
      const type = typeOfJson(objectOf(objectOf(objectOf(filter['child_filter'])['constant'])['type'])) ?? types.null;
      return readTableFilter(objectOf(filter['child_filter']), { kind: 'call', name: 'struct_extract', args: [column, name], type });
    }
    default:
      return [unknown(kind, [column])];
  }
}
