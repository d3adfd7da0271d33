/**
 * Reads a conjunct over the rows of a SELECT into a condition that a SQL store can answer, or a reason why it can't.
 *
 * Judging and printing are one walk: what `filter` admits is what `compile` prints, so they cannot disagree. AND may
 * drop a part that the store can't answer (the result is a superset); OR and NOT may not. Only operands whose
 * comparison means the same in the store and in DuckDB are admitted; anything else stays local.
 */

import type { CompareOp, Expr, Reason } from '../contract.js';
import { isReason } from '../contract.js';
import { comparable } from './families.js';
import { literal, readOperand } from './operands.js';
import type { Scope } from './scope.js';
import type { Condition, Operand, SqlStyle, TextTest } from './style.js';

const textTests: Readonly<Record<string, TextTest>> = {
  '~~': 'like',
  'prefix': 'prefix',
  'starts_with': 'prefix',
  '^@': 'prefix',
  'suffix': 'suffix',
  'ends_with': 'suffix',
  'contains': 'contains',
};

const flipped: Readonly<Partial<Record<CompareOp, CompareOp>>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** A value that the store computes as DuckDB does, or why it can't. */
export function operand(expr: Expr, scope: Scope, style: SqlStyle): Operand | Reason {
  return readOperand(expr, scope, style, condition);
}

export function condition(expr: Expr, scope: Scope, style: SqlStyle): Condition | Reason {
  switch (expr.kind) {
    case 'and': {
      const parts = expr.args.map((arg) => condition(arg, scope, style));
      const kept = parts.filter((part): part is Condition => !isReason(part));
      if (kept.length === 0) return parts.find(isReason) ?? { reason: 'an empty AND' };
      return { exact: kept.length === parts.length && kept.every((c) => c.exact), print: joined(kept, ' AND ') };
    }
    case 'or': {
      const parts = expr.args.map((arg) => condition(arg, scope, style));
      const refused = parts.find(isReason);
      if (refused) return refused;
      const kept = parts as Condition[];
      return { exact: kept.every((c) => c.exact), print: joined(kept, ' OR ') };
    }
    case 'not':
      return negated(condition(expr.arg, scope, style));
    case 'isNull': {
      // Any column, whatever its type; other values only where they are computed exactly.
      const placed = expr.arg.kind === 'column' ? scope.column(expr.arg.id) : undefined;
      const found = placed ? { print: () => style.read(placed.column, placed.table) } : operand(expr.arg, scope, style);
      if (isReason(found)) return { reason: 'IS NULL of an expression' };
      return { exact: true, print: (bind) => `${found.print(bind)} IS ${expr.negated ? 'NOT ' : ''}NULL` };
    }
    case 'compare':
      return comparison(expr.op, expr.left, expr.right, scope, style);
    case 'in': {
      const list = inList(expr, scope, style);
      return expr.negated ? negated(list) : list;
    }
    case 'column': {
      const flag = operand(expr, scope, style);
      if (isReason(flag)) return flag;
      return flag.family === 'boolean' ? { exact: true, print: flag.print } : { reason: 'a column that is no condition' };
    }
    case 'call':
      return call(expr, scope, style);
    default:
      return { reason: `${expr.kind} has no counterpart here` };
  }
}

function joined(parts: readonly Condition[], separator: string): Condition['print'] {
  return (bind) => (parts.length === 1 ? parts[0]!.print(bind) : `(${parts.map((part) => part.print(bind)).join(separator)})`);
}

function negated(inner: Condition | Reason): Condition | Reason {
  if (isReason(inner)) return inner;
  if (!inner.exact) return { reason: 'the negation of a condition that the store answers only roughly' };
  return { exact: true, print: (bind) => `(NOT ${inner.print(bind)})` };
}

function comparison(op: CompareOp, left: Expr, right: Expr, scope: Scope, style: SqlStyle): Condition | Reason {
  if (left.kind === 'literal' && right.kind !== 'literal') return comparison(flipped[op] ?? op, right, left, scope, style);
  const l = operand(left, scope, style);
  if (isReason(l)) return l;
  if (right.kind === 'literal' && right.value === null) return comparisonWithNull(op, l);
  const r = right.kind === 'literal' ? literal(right.value, right.type, style) : operand(right, scope, style);
  if (isReason(r)) return r;
  if (!comparable(l.family, r.family)) return { reason: `${l.family} and ${r.family} compare differently here` };
  if (l.family === 'text') return style.compareText(op, l, r);
  const isOrder = op === '<' || op === '<=' || op === '>' || op === '>=';
  if (isOrder && style.ordered?.(l.family) === false) return { reason: `${l.family} has another order here` };
  return { exact: true, print: (bind) => style.compare(op, l.print(bind), r.print(bind), l.family) };
}

function comparisonWithNull(op: CompareOp, left: Operand): Condition | Reason {
  if (op !== 'is distinct from' && op !== 'is not distinct from') return { reason: 'a comparison with NULL' };
  return { exact: true, print: (bind) => `${left.print(bind)} IS ${op === 'is distinct from' ? 'NOT ' : ''}NULL` };
}

function inList(expr: Extract<Expr, { kind: 'in' }>, scope: Scope, style: SqlStyle): Condition | Reason {
  const arg = operand(expr.arg, scope, style);
  if (isReason(arg)) return arg;
  const values: Operand[] = [];
  let nulls = 0;
  for (const item of expr.list) {
    if (item.kind !== 'literal') return { reason: 'IN over expressions' };
    if (item.value === null) {
      nulls++;
      continue;
    }
    const value = literal(item.value, item.type, style);
    if (isReason(value)) return value;
    if (!comparable(arg.family, value.family)) return { reason: `${arg.family} and ${value.family} compare differently here` };
    values.push(value);
  }
  if (values.length === 0) return { reason: 'IN over nothing' };
  const list = style.inList(arg, values);
  // With NULL in the list the answer is never false, so the store's false is no longer DuckDB's.
  return isReason(list) || nulls === 0 ? list : { ...list, exact: false };
}

function call(expr: Extract<Expr, { kind: 'call' }>, scope: Scope, style: SqlStyle): Condition | Reason {
  if (expr.name === '!~~') return negated(call({ ...expr, name: '~~' }, scope, style));
  const test = textTests[expr.name];
  const [subject, pattern] = expr.args;
  if (!test || !subject || expr.args.length !== 2) return { reason: `${expr.name}() may mean something else here` };
  const arg = operand(subject, scope, style);
  if (isReason(arg)) return arg;
  if (arg.family !== 'text') return { reason: `${expr.name}() of ${arg.family}` };
  if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string') return { reason: 'a pattern that is not constant' };
  const value = literal(pattern.value, pattern.type, style);
  return isReason(value) ? value : style.textTest(test, arg, pattern.value);
}
