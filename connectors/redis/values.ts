/** Texts of Redis as values of a column's type: refused when they aren't exactly one. */

import { isUtf8 } from 'node:buffer';
import type { ColumnWriter, Type } from '../contract.js';

/** Writes the bytes and returns true, or false with nothing written. */
export type WriteText = (bytes: Buffer, writer: ColumnWriter) => boolean;

export const wholeNumber = /^(?:0|-?[1-9]\d{0,18})$/;
const anyInteger = /^[+-]?\d{1,38}$/;
const anyDouble = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const anyDecimal = /^([+-]?)(\d*)(?:\.(\d*))?$/;
const instant = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(Z|[+-]\d{2}:?\d{2})$/i;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function writerOf(type: Type): WriteText {
  switch (type.kind) {
    case 'blob':
      return (bytes, writer) => (writer.utf8(bytes, 0, bytes.length), true);
    case 'text':
      return (bytes, writer) => isUtf8(bytes) && (writer.utf8(bytes, 0, bytes.length), true);
    case 'json':
      return (bytes, writer) => isUtf8(bytes) && isJson(bytes.toString()) && (writer.utf8(bytes, 0, bytes.length), true);
    case 'int':
      return (bytes, writer) => writeInteger(bytes.toString('latin1'), writer);
    case 'float':
      return (bytes, writer) => writeDouble(bytes.toString('latin1'), writer);
    case 'decimal':
      return (bytes, writer) => writeDecimal(bytes.toString('latin1'), type.precision, type.scale, writer);
    case 'boolean':
      return (bytes, writer) => writeBoolean(bytes.toString('latin1').toLowerCase(), writer);
    case 'timestamp':
      return (bytes, writer) => writeInstant(bytes.toString('latin1'), writer);
    default:
      return (bytes, writer) => {
        const text = bytes.toString('latin1');
        return uuid.test(text) && (writer.text(text.toLowerCase()), true);
      };
  }
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function writeInteger(text: string, writer: ColumnWriter): boolean {
  if (!anyInteger.test(text)) return false;
  if (text.length <= 15) writer.number(Number(text));
  else {
    const value = BigInt(text.replace('+', ''));
    if (BigInt.asIntN(64, value) !== value) return false;
    writer.bigint(value);
  }
  return true;
}

function writeDouble(text: string, writer: ColumnWriter): boolean {
  const special = /^([+-]?)(?:inf(?:inity)?|(nan))$/i.exec(text);
  if (special === null && !anyDouble.test(text)) return false;
  writer.number(special === null ? Number(text) : special[2] !== undefined ? NaN : special[1] === '-' ? -Infinity : Infinity);
  return true;
}

function writeDecimal(text: string, precision: number, scale: number, writer: ColumnWriter): boolean {
  const [, sign, whole = '', fraction = ''] = anyDecimal.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return false;
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > scale) return false;
  const digits = `${whole}${kept.padEnd(scale, '0')}`.replace(/^0+/, '') || '0';
  if (digits.length > precision) return false;
  const value = BigInt(digits);
  writer.bigint(sign === '-' ? -value : value);
  return true;
}

function writeBoolean(text: string, writer: ColumnWriter): boolean {
  const value = text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : undefined;
  if (value === undefined) return false;
  writer.boolean(value);
  return true;
}

/** An instant with its offset; a reading without one could be any hour. */
function writeInstant(text: string, writer: ColumnWriter): boolean {
  const [, date, time, fraction = '', offset] = instant.exec(text) ?? [];
  if (date === undefined) return false;
  const zone = offset!.length === 5 ? `${offset!.slice(0, 3)}:${offset!.slice(3)}` : offset!.toUpperCase();
  const millis = Date.parse(`${date}T${time}${zone}`);
  // A day that the month doesn't have would roll over to the next.
  if (Number.isNaN(millis) || new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date) return false;
  writer.bigint(BigInt(millis) * 1000n + BigInt(fraction.padEnd(6, '0')));
  return true;
}
