/**
 * Values of the binary protocol, straight from the wire's bytes into column writers.
 *
 * A decoder is chosen once per column by what the server says it sends and what the column is declared as; where these
 * no longer fit each other, the catalogue is out of date and the read says so. Lengths are checked by the caller after
 * each value, against the end of its row.
 */

import { types as fieldTypes } from './field-types.js';
import type { FieldDefinition } from './field-types.js';
import type { ColumnWriter, Type } from '../contract.js';
import { intervalText } from '../sql/interval.js';
import { dayNumber } from '../sql/calendar.js';
import { writeDecimalText } from './decimal.js';

/** Writes the value that begins at `at` and returns where the next one begins, or why it can't be written. */
export type Decode = (buffer: Buffer, at: number, writer: ColumnWriter) => number | string;

/** The decoder for a column, or undefined when such values can't become the declared type. */
export function decoder(field: FieldDefinition, type: Type): Decode | undefined {
  switch (type.kind) {
    case 'int':
      return integerDecoder(field, type.bits, type.signed);
    case 'float':
      if (field.type === fieldTypes.float) return (buffer, at, writer) => (writer.number(buffer.readFloatLE(at)), at + 4);
      return field.type === fieldTypes.double && type.bits === 64 ? (buffer, at, writer) => (writer.number(buffer.readDoubleLE(at)), at + 8) : undefined;
    case 'decimal': {
      if (field.type !== fieldTypes.newDecimal) return undefined;
      const { precision, scale } = type;
      return lengthCoded((buffer, start, end, writer) => writeDecimalText(buffer, start, end, precision, scale, writer));
    }
    case 'text':
      return field.isString && !field.isBinary ? bytes : undefined;
    case 'json':
      return field.isString ? bytes : undefined;
    case 'blob':
      return field.isString && field.isBinary ? bytes : undefined;
    case 'uuid':
      return field.isString ? lengthCoded((buffer, start, end, writer) => writer.text(buffer.toString('latin1', start, end))) : undefined;
    case 'date':
      return field.type === fieldTypes.date ? date : undefined;
    case 'timestamp':
      return field.type === (type.zoned ? fieldTypes.timestamp : fieldTypes.datetime) ? timestamp : undefined;
    case 'time':
      return field.type === fieldTypes.time ? time : undefined;
    case 'interval':
      return field.type === fieldTypes.time ? interval : undefined;
    default:
      return undefined;
  }
}

function integerDecoder(field: FieldDefinition, bits: number, signed: boolean): Decode | undefined {
  const { isUnsigned } = field;
  switch (field.type) {
    case fieldTypes.tiny:
      return isUnsigned ? (buffer, at, writer) => (writer.number(buffer.readUInt8(at)), at + 1) : (buffer, at, writer) => (writer.number(buffer.readInt8(at)), at + 1);
    case fieldTypes.short:
    case fieldTypes.year:
      if (bits < 16) return undefined;
      return isUnsigned ? (buffer, at, writer) => (writer.number(buffer.readUInt16LE(at)), at + 2) : (buffer, at, writer) => (writer.number(buffer.readInt16LE(at)), at + 2);
    case fieldTypes.long:
    case fieldTypes.int24:
      return isUnsigned ? (buffer, at, writer) => (writer.number(buffer.readUInt32LE(at)), at + 4) : (buffer, at, writer) => (writer.number(buffer.readInt32LE(at)), at + 4);
    case fieldTypes.longLong:
      if (bits < 64) return smallFromLong;
      if (isUnsigned === signed) return undefined;
      return (buffer, at, writer) => (writer.int64(buffer.readInt32LE(at + 4), buffer.readInt32LE(at)), at + 8);
    default:
      return undefined;
  }
}

/** An expression over a small column is sent as BIGINT; the sink refuses what doesn't fit. */
const smallFromLong: Decode = (buffer, at, writer) => {
  writer.bigint(buffer.readBigInt64LE(at));
  return at + 8;
};

