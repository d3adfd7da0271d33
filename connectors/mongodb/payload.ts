/** What the connector's own half of a query carries from the dialect to the reader. */

import type { FilterDocument } from './filter.js';
import type { ReadColumn } from './reader.js';

/** NativeQuery.payload. */
export interface FindPayload {
  readonly collection: string;
  /** One find each, disjoint in what they return. */
  readonly filters: readonly FilterDocument[];
  /** undefined: whole documents. */
  readonly projection: FilterDocument | undefined;
  readonly sort: Readonly<Record<string, 1 | -1>> | undefined;
  readonly limit: number | undefined;
  readonly skip: number | undefined;
  readonly columns: readonly ReadColumn[];
  /** Must find nothing: values that a sort would put in a place of their own. */
  readonly checks: readonly FilterDocument[];
  readonly capped: boolean;
  readonly collated: boolean;
}
