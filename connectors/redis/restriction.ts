/**
 * What a filter says of keys and of stream entries. Redis finds keys by their names and entries by their ids, and
 * nothing by values: a conjunct on parts of the key, on `_id` or on `_timestamp` is exact, all others stay local.
 */

import type { CompareOp, Expr, Literal, Reason, Scan, Type } from '../contract.js';
import { keysOf, roleOf, type Role } from './native.js';

export type Restriction =
  /** The part of the key is one of these texts. */
  | { readonly of: 'part'; readonly part: number; readonly values: readonly string[] }
  /** The entry's id is one of these. */
  | { readonly of: 'ids'; readonly values: readonly string[] }
  /** Milliseconds, both included. */
  | { readonly of: 'time'; readonly from: bigint; readonly to: bigint }
  | { readonly of: 'all' };

/** Ids of streams have 64 bits of milliseconds. */
export const maxMillis = 2n ** 64n - 1n;
const none = (role: Role): Restriction => (role.from === 'part' ? { of: 'part', part: role.part, values: [] } : { of: 'ids', values: [] });

export function restrict(conjunct: Expr, scan: Scan): Restriction | Reason {
  switch (conjunct.kind) {
    case 'literal':
      return conjunct.value === true ? { of: 'all' } : { reason: 'nothing is asked of Redis for a constant condition' };
    case 'compare': {
      const { op, left, right } = conjunct;
      if (right.kind === 'literal') return compare(op, left, right.value, scan);
      return left.kind === 'literal' ? compare(mirrored[op] ?? op, right, left.value, scan) : { reason: 'only comparisons with a constant are pushed' };
    }
    case 'in': {
      if (conjunct.negated) return { reason: 'Redis finds keys by their names, not by what they are not' };
      const literals = conjunct.list.map((item) => (item.kind === 'literal' ? item.value : undefined));
      if (literals.includes(undefined)) return { reason: 'only lists of constants are pushed' };
      return equality(conjunct.arg, literals as readonly Literal[], scan);
    }
    case 'isNull': {
      const role = roleIn(conjunct.arg, scan);
      if (role === undefined || role.from === 'field' || role.from === 'ttl') return { reason: 'Redis finds keys by their names, not by values' };
      if (conjunct.negated) return { of: 'all' };
      return role.from === 'part' || role.from === 'id' || role.from === 'timestamp' ? none(role) : { reason: 'no element is NULL; told locally' };
    }
    case 'or':
      return union(conjunct.args.map((arg) => restrict(arg, scan)));
    case 'and':
      return { reason: 'each condition is judged by itself' };
    default:
      return { reason: 'Redis finds keys by their names, not by values' };
  }
}

const mirrored: Partial<Record<CompareOp, CompareOp>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function compare(op: CompareOp, arg: Expr, value: Literal, scan: Scan): Restriction | Reason {
  if (op === '=' || (op === 'is not distinct from' && value !== null)) return equality(arg, [value], scan);
  const role = roleIn(arg, scan);
  if (role?.from !== 'timestamp') return { reason: 'Redis finds keys by their names, not by values' };
  if (typeof value !== 'bigint') return { reason: 'only comparisons with a constant are pushed' };
  const floor = value >= 0n ? value / 1000n : -((-value + 999n) / 1000n);
  const ceil = floor * 1000n === value ? floor : floor + 1n;
  switch (op) {
    case '<':
      return between(0n, ceil - 1n);
    case '<=':
      return between(0n, floor);
    case '>':
      return between(floor + 1n, maxMillis);
    case '>=':
      return between(ceil, maxMillis);
    default:
      return { reason: 'entries are found by bounds of their time' };
  }
}

function between(from: bigint, to: bigint): Restriction {
  const low = from < 0n ? 0n : from;
  const high = to > maxMillis ? maxMillis : to;
  return low > high ? { of: 'ids', values: [] } : { of: 'time', from: low, to: high };
}

function equality(arg: Expr, literals: readonly Literal[], scan: Scan): Restriction | Reason {
  const role = roleIn(arg, scan);
  const type = arg.kind === 'column' ? scan.columns.find(({ id }) => id === arg.id)?.column.type : undefined;
  if (role === undefined || type === undefined) return { reason: 'Redis finds keys by their names, not by values' };
  // Nothing equals NULL.
  const values = literals.filter((literal) => literal !== null);
  if (role.from === 'part') {
    const texts = partTexts(values, type);
    return texts === undefined ? { reason: `a ${type.kind} in a key can be written in several ways` } : { of: 'part', part: role.part, values: texts };
  }
  if (role.from === 'id') return { of: 'ids', values: [...new Set(values.filter((value): value is string => typeof value === 'string' && isEntryId(value)))] };
  if (role.from === 'timestamp' && values.length === 1 && typeof values[0] === 'bigint') {
    const micros = values[0];
    return micros % 1000n === 0n ? between(micros / 1000n, micros / 1000n) : none(role);
  }
  return { reason: 'Redis finds keys by their names, not by values' };
}

/** The one way that each value is written in a key, or undefined when there are several. */
export function partTexts(values: readonly Literal[], type: Type): string[] | undefined {
  if (type.kind === 'text') return [...new Set(values.filter((value) => typeof value === 'string'))];
  if (type.kind === 'int') return [...new Set(values.filter((value) => typeof value === 'bigint').map(String))];
  return undefined;
}

/** As Redis prints ids, without zeros in front. */
function isEntryId(text: string): boolean {
  const [millis, sequence, more] = text.split('-');
  const whole = (part: string | undefined) => part !== undefined && /^(?:0|[1-9]\d{0,19})$/.test(part) && BigInt(part) <= maxMillis;
  return more === undefined && whole(millis) && whole(sequence);
}

function union(arms: readonly (Restriction | Reason)[]): Restriction | Reason {
  const first = arms[0]!;
  for (const arm of arms) if ('reason' in arm) return arm;
  const values = (arms as readonly Restriction[]).flatMap((arm) => ('values' in arm ? arm.values : []));
  const same = (arms as readonly Restriction[]).every((arm) => arm.of === (first as Restriction).of && 'values' in arm);
  if (same && 'of' in first && first.of === 'part' && arms.every((arm) => 'part' in arm && arm.part === first.part)) return { ...first, values: [...new Set(values)] };
  if (same && 'of' in first && first.of === 'ids') return { of: 'ids', values: [...new Set(values)] };
  return { reason: 'alternatives are pushed only where all name the same part of a key' };
}

export function roleIn(expr: Expr, scan: Scan): Role | undefined {
  if (expr.kind !== 'column') return undefined;
  const column = scan.columns.find(({ id }) => id === expr.id)?.column;
  return column && roleOf(scan.table, column);
}

export function isStream(scan: Scan): boolean {
  return keysOf(scan.table).type === 'stream';
}

