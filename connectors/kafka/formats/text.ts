/** Values as the JSON text that a decoded message is made of. */

import { civil } from '../../sql/calendar.js';

/** Doubles have no JSON for what is no number; those are texts, as in Protobuf's mapping. */
export function doubleText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  return JSON.stringify(String(value));
}

/** The shortest digits that are this 32-bit float. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return doubleText(value);
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return doubleText(Number(text));
  }
  return doubleText(Number(value.toPrecision(9)));
}

/** The big-endian two's complement integer that Avro's and Connect's decimals are. */
export function unscaled(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
}

export function decimalText(value: bigint, scale: number): string {
  if (scale <= 0) return String(value * 10n ** BigInt(-scale));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** 1970-01-01 and so on; a day out of years 1 to 9999 stays a number. */
export function dayText(days: number): string {
  const { year, month, day } = civil(days);
  return year < 1 || year > 9999 ? String(days) : `"${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}"`;
}

/** @param units of them make a second */
export function clockText(value: bigint, units: bigint): string {
  if (value < 0n || value >= 86_400n * units) return String(value);
  const seconds = Number(value / units);
  return `"${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}${fraction(value % units, units)}"`;
}

/** RFC 3339; with a Z for an instant, without for a wall clock. A time out of years 1 to 9999 stays a number. */
export function instantText(value: bigint, units: bigint, zone: 'Z' | ''): string {
  let seconds = value / units;
  let rest = value % units;
  if (rest < 0n) [seconds, rest] = [seconds - 1n, rest + units];
  if (seconds < -62_135_596_800n || seconds > 253_402_300_799n) return String(value);
  const whole = Number(seconds);
  const days = Math.floor(whole / 86_400);
  const { year, month, day } = civil(days);
  const time = whole - days * 86_400;
  const clock = `${pad(Math.floor(time / 3600), 2)}:${pad(Math.floor(time / 60) % 60, 2)}:${pad(time % 60, 2)}`;
  return `"${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock}${fraction(rest, units)}${zone}"`;
}

/** 16 bytes. */
export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `"${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}"`;
}

/** .123, .123456 or .123456789, as many as say it. */
function fraction(value: bigint, units: bigint): string {
  if (value === 0n) return '';
  let digits = pad(Number(value), String(units).length - 1);
  while (digits.length > 3 && digits.endsWith('000')) digits = digits.slice(0, -3);
  return `.${digits}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
