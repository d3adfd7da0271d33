/** Expressions as DuckDB's SQL with bound parameters: the files are read by the engine that the expressions come from. */

import { quoteIdentifier, typeName, typeOf } from '../contract.js';
import type { Expr, Literal, Reason, Scan, Type } from '../contract.js';
import { isReason } from '../contract.js';
import { nativeOf } from './tables.js';

/** Takes a value as text and returns its placeholder. */
export type Bind = (value: string) => string;
export type Print = (bind: Bind) => string;

/** Functions and operators that depend on their arguments alone, and can be called under a quoted name. */
const functions = new Set(
  ('+ - * / // % & | ^ << >> || ~~ !~~ ~~* !~~* ~~~ ^@ -> ->> prefix suffix contains starts_with ends_with lower upper length strlen ' +
    'substring substr left right trim ltrim rtrim lpad rpad replace concat concat_ws reverse repeat split_part instr strpos position ascii md5 abs round floor ceil ' +
    'ceiling trunc sign sqrt ln log log2 log10 exp pow power mod greatest least isnan isfinite isinf date_trunc date_part datepart year month day hour ' +
    'minute second quarter week dayofweek isodow dayofyear weekday epoch epoch_ms epoch_us strftime date_diff datediff date_sub datesub ' +
    'date_add last_day dayname monthname to_days to_hours to_minutes to_seconds to_months to_years make_date struct_extract array_extract ' +
    'list_extract list_contains array_length len json_extract json_extract_string json_array_length regexp_matches regexp_full_match ' +
    'regexp_extract regexp_replace hex unhex list_value').split(' '),
);

/** Printed as syntax, since no function has the name. */
const syntax: Readonly<Record<string, string>> = { coalesce: 'COALESCE', nullif: 'NULLIF', ifnull: 'IFNULL' };

export function print(expr: Expr, scan: Scan): Print | Reason {
  switch (expr.kind) {
    case 'column': {
      const column = scan.columns.find((candidate) => candidate.id === expr.id);
      if (column === undefined) return { reason: 'a column of another relation' };
      const name = quoteIdentifier(column.column.name);
      // DuckDB 1.5 writes Bloom filters over bytes that it then reads wrongly: a bare column would lose rows.
      const isHidden = column.column.type.kind === 'blob' && nativeOf(scan.table).format === 'parquet';
      return () => (isHidden ? `(${name} || ''::BLOB)` : name);
    }
    case 'literal':
      return constant(expr.value, expr.type);
    case 'compare':
      return over([expr.left, expr.right], scan, ([left, right]) => `(${left} ${expr.op.toUpperCase()} ${right})`);
    case 'and':
    case 'or':
      return over(expr.args, scan, (args) => `(${args.join(expr.kind === 'and' ? ' AND ' : ' OR ')})`);
    case 'not':
      return over([expr.arg], scan, ([arg]) => `(NOT ${arg})`);
    case 'isNull':
      return over([expr.arg], scan, ([arg]) => `(${arg} IS ${expr.negated ? 'NOT ' : ''}NULL)`);
    case 'in':
      return over([expr.arg, ...expr.list], scan, ([arg, ...list]) => `(${arg} ${expr.negated ? 'NOT ' : ''}IN (${list.join(', ')}))`);
    case 'cast': {
      // The zone of the statement is not the zone of the instance that reads the files.
      if (crossesZones(typeOf(expr.arg), expr.type)) return { reason: 'a cast that depends on the time zone' };
      return over([expr.arg], scan, ([arg]) => `${expr.try ? 'TRY_CAST' : 'CAST'}(${arg} AS ${typeName(expr.type)})`);
    }
    case 'call':
      return call(expr, scan);
    case 'case': {
      const parts = expr.whens.flatMap(({ when, then }) => [when, then]);
      return over([...parts, expr.otherwise], scan, (texts) => {
        const whens = expr.whens.map((_, index) => `WHEN ${texts[2 * index]} THEN ${texts[2 * index + 1]}`);
        return `CASE ${whens.join(' ')} ELSE ${texts.at(-1)} END`;
      });
    }
  }
}

