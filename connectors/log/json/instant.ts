/** RFC 3339 with a zone, strictly and from its bytes: the one text form that is an instant beyond doubt. */

import { dayNumber } from '../../sql/calendar.js';

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const shortest = '2024-01-01T00:00:00Z'.length;

/** Microseconds since 1970, or undefined when the text is anything else. Digits past microseconds are no instant here. */
export function instantMicros(bytes: Uint8Array, start: number, end: number): number | bigint | undefined {
  if (end - start < shortest) return undefined;
  const separators = bytes[start + 4] === dash && bytes[start + 7] === dash && bytes[start + 13] === colon && bytes[start + 16] === colon;
  const t = bytes[start + 10]!;
  if (!separators || (t !== 0x54 && t !== 0x74 && t !== 0x20)) return undefined;
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 5, 2);
  const day = digits(bytes, start + 8, 2);
  const hour = digits(bytes, start + 11, 2);
  const minute = digits(bytes, start + 14, 2);
  const second = digits(bytes, start + 17, 2);
  if (Math.min(year, hour, minute, second) < 0 || hour > 23 || minute > 59 || second > 59 || !isDay(year, month, day)) return undefined;
  let at = start + 19;
  let micros = 0;
  if (bytes[at] === dot) {
    let scale = 1_000_000;
    const first = ++at;
    for (let digit = digits(bytes, at, 1); digit >= 0 && at < end; digit = digits(bytes, ++at, 1)) {
      scale /= 10;
      if (scale >= 1) micros += digit * scale;
      else if (digit !== 0) return undefined;
    }
    if (at === first) return undefined;
  }
  const offset = zoneMinutes(bytes, at, end);
  if (offset === undefined) return undefined;
  const seconds = dayNumber(year, month, day) * 86_400 + hour * 3600 + (minute - offset) * 60 + second;
  const total = seconds * 1_000_000 + micros;
  // Past the year 2255 a number is no longer exact.
  return Number.isSafeInteger(total) ? total : BigInt(seconds) * 1_000_000n + BigInt(micros);
}

export function isInstant(text: string): boolean {
  const bytes = Buffer.from(text);
  return instantMicros(bytes, 0, bytes.length) !== undefined;
}

const dash = 0x2d;
const plus = 0x2b;
const colon = 0x3a;
const dot = 0x2e;

/** -1 when one of them is no digit. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > monthDays[month - 1]!) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

function zoneMinutes(bytes: Uint8Array, at: number, end: number): number | undefined {
  const sign = bytes[at];
  if (end - at === 1 && (sign === 0x5a || sign === 0x7a)) return 0;
  if (end - at !== 6 || (sign !== plus && sign !== dash) || bytes[at + 3] !== colon) return undefined;
  const [hour, minute] = [digits(bytes, at + 1, 2), digits(bytes, at + 4, 2)];
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return undefined;
  return (sign === dash ? -1 : 1) * (hour * 60 + minute);
}
