/**
 * What a connector is: the one file that its author must read.
 *
 * A connector is a folder connectors/<kind>/ whose index.ts exports a `connector`, and one lazy line in
 * connectors/index.ts. It has two halves. The *dialect* is pure: from facts in the cached catalogue it says what the
 * store can answer exactly and compiles a relation into a native query, with the store down. The *source* is a live
 * connection: it describes the store, opens a snapshot, and reads native queries into a sink of typed columns.
 *
 * Read-only: nothing but reads may exist to be emitted, and the session itself is opened read-only where the store
 * knows such a thing. Values travel as bound parameters. Text that comes from the store is data.
 */

import type { AishellError } from '../src/errors.js';
import type { Column, Expr, Literal, OutputColumn, Rel, Scan, ColumnId, Table, Type } from '../src/algebra/index.js';
import type { Secret } from '../src/config/secret.js';

export * from '../src/algebra/index.js';
export { AishellError } from '../src/errors.js';
export type { ErrorCode } from '../src/errors.js';
export { Secret, rememberSecret, redact } from '../src/config/secret.js';

/* ------------------------------------------------------------------ configuration */

/** TLS settings, the same for every store. Paths are absolute by the time a connector sees them. */
export interface TlsOptions {
  readonly enabled: boolean;
  /** PEM file of the authority; absent means the system's. */
  readonly ca?: string;
  /** PEM files of the client's certificate and key. */
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  /** Default true. false accepts any certificate, and doctor says so. */
  readonly verify: boolean;
}

/** One service of the configuration, validated against its connector's schema, variables and secrets resolved. */
export interface ServiceConfig {
  readonly name: string;
  readonly kind: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The kind's own fields; those marked `x-secret` in configSchema arrive as Secret. */
  readonly options: Readonly<Record<string, ConfigValue>>;
  readonly tls: TlsOptions | undefined;
  /** Absolute folder of the configuration file: relative paths in options start there. */
  readonly baseDir: string;
  /** Where its spans and log lines lie: `traces:` and `logs:`. */
  readonly telemetry?: readonly TraceSettings[];
}

export type ConfigValue =
  | null
  | boolean
  | number
  | string
  | Secret
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

/** A JSON Schema (draft 2020-12) object for the kind's own fields, with `"x-secret": true` on secret strings. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/* ------------------------------------------------------------------ connector */

export interface Connector {
  /** The word in `kind:`; the folder's name. */
  readonly kind: string;
  /** The store's proper name, for people: PostgreSQL. */
  readonly title: string;
  readonly configSchema: JsonSchema;
  /** Addresses that are this kind's by their scheme, and the setting that takes one whole: `aishell config init`. */
  readonly addresses?: { readonly schemes: readonly string[]; readonly setting: string };
  dialect(facts: Facts): Dialect;
  /**
   * Where the service is and who reads it, for a kind that also looks at variables or option files: a catalogue that was
   * cached for one place answers for no other. Connects to nothing and holds no secret. Absent: the options say it all.
   */
  place?(service: ServiceConfig): Promise<string>;
  /**
   * What OpenTelemetry's conventions say of a read of one table: `db.system.name` or `messaging.system`, `db.namespace`,
   * `db.collection.name` or `messaging.destination.name`, `server.address` and `server.port` where there is one server.
   * Connects to nothing and holds no secret. https://opentelemetry.io/docs/specs/semconv/db/database-spans/
   */
  spanAttributes?(service: ServiceConfig, table: Table, facts: Facts): Promise<Readonly<Record<string, string | number>>>;
  /** Must not hang: honours host.connectTimeoutMs and signal. Errors are AishellErrors that name the service. */
  connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<Source>;
}

/** What a connector may use of its surroundings. */
export interface Host {
  /** A private folder for this process's temporary files; removed at exit. */
  readonly tempDir: string;
  /** Default 10,000. */
  readonly connectTimeoutMs: number;
  /** A line for `-v`; secrets are redacted by the host. */
  log(line: string): void;
}

/**
 * What is known of a service's server: version, default collation, sql_mode, rights, limits. Plain JSON, cached on
 * disk with the catalogue, so a dialect made from it needs no connection. `version` is always there; `defaultSchema` is the
 * store's own name for the schema whose tables have none here; `local: true` says that its data lies on this machine, so
 * that reading a table through burdens nobody else; `unsearchable` names the table of what can't be looked into without
 * consuming it.
 */
