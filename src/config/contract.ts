/** What the rest of aishell sees of aishell.yaml, once it is read, validated and its variables are resolved. */

import type { Secret } from './secret.js';
import type { ServiceConfig } from '../../connectors/contract.js';

export interface Config {
  /** Absolute path of the file; the cache and the history are kept per path. */
  readonly path: string;
  readonly services: readonly ServiceConfig[];
  /** IANA name; relative dates and local times are read in it. Default UTC. */
  readonly timezone: string;
  readonly limits: Limits;
  readonly links: readonly LinkDecision[];
  readonly vocabulary: Vocabulary;
  readonly flows: Flows;
  readonly model: ModelConfig | undefined;
  /** Absent: spans are neither kept nor sent. */
  readonly telemetry?: TelemetryConfig;
}

/** Stated defaults; every one can be set under `limits:` and some by a flag. */
export interface Limits {
  /** Rows in the answer; more are counted as truncated. Default 1,000; 0 means all. */
  readonly resultRows: number;
  /** Rows that one statement may move out of all stores together. Default 20,000,000. */
  readonly movedRows: number;
  /** Bytes likewise. Default 8 GiB. */
  readonly movedBytes: number;
  /** Per statement. Default 300,000. */
  readonly timeoutMs: number;
  /** Resident memory of the process. Default 1 GiB. */
  readonly memoryBytes: number;
  /** Default 10,000. */
  readonly connectTimeoutMs: number;
}

/** A person's word on a link: `links:` entries. `from` and `to` are `service.table.column`. */
export interface LinkDecision {
  readonly from: string;
  readonly to: string;
  readonly decision: 'confirmed' | 'rejected';
}

/** What a team says of its own data, for every translator: `glossary:`, `synonyms:`, `hidden:` and `examples:`. */
export interface Vocabulary {
  readonly glossary: readonly Term[];
  readonly synonyms: readonly Synonyms[];
  /** `service.table`, `service.table.column`, with a schema in between where there is one; a part may be `*`. */
  readonly hidden: readonly string[];
  readonly examples: readonly ConfirmedExample[];
}

/** A business term and its meaning: a measure, a table under a condition, or plain words. */
export interface Term {
  readonly term: string;
  readonly means: string;
}

export interface Synonyms {
  /** `service.table` or `service.table.column`. */
  readonly of: string;
  readonly words: readonly string[];
}

/** A question and the statement that a person confirmed to answer it. */
export interface ConfirmedExample {
  readonly question: string;
  readonly sql: string;
}

/** What must follow from what, as a person says it: `flows:`. Tables and topics are `service.table`, `service.schema.table`. */
export interface Flows {
  readonly writes: readonly FlowWrite[];
  readonly outboxes: readonly FlowOutbox[];
  readonly sagas: readonly FlowSaga[];
}

/** A consumer that makes a row of each event. */
export interface FlowWrite {
  readonly topic: string;
  /** Types of events; empty: all. */
  readonly events: readonly string[];
  /** The group that it reads the topic with. */
  readonly group: string | undefined;
  readonly table: string;
  /** Field of the message -> column of the table; undefined: as the catalogue links them. */
  readonly on: Readonly<Record<string, string>> | undefined;
  /** How long it may take. Default 60,000. */
  readonly withinMs: number;
  /** How long rows are kept; undefined: for good. */
  readonly keptMs: number | undefined;
}

/** Events that are written as rows and published later. */
export interface FlowOutbox {
  readonly table: string;
  /** The column of the event's id. */
  readonly event: string;
  /** The column that is filled in once the event has left. */
  readonly published: string;
  /** Default 300,000. */
  readonly withinMs: number;
}

/** Steps that belong together, by the types of their events. */
export interface FlowSaga {
  readonly name: string;
  readonly starts: readonly string[];
  /** In order; of a step's events one must come, unless one of `fails` did before. */
  readonly steps: readonly SagaStep[];
  /** Events after which the steps that were made are undone. */
  readonly fails: readonly string[];
  /** Between one step and the next. Default 300,000. */
  readonly withinMs: number;
}

export interface SagaStep {
  readonly events: readonly string[];
  /** Events that undo it; empty: nothing has to. */
  readonly compensations: readonly string[];
  /** After the step before. */
  readonly withinMs: number;
}

/** Where spans of what aishell does itself are sent: `telemetry:`. */
export interface TelemetryConfig {
  /** A collector's address for OTLP over HTTP, without a secret. */
  readonly otlp: string;
  /** service.name. Default aishell. */
  readonly service: string;
  readonly headers: Readonly<Record<string, Secret>>;
  /** The text of native queries too, which may hold values of a question. Default false. */
  readonly queries: boolean;
}

export interface ModelConfig {
  readonly baseUrl: string | undefined;
  readonly name: string;
  readonly apiKey: Secret | undefined;
  /** Default false: names, types and comments only, never a value of a row. */
  readonly sendValues: boolean;
  /** Of silence, before and between the parts of a reply. Default 60,000. */
  readonly timeoutMs: number;
  /** Further attempts after a failure that may pass: no connection, 408, 409, 429, 5xx. Default 2. */
  readonly retries: number;
  /** Replies asked for, of which the majority counts. Default 1. */
  readonly samples: number;
  /** Tokens that the schema may take of a prompt, at four characters each. Default 15,000. */
  readonly schemaTokens: number;
  /** declined: only where the built-in translator has no sure reading. always: each question, to compare the two. */
  readonly ask: 'declined' | 'always';
  /** For a million tokens, in a currency of the user's choice. */
  readonly price: { readonly input: number; readonly output: number; readonly currency: string } | undefined;
}
