/**
 * A LIMIT goes into the store only if nothing stands between it and the one scan of its table but bare projections and
 * filters that the store answers exactly; with an ORDER BY, only if the store sorts as the statement means it.
 */

import { inputs } from '../../algebra/index.js';
import type { ColumnId, Expr, Rel, Scan, SortKey, SortLimit } from '../../algebra/index.js';
import { isReason } from '../../../connectors/contract.js';
import type { Dialect } from '../../../connectors/contract.js';
import { isUnknown } from '../expression.js';
import type { MergedScan } from './merge-scans.js';
import type { Occurrence } from './occurrences.js';
import type { PushedFilters } from './push-filters.js';
import { isVolatile } from './push-filters.js';
import { sortingKeys } from './sort-keys.js';

export interface PushedLimit {
  readonly rel: SortLimit | undefined;
  readonly kept: readonly { readonly what: string; readonly reason: string }[];
}

const none: PushedLimit = { rel: undefined, kept: [] };

/** `below` is the filtered scan that the limit would stand on. */
export function pushLimit(plan: Rel, only: Occurrence, merged: MergedScan, filters: PushedFilters, below: Rel, dialect: Dialect): PushedLimit {
  const found = limitOver(plan, only.scan);
  if (found === undefined) return none;
  const { limit, keys } = found;
  const what = `${keys.length > 0 ? 'ORDER BY and ' : ''}LIMIT ${limit}`;
  if (!filters.exact) {
    return { rel: undefined, kept: [{ what, reason: 'a filter below it is applied locally' }] };
  }
  if (keys.some((key) => isUnknown(key.expr) || isVolatile(key.expr))) {
    return { rel: undefined, kept: [{ what, reason: 'the order is computed by the local engine' }] };
  }
  const rel: SortLimit = {
    kind: 'sortLimit',
    input: below,
    keys: keys.map((key) => ({ ...key, expr: merged.rename(key.expr, only.scan) })),
    limit,
  };
  const verdict = dialect.accepts(rel);
  return isReason(verdict) ? { rel: undefined, kept: [{ what, reason: verdict.reason }] } : { rel, kept: [] };
}

/** The limit (its offset included: the statement skips those rows again) whose input is this scan alone. */
function limitOver(rel: Rel, scan: Scan): { readonly limit: number; readonly keys: readonly SortKey[] } | undefined {
  if (rel.kind === 'sortLimit' && rel.limit !== undefined) {
    const columns = columnsOver(rel.input, scan);
    if (columns !== undefined) {
      const keys = rel.keys.map((key) => ({ ...key, expr: columns(key.expr) }));
      if (keys.some((key) => key.expr === undefined)) return undefined;
      return { limit: rel.limit + (rel.offset ?? 0), keys: sortingKeys(keys as readonly SortKey[]) };
    }
  }
  for (const input of inputs(rel)) {
    const found = limitOver(input, scan);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** If only projections and filters lie between: an expression above them in terms of the scan. */
function columnsOver(rel: Rel, scan: Scan): ((expr: Expr) => Expr | undefined) | undefined {
  if (rel === scan) return (expr) => expr;
  // Only filters right over the scan were judged; DuckDB moves the others there, or they stop the limit here.
  if (rel.kind === 'filter') return isFiltered(rel.input, scan) ? (expr) => expr : undefined;
  if (rel.kind !== 'project') return undefined;
  const below = columnsOver(rel.input, scan);
  if (below === undefined) return undefined;
  const computed = new Map<ColumnId, Expr>(rel.columns.map(({ id, expr }) => [id, expr]));
  return (expr) => {
    // Sorting by an expression would need it rewritten; a bare column is what top-N queries sort by.
    const source = expr.kind === 'column' ? computed.get(expr.id) : undefined;
    return source === undefined ? undefined : below(source);
  };
}

function isFiltered(rel: Rel, scan: Scan): boolean {
  return rel === scan || (rel.kind === 'filter' && isFiltered(rel.input, scan));
}
