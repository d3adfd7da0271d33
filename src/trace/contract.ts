/** What a trace is asked with, and what it may use. */

import type { MissingSource, QueryAnswer } from '../answer/contract.js';
import type { GroupOffset } from '../../connectors/contract.js';
import type { Table } from '../algebra/index.js';
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
}

/** A place of spans or log lines, and the service that it is configured under. */
export interface TelemetryPlace {
  readonly service: string;
  readonly kind: string;
  readonly source: TraceSource;
}

export interface TraceContext {
  readonly catalog: Catalog;
  readonly missing: readonly MissingSource[];
  readonly signal: AbortSignal;
  /** Runs a statement; at most 1,000 of its rows come back unless `limit` says otherwise. */
  readonly run: (sql: string, limit?: number) => Promise<QueryAnswer>;
  /** What a person says must follow from what. Default: nothing. */
  readonly flows?: Flows;
  /** How far groups have come on a log; undefined where its store knows no groups. No groups named: all. */
  readonly groupOffsets?: (log: Table, groups: readonly string[] | undefined) => Promise<readonly GroupOffset[] | undefined>;
  /** Where spans and log lines lie. */
  readonly telemetry?: readonly TelemetryPlace[];
}
