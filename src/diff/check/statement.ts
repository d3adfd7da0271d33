/** What the statements of checks have in common: bounds, and equality of keys that two stores keep as different types. */

import type { CheckAnswer } from '../../answer/contract.js';
import { tableName } from '../../algebra/index.js';
import type { Table, Type } from '../../algebra/index.js';
import { family } from '../values/paths.js';
import type { Run } from '../values/run.js';
import { spreadOver } from '../values/spread.js';
import { tableSql } from '../values/statements.js';

/** One check, before the last time's count is laid beside it. */
export type Checked = Omit<CheckAnswer['checks'][number], 'before' | 'trend'>;

/** What could have been promised and was not looked at. */
export type Unchecked = CheckAnswer['unchecked'][number];

/** Rows of the referring side beyond which a part of them has to do; the answer says so. */
export const mostRows = 2_000_000;
/** Of a larger table one in so many of those. */
const part = 10;
const places = 8;
/** Distinct findings that are counted; beyond it the count is "at least". */
export const mostFound = 100_000;
export const mostExamples = 5;

/** Whether a table is too large to be read whole for one figure. */
export function isLarge({ rows }: Table, whole = mostRows): boolean {
  return rows !== undefined && rows.count > whole;
}

export interface Looked {
  /** The rows that are looked at, as relations with the alias, one after the other. */
  readonly relations: readonly string[];
  readonly sampled: string | null;
}

/** The table's rows as far as they are looked at: all, or of a large table some from all over it. */
export async function lookedAt(table: Table, alias: string, run: Run, whole = mostRows): Promise<Looked> {
  if (!isLarge(table, whole)) return { relations: [`${tableSql(table)} AS ${alias}`], sampled: null };
  const sampledRows = Math.ceil(whole / part);
  const { stretches, places: from } = await spreadOver(table, table.rows!.count, sampledRows, places, run);
  return {
    relations: stretches.map(({ where, order, limit, offset }) => `(SELECT * FROM ${tableSql(table)}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}${order === undefined ? '' : ` ORDER BY ${order}`} LIMIT ${limit}${offset === undefined ? '' : ` OFFSET ${offset}`}) AS ${alias}`),
    sampled: `${sampledRows.toLocaleString('en')} of about ${table.rows!.count.toLocaleString('en')} rows, from ${from}`,
  };
}

/** Too large for a check that needs all of it. */
export function tooLarge(table: Table): string {
  return `${tableName(table)} has about ${table.rows!.count.toLocaleString('en')} rows, too many to be read whole`;
}

/** A key as the text that its spellings are made of. */
export function keyText(sql: string, { kind }: Type): string {
  return kind === 'text' ? sql : `CAST(${sql} AS VARCHAR)`;
}

/**
 * `a = b` for keys, of which those of b travel to a: a stays a bare column where the types allow. Text is a number when it
 * is spelled as one, and a UUID in whatever form; text that is none equals nothing.
 */
export function sameKey(a: string, typeA: Type, b: string, typeB: Type): string {
  const [kindA, kindB] = [family(typeA), family(typeB)];
  if (kindA === kindB || kindA === undefined || kindB === undefined) return `${a} = ${b}`;
  if (kindA === 'uuid' && kindB === 'text') return `${a} = TRY_CAST(${b} AS UUID)`;
  if (kindA === 'text') return `${a} = CAST(${b} AS VARCHAR)`;
  if (kindB === 'text') return `CAST(${a} AS VARCHAR) = ${b}`;
  return `CAST(${a} AS VARCHAR) = CAST(${b} AS VARCHAR)`;
}
