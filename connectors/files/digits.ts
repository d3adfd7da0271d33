/** Which texts are numbers that a type holds without changing a digit; the conditions are DuckDB SQL over a VARCHAR. */

import type { Type } from '../contract.js';

export type ExactNumber = Extract<Type, { kind: 'int' | 'decimal' }>;

/** A pattern of the digits that need no rounding. Too many before the point fail in the conversion itself. */
export function exactly(type: ExactNumber): string {
  const scale = type.kind === 'decimal' ? type.scale : 0;
  const digits = scale === 0 ? '\\d+(\\.0*)?' : `(\\d+(\\.\\d{0,${scale}}0*)?|\\.\\d{1,${scale}}0*)`;
  return `\\s*[+-]?${digits}\\s*`;
}

/** JSON has no infinity, and a whole number that a double would change is not one of its values. */
export function notDouble(text: string): string {
  const changed = `TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS HUGEINT) IS DISTINCT FROM TRY_CAST(${text} AS HUGEINT)`;
  return `(isinf(TRY_CAST(${text} AS DOUBLE)) OR (length(${text}) > 15 AND regexp_full_match(${text}, '-?\\d+') AND ${changed}))`;
}
