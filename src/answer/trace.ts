/** What a trace carries: its steps, what they lack, and where was looked. */

import type { Coverage } from '../../connectors/contract.js';
import type { Cell, MissingSource } from './cell.js';

export interface TraceAnswer {
  readonly kind: 'trace';
  readonly question?: string;
  readonly id: string;
  /** What the id was taken for: `service.table.column` of keys, or the name of a message id. Empty: anything it may be. */
  readonly as: readonly string[];
  /** Why this id, when nobody named one. */
  readonly chosen: string | null;
  /** The answer to a question that asked why: the failure's reason, as something in the trace tells it. */
  readonly why?: string;
  /** "Not found" holds for what `coverage` lists, and for nothing else. */
  readonly found: boolean;
  /** The part of the logs that was searched, by the messages' own times; null: all that the logs hold. */
  readonly window: TraceWindow | null;
  /** In order of time; causes stand before their effects. */
  readonly steps: readonly TraceStep[];
  /** What is doubled, dead, out of order or lacking, and how that is known. */
  readonly verdicts: readonly TraceVerdict[];
  /** Clocks that disagree, as effects before their causes show. */
  readonly skew: readonly ClockSkew[];
  readonly coverage: readonly TraceCoverage[];
  /** Look-ups that only a scan could answer; they are made with --deep. */
  readonly scans: readonly TraceScan[];
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly complete: boolean;
  /** Why it ended before its time; what had been found until then is here. */
  readonly stopped: 'cancelled' | 'budget.time' | null;
  /** How it was kept growing; absent: it was not. Its steps are then numbered in the order in which they were told. */
  readonly followed?: TraceFollowed;
  readonly elapsedMs: number;
}

export interface TraceFollowed {
  readonly ms: number;
  /** Messages that were looked at as they came. */
  readonly messages: number;
  /** How often the stores were asked again. */
  readonly looks: number;
  /** Steps that came, and rows that were seen to change. */
  readonly steps: number;
  readonly changes: number;
}

/** What a trace that is followed tells, in the order in which it is seen. */
export type TraceGrowth =
  /** What there was when it began. */
  | { readonly type: 'trace'; readonly trace: TraceAnswer }
  | { readonly type: 'step'; readonly step: TraceStep }
  | {
      readonly type: 'changed';
      readonly n: number;
      readonly service: string;
      readonly table: string;
      readonly locator: TraceStep['locator'];
      readonly columns: readonly { readonly column: string; readonly before: Cell; readonly after: Cell }[];
    }
  | { readonly type: 'verdict'; readonly verdict: TraceVerdict };

export interface TraceWindow {
  /** ISO instants; null: open. */
  readonly since: string | null;
  readonly until: string | null;
  readonly because: string;
}

/**
 * declared: a foreign key, a person's word, or an id that the message itself names as such. linked: a link that the
 * catalogue found by names and types. matched: the value stands there, and nothing says what it is.
 */
export type Certainty = 'declared' | 'linked' | 'matched';

export interface TraceEdge {
  /** The step it leads from; null: from the id that was asked for. */
  readonly from: number | null;
  readonly because: string;
  readonly certainty: Certainty;
}

export interface TraceStep {
  /** 1, 2, 3 in the order of `steps`. */
  readonly n: number;
  /** Where it hangs in the tree: the message that caused it, or the step that led to it. null: at the top. */
  readonly parent: number | null;
  /** ISO instant, or null where the row carries no time. */
  readonly at: string | null;
  readonly service: string;
  readonly store: string;
  readonly table: string;
  /** What it is, in a few words: "event order.created", "row of orders". */
  readonly what: string;
  /** Primary key, or partition and offset. */
  readonly locator: Readonly<Record<string, Cell>>;
  readonly row: Readonly<Record<string, Cell>>;
  /** Why it belongs here: "header correlationId = ...", "orders.id = payload.orderId". */
  readonly because: readonly string[];
  readonly edges: readonly TraceEdge[];
  /** part: it belongs to what happened. mentioned: others only refer to it, so nothing was followed from there. */
  readonly role: 'part' | 'mentioned';
  /** 0 is the id itself. */
  readonly depth: number;
}

/**
 * no row: consumed, and yet there is no row of it. lagging: its consumers have not come to it. no event: a row that no
 * event tells of. not published: still in its outbox. not finished, not compensated: a step of a saga is lacking. failed:
 * the first failure that a message or row tells of. cannot tell: something is lacking, and too little speaks for its
 * having to be there.
 */
export type VerdictKind =
  | 'published twice'
  | 'dead letter'
  | 'out of order'
  | 'no row'
  | 'lagging'
  | 'no event'
  | 'not published'
  | 'not finished'
  | 'not compensated'
  | 'failed'
  | 'cannot tell';

export interface TraceVerdict {
  readonly kind: VerdictKind;
  /** One sentence. */
  readonly what: string;
  /** Numbers of the steps that show it. */
  readonly steps: readonly number[];
  /** structure: the steps alone show it. declared: under `flows:`. learned: from other events and rows of the same kind. */
  readonly basis: 'structure' | 'declared' | 'learned';
  /** What it rests on. */
  readonly because: string;
  /** Of how many others that were looked at the same is true, where it was learned. */
  readonly evidence?: { readonly have: number; readonly of: number; /** The slowest of them. */ readonly withinMs: number | null };
}

export interface ClockSkew {
  /** Whose clock is ahead of whose. */
  readonly ahead: string;
  readonly behind: string;
  /** By this much at least, in milliseconds. */
  readonly atLeastMs: number;
  /** Pairs of cause and effect that show it. */
  readonly pairs: number;
}

export interface TraceCoverage {
  readonly service: string;
  readonly table: string;
  readonly asked: string;
  /** How the store finds it: an index, a scan of few rows, a scan asked for with --deep, or reading a log. */
  readonly access: 'index' | 'small scan' | 'scan' | 'log' | null;
  readonly rows: number;
  readonly coverage: readonly Coverage[];
  readonly notSearched: string | null;
}

export interface TraceScan {
  readonly service: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Rows that would be read; null: not known. */
  readonly rows: number | null;
}
