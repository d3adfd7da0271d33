/** Exact numbers out of the text of a CSV field, checked: where DuckDB rounds 1.5 to 2 to make it fit, here it is an error. */

import { typeName } from '../contract.js';
import type { Type } from '../contract.js';
import { exactly } from './digits.js';
import type { ExactNumber } from './digits.js';
import { mismatchMark } from './json-columns.js';
import { literal } from './tables.js';

export function isCheckedNumber(type: Type): type is ExactNumber {
  return type.kind === 'int' || type.kind === 'decimal';
}

/** SQL for the floating-point number in a text: what is too large for one is no infinity. */
export function checkedFloat(text: string, name: string, type: Type): string {
  const message = literal(`${mismatchMark}: ${name} is ${typeName(type)}`);
  const value = `CAST(${text} AS ${typeName(type)})`;
  return `CASE WHEN isinf(${value}) AND ${text} SIMILAR TO '.*[0-9].*' THEN error(${message}) ELSE ${value} END`;
}

/** SQL for the number in a text; `text` is an expression of type VARCHAR. */
export function checkedNumber(text: string, name: string, type: ExactNumber): string {
  const message = literal(`${mismatchMark}: ${name} is ${typeName(type)}`);
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_full_match(${text}, ${literal(exactly(type))}) THEN CAST(${text} AS ${typeName(type)}) ELSE error(${message}) END`;
}
