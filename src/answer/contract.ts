/**
 * What an answer carries: the JSON of `--format json`, field for field. Rendering reads nothing else.
 *
 * Cells are ready for JSON: 64-bit integers and wider, and decimals, are strings; timestamptz carries an offset and
 * timestamp none; NaN and infinities are strings; BLOB is base64; STRUCT, LIST and MAP are JSON.
 */

import type { ChartRequest } from './chart.js';
import type { Cell, MissingSource } from './cell.js';
import type { TailAnswer } from './tail.js';
import type { ExplainAnswer } from './explain.js';
import type { FragmentReport, Translated, TranslatorFields } from './parts.js';
import type { TraceAnswer } from './trace.js';
import type { EvalAnswer, PromptAnswer, TaughtAnswer } from './questions.js';

export type { EvalAnswer, EvalCase, PromptAnswer, TaughtAnswer } from './questions.js';

export { chartKinds } from './chart.js';
export type { ChartKind, ChartRequest } from './chart.js';
export type { Cell, MissingSource } from './cell.js';
export type * from './explain.js';
export type * from './parts.js';
export type * from './tail.js';
export type * from './trace.js';

export interface AnswerColumn {
  readonly name: string;
  /** DuckDB's type name: BIGINT, DECIMAL(12,2), TIMESTAMP WITH TIME ZONE. */
  readonly type: string;
}

/** Without a question (from `aishell sql`) the Translated fields are absent. */
export interface QueryAnswer extends Partial<Translated> {
  readonly kind: 'query';
  readonly sql: string;
  /** The question asks to see it drawn. */
  readonly chart?: ChartRequest;
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly rowCount: number;
  /** More rows exist than `rows` holds. */
  readonly truncated: boolean;
  readonly complete: boolean;
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly fragments: readonly FragmentReport[];
  readonly elapsedMs: number;
}

export interface ReportAnswer {
  readonly kind: 'report';
  readonly question: string;
  readonly translator: TranslatorFields;
  readonly reading: string;
  readonly assumptions: readonly string[];
  readonly sections: readonly (QueryAnswer & { readonly title: string })[];
  readonly chart?: ChartRequest;
  readonly complete: boolean;
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly elapsedMs: number;
}

export interface SchemaAnswer {
  readonly kind: 'schema';
  readonly services: readonly {
    readonly name: string;
    readonly store: string;
    readonly version: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly readAt: string;
    readonly warnings: readonly string[];
    readonly tables: readonly {
      readonly name: string;
      readonly kind: string;
      readonly comment: string | null;
      readonly rows: number | null;
      readonly rowsExact: boolean;
      readonly primaryKey: readonly string[];
      /** Unique keys beside the primary one. */
      readonly uniques: readonly (readonly string[])[];
      readonly foreignKeys: readonly { readonly columns: readonly string[]; readonly table: string; readonly references: readonly string[] }[];
      /** Conditions on rows that are written, in the store's words; lists of values are the columns' labels. */
      readonly checks: readonly string[];
      /** Rows, documents, hashes or messages that an observed schema rests on; null where the schema is declared. */
      readonly sampled: number | null;
      /** What a schema registry holds for a topic: its subjects, with the numbers of their versions. */
      readonly registered: readonly { readonly subject: string; readonly side: 'key' | 'value'; readonly type: string; readonly level: string; readonly versions: readonly number[] }[];
      readonly columns: readonly SchemaColumn[];
    }[];
  }[];
  readonly links: readonly {
    readonly from: string;
    readonly to: string;
    readonly evidence: string;
    readonly because: string;
    readonly score: number;
  }[];
  readonly missing: readonly MissingSource[];
}

export interface SchemaColumn extends SchemaField {
  readonly key: 'primary' | 'unique' | null;
  readonly references: string | null;
  /** The store's own expression. */
  readonly default: string | null;
  readonly generated: boolean;
  /** Members of nested columns, by their path: `amount.value`, `lines[].sku`. */
  readonly fields: readonly (SchemaField & { readonly references: string | null })[];
}

