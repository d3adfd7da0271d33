/** A row or message that a look-up found, and why it belongs to the trace. */

import type { Table } from '../algebra/index.js';
import type { Row } from './message.js';

export interface Found {
  readonly table: Table;
  readonly row: Row;
  readonly because: readonly string[];
}