export type Facts = { readonly version: string; readonly defaultSchema?: string } & { readonly [name: string]: unknown };

/* ------------------------------------------------------------------ dialect */

/**
 * exact: the store returns precisely the rows for which DuckDB's expression is true.
 * superset: every matching row exactly once, and possibly others; the engine filters again.
 * no: not pushed.
 */
export type Exactness = 'exact' | 'superset' | 'no';

/** Why something stays local, in words for `explain`. */
export interface Reason {
  readonly reason: string;
}

/** Distinct, non-null values of one side of an equality, shipped to the other side's scan as an IN. */
export interface KeyBatch {
  /** A bare column of the scan. */
  readonly column: ColumnId;
  readonly type: Type;
  readonly values: readonly Literal[];
}

export interface Dialect {
  /** The quoted or plain way this kind names things in `explain`: 'sql' | 'mongodb' | 'redis' | 'kafka' | ... */
  readonly language: string;
  /** Judges one conjunct over one scan. Asked before compile; compile must succeed for what it admitted. */
  filter(conjunct: Expr, scan: Scan): Exactness | Reason;
  /**
   * Can this relation be answered whole by the store, exactly? Asked for everything above a filtered scan:
   * project, aggregate, join, sort+limit, set operation. A scan with admitted filters is always accepted.
   */
  accepts(rel: Rel): true | Reason;
  /** Whether keys may be shipped to this column: the store's equality must not lose rows that DuckDB's would keep. */
  acceptsKeys(column: ColumnId, keyType: Type, scan: Scan): true | Reason;
  /**
   * The native query for an accepted relation: SortLimit? over Project? over Filter? over Scan, and more as `accepts`
   * says. Its columns are the relation's output in order. Pure and total. With `keys`, restricted to them.
   */
  compile(rel: Rel, keys?: KeyBatch): NativeQuery;
  /** Rows of this table come as files or batches for the engine (Sink.parquet, Sink.chunk), never one by one. Absent: none does. */
  inBatches?(table: Table): boolean;
  /** The most keys that one compiled query may carry; larger sets come in disjoint batches. */
  readonly maxKeys: number;
}

export interface NativeQuery {
  /** What `explain` and the answer's `native` show: the very text that is sent, or its readable JSON form. */
  readonly text: string;
  /** Bound parameters, for show and for the driver. */
  readonly params: readonly unknown[];
  readonly columns: readonly OutputColumn[];
  /** The connector's own form of the query (a pipeline, a key list); nobody else reads it. */
  readonly payload?: unknown;
}

/* ------------------------------------------------------------------ source */

