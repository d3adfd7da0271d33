/** What the catalogue keeps of a collection for this connector alone: `Table.native`. */

import type { Column, Table } from '../contract.js';
import type { Alias } from './bson.js';

/** BSON types as observed; `uuid` is binary data of that subtype, `any` all types, by a person's word. */
export type Observation = Exclude<Alias, 'null'> | 'uuid' | 'any';

export interface FieldNative {
  readonly name: string;
  readonly bson: readonly Observation[];
  /** A strict validator admits no other type, so filters need no guard against one. */
  readonly proven?: true;
  /** Of a document that became a STRUCT. */
  readonly fields?: readonly FieldNative[];
}

export interface CollectionNative {
  readonly collection: string;
  /** Capped collections can't be read in a snapshot. */
  readonly capped?: true;
  /** Has a collation of its own, which every query has to override. */
  readonly collated?: true;
  readonly fields: readonly FieldNative[];
}

export function collectionOf(table: Table): CollectionNative {
  return table.native as unknown as CollectionNative;
}

export function fieldOf(column: Column): string {
  return column.nativeName ?? column.name;
}
