/** RFC 3339 with a zone, strictly: the one text form that is an instant beyond doubt. */

import { dayNumber } from '../../sql/calendar.js';

const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?\d*([Zz]|[+-]\d\d:\d\d)$/;
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Microseconds since 1970, or undefined when the text is anything else. Digits past microseconds are not an instant here. */
export function instantMicros(text: string): number | bigint | undefined {
  const parts = pattern.exec(text);
  if (!parts) return undefined;
  const [, y, mo, d, h, mi, s, fraction = '', zone] = parts as unknown as [string, string, string, string, string, string, string, string | undefined, string];
  const [year, month, day, hour, minute, second] = [Number(y), Number(mo), Number(d), Number(h), Number(mi), Number(s)];
  if (month < 1 || month > 12 || day < 1 || day > monthDays[month - 1]! || hour > 23 || minute > 59 || second > 59) return undefined;
  if (month === 2 && day === 29 && !(year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))) return undefined;
  if (/\.\d{7,}/.test(text) && !/\.\d{6}0+(?:[Zz]|[+-])/.test(text)) return undefined;
  let offset = 0;
  if (zone.length > 1) {
    const [zoneHour, zoneMinute] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
    if (zoneHour > 23 || zoneMinute > 59) return undefined;
    offset = (zone[0] === '-' ? -1 : 1) * (zoneHour * 60 + zoneMinute);
  }
  const seconds = dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset * 60;
  const micros = Number(fraction.padEnd(6, '0'));
  const total = seconds * 1_000_000 + micros;
  // Past the year 2255 a number is no longer exact.
  return Number.isSafeInteger(total) ? total : BigInt(seconds) * 1_000_000n + BigInt(micros);
}