export interface SchemaField {
  readonly name: string;
  readonly type: string;
  readonly nativeType: string;
  readonly nullable: boolean;
  readonly comment: string | null;
  /** Share of the sampled documents (of a member: of the values around it) that had it, 0 to 1. */
  readonly presence: number | null;
  /** The most characters, where it is declared. */
  readonly maxLength: number | null;
  readonly labels: { readonly values: readonly string[]; readonly declared: boolean } | null;
  /** Where its name, its comment or a column beside says it. */
  readonly unit: { readonly quantity: string; readonly name: string; readonly currency: string | null; readonly currencyColumn: string | null } | null;
}

export interface DiffAnswer {
  readonly kind: 'diff';
  readonly question?: string;
  readonly scope: string;
  /** One per linked pair of tables that was compared. */
  readonly pairs: readonly {
    readonly left: string;
    readonly right: string;
    readonly via: readonly string[];
    /** Which rows the values are of, a line for each link; none where no values were compared. */
    readonly sampled: readonly string[];
    readonly agreements: number;
    readonly differences: readonly Difference[];
  }[];
  readonly summary: readonly { readonly what: string; readonly count: number }[];
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly complete: boolean;
  readonly elapsedMs: number;
}

/** What changed in services since snapshots of them were taken. */
export interface ChangesAnswer {
  readonly kind: 'changes';
  readonly question?: string;
  readonly against: string;
  /** Nobody has made the change: what it is, in words. */
  readonly hypothesis?: string;
  /** Of each service's changes together, in the terms of schema registries. */
  readonly services: readonly {
    readonly name: string;
    readonly compatibility: 'full' | 'backward' | 'forward' | 'none';
    /** With every earlier version and not the last alone; only where those were asked for. */
    readonly transitive?: 'full' | 'backward' | 'forward' | 'none';
  }[];
  /** Every version that was compared, the newest first; only where the earlier ones were asked for. */
  readonly versions?: readonly { readonly where: string; readonly services: readonly { readonly name: string; readonly compatibility: 'full' | 'backward' | 'forward' | 'none'; readonly breaking: number }[] }[];
  readonly changes: readonly SchemaChange[];
  readonly summary: readonly { readonly what: string; readonly count: number }[];
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly complete: boolean;
  readonly elapsedMs: number;
}

export interface SchemaChange {
  readonly service: string;
  readonly table: string | null;
  readonly column: string | null;
  /** The earlier version that shows it, where the newest does not. */
  readonly since?: string;
  /** 'column removed', 'type', 'nullability': what sort of change. */
  readonly change: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly readers: 'safe' | 'risky' | 'breaking';
  readonly writers: 'safe' | 'risky' | 'breaking';
  /** The worse of the two. */
  readonly impact: 'safe' | 'risky' | 'breaking';
  readonly compatibility: 'full' | 'backward' | 'forward' | 'none';
  readonly why: string;
  /** Of a rename: why it is taken for one. */
  readonly evidence: readonly string[];
  /** Of a rename: are values among its evidence? A snapshot holds none. Null of any other change. */
  readonly valuesCompared: boolean | null;
  /** Columns that refer to it, copy it, or carry it in events. */
  readonly consumers: readonly string[];
  /** Expand and contract, where it breaks somebody. */
  readonly steps: readonly string[];
}

/** Whether the values keep to what the schemas promise. */
export interface CheckAnswer {
  readonly kind: 'check';
  readonly question?: string;
  readonly checks: readonly {
    readonly check: 'references that lead nowhere' | 'events without a row' | 'rows without their event' | 'copies that differ' | 'keys spelled otherwise' | 'newest row' | 'bus lag';
    readonly where: string;
    readonly against: string | null;
    /** Values that were looked at. */
    readonly looked: number | null;
    /** Rows that break the promise. */
    readonly found: number | null;
    /** Counting stopped there. */
    readonly atLeast: boolean;
    /** What part was looked at, where it was not all. */
    readonly sampled: string | null;
    readonly examples: readonly string[];
    readonly ok: boolean;
    readonly what: string;
    /** `found` of the last check with this configuration on this machine. */
    readonly before: number | null;
    /** `found` of the last checks, this one included, the oldest first. */
    readonly trend: readonly number[];
  }[];
  /** What could have been looked at and was not: links that nobody has confirmed or that the values contradict, logs too large. */
  readonly unchecked: readonly { readonly check: string; readonly where: string; readonly against: string | null; readonly why: string }[];
  readonly summary: readonly { readonly what: string; readonly count: number }[];
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly complete: boolean;
  readonly elapsedMs: number;
}

