/** What of a ClickHouse server and its tables the catalogue keeps for the dialect. */

import type { Facts, ScanColumn, Table } from '../contract.js';
import { mapType, type Mapped } from './types.js';

export interface ClickHouseFacts extends Facts {
  readonly user: string;
  /** The user's own setting: 0 writes, 1 reads without settings, 2 reads. */
  readonly readonly: number;
}

export interface ClickHouseTable {
  readonly [key: string]: unknown;
  readonly database: string;
  readonly name: string;
  /** Columns whose text is not UTF-8: BLOBs. */
  readonly binary?: readonly string[];
}

export function nativeTable(table: Table): ClickHouseTable {
  return table.native as ClickHouseTable;
}

export function nativeName(column: ScanColumn): string {
  return column.column.nativeName ?? column.column.name;
}

export function mappedColumn(column: ScanColumn, table: Table): Mapped {
  return mapType(column.column.nativeType, nativeTable(table).binary?.includes(nativeName(column)));
}
