/**
 * Whether what a statement answers over some of the rows is among what it answers over all (a monotone query: selections,
 * projections, inner and semi joins, unions, DISTINCT). Then a LIMIT without an order may be met before everything was
 * read: any rows that were found will do.
 */

import { inputs } from '../../algebra/index.js';
import type { Expr, Rel } from '../../algebra/index.js';
import { volatileFunctions } from '../../duckdb/volatile.js';
import { isUnknown } from '../expression.js';
import { isVolatile } from './push-filters.js';
import { expressionsOf } from './relation-expressions.js';

export interface Growing {
  /** Rows after which the statement wants no more; absent: it wants all. */
  readonly limit?: number;
  /** Rows of some of the tables may do, with none of the others. */
  readonly united: boolean;
}

/**
 * @param rel the plan, down to the tables that are staged
 * @param sql its text, for what the plan doesn't tell of
 */
export function growing(rel: Rel, sql: string): Growing | undefined {
  if (rel.kind === 'project') return isSteady(rel, sql) ? growing(rel.input, sql) : undefined;
  if (rel.kind === 'sortLimit' && rel.limit !== undefined) return rel.keys.length === 0 && grows(rel.input, sql) ? { limit: rel.limit, united: unites(rel) } : undefined;
  return grows(rel, sql) ? { united: unites(rel) } : undefined;
}

function unites(rel: Rel): boolean {
  return rel.kind === 'setOperation' || inputs(rel).some(unites);
}

function grows(rel: Rel, sql: string): boolean {
  return isMonotone(rel) && isSteady(rel, sql) && inputs(rel).every((input) => grows(input, sql));
}

function isMonotone(rel: Rel): boolean {
  switch (rel.kind) {
    case 'scan':
    case 'filter':
    case 'project':
    case 'cte':
    case 'reference':
      return true;
    case 'join':
      return rel.type === 'inner' || rel.type === 'semi';
    case 'aggregate':
      return rel.aggregates.length === 0 && rel.groups.length > 0;
    case 'setOperation':
      return rel.op === 'union';
    default:
      return false;
  }
}

/** It says the same of a row each time that it is asked. */
function isSteady(rel: Rel, sql: string): boolean {
  const isOpen = (expr: Expr) => isVolatile(expr) || (isUnknown(expr) && [...volatileFunctions].some((name) => sql.toLowerCase().includes(name)));
  return !expressionsOf(rel).some(isOpen);
}
