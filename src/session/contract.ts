/** What the command line and the REPL talk to: one open configuration, and a verb for everything a user can ask. */

import type { Type } from '../algebra/index.js';
import type { Catalog } from '../catalog/contract.js';
import type { Config, LinkDecision } from '../config/contract.js';
import type {
  Answer,
  AnswerColumn,
  Cell,
  ChartRequest,
  DiffAnswer,
  ChangesAnswer,
  CheckAnswer,
  DoctorAnswer,
  LinksAnswer,
  SnapshotAnswer,
  ExplainAnswer,
  GraphAnswer,
  PromptAnswer,
  QueryAnswer,
  SchemaAnswer,
  TailAnswer,
  TailEvent,
  TaughtAnswer,
  TraceAnswer,
} from '../answer/contract.js';
import type { ProgressEvent } from '../engine/contract.js';
import type { Pushdown } from '../plan/contract.js';
import type { Span } from '../telemetry/span.js';
import type { GrowthSink, TraceOptions } from '../trace/contract.js';
import type { TailFrom } from '../../connectors/contract.js';

export type { GrowthSink, TraceOptions } from '../trace/contract.js';
export type { TailFrom } from '../../connectors/contract.js';

export interface AskOptions {
  readonly signal: AbortSignal;
  /** Rows in the answer; 0 means all; default limits.resultRows. */
  readonly limit?: number;
  readonly timeoutMs?: number;
  readonly allowPartial?: boolean;
  /** 'scans': stores filter and cut columns, and all else is computed here. Default 'all'. */
  readonly pushdown?: Pushdown;
  /** Which reading of a question is meant, from 1: those of an answer, or the near ones of a refusal, in their order. */
  readonly reading?: number;
  /** The statement that was answered last: a question that goes on from it edits it. */
  readonly previous?: { readonly sql: string; readonly question?: string };
  readonly onProgress?: (event: ProgressEvent) => void;
  /** What this is done for, where spans are kept. */
  readonly span?: Span;
  /** Once true, searches of logs end where they are: for a trace, which says how far it looked. */
  readonly isEnough?: () => boolean;
  /** Streams the rows of a query instead of collecting them: answer.rows is then empty. Not used for reports. */
  readonly rows?: RowSink;
  /** Where a command that prints as it goes hands its events. */
  readonly events?: EventSink;
  /** Where a trace that is followed hands what it tells. */
  readonly growth?: GrowthSink;
}

export interface ExplainOptions extends AskOptions {
  /** Run it too, and say what every fragment came to. */
  readonly analyze?: boolean;
}

export interface RowSink {
  /** The question asks to see the rows drawn; before they come. */
  chart?(request: ChartRequest): void;
  columns(columns: readonly AnswerColumn[]): void | Promise<void>;
  rows(batch: readonly (readonly Cell[])[]): void | Promise<void>;
  /** If present: takes all rows as one Parquet file, which is gone afterwards, instead of batches. */
  parquet?(path: string): Promise<void>;
}

/** Takes events as they come. What it returns is waited for before more is read. */
export interface EventSink {
  events(batch: readonly TailEvent[]): void | Promise<void>;
  /** What the reader should know: a connection lost, messages deleted before they could be read. */
  note(text: string): void | Promise<void>;
}

export interface TailOptions extends AskOptions {
  readonly events: EventSink;
  /** A SQL condition over the columns of each topic. */
  readonly where?: string;
  /** Default: the end, so that only what comes from now on is shown. */
  readonly from?: TailFrom;
  /** Follows queues and exchanges, by a queue of our own that is declared for it, and goes with it. */
  readonly mirror?: boolean;
}

export interface SessionOptions {
  readonly config: Config;
  /** Restrict to these services (`--service a,b`). */
  readonly services?: readonly string[];
  /** Introspect again instead of using the cache. */
  readonly refresh?: boolean;
  readonly log?: (line: string) => void;
}

export interface Hypothesis {
  readonly service: string;
  /** Within the service. */
  readonly table: string;
  readonly column: string;
  readonly change: 'removed' | 'renamed' | 'required' | 'optional' | 'type';
  readonly type?: Type;
  readonly reading: string;
}

/** Absent: everything. */
export interface CheckScope {
  /** One: what concerns it. Two: what is between them. */
  readonly services?: readonly string[];
  /** Tables of more rows are looked at in part; default 2,000,000. */
  readonly wholeRows?: number;
  readonly only?: 'references' | 'copies' | 'lag' | 'freshness';
}

/** A file, folder or commit; the newest snapshots before an ISO instant; those of the last release, git's newest tag. */
export type ChangesAgainst = string | { readonly before: string } | { readonly release: true };

export interface Session {
  readonly config: Config;
  catalog(signal: AbortSignal): Promise<Catalog>;
  /** Whatever the question turns out to be. */
  ask(question: string, options: AskOptions): Promise<Answer>;
  sql(text: string, options: AskOptions): Promise<QueryAnswer>;
  /** Question or SQL. Reads no rows and opens no connection when the catalogue is cached, unless it is to be analysed. */
  explain(text: string, options: ExplainOptions): Promise<ExplainAnswer>;
  /** What the configured model would be told of a question; nothing is sent and nothing is run. */
  prompt(question: string, options: AskOptions): Promise<PromptAnswer>;
  /** Keeps a question with its statement, or with what it is read as, in the configuration. */
  teach(question: string, sql: string | undefined, options: AskOptions): Promise<TaughtAnswer>;
  schema(options: AskOptions & { readonly scope?: string }): Promise<SchemaAnswer>;
  /** @param options.values false: schemas alone, no store is asked for rows */
  diff(left: string | undefined, right: string | undefined, options: AskOptions & { readonly values?: boolean }): Promise<DiffAnswer>;
  /** What changed since snapshots were taken: a path or a commit. Reads every schema anew. */
  /** @param against a snapshot, a folder, a commit; `before`: the newest commit of snapshots before an ISO instant; undefined: those on disk */
  changes(against: ChangesAgainst | undefined, service: string | undefined, options: AskOptions & { readonly transitive?: boolean }): Promise<ChangesAnswer>;
  /** What a change of one column would do, before anybody makes it. */
  impact(change: Hypothesis, options: AskOptions): Promise<ChangesAnswer>;
  /** References, copies, events and ages, by the values. Counts are kept for the next time. */
  check(options: AskOptions & CheckScope & { readonly maxAgeMs?: number; readonly maxLagMs?: number }): Promise<CheckAnswer>;
  /** @param scope a service; absent means all */
  graph(scope: string | undefined, options: AskOptions): Promise<GraphAnswer>;
  /** Writes each service's schema below the folder; default: `schemas` beside the configuration. */
  snapshot(folder: string | undefined, options: AskOptions): Promise<SnapshotAnswer>;
  /** Links with the evidence of their values. Decisions are first written into the configuration file. */
  links(options: AskOptions & { readonly decisions?: readonly LinkDecision[] }): Promise<LinksAnswer>;
  trace(id: string | undefined, options: AskOptions & TraceOptions): Promise<TraceAnswer>;
  /** Follows these topics and streams, or all, until the signal aborts or `limit` events were seen. Has no time limit of its own. */
  tail(topics: readonly string[], options: TailOptions): Promise<TailAnswer>;
  doctor(options: AskOptions): Promise<DoctorAnswer>;
  close(): Promise<void>;
}

/** src/session/index.ts exports `openSession(options: SessionOptions): Promise<Session>`. */
export type OpenSession = (options: SessionOptions) => Promise<Session>;
