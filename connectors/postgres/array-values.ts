/** PostgreSQL's binary arrays as JSON text, which is how nested values are staged. */

import type { ColumnWriter, Type } from '../contract.js';
import { dateText, splitTimestamp, timeText } from '../sql/calendar.js';
import { epochDays, epochMicros } from './epoch.js';
import { numericText } from './numeric.js';

export function writeArray(buffer: Buffer, start: number, element: Type, writer: ColumnWriter): string | undefined {
  const dimensions = buffer.readInt32BE(start);
  if (dimensions === 0) {
    writer.text('[]');
    return undefined;
  }
  if (dimensions > 1) return 'an array of several dimensions, where the catalogue knows one';
  const count = buffer.readInt32BE(start + 12);
  const items: string[] = [];
  let at = start + 20;
  for (let i = 0; i < count; i++) {
    const length = buffer.readInt32BE(at);
    at += 4;
    if (length < 0) {
      items.push('null');
      continue;
    }
    items.push(elementJson(buffer, at, length, element));
    at += length;
  }
  writer.text(`[${items.join(',')}]`);
  return undefined;
}

function elementJson(buffer: Buffer, start: number, length: number, type: Type): string {
  switch (type.kind) {
    case 'boolean':
      return buffer[start] === 1 ? 'true' : 'false';
    case 'int':
      if (length === 8) return buffer.readBigInt64BE(start).toString();
      if (length === 2) return String(buffer.readInt16BE(start));
      return String(buffer.readInt32BE(start));
    case 'float': {
      const value = length === 4 ? buffer.readFloatBE(start) : buffer.readDoubleBE(start);
      return Number.isFinite(value) ? String(value) : `"${value}"`;
    }
    case 'decimal':
      // As a string: a JSON number would pass through a double.
      return `"${numericText(buffer, start)}"`;
    case 'uuid':
      return `"${buffer.toString('hex', start, start + 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}"`;
    case 'date':
      return `"${dateJson(buffer.readInt32BE(start))}"`;
    case 'timestamp':
      return `"${timestampJson(buffer.readBigInt64BE(start), type.zoned)}"`;
    default:
      return JSON.stringify(buffer.toString('utf8', start, start + length));
  }
}

function dateJson(days: number): string {
  if (days === 0x7fffffff) return 'infinity';
  if (days === -0x80000000) return '-infinity';
  const { text, bc } = dateText(days + epochDays);
  return bc ? `${text} (BC)` : text;
}

function timestampJson(value: bigint, zoned: boolean): string {
  if (value === 2n ** 63n - 1n) return 'infinity';
  if (value === -(2n ** 63n)) return '-infinity';
  const { days, time } = splitTimestamp(value + BigInt(epochMicros));
  const { text, bc } = dateText(days);
  return `${text}${bc ? ' (BC)' : ''} ${timeText(time)}${zoned ? '+00' : ''}`;
}
