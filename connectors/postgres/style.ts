/** How PostgreSQL writes what the shared printer leaves open. */

import type { CompareOp, KeyBatch, Literal, Reason, SortKey, Table, Type } from '../contract.js';
import { dateText, splitTimestamp, timeText } from '../sql/calendar.js';
import { familyOf } from '../sql/families.js';
import type { Bind, Computes, Condition, Family, Operand, Print, SqlStyle, StoreColumn, TextTest } from '../sql/style.js';
import { isReason } from '../contract.js';
import { arrayText } from './arrays.js';
import { postgresComputes } from './computes.js';
import type { PostgresFacts, PostgresTable } from './facts.js';
import { nativeType } from './types.js';

const infinity = 2n ** 63n - 1n;
/** PostgreSQL's own range: 4713 BC to 294276 AD for timestamps, in microseconds since 1970. */
const firstTimestamp = -210_866_803_200_000_000n;
const lastTimestamp = 9_224_318_015_999_999_999n;
const lastDate = 2_145_042_905n;
const firstDate = -2_440_588n;
const infiniteDate = 2_147_483_647n;

/** Encodings whose "C" order is the order of code points, as in UTF-8. */
const codePointOrder = new Set(['UTF8', 'LATIN1', 'SQL_ASCII']);

export class PostgresStyle implements SqlStyle {
  readonly language = 'sql';
  readonly maxKeys = 50_000;

  readonly computes: Computes;

  constructor(private readonly facts: PostgresFacts) {
    this.computes = postgresComputes((operand) => operand.column === undefined || this.#deterministic(operand));
  }

  quote(name: string): string {
    return `"${name.replaceAll('"', '""')}"`;
  }

  placeholder(n: number): string {
    return `$${n}`;
  }

  from(table: Table): string {
    const native = table.native as unknown as PostgresTable;
    return `${this.quote(native.schema)}.${this.quote(native.name)}`;
  }

  read(column: StoreColumn, table: Table): string {
    const cast = this.#native(column, table).cast;
    const name = this.#name(column);
    return cast === undefined ? name : `${name}::${cast}`;
  }

  family(column: StoreColumn, table: Table): Family | Reason {
    const { type } = this.#native(column, table);
    const family = familyOf(type);
    return family ?? { reason: `${column.column.nativeType} is compared locally` };
  }

  literal(value: Literal, type: Type, family: Family): Print | Reason {
    const parameter = parameterText(value, type, family, this.facts.encoding);
    if (isReason(parameter)) return parameter;
    return (bind) => `${bind(parameter)}::${parameterType(type, family)}`;
  }

  unsorted(column: StoreColumn): Reason | undefined {
    const isText = column.column.type.kind === 'text';
    return isText && !codePointOrder.has(this.facts.encoding) ? { reason: `text of ${this.facts.encoding} is ordered locally` } : undefined;
  }

  compare(op: CompareOp, left: string, right: string): string {
    return `${left} ${op.toUpperCase()} ${right}`;
  }

  /** Deterministic collations are equal byte for byte, so equality may use the column's own, and its index. */
  compareText(op: CompareOp, left: Operand, right: Operand): Condition | Reason {
    const isOrder = op === '<' || op === '<=' || op === '>' || op === '>=';
    if (isOrder && !codePointOrder.has(this.facts.encoding)) return { reason: `text of ${this.facts.encoding} is ordered locally` };
    const padded = this.#paddedEquality(op, left, right);
    if (padded) return padded;
    const ownEquality = !isOrder && right.value !== undefined && this.#deterministic(left);
    const l: Print = ownEquality ? left.print : byBytes(left);
    return { exact: true, print: (bind) => this.compare(op, l(bind), right.print(bind)) };
  }

  inList(arg: Operand, values: readonly Operand[]): Condition | Reason {
    // All in one array, so the widest of the families decides its type.
    const decimal = values.find((value) => value.family === 'decimal');
    const family = decimal?.family ?? values[0]!.family;
    const texts: string[] = [];
    for (const value of values) {
      const element = parameterText(value.value!, value.type, value.family, this.facts.encoding);
      if (isReason(element)) return element;
      texts.push(element);
    }
    const argument = arg.family === 'text' && !this.#deterministic(arg) ? byBytes(arg) : arg.print;
    const type = decimal ? 'numeric' : parameterType(values[0]!.type, family);
    return { exact: true, print: (bind) => `${argument(bind)} = ANY (${bind(arrayText(texts))}::${type}[])` };
  }

  textTest(test: TextTest, arg: Operand, pattern: string): Condition | Reason {
    if (pattern.includes('\0')) return { reason: 'text with a NUL character does not exist here' };
    const subject = byBytes(arg);
    const escaped = pattern.replaceAll(/[\\%_]/g, '\\$&');
    const print: Record<TextTest, Print> = {
      like: (bind) => `${subject(bind)} LIKE ${bind(pattern)}::text ESCAPE ''`,
      // As patterns, since these are what PostgreSQL estimates by its statistics and looks up in indexes: a function's
      // result it takes for a third of the rows, and then orders joins by that.
      prefix: (bind) => `${subject(bind)} LIKE ${bind(`${escaped}%`)}::text`,
      suffix: (bind) => `${subject(bind)} LIKE ${bind(`%${escaped}`)}::text`,
      contains: (bind) => `${subject(bind)} LIKE ${bind(`%${escaped}%`)}::text`,
    };
    return { exact: true, print: print[test] };
  }

  dateAsTimestamp(sql: string): string {
    return `${sql}::timestamp`;
  }

  acceptsKeys(column: StoreColumn, family: Family, keyFamily: Family): true | Reason {
    const both = new Set([family, keyFamily]);
    if (family === keyFamily || (both.has('integer') && both.has('decimal'))) return true;
    return { reason: `${keyFamily} keys against ${column.column.nativeType} are compared locally` };
  }

  keys(column: StoreColumn, keys: KeyBatch, table: Table, bind: Bind): string {
    const family = familyOf(keys.type)!;
    const texts: string[] = [];
    for (const value of keys.values) {
      const text = value === null ? { reason: 'NULL' } : parameterText(value, keys.type, family, this.facts.encoding);
      // A key that PostgreSQL cannot even hold matches no row.
      if (!isReason(text)) texts.push(text);
    }
    const own = family !== 'text' || column.column.collation === undefined || this.#isDeterministic(column);
    const sql = this.read(column, table);
    return `${own ? sql : `${sql} COLLATE "C"`} = ANY (${bind(arrayText(texts))}::${parameterType(keys.type, family)}[])`;
  }

  orderBy(key: SortKey, operand: Operand): string {
    const sql = operand.family === 'text' ? byBytes(operand) : operand.print;
    const noParameters: Bind = () => {
      throw new Error('ORDER BY takes columns only');
    };
    return `${sql(noParameters)} ${key.descending ? 'DESC' : 'ASC'} NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`;
  }

  limit(limit: number | undefined, offset: number | undefined): string {
    return `${limit === undefined ? '' : ` LIMIT ${limit}`}${offset ? ` OFFSET ${offset}` : ''}`;
  }

  #name(column: StoreColumn): string {
    const name = this.quote(column.as ?? column.column.nativeName ?? column.column.name);
    return column.qualifier === undefined ? name : `${this.quote(column.qualifier)}.${name}`;
  }

