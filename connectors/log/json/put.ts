/** Puts one JSON value, a span of a buffer, into a column of a canonical type. False when it is none of that type. */

import { isLosslessNumber, parse as parseLossless, stringify as stringifyLossless } from 'lossless-json';
import { isNested, type ColumnWriter, type Type } from '../../contract.js';
import { instantMicros, isInstant } from './instant.js';
import { Kind } from './spans.js';

/** @param cuts digits past microseconds, which a column can't hold, are left off: the message's schema calls it a time */
export function put(writer: ColumnWriter, buffer: Buffer, start: number, end: number, kind: Kind, cuts = false): boolean {
  const { type } = writer;
  if (kind === Kind.missing || kind === Kind.null) {
    writer.null();
    return true;
  }
  switch (type.kind) {
    case 'json':
      writer.utf8(buffer, start, end);
      return true;
    case 'text':
      if (kind === Kind.plainText) writer.utf8(buffer, start + 1, end - 1);
      else if (kind === Kind.escapedText) writer.text(textOf(buffer, start, end, kind));
      else return false;
      return true;
    case 'int':
      return putInteger(writer, type.bits, type.signed, buffer, start, end, kind);
    case 'float': {
      const value = kind === Kind.number ? doubleOf(buffer.toString('latin1', start, end)) : kind === Kind.plainText ? notANumber(buffer.toString('latin1', start + 1, end - 1)) : undefined;
      if (value === undefined) return false;
      writer.number(value);
      return true;
    }
    case 'boolean':
      if (kind !== Kind.true && kind !== Kind.false) return false;
      writer.boolean(kind === Kind.true);
      return true;
    case 'timestamp': {
      if (kind !== Kind.plainText) return false;
      const micros = columnMicros(buffer, start + 1, end - 1, type.zoned, cuts);
      if (micros === undefined) return false;
      if (typeof micros === 'bigint') writer.bigint(micros);
      else writer.number(micros);
      return true;
    }
    case 'decimal': {
      const digits = kind === Kind.number ? buffer.toString('latin1', start, end) : kind === Kind.plainText ? buffer.toString('latin1', start + 1, end - 1) : '';
      const text = decimalText(digits, type.precision, type.scale);
      if (text === undefined) return false;
      writer.text(text);
      return true;
    }
    case 'date': {
      const day = kind === Kind.plainText ? dayOf(buffer.toString('latin1', start + 1, end - 1)) : undefined;
      if (day === undefined) return false;
      writer.number(day);
      return true;
    }
    case 'time': {
      const micros = kind === Kind.plainText ? clockMicros(buffer.toString('latin1', start + 1, end - 1)) : undefined;
      if (micros === undefined) return false;
      writer.number(micros);
      return true;
    }
    case 'uuid': {
      const text = kind === Kind.plainText ? buffer.toString('latin1', start + 1, end - 1) : '';
      if (!isUuid(text)) return false;
      writer.text(text.toLowerCase());
      return true;
    }
    case 'blob': {
      // Bytes are base64 in JSON.
      const text = kind === Kind.plainText || kind === Kind.escapedText ? textOf(buffer, start, end, kind) : undefined;
      if (text === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return false;
      const bytes = Buffer.from(text, 'base64');
      writer.utf8(bytes, 0, bytes.length);
      return true;
    }
    default:
      return isNested(type) && putNested(writer, type, buffer, start, end, cuts);
  }
}

export function textOf(buffer: Buffer, start: number, end: number, kind: Kind): string {
  if (kind === Kind.plainText) return buffer.toString('utf8', start + 1, end - 1);
  return JSON.parse(buffer.toString('utf8', start, end)) as string;
}

/** An instant, or a wall clock without a zone. */
export function columnMicros(buffer: Buffer, start: number, end: number, zoned: boolean, cuts: boolean): number | bigint | undefined {
  const exact = zoned ? instantMicros(buffer, start, end) : undefined;
  if (exact !== undefined || (zoned && !cuts)) return exact;
  const written = buffer.toString('latin1', start, end);
  const text = Buffer.from((cuts ? cut(written) : written) + (zoned ? '' : 'Z'));
  return instantMicros(text, 0, text.length);
}

/** What JSON has no numbers for, as Protobuf writes it. */
export function notANumber(text: string): number | undefined {
  return text === 'NaN' || text === 'Infinity' || text === '-Infinity' ? Number(text) : undefined;
}

function cut(text: string): string {
  return text.replace(/(\.\d{6})\d+/, '$1');
}

function dayOf(text: string): number | undefined {
  const micros = /^\d{4}-\d{2}-\d{2}$/.test(text) ? instantMicros(Buffer.from(`${text}T00:00:00Z`), 0, text.length + 10) : undefined;
  return micros === undefined ? undefined : Number(BigInt(micros) / 86_400_000_000n);
}

function clockMicros(text: string): number | undefined {
  const parts = /^\d{2}:\d{2}:\d{2}(\.\d{1,9})?$/.test(text) ? Buffer.from(`1970-01-01T${cut(text)}Z`) : undefined;
  return parts && Number(instantMicros(parts, 0, parts.length));
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Plain digits only: 1e3 and 1.0 are no integers as JSON writes them, and a search for digits would not find them. */
export function integerOf(buffer: Buffer, start: number, end: number): bigint | undefined {
  const text = buffer.toString('latin1', start, end);
  return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

/** A whole number that a double would change, and one past all doubles, are none of its values. */
export function doubleOf(text: string): number | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  const isRounded = text.length > 15 && /^-?\d+$/.test(text) && BigInt(value) !== BigInt(text);
  return isRounded ? undefined : value;
}

function putInteger(writer: ColumnWriter, bits: number, signed: boolean, buffer: Buffer, start: number, end: number, kind: Kind): boolean {
  if (kind !== Kind.number) return false;
  if (end - start <= 9) {
    // Few digits need no bigint.
    let value = 0;
    const isNegative = buffer[start] === 0x2d;
    for (let i = isNegative ? start + 1 : start; i < end; i++) {
      const digit = buffer[i]! - 0x30;
      if (digit < 0 || digit > 9) return false;
      value = value * 10 + digit;
    }
    if (bits >= 32 && (signed || !isNegative)) {
      writer.number(isNegative ? -value : value);
      return true;
    }
  }
  const value = integerOf(buffer, start, end);
  if (value === undefined || (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) !== value) return false;
  writer.bigint(value);
  return true;
}

/** The digits as a decimal of the scale, unless that would round them. */
function decimalText(text: string, precision: number, scale: number): string | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!parts) return undefined;
  const whole = parts[2]!.replace(/^0+(?=\d)/, '');
  const fraction = (parts[3] ?? '').replace(/0+$/, '');
  const wholeDigits = whole === '0' ? 0 : whole.length;
  if (fraction.length > scale || wholeDigits > precision - scale) return undefined;
  return `${parts[1]}${whole}${scale > 0 ? `.${fraction.padEnd(scale, '0')}` : ''}`;
}

