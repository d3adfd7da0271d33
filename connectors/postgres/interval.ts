/** PostgreSQL's interval, months, days and microseconds as DuckDB has them too, in DuckDB's text form. */

import type { ColumnWriter } from '../contract.js';
import { timeText } from '../sql/calendar.js';

export function writeInterval(buffer: Buffer, start: number, _length: number, writer: ColumnWriter): string | undefined {
  const micros = buffer.readBigInt64BE(start);
  const days = buffer.readInt32BE(start + 8);
  const months = buffer.readInt32BE(start + 12);
  // PostgreSQL 17 has infinite intervals; nothing else has.
  if (days === 0x7fffffff && months === 0x7fffffff) return 'an infinite interval';
  if (days === -0x80000000 && months === -0x80000000) return 'an infinite interval';
  writer.text(intervalText(months, days, micros));
  return undefined;
}

export function intervalText(months: number, days: number, micros: bigint): string {
  const parts: string[] = [];
  const add = (count: number, unit: string) => {
    if (count !== 0) parts.push(`${count} ${unit}${Math.abs(count) === 1 ? '' : 's'}`);
  };
  add(Math.trunc(months / 12), 'year');
  add(months % 12, 'month');
  add(days, 'day');
  if (micros !== 0n || parts.length === 0) parts.push(micros < 0n ? `-${timeText(-micros)}` : timeText(micros));
  return parts.join(' ');
}
