/** Bound expressions of a serialized plan -> Expr. What has no exact counterpart becomes a call that nobody knows. */

import { children, types, unknownMark } from '../algebra/index.js';
import type { CompareOp, Expr, Type } from '../algebra/index.js';
import { arrayOf, indexOf, objectOf, objectsOf, stringOf } from '../duckdb/json.js';
import type { Json, JsonObject } from '../duckdb/json.js';
import { typeOfJson } from '../duckdb/types.js';
import { readConstant } from './constant.js';
import { UnreadablePlan } from './unreadable.js';

/** What a BOUND_REF's position means where the expression stands. */
export type Columns = (index: number, type: Type) => Expr;

const comparisons: Readonly<Record<string, CompareOp>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_DISTINCT_FROM: 'is distinct from',
  COMPARE_NOT_DISTINCT_FROM: 'is not distinct from',
};

export function compareOp(name: string): CompareOp | undefined {
  return comparisons[name] ?? comparisons[`COMPARE_${name}`];
}

export function readExpr(json: Json | undefined, columns: Columns): Expr {
  const node = objectOf(json);
  const kind = stringOf(node['expression_class']);
  switch (kind) {
    case 'BOUND_REF':
      return reference(node, columns);
    case 'BOUND_COLUMN_REF':
      throw new UnreadablePlan('a column is not referred to by position');
    case 'BOUND_CONSTANT': {
      const constant = readConstant(node['value']);
      return constant === undefined ? unknown('constant', []) : { kind: 'literal', ...constant };
    }
    case 'BOUND_COMPARISON': {
      const op = compareOp(stringOf(node['type']));
      const left = readExpr(node['left'], columns);
      const right = readExpr(node['right'], columns);
      return op === undefined ? unknown(stringOf(node['type']), [left, right]) : { kind: 'compare', op, left, right };
    }
    case 'BOUND_CONJUNCTION': {
      const args = arrayOf(node['children']).map((child) => readExpr(child, columns));
      return { kind: node['type'] === 'CONJUNCTION_OR' ? 'or' : 'and', args };
    }
    case 'BOUND_OPERATOR':
      return operator(node, columns);
    case 'BOUND_CAST':
      return cast(node, columns);
    case 'BOUND_FUNCTION':
      return call(node, columns);
    case 'BOUND_CASE':
      return conditional(node, columns);
    case 'BOUND_BETWEEN':
      return between(node, columns);
    default:
      return unknown(kind, referencesIn(node, columns));
  }
}

function reference(node: JsonObject, columns: Columns): Expr {
  return columns(indexOf(node['index']), typeOfJson(node['return_type']) ?? types.null);
}

function operator(node: JsonObject, columns: Columns): Expr {
  const args = arrayOf(node['children']).map((child) => readExpr(child, columns));
  const [first, ...rest] = args;
  const name = stringOf(node['type']);
  if (first === undefined) return unknown(name, []);
  switch (name) {
    case 'OPERATOR_NOT':
      return { kind: 'not', arg: first };
    case 'OPERATOR_IS_NULL':
    case 'OPERATOR_IS_NOT_NULL':
      return { kind: 'isNull', arg: first, negated: name === 'OPERATOR_IS_NOT_NULL' };
    case 'COMPARE_IN':
    case 'COMPARE_NOT_IN':
      return { kind: 'in', arg: first, list: rest, negated: name === 'COMPARE_NOT_IN' };
    case 'OPERATOR_COALESCE': {
      const type = typeOfJson(node['return_type']);
      return type === undefined ? unknown(name, args) : { kind: 'call', name: 'coalesce', args, type };
    }
    default:
      return unknown(name, args);
  }
}

function cast(node: JsonObject, columns: Columns): Expr {
  const arg = readExpr(node['child'], columns);
  const type = typeOfJson(node['return_type']);
  // Seconds and milliseconds cut off what is finer, which the canonical type doesn't show.
  const coarse = /^TIMESTAMP_(S|MS)$/.test(stringOf(objectOf(node['return_type'])['id']));
  if (type === undefined || coarse) return unknown('cast', [arg]);
  return { kind: 'cast', arg, type, try: node['try_cast'] === true };
}

function call(node: JsonObject, columns: Columns): Expr {
  const args = arrayOf(node['children']).map((child) => readExpr(child, columns));
  const type = typeOfJson(node['return_type']);
  const name = stringOf(node['name']).toLowerCase();
  return type === undefined || hidesArguments(node) ? unknown(name, args) : { kind: 'call', name, args, type };
}

/** Some functions take constant arguments out of the list and keep them in a form of their own. */
export function hidesArguments(node: JsonObject): boolean {
  const original = arrayOf(node['original_arguments']).length;
  return original > 0 && original !== arrayOf(node['children']).length;
}

function conditional(node: JsonObject, columns: Columns): Expr {
  const whens = objectsOf(node['case_checks']).map((check) => ({
    when: readExpr(check['when_expr'], columns),
    then: readExpr(check['then_expr'], columns),
  }));
  const otherwise = readExpr(node['else_expr'], columns);
  const type = typeOfJson(node['return_type']);
  if (type === undefined) return unknown('case', [...whens.flatMap((w) => [w.when, w.then]), otherwise]);
  return { kind: 'case', whens, otherwise, type };
}

function between(node: JsonObject, columns: Columns): Expr {
  const input = readExpr(node['input'], columns);
  const lower = readExpr(node['lower'], columns);
  const upper = readExpr(node['upper'], columns);
  const args: Expr[] = [
    { kind: 'compare', op: node['lower_inclusive'] === true ? '>=' : '>', left: input, right: lower },
    { kind: 'compare', op: node['upper_inclusive'] === true ? '<=' : '<', left: input, right: upper },
  ];
  return { kind: 'and', args };
}

export function unknown(name: string, args: readonly Expr[]): Expr {
  return { kind: 'call', name: `${unknownMark}${name.toLowerCase()}`, args, type: types.null };
}

/**
 * The columns that expressions read, wherever in them they stand. A lambda's body, in its function's own data, counts
 * its parameters; what it takes from around it is among the function's arguments.
 */
export function referencesIn(json: Json | undefined, columns: Columns): Expr[] {
  if (Array.isArray(json)) return json.flatMap((element) => referencesIn(element, columns));
  const node = objectOf(json);
  if (node['expression_class'] === 'BOUND_REF') return [reference(node, columns)];
  if (node['expression_class'] === 'BOUND_COLUMN_REF') throw new UnreadablePlan('a column is not referred to by position');
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && key !== 'function_data' ? referencesIn(value, columns) : [],
  );
}

export function isUnknown(expr: Expr): boolean {
  if (expr.kind === 'call' && expr.name.startsWith(unknownMark)) return true;
  return children(expr).some(isUnknown);
}
