/** The statements of a comparison: SELECTs over one table each, so that gate, pushdown and budgets are the usual ones. */

import { quoteIdentifier, quoteText } from '../../algebra/index.js';
import type { Table, Type } from '../../algebra/index.js';

export function lookUpStatement(table: Table, key: string, literals: readonly string[], columns: readonly string[], rows: number): string {
  const selected = [key, ...columns].map((sql, i) => `${sql} AS v${i}`).join(', ');
  return `SELECT ${selected} FROM ${tableSql(table)} WHERE ${key} IN (${literals.join(', ')}) LIMIT ${rows}`;
}

/** One value outside of [low, high], where there is one. */
export function outsideStatement(table: Table, column: string, low: bigint, high: bigint): string {
  return `SELECT ${column} AS v0 FROM ${tableSql(table)} WHERE ${column} < ${low} OR ${column} > ${high} LIMIT 1`;
}

export function tableSql(table: Table): string {
  return [table.service, ...(table.schema === undefined ? [] : [table.schema]), table.name].map(quoteIdentifier).join('.');
}

/** A value as a literal for a key of that type; undefined where no key of the type can be equal to it. */
export function keyLiteral(value: string, type: Type): string | undefined {
  switch (type.kind) {
    case 'int':
    case 'decimal':
      // The one spelling that a number has as text: 007 is no 7 to the store that keeps it as text.
      return /^(0|-?[1-9]\d{0,37})$/.test(value) ? value : undefined;
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? `CAST(${quoteText(value)} AS UUID)` : undefined;
    case 'text':
      return quoteText(value);
    default:
      return undefined;
  }
}
