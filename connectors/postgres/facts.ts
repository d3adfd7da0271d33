/** What the catalogue keeps of a PostgreSQL server and its tables, for the dialect to work with the server down. */

import type { Facts } from '../contract.js';
import type { NumericMode } from './types.js';

export type PostgresFacts = Facts & {
  /** 150007 */
  readonly versionNumber: number;
  readonly database: string;
  readonly encoding: string;
  readonly defaultCollation: string;
  /** Names of collations under which different bytes may be equal. */
  readonly nondeterministic: readonly string[];
  readonly numeric: NumericMode;
};

/** Table.native. */
export interface PostgresTable {
  readonly schema: string;
  readonly name: string;
  /** Base types of the columns whose type is a domain. */
  readonly baseTypes?: Readonly<Record<string, string>>;
}
