/** The catalogue: every service's tables as last introspected, and the links between services. Kept on disk as JSON. */

import type { ErrorCode, Facts, Table } from '../../connectors/contract.js';

export interface Catalog {
  readonly services: readonly CatalogService[];
  readonly links: readonly Link[];
}

export interface CatalogService {
  readonly name: string;
  readonly kind: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly facts: Facts;
  readonly tables: readonly Table[];
  readonly warnings: readonly string[];
  /** What beside the store could not be asked (a schema registry): some columns may be missing, and comparisons are not made. */
  readonly lacking?: { readonly code: ErrorCode; readonly message: string; readonly remedy: string };
  /** Tables that are there and could not be described. */
  readonly unread?: readonly { readonly table: string; readonly message: string; readonly remedy: string }[];
  /** ISO instant of the introspection. */
  readonly readAt: string;
}

export interface ColumnAddress {
  readonly service: string;
  readonly schema?: string;
  readonly table: string;
  readonly column: string;
}

/** "from" refers to "to": many to one where the keys say so. */
export interface Link {
  readonly from: ColumnAddress;
  readonly to: ColumnAddress;
  /** declared: a foreign key. confirmed: a person's word in the config. inferred: by name and type. values: by its values alone. */
  readonly evidence: 'declared' | 'confirmed' | 'inferred' | 'values';
  /** Why, in words: "foreign key", "orders.user_id names users.id, both integers". */
  readonly because: string;
  /** 0 to 1. */
  readonly score: number;
}
