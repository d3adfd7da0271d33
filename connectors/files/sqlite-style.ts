/** How SQLite writes what the shared printer leaves open: whole numbers, floats and texts; the rest is compared here. */

import type { CompareOp, KeyBatch, Literal, Reason, SortKey, Table, Type } from '../contract.js';
import { isReason, quoteIdentifier } from '../contract.js';
import { familyOf } from '../sql/families.js';
import type { Bind, Condition, Family, Operand, Print, SqlStyle, StoreColumn, TextTest } from '../sql/style.js';
import { nativeOf } from './tables.js';

const pushed: ReadonlySet<Family> = new Set(['integer', 'float', 'text']);
const int64 = 2n ** 63n;

export class SqliteStyle implements SqlStyle {
  readonly language = 'sql';
  /** SQLite takes 32,766 parameters. */
  readonly maxKeys = 30_000;

  quote = quoteIdentifier;

  placeholder(): string {
    return '?';
  }

  from(table: Table): string {
    const native = nativeOf(table);
    if (native.format !== 'sqlite') throw new Error(`${table.name} is no SQLite table`);
    return quoteIdentifier(native.table);
  }

  read({ column, qualifier }: StoreColumn): string {
    const name = quoteIdentifier(column.nativeName ?? column.name);
    return qualifier === undefined ? name : `${quoteIdentifier(qualifier)}.${name}`;
  }

  /** Under its name in statements. Text comes as its bytes: the library would end it at a NUL and drop a BOM. */
  select(column: StoreColumn): string {
    const name = this.read(column);
    const value = column.column.type.kind === 'text' ? `CASE typeof(${name}) WHEN 'blob' THEN 0 ELSE CAST(${name} AS BLOB) END` : name;
    return `${value} AS ${quoteIdentifier(column.column.name)}`;
  }

  family(column: StoreColumn): Family | Reason {
    const family = familyOf(column.column.type);
    if (family !== undefined && pushed.has(family)) return family;
    return { reason: `SQLite keeps ${column.column.nativeType} as it comes; it is compared locally` };
  }

  literal(value: Literal, _type: Type, family: Family): Print | Reason {
    if (!pushed.has(family)) return { reason: 'a constant of a type that SQLite does not have' };
    if (family === 'integer' && ((value as bigint) >= int64 || (value as bigint) < -int64)) return { reason: 'a number past 64 bits' };
    if (family === 'float' && Number.isNaN(value)) return { reason: 'a number that SQLite does not have' };
    if (family === 'text' && (value as string).includes('\0')) return { reason: 'text with a NUL character is compared locally' };
    return (bind) => bind(value);
  }

  compare(op: CompareOp, left: string, right: string): string {
    const name = op === 'is distinct from' ? 'IS NOT' : op === 'is not distinct from' ? 'IS' : op;
    return `${left} ${name} ${right}`;
  }

  /** A number may stand in a column of texts, and a column may fold case. */
  compareText(op: CompareOp, left: Operand, right: Operand): Condition {
    return { exact: true, print: (bind) => this.compare(op, byBytes(left)(bind), right.print(bind)) };
  }

  inList(arg: Operand, values: readonly Operand[]): Condition {
    const print = arg.family === 'text' ? byBytes(arg) : arg.print;
    return { exact: true, print: (bind) => `${print(bind)} IN (${values.map((value) => value.print(bind)).join(', ')})` };
  }

  textTest(test: TextTest, arg: Operand, pattern: string): Condition | Reason {
    if (test === 'like') return { reason: 'LIKE ignores case in SQLite' };
    if (pattern.includes('\0')) return { reason: 'text with a NUL character is compared locally' };
    const text: Print = (bind) => `CAST(${arg.print(bind)} AS TEXT)`;
    const length = [...pattern].length;
    if (length === 0) return { reason: 'an empty pattern' };
    const print: Readonly<Record<Exclude<TextTest, 'like'>, Print>> = {
      prefix: (bind) => `substr(${text(bind)}, 1, ${length}) = ${bind(pattern)}`,
      suffix: (bind) => `substr(${text(bind)}, -${length}) = ${bind(pattern)}`,
      contains: (bind) => `instr(${text(bind)}, ${bind(pattern)}) > 0`,
    };
    return { exact: true, print: print[test] };
  }

  dateAsTimestamp(sql: string): string {
    return sql;
  }

  acceptsKeys(column: StoreColumn, family: Family, keyFamily: Family): true | Reason {
    return family === keyFamily ? true : { reason: `${keyFamily} keys against ${column.column.nativeType} are compared locally` };
  }

  keys(column: StoreColumn, keys: KeyBatch, _table: Table, bind: Bind): string {
    const family = familyOf(keys.type)!;
    const printed = keys.values.flatMap((value) => {
      const print = value === null ? { reason: 'NULL' } : this.literal(value, keys.type, family);
      // A key that SQLite can't hold matches nothing.
      return isReason(print) ? [] : [print(bind)];
    });
    const name = this.read(column);
    return `${family === 'text' ? `CAST(${name} AS TEXT) COLLATE BINARY` : name} IN (${printed.join(', ')})`;
  }

  orderBy(key: SortKey, operand: Operand): string {
    const sql = (operand.family === 'text' ? byBytes(operand) : operand.print)(() => {
      throw new Error('ORDER BY takes columns only');
    });
    return `${sql} ${key.descending ? 'DESC' : 'ASC'} NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`;
  }

  limit(limit: number | undefined, offset: number | undefined): string {
    if (limit === undefined && !offset) return '';
    return ` LIMIT ${limit ?? -1}${offset ? ` OFFSET ${offset}` : ''}`;
  }
}

function byBytes(operand: Operand): Print {
  return (bind) => `CAST(${operand.print(bind)} AS TEXT) COLLATE BINARY`;
}
