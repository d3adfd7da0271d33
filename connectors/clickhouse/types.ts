/**
 * What each ClickHouse type becomes, and how it travels. Parquet is what ClickHouse writes fastest, but versions differ in
 * how they write the rarer types there, so the SELECT converts those to one that all write alike.
 */

import { decimal, types, type Type } from '../contract.js';
import { parseType, quote, tupleMember, unquote, type NativeType } from './native-type.js';

export interface Mapped {
  readonly type: Type;
  readonly nullable: boolean;
  /** Over the quoted column: what is compared in filters. */
  readonly read: (sql: string) => string;
  /** Over the quoted column: what is sent. */
  readonly select: (sql: string) => string;
  readonly enumValues?: readonly string[];
  /** What a person should know of the conversion. */
  readonly caution?: string;
}

const same = (sql: string) => sql;
const text = (sql: string) => `toString(${sql})`;
const json = (sql: string) => `toJSONString(${sql})`;

const integers: Readonly<Record<string, Type>> = {
  Int8: types.int8, Int16: types.int16, Int32: types.int32, Int64: types.int64,
  UInt8: types.uint8, UInt16: types.uint16, UInt32: types.uint32, UInt64: types.uint64,
};

/** Types that cannot be read at all: the state of an aggregation has no value. */
export function unreadable(nativeType: string): boolean {
  return /^(AggregateFunction|Nothing)\b/.test(nativeType);
}

/** @param binary text that was found not to be UTF-8, or that the configuration calls binary */
export function mapType(nativeType: string, binary = false): Mapped {
  const parsed = parseType(nativeType);
  if (parsed.name === 'Nullable') return { ...mapType(parsed.args[0]!, binary), nullable: true };
  if (parsed.name === 'LowCardinality') return mapType(parsed.args[0]!, binary);
  if (parsed.name === 'SimpleAggregateFunction') return mapType(parsed.args[1]!, binary);
  return { nullable: false, ...scalar(parsed, nativeType, binary) };
}

function scalar(parsed: NativeType, nativeType: string, binary: boolean): Omit<Mapped, 'nullable'> {
  const { name, args } = parsed;
  const integer = integers[name];
  if (integer) return { type: integer, read: same, select: same };
  switch (name) {
    case 'Bool':
      return { type: types.boolean, read: same, select: same };
    case 'Int128':
      return { type: types.int128, read: same, select: text };
    case 'UInt128':
      return { type: types.uint128, read: same, select: text };
    case 'Int256':
    case 'UInt256':
      return { type: types.text, read: text, select: text, caution: 'kept as text: 256-bit integers have no counterpart' };
    case 'Float32':
      return { type: types.float32, read: same, select: same };
    case 'Float64':
      return { type: types.float64, read: same, select: same };
    case 'BFloat16':
      return { type: types.float32, read: (sql) => `toFloat32(${sql})`, select: (sql) => `toFloat32(${sql})` };
    case 'Decimal': {
      const [precision, scale] = [Number(args[0]), Number(args[1] ?? 0)];
      if (precision <= 38) return { type: decimal(precision, scale), read: same, select: same };
      return { type: types.text, read: text, select: text, caution: 'kept as text: more than 38 digits' };
    }
    case 'String':
      return binary ? { type: types.blob, read: same, select: bytes } : { type: types.text, read: same, select: same };
    case 'FixedString': {
      if (binary) return { type: types.blob, read: same, select: bytes };
      // Shorter values are filled up with NUL bytes, which comparing ignores.
      const trimmed = (sql: string) => `trimRight(toString(${sql}), '\\0')`;
      return { type: types.text, read: trimmed, select: trimmed };
    }
    case 'Enum8':
    case 'Enum16':
    case 'Enum':
      return { type: types.text, read: text, select: text, enumValues: args.map((arg) => unquote(arg)) };
    case 'UUID':
      return { type: types.uuid, read: same, select: text };
    case 'Date':
    case 'Date32':
      return { type: types.date, read: same, select: (sql) => `toDate32(${sql})` };
    case 'DateTime':
      return { type: types.timestamptz, read: same, select: micros };
    case 'DateTime64':
      if (Number(args[0]) <= 6) return { type: types.timestamptz, read: same, select: micros };
      return { type: types.timestamptz, read: micros, select: micros, caution: 'read to the microsecond; finer digits are cut' };
    case 'Array':
    case 'Map':
    case 'Tuple':
    case 'Nested':
      return nested(nativeType);
    case 'JSON':
    case 'Object':
    case 'Variant':
    case 'Dynamic':
    case 'Point':
    case 'Ring':
    case 'LineString':
    case 'MultiLineString':
    case 'Polygon':
    case 'MultiPolygon':
    case 'Geometry':
      return { type: types.json, read: json, select: json };
    default:
      // IPv4, IPv6, Time, Interval..., and whatever a later version brings: as the server itself writes it.
      return { type: types.text, read: text, select: text };
  }
}

