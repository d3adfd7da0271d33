/**
 * What can be asked of each message, read from the conjuncts of a statement: plain data, so that `explain` can show it
 * and the reader can decide by it which partitions, offsets and batches to look at. A test is true of exactly the
 * messages for which DuckDB's expression is.
 */

import type { CompareOp, Expr, Literal, Reason, Scan, Type } from '../contract.js';
import { isReason, types } from '../contract.js';
import { placeOf, scanColumn, type Place } from './columns.js';

export type Order = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** What a text is held to; `matches`: a pattern that isPlainPattern. */
export type TextTest = 'contains' | 'prefix' | 'suffix' | 'matches';

export type Test =
  /** Partition, offset, timestamp (microseconds), or a number or instant in the JSON. */
  | { readonly kind: 'number'; readonly place: Place; readonly type: Type; readonly op: Order; readonly value: bigint | number }
  | { readonly kind: 'numberIn'; readonly place: Place; readonly type: Type; readonly values: readonly bigint[] }
  | { readonly kind: 'boolean'; readonly place: Place; readonly type: Type; readonly value: boolean }
  | { readonly kind: 'textIn'; readonly place: Place; readonly type: Type; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly place: Place; readonly type: Type; readonly how: TextTest; readonly value: string }
  | { readonly kind: 'null'; readonly place: Place; readonly type: Type; readonly negated: boolean }
  | { readonly kind: 'and' | 'or'; readonly tests: readonly Test[] };

const flipped: Readonly<Partial<Record<CompareOp, CompareOp>>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const textTests: Readonly<Record<string, TextTest>> = {
  contains: 'contains', prefix: 'prefix', starts_with: 'prefix', '^@': 'prefix', suffix: 'suffix', ends_with: 'suffix', regexp_matches: 'matches',
};

