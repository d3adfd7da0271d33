/** What the connector's own half of a query carries from the dialect to the reader. */

import type { FilterDocument } from './filter.js';
import type { ReadColumn } from './reader.js';
import type { Check, Stage } from './stream.js';

/** NativeQuery.payload. */
export type Payload = FindPayload | PipelinePayload;

interface Common {
  readonly collection: string;
  readonly columns: readonly ReadColumn[];
  readonly capped: boolean;
  readonly collated: boolean;
}

export interface FindPayload extends Common {
  readonly kind: 'find';
  /** One find each, disjoint in what they return. */
  readonly filters: readonly FilterDocument[];
  /** undefined: whole documents. */
  readonly projection: FilterDocument | undefined;
  readonly sort: Readonly<Record<string, 1 | -1>> | undefined;
  readonly limit: number | undefined;
  readonly skip: number | undefined;
  /** Must find nothing: values that a sort would put in a place of their own. */
  readonly checks: readonly FilterDocument[];
}

export interface PipelinePayload extends Common {
  readonly kind: 'pipeline';
  /** One aggregate each, disjoint in what they return. */
  readonly pipelines: readonly (readonly Stage[])[];
  /** Must find nothing: values that the stages would pass over. */
  readonly checks: readonly Check[];
  /** A document whose field `strange` is not 0 must not be used: see guard.ts. */
  readonly guarded: boolean;
  /** Documents at the start that are left out. */
  readonly skip: number;
  /** The row in place of no document. */
  readonly ofNothing?: readonly (0 | null)[];
}
