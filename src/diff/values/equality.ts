/** When two services' values mean the same, whatever types they are kept as. */

import type { Cell } from '../../answer/contract.js';
import type { Type } from '../../algebra/index.js';
import { family } from './paths.js';

/** equal; folded: equal but for case, blanks around it, leading zeros or a UUID's spelling; different. */
export type Likeness = 'equal' | 'folded' | 'different';

export function likeness(a: Cell, typeA: Type, b: Cell, typeB: Type): Likeness {
  if (a === null || b === null) return 'different';
  const [kindA, kindB] = [family(typeA), family(typeB)];
  if (kindA === 'number' && kindB === 'number') return sameNumber(String(a), String(b)) ? 'equal' : 'different';
  if (kindA === 'time' && kindB === 'time') return sameTime(String(a), typeA, String(b), typeB) ? 'equal' : 'different';
  const [textA, textB] = [String(a), String(b)];
  if (textA === textB) return 'equal';
  return foldings.some(({ fold }) => fold(textA) === fold(textB)) ? 'folded' : 'different';
}

/** Digit for digit where both are exact; within what a double keeps otherwise. */
function sameNumber(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x), Math.abs(y)) && !(isLong(a) && isLong(b));
}

const isLong = (digits: string): boolean => /^-?\d{16,}$/.test(digits);

/** A wall clock reading is taken for UTC, a date for its midnight or the day of an instant. */
function sameTime(a: string, typeA: Type, b: string, typeB: Type): boolean {
  if (typeA.kind === 'date' || typeB.kind === 'date') return a.slice(0, 10) === b.slice(0, 10);
  // Stores keep seconds, milliseconds or microseconds of the same instant.
  return Math.abs(instantOf(a, typeA) - instantOf(b, typeB)) < 1000;
}

/** Milliseconds since 1970 of a timestamp; a wall clock reading is taken for UTC. */
export function instantOf(text: string, type: Type): number {
  return Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00') + (type.kind === 'timestamp' && type.zoned ? '' : 'Z'));
}

export interface Folding {
  /** As a finding says it: "match only after ...". */
  readonly name: string;
  readonly fold: (value: string) => string;
}

/** For people: how two spellings of one key differ. */
export function spelledHow(here: string, there: string): string {
  return foldings.find(({ fold }) => fold(here) === fold(there))?.name ?? 'otherwise spelled';
}

export const foldings: readonly Folding[] = [
  { name: 'without blanks around them', fold: (value) => value.trim() },
  { name: 'whatever their case', fold: (value) => value.toLowerCase() },
  { name: 'without leading zeros', fold: (value) => value.replace(/^0+(?=\d+$)/, '') },
  { name: 'as UUIDs spelled alike', fold: (value) => (/^[{]?[0-9a-f-]{32,36}[}]?$/i.test(value) ? value.replace(/[{}-]/g, '').toLowerCase() : value) },
];
