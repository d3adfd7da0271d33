/** What ClickHouse computes as DuckDB does. Its plain sums wrap around and are 0 over nothing, so others are asked for. */

import type { Reason, Table, Type } from '../contract.js';
import { isReason } from '../contract.js';
import type { Computes, Family, Operand, Print, SetOperations, StoreColumn, Windows } from '../sql/style.js';
import type { ClickHouseFacts } from './facts.js';
import { mappedColumn } from './facts.js';

const plain: ReadonlySet<Family> = new Set(['integer', 'decimal', 'text', 'date', 'instant']);
/** Digits of a decimal whose sum over any table fits into 38. */
const summedDigits = 19;

/** Types of which values that are equal in DuckDB find each other in a join. */
const joined: ReadonlySet<Type['kind']> = new Set(['int', 'text', 'date', 'uuid', 'timestamp']);

/** By version and by the user's rights. Joins of joins, and SELECTs in FROM, are planned as they are written since the analyzer of 24.3. */
export function clickhouseComputes(facts: ClickHouseFacts): Computes {
  if (!isAtLeast(facts, 24, 3)) return { ...always, joins: new Set() };
  // A user who may change no setting gets defaults for NULL from an outer join.
  return { ...always, joins: new Set(facts.readonly === 1 ? ['inner', 'semi', 'anti'] : ['inner', 'left', 'semi', 'anti']), derived: new Set(['inner', 'left', 'semi', 'anti']), windows: windowsOf(facts), sets: setsOf(facts) };
}

/** Over nothing, and before the first row, a value that can't be NULL would be its type's default. */
function windowsOf(facts: ClickHouseFacts): Windows {
  // Over a distributed table lag() and lead() came later than elsewhere.
  const steps = isAtLeast(facts, 26, 1) ? ['lag', 'lead'] : [];
  return {
    functions: new Set(['row_number', 'rank', 'dense_rank', 'ntile', 'first_value', 'last_value', ...steps]),
    aggregates: true,
    // Of a bare column its null map alone would be read, which a filter above the window then doesn't find.
    count: (argument) => (argument === '*' ? 'count()' : `count(materialize(${argument}))`),
    value(name, { type, print }) {
      if (type.kind === 'int' && type.bits === 128) return { reason: 'numbers of 128 bits are handed on locally' };
      const called = name === 'lag' || name === 'lead' ? name : `${name}_respect_nulls`;
      return (bind, step) => `${called}(toNullable(${print(bind)})${step})`;
    },
  };
}

function setsOf(facts: ClickHouseFacts): SetOperations {
  return {
    // Before, ALL counted no rows.
    admits: (op, all) => (op === 'union' || !all || isAtLeast(facts, 26, 3) ? true : { reason: `ClickHouse ${facts.version} is not asked for ${op.toUpperCase()} ALL` }),
    item(operand, type) {
      if (!isPlain(operand) && operand.family !== 'boolean') return local('set operations', operand);
      const target = unitedType(type);
      const item = sent(operand, type);
      if (target === undefined || isReason(item)) return local('set operations', operand);
      return (bind) => `CAST(${item(bind)} AS Nullable(${target}))`;
    },
  };
}

/** The one type of a column of all parts. */
function unitedType(type: Type): string | undefined {
  switch (type.kind) {
    case 'int':
      return type.bits === 128 ? undefined : `${type.signed ? '' : 'U'}Int${type.bits}`;
    case 'decimal':
      return `Decimal(${type.precision}, ${type.scale})`;
    case 'text':
      return 'String';
    case 'boolean':
      return 'Bool';
    case 'date':
      return 'Date32';
    case 'timestamp':
      return "DateTime64(6, 'UTC')";
    default:
      return undefined;
  }
}

function isAtLeast({ version }: ClickHouseFacts, wantedMajor: number, wantedMinor: number): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

const always: Omit<Computes, 'joins'> = {
  // EXISTS over columns outside of it came late; these words are old.
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
    return (bind) => `sumOrNull(CAST(${operand.print(bind)} AS Nullable(Decimal(38, ${scale}))))`;
  },
  send: sent,
  // A name that no table has: an alias is seen in the whole SELECT.
  alias: (index) => `aishell ${index}`,
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
