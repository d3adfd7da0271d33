/** What the statements of checks have in common: bounds, and equality of keys that two stores keep as different types. */

import type { CheckAnswer } from '../../answer/contract.js';
import type { Table, Type } from '../../algebra/index.js';
import { family } from '../values/paths.js';
import { tableSql } from '../values/statements.js';

/** One check, before the last time's count is laid beside it. */
export type Checked = Omit<CheckAnswer['checks'][number], 'before' | 'trend'>;

/** Rows of the referring side beyond which a part of them has to do; the answer says so. */
export const mostRows = 2_000_000;
export const sampledRows = 200_000;
/** Distinct findings that are counted; beyond it the count is "at least". */
export const mostFound = 100_000;
export const mostExamples = 5;

/** Whether a table is too large to be read whole for one figure. */
export function isLarge({ rows }: Table): boolean {
  return rows !== undefined && rows.count > mostRows;
}

/** The table's rows as far as they are looked at, as `alias`. */
export function fromSql(table: Table, alias: string): string {
  return isLarge(table) ? `(SELECT * FROM ${tableSql(table)} LIMIT ${sampledRows}) AS ${alias}` : `${tableSql(table)} AS ${alias}`;
}

/**
 * `a = b` for keys. Text beside a number or a UUID is read as one, and text that is none equals nothing; both sides stay
 * bare columns where their types allow, since only those let keys be shipped.
 */
export function sameKey(a: string, typeA: Type, b: string, typeB: Type): string {
  const [kindA, kindB] = [family(typeA), family(typeB)];
  if (kindA === kindB || kindA === undefined || kindB === undefined) return `${a} = ${b}`;
  if (kindA === 'text') return `${a} = CAST(${b} AS VARCHAR)`;
  if (kindB === 'text') return `CAST(${a} AS VARCHAR) = ${b}`;
  return `CAST(${a} AS VARCHAR) = CAST(${b} AS VARCHAR)`;
}
