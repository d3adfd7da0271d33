/** PostgreSQL's binary numeric: base-10000 digits with a weight, exactly, into the unscaled integer of a DECIMAL. */

import type { ColumnWriter } from '../contract.js';

const negative = 0x4000;
const powers = Array.from({ length: 39 }, (_, n) => 10n ** BigInt(n));
const smallPowers = Array.from({ length: 16 }, (_, n) => 10 ** n);

/** Why a value has no place in the column, or undefined when it was written. */
export function writeDecimal(buffer: Buffer, start: number, precision: number, scale: number, writer: ColumnWriter): string | undefined {
  const count = buffer.readUInt16BE(start);
  const weight = buffer.readInt16BE(start + 2);
  const sign = buffer.readUInt16BE(start + 4);
  if (sign !== 0 && sign !== negative) return sign === 0xc000 ? 'NaN' : 'an infinite number';
  // Value = sum of digit[i] * 10000^(weight - i); unscaled = value * 10^scale = digits as one integer * 10^shift.
  const shift = (weight - count + 1) * 4 + scale;
  if (count <= 4 && shift >= -15 && shift <= 15 && (count < 4 || buffer.readUInt16BE(start + 8) < 9_000)) {
    const small = smallDecimal(buffer, start, count, shift);
    if (small !== undefined && small < (smallPowers[precision] ?? Infinity)) {
      writer.number(sign === negative && small !== 0 ? -small : small);
      return undefined;
    }
  }
  return writeLarge(buffer, start, precision, shift, sign === negative, writer);
}

/** The common case in doubles, all below 2^53 and so exact; undefined where it is not. */
function smallDecimal(buffer: Buffer, start: number, count: number, shift: number): number | undefined {
  let value = 0;
  for (let i = 0; i < count; i++) value = value * 10_000 + buffer.readUInt16BE(start + 8 + i * 2);
  if (shift >= 0) {
    const scaled = value * smallPowers[shift]!;
    return scaled <= Number.MAX_SAFE_INTEGER ? scaled : undefined;
  }
  const unit = smallPowers[-shift]!;
  return value % unit === 0 ? value / unit : undefined;
}

function writeLarge(buffer: Buffer, start: number, precision: number, shift: number, isNegative: boolean, writer: ColumnWriter): string | undefined {
  const count = buffer.readUInt16BE(start);
  if (count === 0) {
    writer.number(0);
    return undefined;
  }
  const lost = Math.max(-shift, 0);
  if (lost >= count * 4) return 'a number with more digits after the point than the column type has';
  if (count * 4 - lost > 44 || shift > 38) return 'a number with more digits than DECIMAL(38) holds';
  let value = 0n;
  for (let i = 0; i < count; i++) value = value * 10_000n + BigInt(buffer.readUInt16BE(start + 8 + i * 2));
  if (shift > 0) {
    value *= powers[shift]!;
  } else if (lost > 0) {
    const unit = 10n ** BigInt(lost);
    if (value % unit !== 0n) return 'a number with more digits after the point than the column type has';
    value /= unit;
  }
  if (value >= powers[precision]!) return 'a number with more digits before the point than the column type has';
  writer.bigint(isNegative ? -value : value);
  return undefined;
}

/** The value as text, without an exponent: for elements of arrays. */
export function numericText(buffer: Buffer, start: number): string {
  const count = buffer.readUInt16BE(start);
  const weight = buffer.readInt16BE(start + 2);
  const sign = buffer.readUInt16BE(start + 4);
  const scale = buffer.readUInt16BE(start + 6);
  if (sign !== 0 && sign !== negative) return sign === 0xc000 ? 'NaN' : sign === 0xd000 ? 'Infinity' : '-Infinity';
  const digit = (index: number) => (index >= 0 && index < count ? buffer.readUInt16BE(start + 8 + index * 2) : 0);
  let whole = '';
  for (let i = 0; i <= weight; i++) whole += String(digit(i)).padStart(4, '0');
  let fraction = '';
  for (let i = weight + 1; fraction.length < scale; i++) fraction += String(digit(i)).padStart(4, '0');
  const text = `${whole.replace(/^0+(?=\d)/, '') || '0'}${scale > 0 ? `.${fraction.slice(0, scale)}` : ''}`;
  return sign === negative ? `-${text}` : text;
}