  #native(column: StoreColumn, table: Table) {
    const { baseTypes } = table.native as unknown as PostgresTable;
    const name = column.column.nativeName ?? column.column.name;
    return nativeType(baseTypes?.[name] ?? column.column.nativeType, this.facts.numeric);
  }

  #deterministic(operand: Operand): boolean {
    return operand.column !== undefined && this.#isDeterministic(operand.column);
  }

  #isDeterministic({ column }: StoreColumn): boolean {
    return column.collation === undefined || !this.facts.nondeterministic.includes(column.collation.name);
  }

  /** character(n) = x over the column itself, for its index: it ignores trailing blanks, as the staged value lacks them. */
  #paddedEquality(op: CompareOp, left: Operand, right: Operand): Condition | undefined {
    const isPadded = left.column && /^character\(/.test(left.column.column.nativeType) && this.#deterministic(left);
    if (op !== '=' || !isPadded || typeof right.value !== 'string') return undefined;
    const name = this.#name(left.column!);
    const parameter = right.value;
    if (parameter.endsWith(' ')) return undefined;
    return { exact: true, print: (bind) => `${name} = ${bind(parameter)}::bpchar` };
  }
}

function byBytes(operand: Operand): Print {
  return (bind) => `${operand.print(bind)} COLLATE "C"`;
}

function parameterType(type: Type, family: Family): string {
  switch (family) {
    case 'integer':
      return type.kind === 'int' && (type.bits > 64 || (type.bits === 64 && !type.signed)) ? 'numeric' : 'int8';
    case 'decimal':
      return 'numeric';
    case 'float':
      return type.kind === 'float' && type.bits === 32 ? 'float4' : 'float8';
    case 'instant':
      return 'timestamptz';
    case 'blob':
      return 'bytea';
    case 'boolean':
      return 'bool';
    default:
      return family;
  }
}

/** The parameter's text, in the form that PostgreSQL reads whatever its settings. */
function parameterText(value: Literal, type: Type, family: Family, encoding: string): string | Reason {
  switch (family) {
    case 'boolean':
      return value ? 't' : 'f';
    case 'float':
      return floatText(type.kind === 'float' && type.bits === 32 ? Math.fround(value as number) : (value as number));
    case 'blob':
      return `\\x${Buffer.from(value as Uint8Array).toString('hex')}`;
    case 'text':
      if ((value as string).includes('\0')) return { reason: 'text with a NUL character does not exist here' };
      if (encoding !== 'UTF8' && /[^\u0000-\u007f]/.test(value as string)) return { reason: `the constant may not exist in ${encoding}` };
      return value as string;
    case 'date':
      return dateParameter(value as bigint);
    case 'time':
      return timeText(value as bigint);
    case 'timestamp':
    case 'instant':
      return timestampParameter(value as bigint, family === 'instant');
    default:
      return String(value);
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return String(value);
}

function dateParameter(days: bigint): string | Reason {
  if (days === infiniteDate) return 'infinity';
  if (days === -infiniteDate) return '-infinity';
  if (days < firstDate || days > lastDate) return { reason: 'a date that does not exist here' };
  const { text, bc } = dateText(Number(days));
  return bc ? `${text} BC` : text;
}

function timestampParameter(micros: bigint, zoned: boolean): string | Reason {
  if (micros === infinity) return 'infinity';
  if (micros === -infinity) return '-infinity';
  if (micros < firstTimestamp || micros > lastTimestamp) return { reason: 'a time that does not exist here' };
  const { days, time } = splitTimestamp(micros);
  const { text, bc } = dateText(days);
  return `${text} ${timeText(time)}${zoned ? '+00' : ''}${bc ? ' BC' : ''}`;
}
