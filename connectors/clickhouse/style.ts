/** How ClickHouse writes what the shared printer leaves open. Its text compares by bytes, as DuckDB's does. */

import type { CompareOp, KeyBatch, Literal, Reason, SortKey, Table, Type } from '../contract.js';
import { isReason } from '../contract.js';
import { familyOf } from '../sql/families.js';
import type { Bind, Condition, Family, Operand, Print, SqlStyle, StoreColumn, TextTest } from '../sql/style.js';
import { mappedColumn, nativeName, nativeTable } from './facts.js';
import { quote } from './native-type.js';
import { integerType, parameter } from './parameters.js';

/** The external table that carries shipped keys with the request, and its one column. */
export const keysTable = 'keys';
export const keysColumn = 'key';

const isOrder = (op: CompareOp) => op === '<' || op === '<=' || op === '>' || op === '>=';

export const clickhouseStyle: SqlStyle = {
  language: 'sql',
  maxKeys: 200_000,
  quote,
  // A placeholder needs a type as well: `literal` writes the braces.
  placeholder: (n) => `p${n}`,
  limit: (limit, offset) => `${limit === undefined ? '' : ` LIMIT ${limit}`}${offset ? ` OFFSET ${offset}` : ''}`,
  dateAsTimestamp: (sql) => sql,
  // Where the store's own order is another one, orderBy and compare write DuckDB's.
  ordered: () => true,
  unsorted: () => undefined,

  from(table: Table): string {
    const { database, name } = nativeTable(table);
    return `${quote(database)}.${quote(name)}`;
  },

  read: (column: StoreColumn, table: Table) => mappedColumn(column, table).read(placed(column)),

  select: (column: StoreColumn, table: Table) => mappedColumn(column, table).select(placed(column)),

  family(column: StoreColumn, table: Table): Family | Reason {
    const { type } = mappedColumn(column, table);
    return familyOf(type) ?? { reason: `${column.column.nativeType} is compared locally` };
  },

  literal(value: Literal, type: Type, family: Family): Print | Reason {
    const bound = parameter(value, type, family);
    return isReason(bound) ? bound : (bind) => `{${bind(bound.value)}:${bound.type}}`;
  },

  compare(op: CompareOp, left: string, right: string, family: Family): string {
    const [l, r] = family === 'uuid' && isOrder(op) ? [`toString(${left})`, `toString(${right})`] : [left, right];
    if (family === 'float') {
      // NaN equals itself and is above everything, which ClickHouse sees otherwise.
      const flags = plainCompare(op, `isNaN(${l})`, `isNaN(${r})`);
      return `if(isNaN(${l}) OR isNaN(${r}), ${flags}, ${plainCompare(op, l, r)})`;
    }
    return plainCompare(op, l, r);
  },

  compareText(op: CompareOp, left: Operand, right: Operand): Condition {
    return { exact: true, print: (bind) => plainCompare(op, left.print(bind), right.print(bind)) };
  },

  inList(arg: Operand, values: readonly Operand[]): Condition | Reason {
    if (arg.family !== 'text' && arg.family !== 'integer') {
      return {
        exact: true,
        print: (bind) => `(${values.map((value) => this.compare('=', arg.print(bind), value.print(bind), arg.family)).join(' OR ')})`,
      };
    }
    if (values.some((value) => value.family !== arg.family)) return { reason: 'IN over constants of several types' };
    const type = arg.family === 'text' ? 'String' : integerList(values.map((value) => value.value as bigint));
    const list = values.map((value) => value.value);
    const isNullable = arg.column?.column.nullable ?? true;
    return {
      exact: true,
      print: (bind) => {
        const sql = arg.print(bind);
        const test = `${sql} IN {${bind(list)}:Array(${type})}`;
        // Versions differ in whether NULL IN (...) is NULL or 0.
        return isNullable ? `if(isNull(${sql}), NULL, ${test})` : `(${test})`;
      },
    };
  },

  textTest(test: TextTest, arg: Operand, pattern: string): Condition {
    const typed = (bind: Bind, value: string) => `{${bind(value)}:String}`;
    const print: Record<TextTest, Print> = {
      // Here a backslash always escapes; in DuckDB it never does unless ESCAPE says so.
      like: (bind) => `(${arg.print(bind)} LIKE ${typed(bind, pattern.replaceAll('\\', '\\\\'))})`,
      prefix: (bind) => `startsWith(${arg.print(bind)}, ${typed(bind, pattern)})`,
      suffix: (bind) => `endsWith(${arg.print(bind)}, ${typed(bind, pattern)})`,
      contains: (bind) => `(position(${arg.print(bind)}, ${typed(bind, pattern)}) > 0)`,
    };
    return { exact: true, print: print[test] };
  },

  acceptsKeys(column: StoreColumn, family: Family, keyFamily: Family): true | Reason {
    const shipped = new Set<Family>(['integer', 'text', 'uuid', 'date', 'instant', 'decimal', 'boolean']);
    if (family === keyFamily && shipped.has(family)) return true;
    return { reason: `${keyFamily} keys against ${column.column.nativeType} are compared locally` };
  },

  // The keys themselves travel beside the query, as an external table: see external.ts.
  keys: (column: StoreColumn, _keys: KeyBatch, table: Table) => `${clickhouseStyle.read(column, table)} IN (SELECT ${keysColumn} FROM ${keysTable})`,

  orderBy(key: SortKey, operand: Operand): string {
    const sql = operand.print(() => {
      throw new Error('ORDER BY takes columns only');
    });
    const direction = key.descending ? 'DESC' : 'ASC';
    const nulls = `NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`;
    if (operand.family === 'float') return `isNull(${sql}) ${key.nullsFirst ? 'DESC' : 'ASC'}, isNaN(${sql}) ${direction}, ${sql} ${direction}`;
    return `${operand.family === 'uuid' ? `toString(${sql})` : sql} ${direction} ${nulls}`;
  },
};

function placed(column: StoreColumn): string {
  const name = quote(column.as ?? nativeName(column));
  return column.qualifier === undefined ? name : `${quote(column.qualifier)}.${name}`;
}

function plainCompare(op: CompareOp, left: string, right: string): string {
  switch (op) {
    case 'is not distinct from':
      return `ifNull(${left} = ${right}, isNull(${left}) AND isNull(${right}))`;
    case 'is distinct from':
      return `NOT ifNull(${left} = ${right}, isNull(${left}) AND isNull(${right}))`;
    default:
      return `(${left} ${op} ${right})`;
  }
}

/** The one type for all of them. */
export function integerList(values: readonly bigint[]): string {
  const types = new Set(values.map(integerType));
  if (types.size === 1) return [...types][0]!;
  return types.has('UInt128') ? 'Int256' : 'Int128';
}
