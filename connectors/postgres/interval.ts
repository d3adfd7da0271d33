/** PostgreSQL's interval, months, days and microseconds as DuckDB has them too, in DuckDB's text form. */

import type { ColumnWriter } from '../contract.js';
import { intervalText } from '../sql/interval.js';

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
