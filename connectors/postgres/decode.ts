/**
 * PostgreSQL's binary values, straight from the wire's bytes into column writers.
 *
 * A decoder is chosen once per column by what the server says it sends (the type's OID) and what the column is
 * declared as; where these no longer fit each other, the catalogue is out of date and the read says so.
 */

import { isUtf8 } from 'node:buffer';
import type { ColumnWriter, Type } from '../contract.js';
import { writeArray } from './array-values.js';
import { epochDays, epochMicros } from './epoch.js';
import { writeDecimal } from './numeric.js';
import { writeInterval } from './interval.js';

/** Writes the value at buffer[start, start + length), or says why it can't be written. */
export type Decode = (buffer: Buffer, start: number, length: number, writer: ColumnWriter) => string | undefined | void;

export const oids = {
  bool: 16, bytea: 17, name: 19, int8: 20, int2: 21, int4: 23, text: 25, json: 114, float4: 700, float8: 701,
  varchar: 1043, date: 1082, time: 1083, timestamp: 1114, timestamptz: 1184, interval: 1186, numeric: 1700, uuid: 2950,
  jsonb: 3802,
} as const;

const high = 4_294_967_296;
const duckdbInfinity = 2n ** 63n - 1n;
const infiniteDate = 2_147_483_647;

/** The decoder for a column, or undefined when such values can't become the declared type. */
export function decoder(oid: number, type: Type, checkText: boolean): Decode | undefined {
  switch (type.kind) {
    case 'boolean':
      return oid === oids.bool ? (buffer, start, _length, writer) => writer.boolean(buffer[start] === 1) : undefined;
    case 'int':
      return integerDecoder(oid, type.bits);
    case 'float':
      if (oid === oids.float4) return (buffer, start, _length, writer) => writer.number(buffer.readFloatBE(start));
      return oid === oids.float8 && type.bits === 64 ? (buffer, start, _length, writer) => writer.number(buffer.readDoubleBE(start)) : undefined;
    case 'decimal': {
      const { precision, scale } = type;
      if (oid !== oids.numeric) return undefined;
      return (buffer, start, _length, writer) => writeDecimal(buffer, start, precision, scale, writer);
    }
    case 'text':
      // Enumerations and other types of the database's own have OIDs of their own, and send their text.
      return oid === oids.text || oid === oids.varchar || oid === oids.name || oid >= 16_384 ? text(checkText) : undefined;
    case 'json':
      if (oid === oids.json) return text(checkText);
      // jsonb begins with its version.
      return oid === oids.jsonb ? (buffer, start, length, writer) => writer.utf8(buffer, start + 1, start + length) : undefined;
    case 'blob':
      return oid === oids.bytea ? (buffer, start, length, writer) => writer.utf8(buffer, start, start + length) : undefined;
    case 'uuid':
      return oid === oids.uuid ? (buffer, start, _length, writer) => writer.uuid(buffer, start) : undefined;
    case 'date':
      return oid === oids.date ? date : undefined;
    case 'time':
      return oid === oids.time ? (buffer, start, _length, writer) => writer.number(buffer.readUInt32BE(start) * high + buffer.readUInt32BE(start + 4)) : undefined;
    case 'timestamp':
      return oid === (type.zoned ? oids.timestamptz : oids.timestamp) ? timestamp : undefined;
    case 'interval':
      return oid === oids.interval ? writeInterval : undefined;
    case 'list':
      return (buffer, start, _length, writer) => writeArray(buffer, start, type.element, writer);
    default:
      return undefined;
  }
}

function integerDecoder(oid: number, bits: number): Decode | undefined {
  if (oid === oids.int2) return (buffer, start, _length, writer) => writer.number(buffer.readInt16BE(start));
  if (oid === oids.int4 && bits >= 32) return (buffer, start, _length, writer) => writer.number(buffer.readInt32BE(start));
  if (oid !== oids.int8 || bits < 64) return undefined;
  return (buffer, start, _length, writer) => writer.int64(buffer.readInt32BE(start), buffer.readInt32BE(start + 4));
}

function text(check: boolean): Decode {
  if (!check) return (buffer, start, length, writer) => writer.utf8(buffer, start, start + length);
  return (buffer, start, length, writer) => {
    if (!isUtf8(buffer.subarray(start, start + length))) return 'text that is not UTF-8';
    writer.utf8(buffer, start, start + length);
  };
}

function date(buffer: Buffer, start: number, _length: number, writer: ColumnWriter): void {
  const days = buffer.readInt32BE(start);
  if (days === 0x7fffffff) writer.number(infiniteDate);
  else if (days === -0x80000000) writer.number(-infiniteDate);
  else writer.number(days + epochDays);
}

function timestamp(buffer: Buffer, start: number, _length: number, writer: ColumnWriter): string | undefined {
  const hi = buffer.readInt32BE(start);
  const lo = buffer.readUInt32BE(start + 4);
  const micros = hi * high + lo + epochMicros;
  if (Number.isSafeInteger(micros)) {
    writer.number(micros);
    return undefined;
  }
  const value = buffer.readBigInt64BE(start);
  if (value === duckdbInfinity) writer.bigint(duckdbInfinity);
  else if (value === -duckdbInfinity - 1n) writer.bigint(-duckdbInfinity);
  else if (value + BigInt(epochMicros) >= duckdbInfinity) return 'a time after the year 294246';
  else writer.bigint(value + BigInt(epochMicros));
  return undefined;
}
