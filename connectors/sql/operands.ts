/** Values that a store can compute exactly: columns, constants, casts that change nothing, and what its style computes. */

import type { Expr, Literal, Reason, Type } from '../contract.js';
import { isReason } from '../contract.js';
import { comparable, familyOf } from './families.js';
import type { Scope } from './scope.js';
import type { Condition, Family, Operand, Print, SqlStyle } from './style.js';

/** Judges the condition of a CASE. */
export type Judge = (expr: Expr, scope: Scope, style: SqlStyle) => Condition | Reason;

export function readOperand(expr: Expr, scope: Scope, style: SqlStyle, judge: Judge): Operand | Reason {
  const again = (inner: Expr) => readOperand(inner, scope, style, judge);
  switch (expr.kind) {
    case 'column':
      return columnOperand(expr, scope, style, judge);
    case 'literal':
      return expr.value === null ? { reason: 'NULL' } : literal(expr.value, expr.type, style);
    case 'cast':
      return cast(expr, again(expr.arg), style);
    case 'call':
      return call(expr, expr.args.map(again), style);
    case 'case':
      return conditional(expr, scope, style, judge);
    default:
      return { reason: `${expr.kind} is computed locally` };
  }
}

function columnOperand(expr: Extract<Expr, { kind: 'column' }>, scope: Scope, style: SqlStyle, judge: Judge): Operand | Reason {
  const made = scope.made(expr.id);
  if (made !== undefined) return 'below' in made ? readOperand(made.expr, made.below, style, judge) : made;
  const placed = scope.column(expr.id);
  if (!placed) return { reason: 'a column of another relation' };
  const { column, table } = placed;
  const family = style.family(column, table);
  if (isReason(family)) return family;
  const sql = style.read(column, table);
  return { type: column.column.type, family, column, print: () => sql };
}

function cast(expr: Extract<Expr, { kind: 'cast' }>, inner: Operand | Reason, style: SqlStyle): Operand | Reason {
  if (isReason(inner)) return inner;
  const family = familyOf(expr.type);
  if (family === undefined || !keepsValue(inner.type, expr.type)) return { reason: 'a cast whose result may differ here' };
  const asTimestamp = inner.family === 'date' && family === 'timestamp';
  return {
    type: expr.type,
    family,
    print: (bind) => (asTimestamp ? style.dateAsTimestamp(inner.print(bind)) : inner.print(bind)),
  };
}

const arithmetic = new Set(['+', '-', '*']);

function call({ name, args, type }: Extract<Expr, { kind: 'call' }>, operands: readonly (Operand | Reason)[], style: SqlStyle): Operand | Reason {
  const family = familyOf(type);
  const local = { reason: `${name}() is computed locally` };
  if (style.computes === undefined || family === undefined) return local;
  const refused = operands.find(isReason);
  if (refused) return refused;
  const known = operands as readonly Operand[];
  if (arithmetic.has(name) && args.length === 2) {
    const exact = (of: Family) => of === 'integer' || of === 'decimal';
    const [left, right] = known as [Operand, Operand];
    if (!exact(family) || !exact(left.family) || !exact(right.family)) return { reason: `${name} over ${left.family} is computed locally` };
    return made(style.computes.arithmetic?.(name as '+' | '-' | '*', left, right) ?? local, type, family);
  }
  if (name === 'coalesce') {
    if (known.some((operand) => operand.family !== family)) return local;
    const allowed = style.computes.conditional?.(family) ?? local;
    return isReason(allowed) ? allowed : { type, family, print: (bind) => `coalesce(${known.map((operand) => operand.print(bind)).join(', ')})` };
  }
  return made(style.computes.call?.(name, known, type) ?? local, type, family);
}

function conditional(expr: Extract<Expr, { kind: 'case' }>, scope: Scope, style: SqlStyle, judge: Judge): Operand | Reason {
  const family = familyOf(expr.type);
  if (style.computes === undefined || family === undefined) return { reason: 'CASE is computed locally' };
  const allowed = style.computes.conditional?.(family) ?? { reason: 'CASE is computed locally' };
  if (isReason(allowed)) return allowed;
  const value = (then: Expr): Print | Reason => {
    if (then.kind === 'literal' && then.value === null) return () => 'NULL';
    const operand = readOperand(then, scope, style, judge);
    if (isReason(operand)) return operand;
    return comparable(operand.family, family) ? operand.print : { reason: `${operand.family} for ${family}` };
  };
  const whens = expr.whens.map(({ when, then }) => ({ when: judge(when, scope, style), then: value(then) }));
  const otherwise = value(expr.otherwise);
  const refused = [...whens.flatMap(({ when, then }) => [when, then]), otherwise].find(isReason);
  if (refused) return refused;
  // A condition answered roughly would take the wrong branch.
  if (whens.some(({ when }) => !(when as Condition).exact)) return { reason: 'a CASE over a condition that the store answers only roughly' };
  return {
    type: expr.type,
    family,
    print: (bind) =>
      `CASE ${whens.map(({ when, then }) => `WHEN ${(when as Condition).print(bind)} THEN ${(then as Print)(bind)}`).join(' ')} ELSE ${(otherwise as Print)(bind)} END`,
  };
}

function made(print: Print | Reason, type: Type, family: Family): Operand | Reason {
  return isReason(print) ? print : { type, family, print };
}

export function literal(value: Literal, type: Type, style: SqlStyle): Operand | Reason {
  const family = familyOf(type);
  if (family === undefined || value === null) return { reason: 'a constant of a type that is compared locally' };
  const print = style.literal(value, type, family);
  return isReason(print) ? print : { type, family, print, value };
}

/** Casts under which equal stays equal and order stays order, value for value. */
function keepsValue(from: Type, to: Type): boolean {
  if (from.kind === 'int') {
    if (to.kind === 'int') return to.bits >= from.bits && (to.signed || !from.signed);
    if (to.kind === 'decimal') return true;
    return to.kind === 'float' && to.bits === 64 && from.bits <= 32;
  }
  if (from.kind === 'decimal') return to.kind === 'decimal' && to.scale >= from.scale;
  if (from.kind === 'float') return to.kind === 'float' && to.bits >= from.bits;
  if (from.kind === 'date') return to.kind === 'timestamp' && !to.zoned && to.unit === 'us';
  return from.kind === to.kind && from.kind === 'text';
}
