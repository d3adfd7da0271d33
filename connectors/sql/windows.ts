/**
 * Window functions of a SELECT: those whose value depends on nothing but the rows, their partitions and their order, as
 * the store compares and orders them; over frames that every store counts alike.
 */

import type { Expr, Frame, FrameBound, Reason, SortKey, WindowCall } from '../contract.js';
import { isReason } from '../contract.js';
import { aggregateCall } from './aggregates.js';
import { operand } from './conditions.js';
import type { Scope } from './scope.js';
import type { Bind, Operand, Print, SqlStyle } from './style.js';
import { hasParameters } from './text.js';

const ranks = new Set(['row_number', 'rank', 'dense_rank']);
const aggregates = new Set(['count_star', 'count', 'sum', 'min', 'max']);
/** What a frame's distance may be, in every store. */
const mostRows = 2n ** 31n - 1n;

export function windowCall(call: WindowCall, scope: Scope, style: SqlStyle): Operand | Reason {
  const { windows } = style.computes ?? {};
  if (windows === undefined) return { reason: 'windows are computed locally' };
  if (call.distinct || call.ignoreNulls) return { reason: `${call.distinct ? 'DISTINCT' : 'IGNORE NULLS'} over a window is computed locally` };
  const value = functionOf(call, scope, style);
  if (isReason(value)) return value;
  const over = partitionAndOrder(call, scope, style);
  if (isReason(over)) return over;
  const frame = framed.has(call.name) || aggregates.has(call.name) ? frameText(call.frame, call.orders.length > 0) : isDefault(call.frame) ? '' : { reason: 'a frame of a function that looks at all rows' };
  if (typeof frame !== 'string') return frame;
  return { ...value, print: (bind) => `${value.print(bind)} OVER (${over}${frame === '' ? '' : `${over === '' ? '' : ' '}${frame}`})` };
}

const framed = new Set(['first_value', 'last_value']);

function functionOf(call: WindowCall, scope: Scope, style: SqlStyle): Operand | Reason {
  const { name, args, type } = call;
  const windows = style.computes!.windows!;
  const local = { reason: `${name}() over a window is computed locally` };
  if (aggregates.has(name)) return windows.aggregates ? aggregateCall(call, scope, style, windows.count) : local;
  if (!windows.functions.has(name) || call.filter !== undefined) return local;
  if (ranks.has(name) && args.length === 0) return { type, family: 'integer', print: () => `${name}()` };
  if (name === 'ntile') {
    const count = smallNumber(args[0]);
    return count === undefined || count < 1n ? local : { type, family: 'integer', print: () => `ntile(${count})` };
  }
  const isStep = name === 'lag' || name === 'lead';
  const [first, step] = args;
  const distance = step === undefined ? 1n : smallNumber(step);
  if ((!isStep && !framed.has(name)) || first === undefined || args.length > (isStep ? 2 : 1) || distance === undefined) return local;
  const value = operand(first, scope, style);
  if (isReason(value)) return value;
  const rest = isStep ? `, ${distance}` : '';
  const called = windows.value?.(name, value) ?? ((bind: Bind, more: string) => `${name}(${value.print(bind)}${more})`);
  return isReason(called) ? called : { type: value.type, family: value.family, print: (bind) => called(bind, rest) };
}

function partitionAndOrder({ partitions, orders }: WindowCall, scope: Scope, style: SqlStyle): string | Reason {
  const by: string[] = [];
  for (const expr of partitions) {
    const key = operand(expr, scope, style);
    if (isReason(key)) return key;
    const group = style.computes!.group(key);
    if (isReason(group)) return group;
    if (hasParameters(group.by)) return { reason: 'a partition by constants is made locally' };
    by.push(group.by(none));
  }
  const order: string[] = [];
  for (const key of orders) {
    const item = orderItem(key, scope, style);
    if (isReason(item)) return item;
    order.push(item.sql);
  }
  return [...(by.length > 0 ? [`PARTITION BY ${by.join(', ')}`] : []), ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : [])].join(' ');
}

function orderItem(key: SortKey, scope: Scope, style: SqlStyle): { readonly sql: string } | Reason {
  const sorted = operand(key.expr, scope, style);
  if (isReason(sorted)) return sorted;
  const unsorted = sorted.column && style.unsorted?.(sorted.column);
  if (unsorted) return unsorted;
  const isComputedText = sorted.column === undefined && (sorted.family === 'text' || sorted.family === 'blob');
  if (isComputedText || hasParameters(sorted.print)) return { reason: 'a window in the order of an expression is computed locally' };
  if (style.ordered?.(sorted.family) === false) return { reason: `${sorted.family} has another order here` };
  // -0, NaN: which floats are peers is for DuckDB to say.
  if (sorted.family === 'float') return { reason: 'a window in the order of floating-point numbers is computed locally' };
  return { sql: style.orderBy(key, sorted) };
}

const none: Parameters<Print>[0] = () => {
  throw new Error('a window takes columns only');
};

function isDefault({ unit, start, end, exclude }: Frame): boolean {
  return unit === 'range' && start.kind === 'unbounded preceding' && end.kind === 'current row' && exclude === undefined;
}

function frameText(frame: Frame, hasOrder: boolean): string | Reason {
  if (isDefault(frame)) return '';
  const { unit, start, end, exclude } = frame;
  const local = { reason: 'a window over such a frame is computed locally' };
  if (unit === 'groups' || exclude !== undefined) return local;
  const bound = (at: FrameBound): string | undefined => {
    if (!('offset' in at)) return at.kind.toUpperCase();
    const rows = unit === 'rows' ? smallNumber(at.offset) : undefined;
    return rows === undefined ? undefined : `${rows} ${at.kind.toUpperCase()}`;
  };
  const [from, to] = [bound(start), bound(end)];
  if (from === undefined || to === undefined || (unit === 'range' && !hasOrder)) return local;
  return `${unit.toUpperCase()} BETWEEN ${from} AND ${to}`;
}

function smallNumber(expr: Expr | undefined): bigint | undefined {
  const inner = expr?.kind === 'cast' ? expr.arg : expr;
  const value = inner?.kind === 'literal' ? inner.value : undefined;
  return typeof value === 'bigint' && value >= 0n && value <= mostRows ? value : undefined;
}
