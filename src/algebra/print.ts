/** Expr as DuckDB SQL: for people in `explain`, and exact enough for the engine to run. */

import { unknownMark } from './expr.js';
import type { ColumnId, Expr } from './expr.js';
import { quoteIdentifier, typeName } from './types.js';
import type { Literal, Type } from './types.js';

/** How a column is written. */
export type NameOf = (id: ColumnId) => string;

/** The part of an id behind the scan's prefix: the column's own name. */
function columnName(id: ColumnId): string {
  return id.slice(id.indexOf('.') + 1);
}

/** For people: quoted only where it must be. */
export const readable: NameOf = (id) => identifier(columnName(id));

/** For the engine: always quoted, since many words are keywords somewhere. */
export const quoted: NameOf = (id) => quoteIdentifier(columnName(id));

const infix: Readonly<Record<string, string>> = {
  '~~': 'LIKE',
  '!~~': 'NOT LIKE',
  '~~*': 'ILIKE',
  '!~~*': 'NOT ILIKE',
};

export function printExpr(expr: Expr, nameOf: NameOf = readable): string {
  const print = (child: Expr) => printExpr(child, nameOf);
  switch (expr.kind) {
    case 'column':
      return nameOf(expr.id);
    case 'literal':
      return printLiteral(expr.value, expr.type);
    case 'compare':
      return `${operand(expr.left, print)} ${expr.op.toUpperCase()} ${operand(expr.right, print)}`;
    case 'and':
    case 'or':
      return expr.args.map((arg) => operand(arg, print)).join(` ${expr.kind.toUpperCase()} `);
    case 'not':
      return `NOT ${operand(expr.arg, print)}`;
    case 'isNull':
      return `${operand(expr.arg, print)} IS ${expr.negated ? 'NOT ' : ''}NULL`;
    case 'in':
      return `${operand(expr.arg, print)} ${expr.negated ? 'NOT ' : ''}IN (${expr.list.map(print).join(', ')})`;
    case 'cast':
      return `${expr.try ? 'TRY_CAST' : 'CAST'}(${print(expr.arg)} AS ${typeName(expr.type)})`;
    case 'call':
      return printCall(expr.name, expr.args, print);
    case 'case': {
      const whens = expr.whens.map(({ when, then }) => `WHEN ${print(when)} THEN ${print(then)}`);
      return `CASE ${whens.join(' ')} ELSE ${print(expr.otherwise)} END`;
    }
  }
}

function printCall(name: string, args: readonly Expr[], print: (expr: Expr) => string): string {
  const shown = name.startsWith(unknownMark) ? name.slice(unknownMark.length).replace(/^operator_|^bound_/, '') : name;
  if (args.length === 2 && (infix[shown] !== undefined || /^[^\p{L}\p{N}_]+$/u.test(shown))) {
    return `${operand(args[0]!, print)} ${infix[shown] ?? shown} ${operand(args[1]!, print)}`;
  }
  return `${shown}(${args.map(print).join(', ')})`;
}

/** In parentheses wherever precedence could matter. */
function operand(expr: Expr, print: (expr: Expr) => string): string {
  const text = print(expr);
  const simple = ['column', 'literal', 'cast', 'case'].includes(expr.kind) || (expr.kind === 'call' && /^\w+\(/.test(text));
  return simple ? text : `(${text})`;
}

function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : quoteIdentifier(name);
}

const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
   deferrable desc describe distinct do else end except false fetch for foreign from group having in initially
   intersect into is lambda lateral leading limit natural not null offset on only or order pivot placing primary
   qualify references returning select show some summarize symmetric table then to trailing true union unique unpivot
   using values variadic when where window with`.split(/\s+/),
);

export function printLiteral(value: Literal, type: Type): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'boolean':
      return value === true ? 'TRUE' : 'FALSE';
    case 'int':
      return type.bits === 128 ? cast(String(value), type) : String(value);
    case 'decimal':
      return String(value);
    case 'float':
      return cast(Object.is(value, -0) ? '-0' : String(value), type);
    case 'text':
      return text(String(value));
    case 'blob':
      return cast([...(value as Uint8Array)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''), type);
    case 'date':
      return printDate(value as bigint);
    case 'time':
      return `TIME '${clock(value as bigint)}'`;
    case 'timestamp':
      return printTimestamp(value as bigint, type);
    case 'interval':
      return `INTERVAL ${text(String(value))}`;
    case 'list':
      return `[${(value as readonly Literal[]).map((element) => printLiteral(element, type.element)).join(', ')}]`;
    default:
      return cast(String(value), type);
  }
}

function cast(value: string, type: Type): string {
  return `CAST(${text(value)} AS ${typeName(type)})`;
}

/** A NUL would end the statement. */
function text(value: string): string {
  const parts = value.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts[0]! : `(${parts.join(' || chr(0) || ')})`;
}

const daySeconds = 86_400n;
/** Years 1 to 9999, which ISO 8601 writes with four digits; others are counted from the epoch. */
const [firstDay, lastDay] = [-719_162n, 2_932_896n];

function printDate(days: bigint): string {
  if (days === 2_147_483_647n || days === -2_147_483_647n) return `DATE '${days < 0n ? '-' : ''}infinity'`;
  return days < firstDay || days > lastDay ? `DATE '1970-01-01' + (${days})` : `DATE '${isoDate(days)}'`;
}

function isoDate(days: bigint): string {
  return new Date(Number(days) * 86_400_000).toISOString().slice(0, 10);
}

const infinity = 2n ** 63n - 1n;

function printTimestamp(value: bigint, type: Extract<Type, { kind: 'timestamp' }>): string {
  const name = type.zoned ? 'TIMESTAMPTZ' : type.unit === 'ns' ? 'TIMESTAMP_NS' : 'TIMESTAMP';
  if (value === infinity || value === -infinity) return `${name} '${value < 0n ? '-' : ''}infinity'`;
  const unit = type.unit === 'ns' ? 1_000_000_000n : 1_000_000n;
  const day = floorDivide(value, daySeconds * unit);
  if (day < firstDay || day > lastDay) {
    if (type.unit === 'ns') return `make_timestamp_ns(${value})`;
    return type.zoned ? `make_timestamptz(${value})` : `make_timestamp(${value})`;
  }
  return `${name} '${isoDate(day)} ${clock(value - day * daySeconds * unit, unit)}${type.zoned ? '+00' : ''}'`;
}

function clock(value: bigint, unit = 1_000_000n): string {
  const seconds = value / unit;
  const two = (n: bigint) => n.toString().padStart(2, '0');
  const fraction = (value % unit).toString().padStart(unit.toString().length - 1, '0').replace(/0+$/, '');
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction === '' ? '' : `.${fraction}`}`;
}

function floorDivide(a: bigint, b: bigint): bigint {
  return a / b - (a % b < 0n ? 1n : 0n);
}
