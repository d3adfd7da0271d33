/** IEEE 754-2008 decimal128 as BSON stores it: a coefficient of up to 34 digits and a power of ten. */

export type Decimal =
  | { readonly finite: true; readonly negative: boolean; readonly coefficient: bigint; readonly exponent: number }
  | { readonly finite: false; readonly text: 'NaN' | 'Infinity' | '-Infinity' };

const bias = 6176;
const maxCoefficient = 10n ** 34n;

export function readDecimal(buffer: Buffer, at: number): Decimal {
  const top = buffer.readUInt32LE(at + 12);
  const negative = top >>> 31 === 1;
  const combination = (top >>> 26) & 0x1f;
  if (combination === 0x1f) return { finite: false, text: 'NaN' };
  if (combination === 0x1e) return { finite: false, text: negative ? '-Infinity' : 'Infinity' };
  // The second form only writes coefficients beyond 34 digits, which count as zero.
  const second = combination >>> 3 === 3;
  const exponent = ((second ? top >>> 15 : top >>> 17) & 0x3fff) - bias;
  const high = (BigInt(top & 0x1ffff) << 32n) | BigInt(buffer.readUInt32LE(at + 8));
  const coefficient = (high << 64n) | buffer.readBigUInt64LE(at);
  return { finite: true, negative, coefficient: second || coefficient >= maxCoefficient ? 0n : coefficient, exponent };
}

/** The integer value * 10^scale, or undefined when that is no integer or has more than `precision` digits. */
export function unscaled(decimal: Decimal, precision: number, scale: number): bigint | undefined {
  if (!decimal.finite) return undefined;
  if (decimal.coefficient === 0n) return 0n;
  const shift = decimal.exponent + scale;
  if (shift > precision) return undefined;
  // No coefficient has more than 34 zeros at its end.
  if (shift < -34) return undefined;
  let value = decimal.coefficient;
  if (shift >= 0) value *= 10n ** BigInt(shift);
  else {
    const divisor = 10n ** BigInt(-shift);
    if (value % divisor !== 0n) return undefined;
    value /= divisor;
  }
  if (value >= 10n ** BigInt(precision)) return undefined;
  return decimal.negative ? -value : value;
}

/** What small decimals need no bigint for: the unscaled integer, or NaN when `unscaled` has to look. */
export function unscaledNumber(buffer: Buffer, at: number, scale: number): number {
  const middle = buffer.readUInt32LE(at + 4);
  const top = buffer.readUInt32LE(at + 12);
  if (middle > 0x1fffff || buffer.readUInt32LE(at + 8) !== 0 || (top & 0x1ffff) !== 0 || (top & 0x60000000) === 0x60000000) return NaN;
  const coefficient = middle * 4294967296 + buffer.readUInt32LE(at);
  const shift = ((top >>> 17) & 0x3fff) - bias + scale;
  if (shift > 15 || shift < -15) return NaN;
  const value = shift >= 0 ? coefficient * 10 ** shift : coefficient / 10 ** -shift;
  if (!Number.isSafeInteger(value) || (shift < 0 && coefficient % 10 ** -shift !== 0)) return NaN;
  return top >>> 31 === 1 && value !== 0 ? -value : value;
}

/** Digits before and after the point that the value needs, without zeros at its end. */
export function digits(decimal: Decimal): { readonly whole: number; readonly scale: number } | undefined {
  if (!decimal.finite) return undefined;
  if (decimal.coefficient === 0n) return { whole: 1, scale: Math.max(0, Math.min(-decimal.exponent, 34)) };
  const all = decimal.coefficient.toString();
  const significant = all.replace(/0+$/, '').length;
  const written = Math.max(0, -decimal.exponent);
  const needed = Math.max(0, -(decimal.exponent + all.length - significant));
  // Zeros as in 1.50 say what the scale is meant to be; a scale that only zeros need is kept while it is small.
  return { whole: Math.max(1, all.length + decimal.exponent), scale: written <= 10 ? written : needed };
}

export function scaledText(value: bigint, scale: number): string {
  const negative = value < 0n;
  const all = (negative ? -value : value).toString().padStart(scale + 1, '0');
  const point = all.length - scale;
  return `${negative ? '-' : ''}${all.slice(0, point)}${scale === 0 ? '' : `.${all.slice(point)}`}`;
}

/** The value as its own tools print it: plain digits where that is short, else 1.5E+30. */
export function decimalText(decimal: Decimal): string {
  if (!decimal.finite) return decimal.text;
  const { coefficient, exponent, negative } = decimal;
  const sign = negative ? '-' : '';
  const all = coefficient.toString();
  const adjusted = exponent + all.length - 1;
  if (exponent <= 0 && adjusted >= -6) return sign + scaledText(coefficient, -exponent);
  const fraction = all.length > 1 ? `.${all.slice(1)}` : '';
  return `${sign}${all[0]}${fraction}E${adjusted < 0 ? '' : '+'}${adjusted}`;
}
