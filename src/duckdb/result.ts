/**
 * A statement's result as the cells of an answer (src/answer/contract.ts). What JSON can't carry exactly is turned into
 * text by DuckDB itself, in one cast per column, so that 64-bit integers, decimals, times and zones look as in DuckDB.
 */

import { DuckDBTypeId } from '@duckdb/node-api';
import type {
  DuckDBArrayType,
  DuckDBBlobValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBType,
} from '@duckdb/node-api';
import { quoteIdentifier } from '../algebra/index.js';
import type { AnswerColumn, Cell } from '../answer/contract.js';
import { floatCell, jsonCell, shortestFloat } from './cells.js';
import type { Connection, ResultStream } from './connection.js';
import { bareStatement } from './statement.js';

/** What a column is cast to on its way out, and how the cast values are read. */
interface Shape {
  readonly cast: string;
  readonly read: (value: unknown) => Cell;
}

export interface Result {
  readonly columns: readonly AnswerColumn[];
  /** Up to 2,048 rows; undefined at the end. */
  next(): Promise<readonly (readonly Cell[])[] | undefined>;
}

/** @param most rows that will be read; absent: all. Knowing it, DuckDB sorts no more than that. */
export async function openResult(connection: Connection, sql: string, signal: AbortSignal, most?: number): Promise<Result> {
  const bare = bareStatement(sql);
  const columns = await connection.describe(bare, signal);
  const shapes = columns.map(({ logicalType }) => shapeOf(logicalType));
  const names = columns.map((_, index) => `c${index}`);
  const list = shapes.map(({ cast }, index) => `CAST(${names[index]} AS ${cast})`).join(', ');
  // Positions instead of names: a result may have the same name twice.
  const limit = most === undefined ? '' : ` LIMIT ${most}`;
  const stream = await connection.stream(`SELECT ${list} FROM (\n${bare}\n) AS result(${names.join(', ')})${limit}`, signal);
  return {
    columns: columns.map(({ name, logicalType }) => ({ name, type: displayName(logicalType) })),
    next: () => nextRows(stream, shapes),
  };
}

async function nextRows(stream: ResultStream, shapes: readonly Shape[]): Promise<Cell[][] | undefined> {
  const chunk = await stream.next();
  if (chunk === undefined) return undefined;
  const rows: Cell[][] = Array.from({ length: chunk.rowCount }, () => new Array<Cell>(shapes.length));
  shapes.forEach(({ read }, column) => {
    const vector = chunk.getColumnVector(column);
    for (let row = 0; row < rows.length; row++) rows[row]![column] = readCell(vector.getItem(row), read);
  });
  return rows;
}

function readCell(value: unknown, read: (value: unknown) => Cell): Cell {
  return value === null || value === undefined ? null : read(value);
}

function displayName(type: DuckDBType): string {
  return type.alias ?? type.toString();
}

const asIs = (value: unknown): Cell => value as Cell;
const asText: Shape = { cast: 'VARCHAR', read: asIs };

function shapeOf(type: DuckDBType): Shape {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return { cast: type.toString(), read: asIs };
    case DuckDBTypeId.DOUBLE:
      return { cast: 'DOUBLE', read: (value) => floatCell(value as number) };
    case DuckDBTypeId.FLOAT:
      return { cast: 'FLOAT', read: (value) => floatCell(shortestFloat(value as number)) };
    case DuckDBTypeId.VARCHAR:
      return type.alias === 'JSON' ? { cast: 'VARCHAR', read: (value) => jsonCell(value as string) } : asText;
    case DuckDBTypeId.DECIMAL:
      return { cast: 'VARCHAR', read: (value) => (value as string).replace(/^(-?)\./, '$10.') };
    case DuckDBTypeId.BLOB:
      return { cast: 'BLOB', read: (value) => Buffer.from((value as DuckDBBlobValue).bytes).toString('base64') };
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const element = shapeOf((type as DuckDBListType | DuckDBArrayType).valueType);
      return {
        cast: `${element.cast}[]`,
        read: (value) => (value as DuckDBListValue).items.map((item) => readCell(item, element.read)),
      };
    }
    case DuckDBTypeId.STRUCT:
      return structShape(type as DuckDBStructType);
    case DuckDBTypeId.MAP: {
      const element = shapeOf((type as DuckDBMapType).valueType);
      return {
        cast: `MAP(VARCHAR, ${element.cast})`,
        read: (value) => Object.fromEntries((value as DuckDBMapValue).entries.map(({ key, value: v }) => [String(key), readCell(v, element.read)])),
      };
    }
    default:
      return asText;
  }
}

function structShape(type: DuckDBStructType): Shape {
  // Made by row(1, 2): there is nothing to call its fields.
  if (type.entryNames.some((name) => name === '')) return asText;
  const shapes = type.entryTypes.map(shapeOf);
  return {
    cast: `STRUCT(${shapes.map(({ cast }, index) => `${quoteIdentifier(type.entryNames[index]!)} ${cast}`).join(', ')})`,
    read: (value) => {
      const { entries } = value as DuckDBStructValue;
      return Object.fromEntries(type.entryNames.map((name, index) => [name, readCell(entries[name], shapes[index]!.read)]));
    },
  };
}
