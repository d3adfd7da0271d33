/** How MySQL and MariaDB write what the shared printer leaves open. */

import type { CompareOp, KeyBatch, Literal, Reason, SortKey, Table, Type } from '../contract.js';
import { isReason } from '../contract.js';
import { dateText, splitTimestamp, timeText } from '../sql/calendar.js';
import { familyOf } from '../sql/families.js';
import type { Bind, Computes, Condition, Family, Operand, Print, SqlStyle, StoreColumn, TextTest } from '../sql/style.js';
import type { MysqlFacts, MysqlTable } from './facts.js';
import { hasJsonTable, keyTable } from './key-table.js';
import { isIndexed, mysqlComputes } from './computes.js';
import { textBytes } from './text-bytes.js';
import { nativeType } from './types.js';

/** Bytes of a value that ORDER BY looks at (max_sort_length). */
const sortedBytes = 1_024;
const lastDay = 2_932_896n;
const firstDay = -719_162n;

export class MysqlStyle implements SqlStyle {
  readonly language = 'sql';
  /** Text takes two parameters a key, of 65,535 that a statement has. */
  readonly maxKeys = 10_000;

  readonly computes: Computes;

  constructor(private readonly facts: MysqlFacts) {
    this.computes = mysqlComputes(this.facts, (column) => this.unsorted(column));
  }

  quote(name: string): string {
    return `\`${name.replaceAll('`', '``')}\``;
  }

  placeholder(): string {
    return '?';
  }

  from(table: Table): string {
    const native = table.native as unknown as MysqlTable;
    return `${this.quote(native.database)}.${this.quote(native.name)}`;
  }

  read(column: StoreColumn): string {
    const own = this.quote(column.as ?? column.column.nativeName ?? column.column.name);
    const name = column.qualifier === undefined ? own : `${this.quote(column.qualifier)}.${own}`;
    return nativeType(column.column.nativeType, this.facts.reading).read?.(name) ?? name;
  }

  family(column: StoreColumn): Family | Reason {
    const { type } = nativeType(column.column.nativeType, this.facts.reading);
    // A table of MariaDB may declare JSON, which is then text with a check.
    const family = column.column.type.kind === 'json' ? undefined : familyOf(type);
    return family ?? { reason: `${column.column.nativeType} is compared locally` };
  }

  ordered(family: Family): boolean {
    // MariaDB orders UUIDs by their time, not by their bytes.
    return family !== 'uuid';
  }

  unsorted({ column }: StoreColumn): Reason | undefined {
    const length = Number(/\((\d+)\)/.exec(column.nativeType)?.[1] ?? Infinity);
    const isEnum = column.enumValues !== undefined;
    const bytes = column.type.kind === 'text' ? length * 4 : column.type.kind === 'blob' ? length : 0;
    return bytes <= sortedBytes || isEnum ? undefined : { reason: 'only the beginning of a long value is sorted by' };
  }

  literal(value: Literal, type: Type, family: Family): Print | Reason {
    switch (family) {
      case 'integer': {
        const big = value as bigint;
        const target = big >= -(2n ** 63n) && big < 2n ** 63n ? 'SIGNED' : big >= 0n && big < 2n ** 64n ? 'UNSIGNED' : 'DECIMAL(65,0)';
        return cast(big.toString(), target);
      }
      case 'decimal': {
        const text = value as string;
        return cast(text, `DECIMAL(65,${/\.(\d+)/.exec(text)?.[1]?.length ?? 0})`);
      }
      case 'float': {
        const number = type.kind === 'float' && type.bits === 32 ? Math.fround(value as number) : (value as number);
        return Number.isFinite(number) ? (bind) => bind(number) : { reason: 'a number that does not exist here' };
      }
      case 'text':
      case 'blob':
        return (bind) => bind(value);
      case 'uuid':
        return cast(value as string, 'UUID');
      case 'date':
        return inRange(value as bigint) ? cast(dateText(Number(value)).text, 'DATE') : { reason: 'a date that does not exist here' };
      case 'time':
        return cast(timeText(value as bigint), 'TIME(6)');
      case 'timestamp':
      case 'instant': {
        const { days, time } = splitTimestamp(value as bigint);
        if (!inRange(BigInt(days))) return { reason: 'a time that does not exist here' };
        return cast(`${dateText(days).text} ${timeText(time)}`, 'DATETIME(6)');
      }
      case 'boolean':
        return { reason: 'there are no booleans here' };
    }
  }

  compare(op: CompareOp, left: string, right: string): string {
    // As a condition of its own: looked up in an index by <=>, MySQL and MariaDB take an = of the same columns for done.
    if (op === 'is not distinct from') return `(${left} <=> ${right}) IS TRUE`;
    if (op === 'is distinct from') return `NOT (${left} <=> ${right})`;
    return `${left} ${op} ${right}`;
  }

  /** By bytes; equality also as the column compares, which is less strict, for its index. */
  compareText(op: CompareOp, left: Operand, right: Operand): Condition {
    const byBytes: Print = (bind) => this.compare(op, textBytes(left, bind), textBytes(right, bind));
    if (op !== '=' || !comparesAsItIs(left, right)) return { exact: true, print: byBytes };
    return { exact: true, print: (bind) => `(${left.print(bind)} = ${right.print(bind)} AND ${byBytes(bind)})` };
  }