/** Objects come with exactly the members of the type; what else they have is still in `_value`. */
function putNested(writer: ColumnWriter, type: Type, buffer: Buffer, start: number, end: number, cuts: boolean): boolean {
  const fitted = fit(parseLossless(buffer.toString('utf8', start, end)), type, cuts);
  if (fitted === misfit) return false;
  writer.text(stringifyLossless(fitted)!);
  return true;
}

const misfit = Symbol('misfit');

function fit(value: unknown, type: Type, cuts: boolean): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'json':
      return value;
    case 'boolean':
      return typeof value === 'boolean' ? value : misfit;
    case 'text':
      return typeof value === 'string' ? value : misfit;
    case 'timestamp': {
      const text = typeof value === 'string' ? (cuts ? cut(value) : value) : '';
      return isInstant(type.zoned ? text : `${text}Z`) ? text : misfit;
    }
    case 'date':
      return typeof value === 'string' && dayOf(value) !== undefined ? value : misfit;
    case 'time':
      return typeof value === 'string' && clockMicros(value) !== undefined ? value : misfit;
    case 'uuid':
      return typeof value === 'string' && isUuid(value) ? value : misfit;
    case 'int':
      return isLosslessNumber(value) && /^-?\d+$/.test(value.value) ? value : misfit;
    case 'float':
      return (isLosslessNumber(value) && doubleOf(value.value) !== undefined) || (typeof value === 'string' && notANumber(value) !== undefined) ? value : misfit;
    case 'decimal':
      return isLosslessNumber(value) && decimalText(value.value, type.precision, type.scale) !== undefined ? value : misfit;
    case 'list': {
      if (!Array.isArray(value)) return misfit;
      const items = value.map((item) => fit(item, type.element, cuts));
      return items.includes(misfit) ? misfit : items;
    }
    case 'struct': {
      if (typeof value !== 'object' || Array.isArray(value) || isLosslessNumber(value)) return misfit;
      const members = type.fields.map(({ name, type: member }) => [name, fit((value as Record<string, unknown>)[name], member, cuts)] as const);
      return members.some(([, member]) => member === misfit) ? misfit : Object.fromEntries(members);
    }
    default:
      return misfit;
  }
}