const micros = (sql: string) => `toDateTime64(${sql}, 6, 'UTC')`;

/** Strings are annotated as UTF-8 in Parquet whatever they hold, so bytes travel as \x00\xFF..., DuckDB's text form of a BLOB. */
const bytes = (sql: string) => `replaceRegexpAll(hex(${sql}), '(..)', '\\\\\\\\x\\\\1')`;

function nested(nativeType: string): Omit<Mapped, 'nullable'> {
  const element = convert(nativeType);
  if (!element) return { type: types.json, read: json, select: json };
  // CAST converts every level at once, so that each leaf is of a type that every version writes alike.
  const cast = (sql: string) => `CAST(${sql} AS ${element.target})`;
  return { type: element.type, read: same, select: element.target === nativeType ? same : cast };
}

/** A type inside a nested one: its canonical type, and the ClickHouse type to convert it to. */
function convert(nativeType: string): { readonly type: Type; readonly target: string } | undefined {
  const { name, args } = parseType(nativeType);
  const inner = (position: number) => convert(args[position] ?? '');
  switch (name) {
    case 'Nullable': {
      const element = inner(0);
      return element && { type: element.type, target: `Nullable(${element.target})` };
    }
    case 'LowCardinality':
      return inner(0);
    case 'SimpleAggregateFunction':
      return inner(1);
    case 'Array': {
      const element = inner(0);
      return element && { type: { kind: 'list', element: element.type }, target: `Array(${element.target})` };
    }
    case 'Map': {
      const [key, value] = [inner(0), inner(1)];
      return key && value && { type: { kind: 'map', key: key.type, value: value.type }, target: `Map(${key.target}, ${value.target})` };
    }
    case 'Tuple':
    case 'Nested':
      return tuple(name, args);
  }
  const mapped = mapType(nativeType);
  if (mapped.type.kind === 'json') return undefined;
  return { type: mapped.type, target: leafTarget(name, nativeType, mapped.type) };
}

function tuple(name: string, args: readonly string[]): { readonly type: Type; readonly target: string } | undefined {
  const fields = [];
  const targets = [];
  for (const [index, arg] of args.entries()) {
    const member = tupleMember(arg, index + 1);
    const converted = convert(member.type);
    if (!converted) return undefined;
    fields.push({ name: member.name, type: converted.type });
    targets.push(`${quote(member.name)} ${converted.target}`);
  }
  // DuckDB folds the case of field names and has no empty struct.
  if (fields.length === 0 || new Set(fields.map((field) => field.name.toLowerCase())).size < fields.length) return undefined;
  const struct: Type = { kind: 'struct', fields };
  const target = `Tuple(${targets.join(', ')})`;
  return name === 'Nested' ? { type: { kind: 'list', element: struct }, target: `Array(${target})` } : { type: struct, target };
}

function leafTarget(name: string, nativeType: string, type: Type): string {
  switch (type.kind) {
    case 'text':
    case 'uuid':
      return 'String';
    case 'date':
      return 'Date32';
    case 'timestamp':
      return "DateTime64(6, 'UTC')";
    case 'int':
      return type.bits === 128 ? 'String' : name;
    case 'float':
      return type.bits === 32 ? 'Float32' : 'Float64';
    default:
      return nativeType;
  }
}
