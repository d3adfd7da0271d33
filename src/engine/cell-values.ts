/**
 * What a column's writer (src/duckdb/columns.ts) laid out, read back as cells: as DuckDB would show the same values. What
 * it would show in a way that is not known here (years of five digits, intervals, nested values that it would convert) is
 * left to it, by NotStraight.
 */

import { floatCell, jsonCell, shortestFloat } from '../duckdb/cells.js';
import type { Column } from '../duckdb/columns.js';
import type { Heap } from '../duckdb/strings.js';
import type { Cell } from '../answer/contract.js';
import type { Type } from '../algebra/index.js';

/** Thrown where rows must go through the embedded engine after all. */
export class NotStraight extends Error {}

/** The cell of a row, which has a value. */
export type ReadCell = (row: number) => Cell;

/** @param timezone that instants are shown in */
export function readerOf(column: Column, heaps: { readonly text: Heap; readonly blob: Heap }, timezone: string): ReadCell {
  const { type } = column;
  const { data, width } = column.block();
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const integer = (row: number, signed: boolean): bigint => integerAt(view, row * width, width, signed);
  const bytes = (row: number, heap: Heap): Buffer => {
    const length = view.getUint32(row * 16, true);
    const [from, start] = length <= 12 ? [Buffer.from(data.buffer, data.byteOffset, data.byteLength), row * 16 + 4] : [heap.bytes, view.getUint32(row * 16 + 8, true)];
    return from.subarray(start, start + length);
  };
  const text = (row: number) => bytes(row, heaps.text).toString('utf8');
  switch (type.kind) {
    case 'boolean':
      return (row) => data[row] === 1;
    case 'int': {
      const { bits, signed } = type;
      return bits <= 32 ? (row) => Number(integer(row, signed)) : (row) => String(integer(row, signed));
    }
    case 'float':
      return type.bits === 32 ? (row) => floatCell(shortestFloat(view.getFloat32(row * 4, true))) : (row) => floatCell(view.getFloat64(row * 8, true));
    case 'decimal':
      return (row) => decimalText(integer(row, true), type.scale);
    case 'text':
      return text;
    case 'blob':
      return (row) => bytes(row, heaps.blob).toString('base64');
    case 'uuid':
      return (row) => uuidText(data.subarray(row * 16, row * 16 + 16));
    case 'date':
      return (row) => dayText(integer(row, true));
    case 'time':
      return (row) => clockText(integer(row, true), 6);
    case 'timestamp':
      // Rows one after another often have the same.
      return remembering((row) => integer(row, true), (value) => timestampText(value, type, timezone));
    case 'json':
      return remembering(text, jsonValue);
    case 'list':
    case 'struct':
    case 'map': {
      const read = nestedReader(type);
      return (row) => read(parsed(text(row)));
    }
    default:
      throw new NotStraight(type.kind);
  }
}

/** Reads nothing anew that is the same as the last time. */
function remembering<T>(at: (row: number) => T, read: (value: T) => Cell): ReadCell {
  let last: T | undefined;
  let cell: Cell = null;
  return (row) => {
    const value = at(row);
    if (value !== last) {
      cell = read(value);
      last = value;
    }
    return cell;
  };
}