  inList(arg: Operand, values: readonly Operand[]): Condition | Reason {
    if (values.length > this.maxKeys) return { reason: 'a longer list than one statement takes' };
    return { exact: true, print: (bind) => this.#in(arg, values, bind) };
  }

  textTest(test: TextTest, arg: Operand, pattern: string): Condition {
    const length = [...pattern].length;
    const text: Print = (bind) => `CONVERT(${arg.print(bind)} USING utf8mb4)`;
    const print: Record<TextTest, Print> = {
      // DuckDB's LIKE has no escape character; this one has, so it is doubled wherever the pattern has it.
      like: (bind) => `${text(bind)} COLLATE utf8mb4_bin LIKE ${bind(pattern.replaceAll('|', '||'))} ESCAPE '|'`,
      prefix: (bind) => `CAST(LEFT(${text(bind)}, ${length}) AS BINARY) = CAST(${bind(pattern)} AS BINARY)`,
      suffix: (bind) => `CAST(RIGHT(${text(bind)}, ${length}) AS BINARY) = CAST(${bind(pattern)} AS BINARY)`,
      contains: (bind) => `LOCATE(CAST(${bind(pattern)} AS BINARY), CAST(${text(bind)} AS BINARY)) > 0`,
    };
    return { exact: true, print: print[test] };
  }

  dateAsTimestamp(sql: string): string {
    return `CAST(${sql} AS DATETIME(6))`;
  }

  acceptsKeys(column: StoreColumn, family: Family, keyFamily: Family): true | Reason {
    const both = new Set([family, keyFamily]);
    if (family === keyFamily || (both.has('integer') && both.has('decimal'))) return true;
    return { reason: `${keyFamily} keys against ${column.column.nativeType} are compared locally` };
  }

  keys(column: StoreColumn, keys: KeyBatch, table: Table, bind: Bind): string {
    const family = familyOf(keys.type)!;
    const sql = this.read(column);
    const values: Operand[] = [];
    for (const value of keys.values) {
      const print = value === null ? { reason: 'NULL' } : this.literal(value, keys.type, family);
      // A key that the store cannot even hold matches no row.
      if (!isReason(print)) values.push({ type: keys.type, family, value, print });
    }
    if (values.length === 0) return 'FALSE';
    // Where no index leads to the rows, a join with a table of keys may compare every row with every key (a block nested
    // loop, before MySQL 8.0.18 the only way); a list is searched by halves.
    const shipped = hasJsonTable(this.facts) && isIndexed(column.column, table) ? keyTable(values, family) : undefined;
    if (shipped) return `${sql} IN (SELECT k FROM JSON_TABLE(${bind(shipped.json)}, '$[*]' COLUMNS (k ${shipped.type} PATH '$')) AS shipped)`;
    return this.#in({ type: column.column.type, family, column, print: () => sql }, values, bind);
  }

  orderBy(key: SortKey, operand: Operand): string {
    const noParameters: Bind = () => {
      throw new Error('ORDER BY takes columns only');
    };
    const plain = operand.print(noParameters);
    const sql = operand.family === 'text' ? textBytes(operand, noParameters) : plain;
    // NULL is the least of all here, first when ascending and last when descending; but MySQL 8.0.15 sorts the bytes of
    // a NULL among the empty strings.
    const isNatural = key.nullsFirst !== key.descending && operand.family !== 'text';
    const nulls = isNatural ? '' : `${plain} IS NULL ${key.nullsFirst ? 'DESC' : 'ASC'}, `;
    return `${nulls}${sql} ${key.descending ? 'DESC' : 'ASC'}`;
  }

  limit(limit: number | undefined, offset: number | undefined): string {
    if (!offset) return limit === undefined ? '' : ` LIMIT ${limit}`;
    return ` LIMIT ${limit ?? '18446744073709551615'} OFFSET ${offset}`;
  }

  #in(arg: Operand, values: readonly Operand[], bind: Bind): string {
    const list = (print: (value: Operand) => string) => values.map(print).join(', ');
    const own = () => `${arg.print(bind)} IN (${list((value) => value.print(bind))})`;
    if (arg.family !== 'text') return own();
    const plain = values.every((value) => comparesAsItIs(arg, value)) ? `${own()} AND ` : '';
    return `(${plain}${textBytes(arg, bind)} IN (${list((value) => textBytes(value, bind))}))`;
  }
}

/** A literal goes as text, since a parameter alone has no type that an index could use. */
function cast(text: string, type: string): Print {
  return (bind) => `CAST(${bind(text)} AS ${type})`;
}

/**
 * May a column be compared with a constant under the column's own collation? Not where the constant has characters
 * that the column's character set may lack: that is an error (1267).
 */
function comparesAsItIs(column: Operand, constant: Operand): boolean {
  if (typeof constant.value !== 'string') return false;
  const collation = column.column?.column.collation?.name ?? '';
  return /^utf8mb4/.test(collation) || /^[\u0000-\u007f]*$/.test(constant.value);
}

function inRange(days: bigint): boolean {
  return days >= firstDay && days <= lastDay;
}