type Ranged = (buffer: Buffer, start: number, end: number, writer: ColumnWriter) => string | undefined | void;

function lengthCoded(write: Ranged): Decode {
  return (buffer, at, writer) => {
    const start = at + lengthBytes(buffer, at);
    const end = start + lengthAt(buffer, at);
    if (end > buffer.length) throw new RangeError('a value longer than its row');
    return write(buffer, start, end, writer) ?? end;
  };
}

const bytes = lengthCoded((buffer, start, end, writer) => writer.utf8(buffer, start, end));

export function lengthBytes(buffer: Buffer, at: number): number {
  const first = buffer.readUInt8(at);
  return first < 0xfb ? 1 : first === 0xfc ? 3 : first === 0xfd ? 4 : 9;
}

export function lengthAt(buffer: Buffer, at: number): number {
  const first = buffer.readUInt8(at);
  if (first < 0xfb) return first;
  if (first === 0xfc) return buffer.readUInt16LE(at + 1);
  if (first === 0xfd) return buffer.readUIntLE(at + 1, 3);
  if (first !== 0xfe) throw new RangeError('not a length');
  return Number(buffer.readBigUInt64LE(at + 1));
}

/** Days since 1970, or undefined for 0000-00-00 and other dates that no calendar has. */
function daysAt(buffer: Buffer, at: number, length: number): number | undefined {
  if (length === 0) return undefined;
  const month = buffer.readUInt8(at + 2);
  const day = buffer.readUInt8(at + 3);
  if (month === 0 || day === 0) return undefined;
  const year = buffer.readUInt16LE(at);
  const days = dayNumber(year, month, day);
  // Under ALLOW_INVALID_DATES there are days like February 31.
  const isLast = day > 28 && dayNumber(month === 12 ? year + 1 : year, (month % 12) + 1, 1) <= days;
  return isLast ? undefined : days;
}

const zeroDate = 'a date that no calendar has, such as 0000-00-00';

const date: Decode = (buffer, at, writer) => {
  const length = buffer.readUInt8(at);
  const days = daysAt(buffer, at + 1, length);
  if (days === undefined) return zeroDate;
  writer.number(days);
  return at + 1 + length;
};

const timestamp: Decode = (buffer, at, writer) => {
  const length = buffer.readUInt8(at);
  const days = daysAt(buffer, at + 1, length);
  if (days === undefined) return zeroDate;
  const seconds = length < 7 ? 0 : (buffer.readUInt8(at + 5) * 60 + buffer.readUInt8(at + 6)) * 60 + buffer.readUInt8(at + 7);
  const micros = length < 11 ? 0 : buffer.readUInt32LE(at + 8);
  const total = (days * 86_400 + seconds) * 1e6 + micros;
  // From the year 2255 on, and before 1684, microseconds leave the doubles.
  if (Number.isSafeInteger(total)) writer.number(total);
  else writer.bigint(BigInt(days * 86_400 + seconds) * 1_000_000n + BigInt(micros));
  return at + 1 + length;
};

function timeMicros(buffer: Buffer, at: number, length: number): number {
  if (length === 0) return 0;
  const hours = buffer.readUInt32LE(at + 1) * 24 + buffer.readUInt8(at + 5);
  const seconds = (hours * 60 + buffer.readUInt8(at + 6)) * 60 + buffer.readUInt8(at + 7);
  const micros = seconds * 1e6 + (length < 12 ? 0 : buffer.readUInt32LE(at + 8));
  return buffer.readUInt8(at) === 1 ? -micros : micros;
}

const time: Decode = (buffer, at, writer) => {
  const length = buffer.readUInt8(at);
  const micros = timeMicros(buffer, at + 1, length);
  if (micros < 0 || micros > 86_400_000_000) return 'a time that is no time of day';
  writer.number(micros);
  return at + 1 + length;
};

const interval: Decode = (buffer, at, writer) => {
  const length = buffer.readUInt8(at);
  writer.text(intervalText(0, 0, BigInt(timeMicros(buffer, at + 1, length))));
  return at + 1 + length;
};