function over(args: readonly Expr[], scan: Scan, join: (texts: readonly string[]) => string): Print | Reason {
  const prints = args.map((arg) => print(arg, scan));
  const refused = prints.find(isReason);
  if (refused !== undefined) return refused;
  return (bind) => join((prints as Print[]).map((part) => part(bind)));
}

function call(expr: Extract<Expr, { kind: 'call' }>, scan: Scan): Print | Reason {
  if (isZoned(expr.type) || expr.args.some((arg) => isZoned(typeOf(arg)))) return { reason: `${expr.name}() of a zoned time depends on the time zone` };
  const keyword = syntax[expr.name];
  if (keyword !== undefined) return over(expr.args, scan, (args) => `${keyword}(${args.join(', ')})`);
  if (!functions.has(expr.name)) return { reason: `${expr.name}() is computed locally` };
  return over(expr.args, scan, (args) => `${quoteIdentifier(expr.name)}(${args.join(', ')})`);
}

function isZoned(type: Type): boolean {
  return type.kind === 'timestamp' && type.zoned;
}

function crossesZones(from: Type, to: Type): boolean {
  const isTime = (type: Type) => type.kind === 'timestamp' || type.kind === 'date' || type.kind === 'time' || type.kind === 'text' || type.kind === 'json';
  return isZoned(from) !== isZoned(to) && isTime(from) && isTime(to);
}

const infinity = 2n ** 63n - 1n;
const infiniteDate = 2n ** 31n - 1n;

export function constant(value: Literal, type: Type): Print | Reason {
  if (value === null) return type.kind === 'null' ? () => 'NULL' : () => `CAST(NULL AS ${typeName(type)})`;
  const bound = (text: string): Print => (bind) => `CAST(${bind(text)} AS ${typeName(type)})`;
  switch (type.kind) {
    case 'text':
      // A parameter ends at its first NUL.
      if ((value as string).includes('\0')) return { reason: 'text with a NUL character is compared locally' };
      return (bind) => bind(value as string);
    case 'float':
      return bound(floatText(value as number));
    case 'date':
      if ((value as bigint) >= infiniteDate || (value as bigint) <= -infiniteDate) return { reason: 'an infinite date' };
      return (bind) => `(DATE '1970-01-01' + CAST(${bind(String(value))} AS INTEGER))`;
    case 'time':
      return bound(timeText(value as bigint));
    case 'timestamp': {
      if (value === infinity || value === -infinity) return bound(value === infinity ? 'infinity' : '-infinity');
      const make = type.zoned ? 'make_timestamptz' : type.unit === 'ns' ? 'make_timestamp_ns' : 'make_timestamp';
      const micros = type.zoned && type.unit === 'ns' ? (value as bigint) / 1000n : (value as bigint);
      return (bind) => `${make}(CAST(${bind(String(micros))} AS BIGINT))`;
    }
    case 'blob':
      return (bind) => `from_hex(${bind(Buffer.from(value as Uint8Array).toString('hex'))})`;
    case 'list': {
      const parts = (value as readonly Literal[]).map((element) => constant(element, type.element));
      const refused = parts.find(isReason);
      return refused ?? ((bind) => `CAST([${(parts as Print[]).map((part) => part(bind)).join(', ')}] AS ${typeName(type)})`);
    }
    case 'struct':
    case 'map':
    case 'null':
      return { reason: 'a nested constant' };
    default:
      return bound(String(value));
  }
}

function floatText(value: number): string {
  return Number.isNaN(value) ? 'nan' : value === Infinity ? 'infinity' : value === -Infinity ? '-infinity' : String(value);
}

function timeText(micros: bigint): string {
  const pad = (part: bigint, width: number) => part.toString().padStart(width, '0');
  const seconds = micros / 1_000_000n;
  return `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}.${pad(micros % 1_000_000n, 6)}`;
}
