/** What the catalogue keeps of a MySQL or MariaDB server and its tables, for the dialect to work with the server down. */

import type { Facts } from '../contract.js';

/** How values are read that the canonical types don't have. */
export interface Reading {
  readonly zeroDates: 'error' | 'null';
  readonly time: 'time' | 'interval';
}

export type MysqlFacts = Facts & {
  readonly product: 'MySQL' | 'MariaDB';
  readonly reading: Reading;
};

/** Table.native. */
export interface MysqlTable {
  readonly database: string;
  readonly name: string;
}