/** Services, tables and links, for a drawing. */
export interface GraphAnswer {
  readonly kind: 'graph';
  readonly services: readonly {
    readonly name: string;
    readonly store: string;
    readonly tables: readonly { readonly name: string; readonly kind: string }[];
  }[];
  /** Tables as `service.table`, with the columns that tie them. */
  readonly links: readonly { readonly from: string; readonly to: string; readonly column: string; readonly key: string; readonly evidence: string }[];
  readonly missing: readonly MissingSource[];
}

export interface SnapshotAnswer {
  readonly kind: 'snapshot';
  readonly folder: string;
  readonly files: readonly {
    readonly service: string;
    readonly path: string;
    readonly state: 'new' | 'changed' | 'unchanged';
    readonly tables: number;
    readonly columns: number;
    readonly migration: string | null;
  }[];
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly complete: boolean;
  readonly elapsedMs: number;
}

/** Links between columns with what speaks for each. */
export interface LinksAnswer {
  readonly kind: 'links';
  readonly links: readonly {
    readonly from: string;
    readonly to: string;
    readonly evidence: string;
    readonly because: string;
    /**
     * declared: a foreign key. confirmed, rejected: a person's word. supported, refuted: the values agree, or contradict the
     * names. proposed: the values alone suggest it. unproven: too few values to tell.
     */
    readonly status: 'declared' | 'confirmed' | 'rejected' | 'supported' | 'refuted' | 'proposed' | 'unproven';
    /** 0 to 1. */
    readonly score: number;
    /** Distinct keys of a sample, how many of them are where they should be, some that are not, and which rows were looked at. */
    readonly values: { readonly keys: number; readonly found: number; readonly missing: readonly string[]; readonly sample: string } | null;
  }[];
  /** What was written into the configuration, and where. */
  readonly written: { readonly path: string; readonly decisions: readonly { readonly from: string; readonly to: string; readonly decision: 'confirmed' | 'rejected' }[] } | null;
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly complete: boolean;
  readonly elapsedMs: number;
}

export interface Difference {
  readonly aspect: 'name' | 'type' | 'unit' | 'length' | 'nullability' | 'key' | 'missing' | 'values' | 'copy';
  readonly severity: 'breaking' | 'risky' | 'note';
  readonly left: string;
  readonly right: string;
  readonly what: string;
}

export interface DoctorAnswer {
  readonly kind: 'doctor';
  readonly config: string;
  readonly services: readonly {
    readonly name: string;
    readonly store: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly reachable: boolean;
    readonly ms: number;
    readonly version: string | null;
    readonly user: string | null;
    readonly rights: readonly string[];
    readonly canWrite: boolean | null;
    readonly error: string | null;
    readonly advice: readonly string[];
    readonly notes: readonly string[];
  }[];
  /** What `flows:` names and isn't there. */
  readonly flows: readonly FlowFinding[];
  /** Every service answers. */
  readonly ok: boolean;
}

export interface FlowFinding {
  /** As it stands in the configuration. */
  readonly entry: string;
  readonly what: string;
  readonly remedy: string;
  /** false: what is known of it is a sample, or what somebody else may see. */
  readonly isSure: boolean;
}

export type Answer =
  | QueryAnswer
  | ReportAnswer
  | ExplainAnswer
  | PromptAnswer
  | EvalAnswer
  | TaughtAnswer
  | SchemaAnswer
  | DiffAnswer
  | LinksAnswer
  | ChangesAnswer
  | SnapshotAnswer
  | CheckAnswer
  | GraphAnswer
  | TraceAnswer
  | TailAnswer
  | DoctorAnswer;
