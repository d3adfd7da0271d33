/** What a trace is asked with, and what it may use. */

import type { MissingSource, QueryAnswer, TraceGrowth } from '../answer/contract.js';
import type { Row } from './payload.js';
import type { Coverage, GroupOffset } from '../../connectors/contract.js';
import type { Column, Expr, Table } from '../algebra/index.js';
import type { Catalog } from '../catalog/contract.js';
import type { Flows } from '../config/contract.js';
import type { TraceSource } from '../../connectors/contract.js';

export interface TraceOptions {
  /** What the id is: event_id, an entity, a key or a column. */
  readonly as?: string;
  /** Rounds of following. */
  readonly depth?: number;
  /** ISO instants: the part of the logs to search. */
  readonly since?: string;
  readonly until?: string;
  /** The logs to search; absent: all. */
  readonly topics?: readonly string[];
  /** Look also where only a scan of a large table can tell. */
  readonly deep?: boolean;
  /** Goes on when the trace is there: until it is cancelled, or for so long. */
  readonly follow?: { readonly forMs?: number };
}

/** Takes what a followed trace tells. What it returns is waited for before more is read. */
export interface GrowthSink {
  grown(growth: readonly TraceGrowth[]): void | Promise<void>;
  /** What the reader should know: a connection lost, a log that can't be followed. */
  note(text: string): void | Promise<void>;
}

/** Takes messages as they come on the logs. */
export interface FeedSink {
  /** From now on nothing is missed. */
  ready(): void;
  rows(service: string, topic: string, rows: readonly Row[]): Promise<void>;
  looked(service: string, topic: string, coverage: readonly Coverage[]): void;
  note(text: string): Promise<void>;
  /** A log that can't be read any more; the others go on. */
  lost(source: MissingSource): void;
}

/** A place of spans or log lines, and the service that it is configured under. */
export interface TelemetryPlace {
  readonly service: string;
  readonly kind: string;
  readonly source: TraceSource;
}

/** A filtered scan of one table, whose conditions call a column `t.<name>`. */
export interface TableRead {
  readonly table: Table;
  readonly columns: readonly Column[];
  /** All must hold. */
  readonly where: readonly Expr[];
  /** Rows that are wanted at most. */
  readonly limit: number;
}

/** What came of a read or statement, as far as a trace looks at it. */
export type ReadAnswer = Pick<QueryAnswer, 'columns' | 'rows' | 'rowCount' | 'truncated' | 'missing' | 'warnings'> & {
  readonly fragments: readonly Pick<QueryAnswer['fragments'][number], 'native' | 'coverage'>[];
};

export interface TraceContext {
  readonly catalog: Catalog;
  readonly missing: readonly MissingSource[];
  readonly signal: AbortSignal;
  /** Runs a statement; at most 1,000 of its rows come back unless `limit` says otherwise. */
  readonly run: (sql: string, limit?: number) => Promise<QueryAnswer>;
  /** The same rows as the statement of a read would give, without one; undefined: it has to be run. Absent: it always has. */
  readonly read?: (read: TableRead) => Promise<ReadAnswer | undefined>;
  /** Logs may be read as they were when they were first asked for; from this on, as they are now. */
  readonly renew?: () => Promise<void>;
  /** What a person says must follow from what. Default: nothing. */
  readonly flows?: Flows;
  /** How far groups have come on a log; undefined where its store knows no groups. No groups named: all. */
  readonly groupOffsets?: (log: Table, groups: readonly string[] | undefined) => Promise<readonly GroupOffset[] | undefined>;
  /** Where spans and log lines lie. */
  readonly telemetry?: readonly TelemetryPlace[];
  /** Messages of these logs, or of all, as they come, until the signal aborts. It joins no group and consumes nothing. */
  readonly feed?: (topics: readonly string[] | undefined, sink: FeedSink, signal: AbortSignal) => Promise<void>;
}
