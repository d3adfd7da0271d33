/** What the catalogue keeps of a table for this connector alone: `Table.native`. */

import type { Column, Table } from '../contract.js';
import type { PatternParts } from './pattern.js';

export type RedisType = 'hash' | 'string' | 'list' | 'set' | 'zset' | 'stream';

/** Where a column's values come from. */
export type Role =
  | { readonly from: 'part'; readonly part: number }
  | { readonly from: 'field'; readonly field: string }
  | { readonly from: 'value' | 'index' | 'score' | 'fieldName' | 'ttl' | 'id' | 'timestamp' };

export interface KeysNative {
  readonly type: RedisType;
  readonly pattern: PatternParts;
  readonly separator: string;
  /** Patterns of the same shape that say more: their keys are other tables'. */
  readonly except: readonly PatternParts[];
  /** Tables of other types that keys of this pattern may belong to. */
  readonly shared?: readonly { readonly type: RedisType; readonly pattern: PatternParts }[];
  /** A hash whose fields are data: a row for each field. */
  readonly fieldRows?: true;
  /** In the order of the table's columns. */
  readonly roles: readonly { readonly column: string; readonly role: Role }[];
}

export function keysOf(table: Table): KeysNative {
  return table.native as unknown as KeysNative;
}

export function roleOf(table: Table, column: Column): Role {
  const name = column.nativeName ?? column.name;
  return keysOf(table).roles.find((candidate) => candidate.column === name)!.role;
}
