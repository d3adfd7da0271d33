/** Values as the cells of an answer (src/answer/contract.ts). */

import type { Cell } from '../answer/contract.js';

export function floatCell(value: number): Cell {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** 0.1 and not 0.10000000149011612. */
export function shortestFloat(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Strings (left alone) and numbers of a JSON text. */
const jsonTokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A JSON value; numbers that a double would change become strings. */
export function jsonCell(text: string): Cell {
  const exact = text.replace(jsonTokens, (token) => (token.startsWith('"') || survivesAsDouble(token) ? token : `"${token}"`));
  try {
    return JSON.parse(exact) as Cell;
  } catch {
    // DuckDB lets through what JSON does not know, such as NaN.
    return text;
  }
}

function survivesAsDouble(token: string): boolean {
  const value = Number(token);
  if (!Number.isFinite(value)) return false;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  // A double keeps any 15 significant digits.
  return String(value) === token || token.replace(/[eE].*$/, '').replace(/^[-0.]+|\D/g, '').length <= 15;
}
