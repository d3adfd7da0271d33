/** What the gate hands on: one SELECT that may be planned. */

import type { Table } from '../algebra/index.js';

export interface CheckedStatement {
  /** The text as written, volatile time functions frozen to `instant`, ready for DuckDB. */
  readonly sql: string;
  /** As the user (or the translator) gave it. */
  readonly original: string;
  /** Every base table the statement names, once each. */
  readonly tables: readonly Table[];
  /** now() and its kin, ISO with microseconds: one instant per statement. */
  readonly instant: string;
  /** IANA name of the zone that the statement's wall clock readings are in; planning and the engine must share it. */
  readonly timezone: string;
  /** The statement itself asks for an order (outermost ORDER BY). */
  readonly ordered: boolean;
}
