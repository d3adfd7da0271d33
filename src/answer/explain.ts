/** The answer to `explain`. */

import type { FragmentReport, Translated } from './parts.js';

/** What was weighed: estimates of the catalogue, and with `--analyze` of the stores, where those were asked. */
export interface Weighed {
  /** Rows expected where the keys come from; null where nothing is known. */
  readonly sourceRows: number | null;
  /** Keys expected. */
  readonly keys: number;
  /** Rows expected where they go, without keys; null where nothing is known. */
  readonly targetRows: number | null;
  /** The most keys with which reading by keys is expected to be cheaper; null where the shipment was not weighed. */
  readonly breakEven: number | null;
  /** Wait for the keys; wait for them a little; or read without. */
  readonly chosen: 'keys' | 'try' | 'scan';
  readonly why: string;
}

export interface ExplainAnswer extends Partial<Translated> {
  readonly kind: 'explain';
  readonly sql: string;
  readonly fragments: readonly {
    readonly id: string;
    readonly service: string;
    readonly store: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly table: string;
    readonly native: string;
    readonly params: readonly unknown[];
    readonly estimatedRows: number | null;
    readonly pushed: readonly string[];
    readonly kept: readonly { readonly what: string; readonly reason: string }[];
    /** What it came to, with `--analyze`; null where the service was missing. */
    readonly actual?: Pick<FragmentReport, 'rows' | 'bytes' | 'ms' | 'waitMs' | 'storeMs' | 'native' | 'pushed' | 'proof'> | null;
  }[];
  /** Every step that is computed here and not by a store, from the stores upwards, and why. */
  readonly local: readonly { readonly what: string; readonly reason: string }[];
  /** With `--analyze`: where its time went. Fragments are read at once, so theirs may add up to more than readMs. */
  readonly analysis?: {
    readonly rows: number;
    readonly planMs: number;
    readonly readMs: number;
    readonly joinMs: number;
    readonly elapsedMs: number;
  };
  readonly shipments: readonly {
    readonly from: string;
    readonly to: string;
    readonly key: string;
    readonly because: string;
    readonly decision: Weighed;
    /** With `--analyze`: keys as counted, and why they did not travel after all; null where nobody waited for them. */
    readonly actual?: { readonly keys: number | null; readonly shipped: boolean; readonly why: string } | null;
  }[];
  readonly residual: string;
  readonly warnings: readonly string[];
}
