/** A row or message that a look-up found, and why it belongs to the trace. */

import type { Table } from '../algebra/index.js';
import type { Certainty } from '../answer/contract.js';
import type { Domain } from './domain.js';
import type { Row } from './message.js';

/** What led to a row. */
export interface Reason {
  /** Key of the step it leads from; null: the id that was asked for. */
  readonly from: string | null;
  readonly because: string;
  readonly certainty: Certainty;
  /** Holds only if keys of this domain are what stands there. */
  readonly unproven?: Domain;
}

export interface Found {
  readonly table: Table;
  readonly row: Row;
  readonly reasons: readonly Reason[];
  /** Where a row that is not its service's own was found: a tracing server, log files. */
  readonly store?: string;
  /** part: its ids, and the rows that it names, belong to the trace too. mentioned: it ends the way. */
  readonly role: 'part' | 'mentioned';
}

/** A step as it was found. */
export interface Node {
  readonly key: string;
  readonly table: Table;
  readonly store: string;
  readonly row: Row;
  readonly reasons: readonly Reason[];
  readonly role: 'part' | 'mentioned';
  readonly depth: number;
}
