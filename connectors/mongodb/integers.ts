/** Whole numbers in any of the types that BSON keeps them in. */

import { tag } from './bson.js';

/** The digits of an int, a long, or a double that is a whole number of 64 bits; else undefined. */
export function integerText(buffer: Buffer, type: number, at: number): string | undefined {
  if (type === tag.int) return String(buffer.readInt32LE(at));
  if (type === tag.long) return String(buffer.readBigInt64LE(at));
  const value = wholeDouble(buffer, type, at);
  return value === undefined ? undefined : String(BigInt(value));
}

/** A double without a fraction that 64 bits hold, since drivers of loosely typed languages write large integers so. */
export function wholeDouble(buffer: Buffer, type: number, at: number): number | undefined {
  if (type !== tag.double) return undefined;
  const value = buffer.readDoubleLE(at);
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 ? value : undefined;
}
