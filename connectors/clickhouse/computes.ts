/** What ClickHouse computes as DuckDB does. Its plain sums wrap around and are 0 over nothing, so others are asked for. */

import type { Reason, Table, Type } from '../contract.js';
import type { Computes, Family, Operand, Print, StoreColumn } from '../sql/style.js';
import { mappedColumn } from './facts.js';

const plain: ReadonlySet<Family> = new Set(['integer', 'decimal', 'text', 'date', 'instant']);
/** Digits of a decimal whose sum over any table fits into 38. */
const summedDigits = 19;

/** Types of which values that are equal in DuckDB find each other in a join. */
const joined: ReadonlySet<Type['kind']> = new Set(['int', 'text', 'date', 'uuid', 'timestamp']);

export const clickhouseComputes: Computes = {
  // EXISTS over columns outside of it came late; these words are old.
  joins: new Set(['inner', 'left', 'semi', 'anti']),
  joinWords: { inner: 'INNER JOIN', left: 'LEFT JOIN', semi: 'LEFT SEMI JOIN', anti: 'LEFT ANTI JOIN' },
  slowJoin: (equalities) => equalities.map(unjoined).find((reason) => reason !== undefined),
  count: (argument) => `count(${argument === '*' ? '' : argument})`,
  group: (operand) => (isPlain(operand) || operand.family === 'boolean' ? { by: operand.print, show: operand.print } : local('groups', operand)),
  distinct: (operand) => (plain.has(operand.family) ? operand.print : local('distinct values', operand)),
  extreme: (name, operand) => (isPlain(operand) ? (bind) => `${name}OrNull(${operand.print(bind)})` : local(name, operand)),
  sum(operand, scale) {
    const { type } = operand;
    const wide = type.kind === 'int' ? type.bits > 64 : type.kind !== 'decimal' || type.precision > summedDigits;
    if (wide) return { reason: 'a sum that may not fit is computed locally' };
    return (bind) => `CAST(sumOrNull(CAST(${operand.print(bind)} AS Nullable(Decimal(38, ${scale})))) AS Nullable(Decimal(38, ${scale})))`;
  },
  send: sent,
  // A name that no table has: an alias is seen in the whole SELECT.
  alias: (index) => `\`aishell ${index}\``,
};

/** Columns of types that have no common one are an error, and NaN finds no NaN. */
function unjoined(columns: readonly { readonly column: StoreColumn; readonly table: Table }[]): Reason | undefined {
  const [left, right] = columns.map(({ column, table }) => ({ ...mappedColumn(column, table), native: column.column.nativeType }));
  if (left === undefined || right === undefined) return { reason: 'only equalities of columns are joined by ClickHouse' };
  const [a, b] = [left.type, right.type];
  const isBinary = a.kind === b.kind && joined.has(a.kind);
  const isWide = a.kind === 'int' && b.kind === 'int' && a.signed !== b.signed && Math.max(a.bits, b.bits) > 32;
  const isOther = a.kind === 'timestamp' && left.native !== right.native;
  return isBinary && !isWide && !isOther ? undefined : { reason: `${left.native} and ${right.native} are joined locally` };
}

/** 128-bit numbers travel as text, which computed ones do not. */
function isPlain({ family, type }: Operand): boolean {
  return plain.has(family) && !(type.kind === 'int' && type.bits === 128);
}

function local(what: string, { family }: Operand): Reason {
  return { reason: `${what} of ${family} are computed locally` };
}

function sent(operand: Operand, type: Type): Print | Reason {
  switch (type.kind) {
    case 'int':
    case 'decimal':
    case 'text':
    case 'boolean':
      return operand.print;
    case 'date':
      return (bind) => `toDate32(${operand.print(bind)})`;
    case 'timestamp':
      return (bind) => `toDateTime64(${operand.print(bind)}, 6, 'UTC')`;
    default:
      return { reason: 'a value of this type is computed locally' };
  }
}
