/** The optimized plan as rules see it: the relation, and what Rel alone does not tell. */

import type { ColumnId, OutputColumn, Rel, Scan } from '../algebra/index.js';

export interface BoundPlan {
  readonly rel: Rel;
  readonly output: readonly OutputColumn[];
  /** One for each occurrence of a base table, in the plan's order. */
  readonly scans: readonly Scan[];
  /** Columns whose values are all among those of another column: references to a CTE, and what a DELIM join repeats. */
  readonly copies: ReadonlyMap<string, string>;
  /** Columns that some operator looks at, projections and unions aside, which need what is needed of them. */
  readonly uses: ReadonlySet<ColumnId>;
  /** What each relation of the plan hands to the one above it. */
  readonly outputs: ReadonlyMap<Rel, readonly OutputColumn[]>;
}
