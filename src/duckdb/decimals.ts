/** Decimals in text, as protocols send them, become the unscaled integers that DuckDB keeps. Nothing is rounded. */

import { HugeIntegers, SmallIntegers, WideIntegers } from './integers.js';
import type { Column, Rows } from './columns.js';
import { misfit } from './columns.js';
import type { Type } from '../algebra/index.js';

type Decimal = Extract<Type, { kind: 'decimal' }>;

export function decimalColumn(name: string, type: Decimal, rows: Rows): Column {
  const limit = 10n ** BigInt(type.precision) - 1n;
  const column =
    type.precision <= 9
      ? new SmallIntegers(name, type, rows, type.precision <= 4 ? 16 : 32, -Number(limit), Number(limit))
      : type.precision <= 18
        ? new WideIntegers(name, type, rows, -limit, limit)
        : new HugeIntegers(name, type, rows, -limit, limit);
  column.text = (value) => {
    const unscaled = parseDecimal(value, type.scale);
    if (unscaled === undefined) throw misfit(rows, name, type, value);
    if (typeof unscaled === 'number') column.number(unscaled);
    else column.bigint(unscaled);
  };
  column.utf8 = (buffer, start, end) => column.text(Buffer.from(buffer.subarray(start, end)).toString('latin1'));
  return column;
}

/** Digits that a number holds exactly. */
const exactDigits = 15;

/** "-12.30" at scale 3 -> -12300; undefined when it is no number or has digits beyond the scale. */
export function parseDecimal(text: string, scale: number): number | bigint | undefined {
  const length = text.length;
  let at = 0;
  const negative = text.charCodeAt(0) === 0x2d;
  if (negative || text.charCodeAt(0) === 0x2b) at++;
  const first = at;
  let value = 0;
  let point = -1;
  for (; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2e && point < 0) point = at;
    else if (code >= 0x30 && code <= 0x39) value = value * 10 + (code - 0x30);
    else break;
  }
  const digits = at - first - (point < 0 ? 0 : 1);
  const fraction = point < 0 ? 0 : at - point - 1;
  if (digits === 0) return undefined;
  if (at === length && fraction <= scale && digits + scale - fraction <= exactDigits) {
    const unscaled = value * 10 ** (scale - fraction);
    return negative ? -unscaled : unscaled;
  }
  return parseLong(text, scale);
}

/** Many digits, an exponent (1.5E+3, as Decimal128 prints), or zeros beyond the scale. */
function parseLong(text: string, scale: number): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const shift = scale - fraction.length + Number(exponent);
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  if (digits === '' || digits.length > 6_200) return undefined;
  if (/^0+$/.test(digits)) return 0n;
  if (digits.length + shift > 40) return undefined;
  let magnitude: bigint;
  if (shift >= 0) {
    magnitude = BigInt(digits) * 10n ** BigInt(shift);
  } else {
    const kept = digits.slice(0, shift);
    if (!/^0*$/.test(digits.slice(shift)) || digits.length + shift < 0) return undefined;
    magnitude = BigInt(kept === '' ? '0' : kept);
  }
  return sign === '-' ? -magnitude : magnitude;
}