function integerAt(view: DataView, at: number, width: number, signed: boolean): bigint {
  switch (width) {
    case 1:
      return BigInt(signed ? view.getInt8(at) : view.getUint8(at));
    case 2:
      return BigInt(signed ? view.getInt16(at, true) : view.getUint16(at, true));
    case 4:
      return BigInt(signed ? view.getInt32(at, true) : view.getUint32(at, true));
    case 8:
      return signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
    default:
      return ((signed ? view.getBigInt64(at + 8, true) : view.getBigUint64(at + 8, true)) << 64n) + view.getBigUint64(at, true);
  }
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Kept with its bytes turned round and its top bit flipped. */
function uuidText(bytes: Uint8Array): string {
  const turned = Buffer.from(bytes).reverse();
  turned[0]! ^= 0x80;
  return turned.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Years 1 to 9999, which are written with four digits. */
const [firstDay, lastDay] = [-719_162n, 2_932_896n];

let [knownDay, knownText] = [0n, '1970-01-01'];

function dayText(days: bigint): string {
  if (days === knownDay) return knownText;
  if (days < firstDay || days > lastDay) throw new NotStraight('a year of another length');
  [knownDay, knownText] = [days, new Date(Number(days) * 86_400_000).toISOString().slice(0, 10)];
  return knownText;
}

function clockText(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const seconds = value / unit;
  const two = (n: bigint) => String(n).padStart(2, '0');
  const fraction = String(value % unit).padStart(digits, '0').replace(/0+$/, '');
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** From 1684 to 2255 microseconds are safe integers. */
const safeMicros = BigInt(Number.MAX_SAFE_INTEGER);

function timestampText(value: bigint, { zoned, unit }: Extract<Type, { kind: 'timestamp' }>, timezone: string): string {
  // Instants are kept in microseconds, whatever their unit.
  const digits = unit === 'ns' && !zoned ? 9 : 6;
  if (digits === 6 && (!zoned || timezone === 'UTC') && value <= safeMicros && value >= -safeMicros) return utcText(Number(value), zoned);
  const offset = zoned ? offsetAt(value, timezone) : undefined;
  const shown = value + BigInt(offset?.seconds ?? 0) * 1_000_000n;
  const day = 86_400n * 10n ** BigInt(digits);
  const days = shown / day - (shown % day < 0n ? 1n : 0n);
  return `${dayText(days)} ${clockText(shown - days * day, digits)}${offset?.text ?? ''}`;
}

/** Most timestamps of logs: by the thousand, so without big integers. */
function utcText(micros: number, zoned: boolean): string {
  const iso = new Date(Math.floor(micros / 1000)).toISOString();
  const rest = micros - Math.floor(micros / 1e6) * 1e6;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction}${zoned ? '+00' : ''}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a zone is ahead of UTC, of instants since 1970: those before it knew offsets of odd seconds. */
function offsetAt(micros: bigint, timezone: string): { readonly seconds: number; readonly text: string } {
  if (timezone === 'UTC') return { seconds: 0, text: '+00' };
  const milliseconds = Number(micros / 1000n);
  if (micros < 0n || milliseconds > 8.64e15) throw new NotStraight('an offset of another time');
  const format = formats.get(timezone) ?? new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  formats.set(timezone, format);
  const name = format.formatToParts(milliseconds).find((part) => part.type === 'timeZoneName')?.value;
  const [, sign = '+', hours, minutes = '00'] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name ?? '') ?? ([] as string[]);
  if (name === undefined || (hours === undefined && name !== 'GMT')) throw new NotStraight('an offset that is not told');
  const seconds = (Number(hours ?? 0) * 60 + Number(minutes)) * 60;
  return { seconds: sign === '-' ? -seconds : seconds, text: `${sign}${hours ?? '00'}${minutes === '00' ? '' : `:${minutes}`}` };
}

/** What is no JSON is DuckDB's to refuse. */
function jsonValue(text: string): Cell {
  const value = parsed(text) as Cell;
  return holdsNumber(value) ? jsonCell(text) : value;
}

/** A number that a double would change is shown otherwise. */
function holdsNumber(value: Cell): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number';
  for (const member of Object.values(value)) if (holdsNumber(member as Cell)) return true;
  return false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotStraight('no JSON');
  }
}

/** Of a value that came as JSON. Only where it already is what it is to become. */
function nestedReader(type: Type): (value: unknown) => Cell {
  const some = (read: (value: NonNullable<unknown>) => Cell) => (value: unknown) => (value === null || value === undefined ? null : read(value));
  const only = (isRight: (value: unknown) => boolean) => some((value) => (isRight(value) ? (value as Cell) : otherwise(type)));
  switch (type.kind) {
    case 'text':
      return only((value) => typeof value === 'string');
    case 'boolean':
      return only((value) => typeof value === 'boolean');
    case 'int':
      return some((value) => (typeof value === 'number' && Number.isSafeInteger(value) && fits(value, type) ? (type.bits <= 32 ? value : String(value)) : otherwise(type)));
    case 'float':
      return type.bits === 64 ? only((value) => typeof value === 'number') : () => otherwise(type);
    case 'list': {
      const read = nestedReader(type.element);
      return some((value) => (Array.isArray(value) ? value.map(read) : otherwise(type)));
    }
    case 'struct': {
      const fields = type.fields.map((field) => ({ name: field.name, read: nestedReader(field.type) }));
      const names = new Set(fields.map(({ name }) => name));
      return some((value) => {
        const told = typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [];
        if (told.length !== fields.length || told.some((name) => !names.has(name))) return otherwise(type);
        return Object.fromEntries(fields.map(({ name, read }) => [name, read((value as Record<string, unknown>)[name])]));
      });
    }
    case 'timestamp':
      return some((value) => (type.unit === 'us' && typeof value === 'string' ? nestedTime(value, type.zoned) : otherwise(type)));
    default:
      return () => otherwise(type);
  }
}

/** "2026-02-03T04:05:06.700Z" -> "2026-02-03 04:05:06.7+00" */
function nestedTime(text: string, zoned: boolean): Cell {
  const [, day, clock, fraction = '', zone] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|\+00(?::?00)?)?$/.exec(text) ?? ([] as string[]);
  const isReal = day !== undefined && !Number.isNaN(Date.parse(`${day}T${clock!}Z`)) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  if (!isReal || zoned !== (zone !== undefined)) throw new NotStraight('a time written otherwise');
  const digits = fraction.replace(/0+$/, '');
  return `${day} ${clock!}${digits === '' ? '' : `.${digits}`}${zoned ? '+00' : ''}`;
}

function fits(value: number, { bits, signed }: Extract<Type, { kind: 'int' }>): boolean {
  const wide = BigInt(signed ? bits - 1 : bits);
  return BigInt(value) < 1n << wide && BigInt(value) >= (signed ? -(1n << wide) : 0n);
}

function otherwise(type: Type): never {
  throw new NotStraight(type.kind);
}
