/** The engine: stages fragments and runs the residual. duckdb.ts is the first one; another would be a file beside it. */

import type { KeyDecision, KeyOutcome, Plan } from '../plan/contract.js';
import type { Dialect, ScanProgress, Source } from '../../connectors/contract.js';
import type { AnswerColumn, Cell, FragmentReport, MissingSource } from '../answer/contract.js';
import type { Limits } from '../config/contract.js';
import type { ErrorCode } from '../errors.js';

export interface RunOptions {
  /** Live connections, opened lazily and shared by the session. */
  readonly source: (service: string, signal: AbortSignal) => Promise<Source>;
  /** Compiles what each service is asked; made from the same facts that the plan was made from. */
  readonly dialect: (service: string) => Dialect;
  readonly limits: Limits;
  readonly timezone: string;
  readonly allowPartial: boolean;
  /** Rows of the result that will be read at most; absent means all. */
  readonly rows?: number;
  /** The result as a Parquet file instead of batches; it goes when the execution is closed. */
  readonly parquet?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /**
   * For who can use a part: once true, searches of logs and of large files end where they are, and their coverage says so.
   * All other reads go on to their ends.
   */
  readonly isEnough?: () => boolean;
}

export interface ProgressEvent {
  readonly fragment: string;
  readonly service: string;
  /** The last two are a model's, whose name stands for a service. */
  readonly state: 'waiting' | 'reading' | 'done' | 'failed' | 'joining' | 'answering' | 'answered';
  readonly rows: number;
  readonly bytes: number;
  /** The table that is read, within the service; of a join in the store, the first. */
  readonly table?: string;
  /** Rows that there will be, as the store counts its table: told only where the whole table is read. */
  readonly expected?: number;
  /** While it waits: the service whose keys it needs. */
  readonly waitsFor?: string;
  /** Of what failed. */
  readonly error?: ErrorCode;
  /** Of a log: how much of it was looked at. */
  readonly scan?: ScanProgress;
}

export interface Engine {
  run(plan: Plan, options: RunOptions): Promise<Execution>;
  close(): Promise<void>;
}

/** Rows arrive in batches; reading on is the backpressure. */
export interface Execution {
  readonly columns: readonly AnswerColumn[];
  readonly batches: AsyncIterable<readonly (readonly Cell[])[]>;
  /** With `parquet`: what was written, at most `rows` of it. */
  readonly file?: { readonly path: string; readonly rows: number; readonly truncated: boolean };
  readonly fragments: readonly FragmentReport[];
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  /**
   * For every shipment of the plan, in its order: what was decided about it before anything was read, by the stores'
   * estimates too, and what came of it; undefined where nobody waited for its keys.
   */
  readonly keys: { readonly decisions: readonly KeyDecision[]; readonly outcomes: readonly (KeyOutcome | undefined)[] };
  /** From the start until every fragment was staged. */
  readonly readMs: number;
  /** Drops the staged tables. Always call it. */
  close(): Promise<void>;
}
