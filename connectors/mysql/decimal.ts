/** DECIMAL as the protocol sends it, as text, into the unscaled integer of a canonical decimal. */

import type { ColumnWriter } from '../contract.js';

const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;

/** Why the value has no place in the column, or undefined when it was written. */
export function writeDecimalText(buffer: Buffer, start: number, end: number, precision: number, scale: number, writer: ColumnWriter): string | undefined {
  const isNegative = buffer[start] === minus;
  let at = isNegative ? start + 1 : start;
  // Fifteen digits, and the point where there is one: all below 2^53.
  if (end - at > (scale === 0 ? 15 : 16)) return writeLarge(buffer.toString('latin1', start, end), precision, scale, writer);
  let value = 0;
  let fraction = -1;
  for (; at < end; at++) {
    const byte = buffer[at]!;
    if (byte === point) {
      fraction = 0;
      continue;
    }
    value = value * 10 + (byte - zero);
    if (fraction >= 0) fraction++;
  }
  if (Math.max(fraction, 0) !== scale) return writeLarge(buffer.toString('latin1', start, end), precision, scale, writer);
  writer.number(isNegative && value !== 0 ? -value : value);
  return undefined;
}

function writeLarge(text: string, precision: number, scale: number, writer: ColumnWriter): string | undefined {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  if (sign === undefined) throw new RangeError('not a decimal');
  if (/[1-9]/.test(fraction.slice(scale))) return 'a number with more digits after the point than the column type has';
  const unscaled = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  if (unscaled >= 10n ** BigInt(precision)) return 'a number with more digits than DECIMAL(38) holds';
  writer.bigint(sign === '-' ? -unscaled : unscaled);
  return undefined;
}