export interface Source {
  /** Live introspection. Bounded in time and rows whatever the store holds. */
  describe(signal: AbortSignal): Promise<Description>;
  /** @param tables those that will be read; the snapshot need not be able to read others. Absent: any table may be */
  open(signal: AbortSignal, tables?: readonly Table[]): Promise<Snapshot>;
  /** The store's own estimate of a query's rows, without reading them (EXPLAIN). */
  estimate?(query: NativeQuery, signal: AbortSignal): Promise<number | undefined>;
  /**
   * The values of those of a table's text columns that have few, from all over the table and not from its first rows:
   * by the store's own statistics, an index, or a sample that is spread. Reads no more than the bounds say, as far as
   * the store can be held to them. A column that is left out has more values, or nothing is known of it; undefined: the
   * store has no better way than to read first rows. Only what the role may read is ever in it.
   */
  values?(table: Table, columns: readonly Column[], bounds: ValueBounds, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | undefined>;
  /**
   * How far groups of consumers say that they have come on a log: asked for by their names, without joining a group,
   * committing, or making the store keep anything. Absent where the store knows no such groups.
   * @param groups absent: every group that the role may see
   */
  groupOffsets?(table: Table, groups: readonly string[] | undefined, signal: AbortSignal): Promise<readonly GroupOffset[]>;
  health(signal: AbortSignal): Promise<Health>;
  /** Follows logs as they grow, on connections of its own. Absent: the store has no logs, or none that can be followed. */
  tail?(starts: readonly TailStart[], signal: AbortSignal): Promise<Tail>;
  /**
   * How messages could be seen that are gone once they were consumed. Looks alone; what the mirror's `open` then declares
   * is for who asked for it in so many words. Absent: the store has nothing of that kind.
   * @param name of a queue or the like, within the service
   */
  mirror?(name: string, signal: AbortSignal): Promise<Mirror>;
  close(): Promise<void>;
}

/** What would be declared to see messages on their way. */
export interface Mirror {
  /** Of what comes; it is in no catalogue. */
  readonly table: Table;
  /** What `open` declares, and when it goes: told before. */
  readonly declares: string;
  open(signal: AbortSignal): Promise<Tail>;
}

/** A log (a table of kind `topic`) and where to begin in it. */
export interface TailStart {
  readonly table: Table;
  readonly from: TailFrom;
}

/** At one of its ends, at a time in milliseconds since 1970, or at an offset (of each partition) or id as the store writes it. */
export type TailFrom = 'start' | 'end' | { readonly time: number } | { readonly offset: string };

/**
 * Logs that are followed. It joins no group, commits nothing and consumes nothing. Windows follow one another without a
 * gap and without overlap, across lost connections too, which are mended inside; what could not be had is in the notes.
 */
export interface Tail {
  /**
   * The next window, of about a MiB at most: asked for when the last one was read, so that a slow reader slows the reading.
   * Comes without tables after about a second in which there was nothing.
   */
  next(signal: AbortSignal): Promise<TailWindow>;
  close(): Promise<void>;
}

export interface TailWindow {
  /** Those that have something in this window. */
  readonly tables: readonly Table[];
  /** Its reads give the messages of this window and no others. */
  readonly snapshot: Snapshot;
  /** What the reader should know: a connection lost or mended, messages deleted before they could be read. */
  readonly notes: readonly string[];
}

/** What a group of consumers has committed for one partition. */
export interface GroupOffset {
  readonly group: string;
  readonly partition: string;
  /** The next one that it would read: all before it have been consumed. */
  readonly offset: string;
}

/** What may be spent on the values of one table. */
export interface ValueBounds {
  /** A column with more different values than this has none that are worth knowing. */
  readonly most: number;
  /** Rows to be read, where reading is needed. */
  readonly rows: number;
  /** Rows that the store may be made to skip on the way to the last place that is read, where nothing leads there. */
  readonly skipped: number;
}

export interface Description {
  readonly facts: Facts;
  readonly tables: readonly Table[];
  /** What a person should know: a collection left out, a pattern that matched nothing. */
  readonly warnings: readonly string[];
  /** The service answered, but something beside it that says what its data is (a schema registry) did not, or some of its tables. */
  readonly lacking?: AishellError;
  /** Tables that are there and could not be described, which `warnings` tell too: they are not in `tables`. */
  readonly unread?: readonly { readonly table: string; readonly error: AishellError }[];
}

export interface Health {
  readonly version: string;
  /** The role or user that signed in; absent where the store knows none. */
  readonly user?: string;
  /** What it may do, in the store's own words. */
  readonly rights: readonly string[];
  /** Could this role write? undefined when it can't be told. */
  readonly canWrite: boolean | undefined;
  /** What to do about it, as sentences. */
  readonly advice: readonly string[];
  /** What is good to know, and nothing is to be done about. */
  readonly notes?: readonly string[];
}

/** One consistent view of the store, as far as the store has one, for all fragments of a statement. */
export interface Snapshot {
  /** In words for the answer: 'repeatable read snapshot', 'read committed, per query', 'none'. */
  readonly consistency: string;
  /**
   * Reads a native query into the sink, column for column. Returns only when the store's own end marker was seen and
   * every row is in the sink: a stream that ends early rejects with source.cut. Honours the signal promptly and stops
   * the work in the store where the store can be told. Calls may overlap; a source that can't do that queues them.
   */
  read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats>;
  close(): Promise<void>;
}

export interface ReadStats {
  readonly rows: number;
  /** Bytes received from the store (after TLS, before decoding), as well as the driver lets us see. */
  readonly bytes: number;
  /** How the end was proven: 'CommandComplete: COPY 42', 'EOF packet', 'cursor id 0', 'log end offset'. */
  readonly proof: string;
  /** For logs: what was looked at. */
  readonly coverage?: readonly Coverage[];
  /** What the reader of the answer should know: messages that are no JSON, text that is none. */
  readonly warnings?: readonly string[];
  /**
   * What could not be read, while all else was: rows that say less for want of something beside the store (a schema
   * registry), a stretch of a log that is corrupt or was deleted meanwhile. It fails the statement, unless a partial
   * answer is allowed, which then names it.
   */
  readonly lacking?: AishellError;
}

/** What part of one log partition (or key range) a read looked at. */
export interface Coverage {
  readonly partition: string;
  /** First offset looked at and the first not looked at. */
  readonly from: string;
  readonly to: string;
  readonly messages: number;
  readonly bytes: number;
  readonly reachedEnd: boolean;
  /** What `from` and `to` count in a table of files, where a partition is a file and `messages` are its rows or lines. Absent: offsets. */
  readonly unit?: 'rows' | 'bytes';
  /** Why it began or stopped where it did. */
  readonly bound: string;
  /** Which messages count, where the store knows transactions. */
  readonly isolation?: 'read_committed';
  /** Messages of aborted transactions between `from` and `to`; they are left out, and not in `messages`. */
  readonly aborted?: number;
  /** Offsets between `from` and `to` at which no message is any more: compaction removed it. Absent: none, or the store has no such offsets. */
  readonly removed?: number;
  /** Offsets behind the end that can't be read yet: a transaction is still open there. */
  readonly undecided?: number;
}

/* ------------------------------------------------------------------ sink */

/**
 * Where a connector puts rows. For every row: exactly one call on each column's writer, in any order, then endRow().
 * All calls are synchronous and never build an object per row; full batches go straight to the engine.
 */
export interface Sink {
  readonly columns: readonly ColumnWriter[];
  /** Throws budget.rows or budget.bytes when a limit is passed; the connector lets it through. */
  endRow(): void;
  /** Adds to the bytes received, for progress and budgets. */
  received(bytes: number): void;
  /**
   * How far a long search of a log has come, for progress.
   * @returns true: that is enough. The read may end here as if it were at its end, with coverage that says where.
   */
  looked?(scan: ScanProgress): boolean;
  /** Whoever reads may want to end it early, by `looked`: a long search is made so that it can end where it is. */
  readonly takesPart?: boolean;
  /** It takes rows and nothing else: who has none to give throws source.inexact, and is asked again with another. */
  readonly rowsOnly?: true;
  /** Instead of rows: a complete Parquet file with the query's columns in order, in host.tempDir. It is deleted after. */
  parquet(path: string, rows: number): Promise<void>;
  /** Instead of rows: a batch of the embedded engine's own. Only connectors/files has such batches. */
  chunk(batch: unknown, rows: number): void;
}

/** What of a log was looked at so far, and about how much there is. */
export interface ScanProgress {
  readonly messages: number;
  /** By offsets, of which a compacted log has fewer messages. */
  readonly expected: number;
  readonly partitions: number;
  /** Partitions of which the end was reached. */
  readonly done: number;
  /** Of a table of files, whose messages are rows or lines, and whose partitions are files: bytes that were read of them. */
  readonly read?: number;
}

/**
 * One column of the sink. A value that doesn't fit the column's type rejects with source.value: it never becomes NULL.
 *
 * | type | calls |
 * |---|---|
 * | boolean | boolean |
 * | int, up to 53 bits of magnitude | number; any: bigint or int64 (two's complement halves) |
 * | decimal | number or bigint with the unscaled integer; text with "-12.30" |
 * | float | number |
 * | text, json, list, struct, map | text, or utf8 with the encoded bytes; nested values as JSON |
 * | blob | utf8 with the bytes |
 * | uuid | text, or int64 pairs through uuid |
 * | date | number: days since the epoch |
 * | time, timestamp | number or bigint or int64: microseconds (or nanoseconds) as in Literal |
 * | interval | text in DuckDB's form |
 */
export interface ColumnWriter {
  readonly name: string;
  readonly type: Type;
  null(): void;
  boolean(value: boolean): void;
  number(value: number): void;
  bigint(value: bigint): void;
  /** hi: signed or unsigned upper 32 bits, lo: lower 32 bits; both are truncated with `| 0`. */
  int64(hi: number, lo: number): void;
  text(value: string): void;
  utf8(buffer: Uint8Array, start: number, end: number): void;
  /** 16 bytes, big endian, as RFC 9562 writes them. */
  uuid(buffer: Uint8Array, start: number): void;
}

/* ------------------------------------------------------------------ spans and log lines */

/** A kind of place where spans or log lines lie that carry trace ids: an entry under `traces:`, or `logs:`, of any service. */
export interface TraceSourceKind {
  /** The word under `traces:`; `logs` stands beside it. */
  readonly kind: string;
  readonly title: string;
  readonly configSchema: JsonSchema;
  /** Connects to nothing yet. */
  open(settings: TraceSettings, host: Host): TraceSource;
}

export interface TraceSettings {
  readonly kind: string;
  /** The service that it is configured under. */
  readonly service: string;
  /** Secrets arrive as Secret, as in ServiceConfig. */
  readonly options: ConfigValue;
  readonly tls: TlsOptions | undefined;
  readonly baseDir: string;
}

export interface TraceSource {
  /** Address or path, without secrets: the same place under two services is asked once. */
  readonly place: string;
  /** What it is searched for: an index by id, or all bytes of files. */
  readonly access: 'index' | 'log';
  /** Spans and lines of these traces (32 hexadecimal digits each). Nothing found is no error. */
  find(ids: readonly string[], bounds: TraceBounds, signal: AbortSignal): Promise<TraceFinds>;
  health(signal: AbortSignal): Promise<Health>;
}

export interface TraceBounds {
  /** Milliseconds since 1970; a search by index needs none. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  /** The most that may be read of files. */
  readonly bytes: number;
  /** The most spans and lines that are wanted. */
  readonly records: number;
}

export interface TraceFinds {
  readonly spans: readonly SpanRecord[];
  readonly lines: readonly LogLine[];
  /** What was asked, for people: a request without secrets, or a search. */
  readonly asked: string;
  readonly coverage: readonly Coverage[];
  /** There are more than `bounds.records`. */
  readonly isCut: boolean;
  readonly warnings: readonly string[];
}

/** A span, as OpenTelemetry has it. Ids are lower-case hexadecimal. */
export interface SpanRecord {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  /** The service that says so of itself. */
  readonly service: string | undefined;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal' | undefined;
  /** Milliseconds since 1970, with fractions. */
  readonly start: number | undefined;
  readonly durationMs: number | undefined;
  /** Why it failed; '' where it only says that it did. */
  readonly error: string | undefined;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Spans that it names as related to it. */
  readonly links: readonly string[];
}

export interface LogLine {
  readonly traceId: string;
  readonly spanId: string | undefined;
  readonly service: string | undefined;
  readonly time: number | undefined;
  readonly level: string | undefined;
  readonly message: string;
  /** Where it stands: file and byte (of a compressed file: of what is inside). */
  readonly file: string;
  readonly at: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The 32 hexadecimal digits of a trace id, however it is written: 32 or 16 digits (B3, Jaeger), the decimal number that
 * Datadog writes (its lower 64 bits), or inside a `traceparent` (www.w3.org/TR/trace-context), `uber-trace-id` or `b3` header.
 */
export function canonicalTraceId(text: string): string | undefined {
  const inside = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/i.exec(text) ?? /^([0-9a-f]{1,32}):[0-9a-f]{1,16}:[0-9a-f]{1,16}:[0-9a-f]{1,2}$/i.exec(text) ?? /^([0-9a-f]{32}|[0-9a-f]{16})-[0-9a-f]{16}(?:-|$)/i.exec(text);
  const id = inside?.[1] ?? text;
  const isDecimal = inside === null && /^\d{17,20}$/.test(id) && BigInt(id) < 1n << 64n;
  if (!isDecimal && inside === null && !/^(?:[0-9a-f]{16}|[0-9a-f]{32})$/i.test(id)) return undefined;
  const hex = (isDecimal ? BigInt(id).toString(16) : id.toLowerCase()).padStart(32, '0');
  return /^0+$/.test(hex) ? undefined : hex;
}

/** Datadog and old B3 know the lower 64 bits of a trace id only. */
export function isSameTrace(one: string, other: string): boolean {
  const isShort = (id: string) => id.startsWith('0000000000000000');
  return one === other || ((isShort(one) || isShort(other)) && one.slice(16) === other.slice(16));
}

/** Narrowing for `filter`, `accepts` and `acceptsKeys`. */
export function isReason(value: unknown): value is Reason {
  return typeof value === 'object' && value !== null && 'reason' in value;
}

/** Convenience for connectors: an error at this service. */
export type SourceError = AishellError;
