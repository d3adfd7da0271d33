/** The answer to `explain`. */

import type { FragmentReport, Translated } from './parts.js';

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
    /** What was weighed: estimates of the catalogue, and with `--analyze` of the stores, where those were asked. */
    readonly decision: {
      readonly sourceRows: number | null;
      readonly keys: number;
      readonly targetRows: number | null;
      /** The most keys with which reading by keys is expected to be cheaper; null where the shipment was not weighed. */
      readonly breakEven: number | null;
      readonly chosen: 'keys' | 'try' | 'scan';
      readonly why: string;
    };
    /** With `--analyze`: keys as counted, and why they did not travel after all; null where nobody waited for them. */
    readonly actual?: { readonly keys: number | null; readonly shipped: boolean; readonly why: string } | null;
  }[];
  readonly residual: string;
  readonly warnings: readonly string[];
}
