/** A row or message that a look-up found, and why it belongs to the trace. */

import type { Table } from '../algebra/index.js';
import type { Row } from './message.js';

export interface Found {
  readonly table: Table;
  readonly row: Row;
  readonly because: readonly string[];
  /** Its ids, and the rows that it names, belong to the trace too. */
  readonly leads: boolean;
}
