/** What ClickHouse computes as DuckDB does. Its plain sums wrap around and are 0 over nothing, so others are asked for. */

import type { Reason, Type } from '../contract.js';
import type { Computes, Family, Operand, Print } from '../sql/style.js';

const plain: ReadonlySet<Family> = new Set(['integer', 'decimal', 'text', 'date', 'instant']);
/** Digits of a decimal whose sum over any table fits into 38. */
const summedDigits = 19;

export const clickhouseComputes: Computes = {
  // An outer join fills in defaults where DuckDB has NULL.
  joins: new Set(),
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
