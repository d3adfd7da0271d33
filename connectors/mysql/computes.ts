/** What MySQL and MariaDB compute as DuckDB does: DECIMAL is exact to 65 digits, and text is told apart by its bytes. */

import type { Column, Reason, Table, Type } from '../contract.js';
import { isReason } from '../contract.js';
import type { Computes, Family, Operand, Print, StoreColumn } from '../sql/style.js';
import type { MysqlFacts } from './facts.js';
import { textBytes } from './text-bytes.js';

const plain: ReadonlySet<Family> = new Set(['integer', 'decimal', 'date', 'timestamp']);

/** @param unsorted why values of a column can't be told apart by ORDER BY's limits, which groups may share */
export function mysqlComputes(facts: MysqlFacts, unsorted: (column: StoreColumn) => Reason | undefined): Computes {
  const bytes = (operand: Operand): Print | Reason => {
    const column = operand.column;
    if (column === undefined) return { reason: 'computed text is compared locally' };
    return unsorted(column) ?? ((bind) => textBytes(operand, bind));
  };
  return {
    joins: new Set(['inner', 'left', 'semi', 'anti']),
    // EXISTS over a derived table would be run for every row.
    derived: new Set(['inner', 'left']),
    // Without an index the server compares every row with every other; text is compared by bytes, which no index has.
    slowJoin: (equalities) => (equalities.some((columns) => columns.some(isLookedUp)) ? undefined : { reason: 'no index serves the join' }),
    // MySQL 8.0.15 takes a bare COUNT over a whole table for its number of rows, NULL or not, and doesn't of an expression.
    count: (argument) => (argument === '*' ? 'COUNT(*)' : `CAST(COUNT(${argument}) AS SIGNED)`),
    group(operand) {
      if (plain.has(operand.family)) return { by: operand.print, show: operand.print };
      if (operand.family !== 'text') return { reason: `groups of ${operand.family} are made locally` };
      const by = bytes(operand);
      if (isReason(by)) return by;
      // MySQL 8.0.15 sorts the bytes of a NULL among the empty strings, and would make several groups of each.
      const apart: Print = operand.column?.column.nullable === true ? (bind) => `${operand.print(bind)} IS NULL, ${by(bind)}` : by;
      // All texts of a group have the same bytes, so its least one is any of them.
      return { by: apart, show: (bind) => `MIN(${operand.print(bind)})` };
    },
    distinct(operand) {
      if (plain.has(operand.family)) return operand.print;
      return operand.family === 'text' ? bytes(operand) : { reason: `distinct ${operand.family} are counted locally` };
    },
    extreme(name, operand) {
      if (!plain.has(operand.family)) return { reason: `${name} of ${operand.family} is computed locally` };
      return (bind) => `${name.toUpperCase()}(${operand.print(bind)})`;
    },
    sum: (operand) => (bind) => `SUM(${operand.print(bind)})`,
    arithmetic(op, left, right) {
      // Subtraction of unsigned numbers fails below zero, and mixed ones are all unsigned.
      const unsigned = [left, right].some(({ type }) => type.kind === 'int' && !type.signed);
      return unsigned ? { reason: 'unsigned numbers are computed with locally' } : (bind) => `(${left.print(bind)} ${op} ${right.print(bind)})`;
    },
    conditional: (family) => (plain.has(family) ? true : { reason: `${family} is chosen locally` }),
    call(name, [first, ...rest]) {
      const known = ['year', 'month'].includes(name) && rest.length === 0 && (first?.family === 'date' || first?.family === 'timestamp');
      return known ? (bind) => `${name.toUpperCase()}(${first.print(bind)})` : { reason: `${name}() is computed locally` };
    },
    ...(isAtLeast(facts, [8, 0, 0], [10, 2, 0]) && {
      windows: { functions: new Set(['row_number', 'rank', 'dense_rank', 'ntile', 'lag', 'lead', 'first_value', 'last_value']), aggregates: true, count: (argument: string) => `COUNT(${argument})` },
    }),
    sets: {
      admits(op, all) {
        const since: readonly [Version, Version] = op === 'union' ? [[0, 0, 0], [0, 0, 0]] : [[8, 0, 31], all ? [10, 5, 0] : [10, 3, 0]];
        return isAtLeast(facts, ...since) ? true : { reason: `${facts.product} ${facts.version} has no ${op.toUpperCase()}${all ? ' ALL' : ''}` };
      },
      item(operand, type, compared) {
        if (plain.has(operand.family)) return sent(operand, type);
        // The one collation by bytes that every version has takes trailing blanks for nothing.
        if (operand.family !== 'text' || compared) return { reason: `${operand.family} is united locally` };
        return (bind) => `CONVERT(${operand.print(bind)} USING utf8mb4) COLLATE utf8mb4_bin`;
      },
    },
    send: sent,
  };
}

type Version = readonly [number, number, number];

function isAtLeast({ product, version }: MysqlFacts, mysql: Version, mariadb: Version): boolean {
  const wanted = product === 'MariaDB' ? mariadb : mysql;
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [0, 0, 0];
  const at = found.findIndex((part, i) => part !== wanted[i]);
  return at === -1 || found[at]! > wanted[at]!;
}

function isLookedUp({ column: { column, as }, table }: { readonly column: StoreColumn; readonly table: Table }): boolean {
  return as === undefined && column.type.kind !== 'text' && isIndexed(column, table);
}

/** Does an index lead to the rows with one of its values? */
export function isIndexed({ indexed, name }: Column, { primaryKey }: Table): boolean {
  return indexed === true || primaryKey?.[0] === name;
}

function sent(operand: Operand, type: Type): Print | Reason {
  const cast = (target: string): Print => (bind) => `CAST(${operand.print(bind)} AS ${target})`;
  switch (type.kind) {
    case 'int':
      return type.signed ? cast('SIGNED') : type.bits === 64 ? cast('UNSIGNED') : operand.print;
    case 'decimal':
      return cast(`DECIMAL(65,${type.scale})`);
    case 'text':
      return operand.print;
    case 'date':
      return cast('DATE');
    case 'timestamp':
      return type.zoned || type.unit === 'ns' ? { reason: 'an instant is computed locally' } : cast('DATETIME(6)');
    default:
      return { reason: 'a value of this type is computed locally' };
  }
}
