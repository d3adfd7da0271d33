/** BSON dates: milliseconds since 1970 in 64 bits. The years from -283,456 to 287,396 are read. */

import { dateText, splitTimestamp, timeText } from '../sql/calendar.js';

const exact = Math.floor(Number.MAX_SAFE_INTEGER / 1000);

/** Milliseconds, or NaN beyond those years. */
export function readMillis(buffer: Buffer, at: number): number {
  const millis = buffer.readInt32LE(at + 4) * 4294967296 + buffer.readUInt32LE(at);
  return Number.isSafeInteger(millis) ? millis : NaN;
}

/** Microseconds as a number where it holds them exactly. */
export function micros(millis: number): number | bigint {
  return millis <= exact && millis >= -exact ? millis * 1000 : BigInt(millis) * 1000n;
}

/** As DuckDB reads a TIMESTAMPTZ: 2024-02-29T12:00:00.5Z, and years before 1 as 0044-03-15 (BC)T00:00:00Z. */
export function instantText(millis: number): string {
  const { days, time } = splitTimestamp(BigInt(millis) * 1000n);
  const { text, bc } = dateText(days);
  return `${text}${bc ? ' (BC)' : ''}T${timeText(time)}Z`;
}