/** What RE2 and JavaScript read alike: characters, punctuation behind a backslash, small classes, groups and alternatives. */
function isPlainPattern(pattern: string): boolean {
  if (!/^(?:[^\\()[\]{}*+?.^$|]|\\[!-/:-@[-^`{-~]|\[[A-Za-z0-9]+\]|\(\?:|\||\))*$/.test(pattern)) return false;
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

export function testOf(expr: Expr, scan: Scan): Test | Reason {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const tests = expr.args.map((arg) => testOf(arg, scan));
      return tests.find(isReason) ?? { kind: expr.kind, tests: tests as Test[] };
    }
    case 'isNull': {
      const column = bare(expr.arg, scan);
      return isReason(column) ? column : { kind: 'null', place: column.place, type: column.type, negated: expr.negated };
    }
    case 'compare':
      return comparison(expr.op, expr.left, expr.right, scan);
    case 'in':
      return expr.negated ? { reason: 'NOT IN is checked locally' } : inList(expr.arg, expr.list, scan);
    case 'column': {
      const column = bare(expr, scan);
      if (isReason(column)) return column;
      return column.type.kind === 'boolean' ? { kind: 'boolean', ...column, value: true } : { reason: 'a column that is no condition' };
    }
    case 'call': {
      const how = textTests[expr.name];
      const [subject, pattern] = expr.args;
      const isRead = how !== undefined && expr.args.length === 2 && pattern?.kind === 'literal' && typeof pattern.value === 'string';
      if (!isRead || !subject || (how === 'matches' && !isPlainPattern(pattern.value as string))) return { reason: `${expr.name}() is computed locally` };
      const column = textual(subject, scan);
      return isReason(column) ? column : { kind: 'text', ...column, how, value: pattern.value as string };
    }
    default:
      return { reason: `${expr.kind} is computed locally` };
  }
}

interface Bare {
  readonly place: Place;
  readonly type: Type;
}

export function bare(expr: Expr, scan: Scan): Bare | Reason {
  if (expr.kind !== 'column') return { reason: 'expressions are computed locally' };
  const column = scanColumn(expr.id, scan.columns);
  return column ? { place: placeOf(column.column), type: column.column.type } : { reason: 'a column of another relation' };
}

/** A text column, or the headers' JSON as text. */
function textual(expr: Expr, scan: Scan): Bare | Reason {
  const isCast = expr.kind === 'cast' && expr.type.kind === 'text';
  const column = bare(isCast ? expr.arg : expr, scan);
  if (isReason(column)) return column;
  const isHeaders = 'part' in column.place && (column.place.part === '_headers' || column.place.part === '_properties');
  if (isCast ? isHeaders : column.type.kind === 'text') return { place: column.place, type: types.text };
  return { reason: 'only text is looked into in the log' };
}

function comparison(op: CompareOp, left: Expr, right: Expr, scan: Scan): Test | Reason {
  if (left.kind === 'literal' && right.kind !== 'literal') return comparison(flipped[op] ?? op, right, left, scan);
  if (right.kind !== 'literal' || right.value === null) return { reason: 'only constants are compared in the log' };
  if (op === 'is distinct from' || op === 'is not distinct from') return { reason: `${op} is checked locally` };
  const column = bare(left, scan);
  if (isReason(column)) return column;
  const { value } = right;
  switch (column.type.kind) {
    case 'text':
      if (op === '=' && typeof value === 'string' && right.type.kind === 'text') return { kind: 'textIn', ...column, values: [value] };
      return { reason: 'text is only looked up by equality' };
    case 'uuid':
      return op === '=' && right.type.kind === 'uuid' && typeof value === 'string' ? { kind: 'textIn', ...column, values: [value] } : { reason: 'checked locally' };
    case 'boolean':
      return op === '=' && typeof value === 'boolean' ? { kind: 'boolean', ...column, value } : { reason: 'checked locally' };
    default: {
      const number = numberOf(value, right.type, column.type);
      return number === undefined ? { reason: 'a constant of another type' } : { kind: 'number', ...column, op, value: number };
    }
  }
}

function inList(arg: Expr, list: readonly Expr[], scan: Scan): Test | Reason {
  const column = bare(arg, scan);
  if (isReason(column)) return column;
  const values: Literal[] = [];
  for (const item of list) {
    if (item.kind !== 'literal' || (item.value !== null && (item.type.kind !== column.type.kind || isInstant(item.type) !== isInstant(column.type)))) return { reason: 'IN over expressions' };
    // NULL in the list makes nothing true.
    if (item.value !== null) values.push(item.value);
  }
  return oneOf(column, values);
}

/** Membership of a bare column: of IN, and of shipped keys. */
export function oneOf(column: Bare, values: readonly Literal[]): Test | Reason {
  if (column.type.kind === 'text' || column.type.kind === 'uuid') return { kind: 'textIn', ...column, values: values as readonly string[] };
  if (column.type.kind === 'int' || isInstant(column.type)) return { kind: 'numberIn', ...column, values: values as readonly bigint[] };
  return { reason: 'only text, integers and instants are looked up in the log' };
}

/** The constant in the column's own measure, when both are of one kind. */
function numberOf(value: Literal, type: Type, column: Type): bigint | number | undefined {
  if (column.kind === 'int' && type.kind === 'int') return value as bigint;
  if (column.kind === 'float' && type.kind === 'float' && !Number.isNaN(value)) return value as number;
  if (column.kind === 'timestamp' && isInstant(type)) return value as bigint;
  return undefined;
}

function isInstant(type: Type): boolean {
  return type.kind === 'timestamp' && type.zoned && type.unit === 'us';
}

/** The test as `explain` shows it; constants go to the parameters. */
export function showTest(test: Test, bind: (value: unknown) => string): string {
  switch (test.kind) {
    case 'and':
    case 'or':
      return `(${test.tests.map((t) => showTest(t, bind)).join(` ${test.kind.toUpperCase()} `)})`;
    case 'null':
      return `${showPlace(test.place)} IS ${test.negated ? 'NOT ' : ''}NULL`;
    case 'numberIn':
    case 'textIn': {
      const values = test.type.kind === 'timestamp' ? test.values.map((value) => showInstant(value as bigint)) : test.values;
      return values.length === 1 ? `${showPlace(test.place)} = ${bind(values[0])}` : `${showPlace(test.place)} IN ${bind(values)}`;
    }
    case 'text':
      return `${test.how}(${showPlace(test.place)}, ${bind(test.value)})`;
    case 'boolean':
      return `${showPlace(test.place)} = ${bind(test.value)}`;
    case 'number':
      return `${showPlace(test.place)} ${test.op} ${bind(test.type.kind === 'timestamp' ? showInstant(test.value) : test.value)}`;
  }
}

export function showPlace(place: Place): string {
  return 'part' in place ? place.part : `value.${/^\w+$/.test(place.field) ? place.field : JSON.stringify(place.field)}`;
}

function showInstant(micros: bigint | number): string {
  const milliseconds = Number(BigInt(micros) / 1000n);
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : String(micros);
}
