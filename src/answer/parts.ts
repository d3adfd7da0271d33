/** What several answers have: the report on a fragment, and what was made of a question. */

import type { Coverage } from '../../connectors/contract.js';

export interface FragmentReport {
  readonly id: string;
  readonly service: string;
  readonly native: string;
  readonly params: readonly unknown[];
  readonly rows: number;
  readonly bytes: number;
  readonly ms: number;
  /** Before `ms` began: waiting for the keys of other fragments. */
  readonly waitMs: number;
  /** Of `ms`, until the store's first bytes came: connecting, and its own work. The rest is transfer. */
  readonly storeMs: number;
  readonly pushed: readonly string[];
  readonly kept: readonly string[];
  readonly consistency: string;
  /** ISO instant at which the read began. */
  readonly readAt: string;
  /** How the end of the rows was proven. */
  readonly proof: string;
  readonly coverage?: readonly Coverage[];
  /** What the reader of the rows should know; the answer's own warnings repeat it. */
  readonly warnings?: readonly string[];
}

export interface TranslatorFields {
  readonly name: string;
  readonly confidence: number;
  /** What asking a model took; absent where none was asked. */
  readonly usage?: {
    readonly requests: number;
    readonly inputTokens: number | null;
    readonly outputTokens: number | null;
    readonly cost: { readonly amount: number; readonly currency: string } | null;
  };
}

export interface Translated {
  readonly question: string;
  readonly translator: TranslatorFields;
  /** One line of English made from the SQL. */
  readonly reading: string;
  readonly assumptions: readonly string[];
  readonly alternatives: readonly { readonly reading: string; readonly sql: string }[];
}
