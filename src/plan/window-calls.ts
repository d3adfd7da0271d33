/** Window functions of a serialized plan. */

import { typeOf, unknownMark } from '../algebra/index.js';
import type { Expr, Frame, FrameBound, OutputColumn, SortKey, WindowCall } from '../algebra/index.js';
import { arrayOf, objectsOf, stringOf } from '../duckdb/json.js';
import type { JsonObject } from '../duckdb/json.js';
import { typeOfJson } from '../duckdb/types.js';
import { readSortKey } from './calls.js';
import { hidesArguments, readExpr } from './expression.js';
import type { Columns } from './expression.js';
import { printExpr } from '../algebra/print.js';

export function readWindowCall(window: JsonObject, result: OutputColumn, columns: Columns): WindowCall {
  const read = (key: string): Expr[] => (window[key] === undefined ? [] : [readExpr(window[key], columns)]);
  const orders = objectsOf(window['orders']).map((order) => readSortKey(order, columns));
  const frame = readFrame(window, orders, columns);
  // An order of its own within the function, or arguments that it took out of the list, are nothing that WindowCall can say.
  const hidden = frame === undefined || hidesArguments(window) || arrayOf(window['arg_orders']).length > 0 || typeOfJson(window['return_type']) === undefined;
  return {
    id: result.id,
    name: (hidden ? unknownMark : '') + functionName(window),
    args: [...arrayOf(window['children']).map((arg) => readExpr(arg, columns)), ...read('offset_expr'), ...read('default_expr')],
    partitions: arrayOf(window['partitions']).map((expr) => readExpr(expr, columns)),
    orders,
    frame: frame ?? wholePartition,
    distinct: window['distinct'] === true,
    ignoreNulls: window['ignore_nulls'] === true,
    ...(window['filters'] !== undefined && { filter: readExpr(window['filters'], columns) }),
    type: result.type,
  };
}

const wholePartition: Frame = { unit: 'rows', start: { kind: 'unbounded preceding' }, end: { kind: 'unbounded following' } };

function functionName(window: JsonObject): string {
  const kind = stringOf(window['type']);
  if (kind === 'WINDOW_AGGREGATE') return stringOf(window['name']).toLowerCase();
  return kind === 'WINDOW_RANK_DENSE' ? 'dense_rank' : kind.replace(/^WINDOW_/, '').toLowerCase();
}

const exclusions: Readonly<Record<string, Frame['exclude'] | null>> = { NO_OTHER: undefined, CURRENT_ROW: 'current row', GROUP: 'group', TIES: 'ties' };

/** undefined for one that is not understood. */
function readFrame(window: JsonObject, orders: readonly SortKey[], columns: Columns): Frame | undefined {
  const ends = ['start', 'end'].map((side) => readBound(stringOf(window[side]), window[`${side}_expr`], orders, columns));
  const [start, end] = ends;
  const excluded = stringOf(window['exclude_clause']);
  if (start === undefined || end === undefined || !(excluded in exclusions)) return undefined;
  const units = new Set(ends.flatMap((bound) => bound?.unit ?? []));
  if (units.size > 1) return undefined;
  const exclude = exclusions[excluded];
  return { unit: [...units][0] ?? 'range', start: start.bound, end: end.bound, ...(exclude && { exclude }) };
}

interface ReadBound {
  readonly bound: FrameBound;
  readonly unit?: Frame['unit'];
}

function readBound(text: string, json: JsonObject[string], orders: readonly SortKey[], columns: Columns): ReadBound | undefined {
  if (text === 'UNBOUNDED_PRECEDING') return { bound: { kind: 'unbounded preceding' } };
  if (text === 'UNBOUNDED_FOLLOWING') return { bound: { kind: 'unbounded following' } };
  const match = /^(CURRENT_ROW|EXPR_PRECEDING|EXPR_FOLLOWING)_(ROWS|RANGE|GROUPS)$/.exec(text);
  if (match === null) return undefined;
  const unit = match[2]!.toLowerCase() as Frame['unit'];
  if (match[1] === 'CURRENT_ROW') return { bound: { kind: 'current row' }, unit };
  const offset = json === undefined ? undefined : offsetOf(readExpr(json, columns), unit, orders);
  return offset && { bound: { kind: match[1] === 'EXPR_PRECEDING' ? 'preceding' : 'following', offset }, unit };
}

/** The binder makes the bound of a range out of the order's value and the distance; only the distance is written. */
function offsetOf(bound: Expr, unit: Frame['unit'], [order]: readonly SortKey[]): Expr | undefined {
  if (unit !== 'range') return bound;
  if (bound.kind !== 'call' || bound.args.length !== 2 || (bound.name !== '-' && bound.name !== '+') || order === undefined) return undefined;
  const [value, distance] = bound.args as [Expr, Expr];
  const known = (expr: Expr) => JSON.stringify([printExpr(expr, (id) => id), typeOf(expr)]);
  return known(value) === known(order.expr) ? distance : undefined;
}
