/** Intervals in DuckDB's text form: 1 year 2 months 3 days 04:05:06.5. */

import { timeText } from './calendar.js';

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
