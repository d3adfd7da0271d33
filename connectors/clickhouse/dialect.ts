/** The shared printer in ClickHouse's style; shipped keys are handed to the source beside the query. */

import { inputs, type Dialect, type Facts, type KeyBatch, type Rel } from '../contract.js';
import { sqlDialect } from '../sql/dialect.js';
import { clickhouseComputes } from './computes.js';
import type { ClickHouseFacts } from './facts.js';
import { clickhouseStyle } from './style.js';

/** The connector's own form of a query. */
export interface ClickHouseQuery {
  /** Values of {p1:...}, {p2:...}, ... */
  readonly params: readonly unknown[];
  readonly keys: KeyBatch | undefined;
  /** Rows without a partner have NULL in place of its columns, and no defaults. */
  readonly joinUseNulls: boolean;
  /** Rows that it gives at most; undefined: any number. */
  readonly limit: number | undefined;
}

export function clickhouseDialect(facts: Facts): Dialect {
  const dialect = sqlDialect({ ...clickhouseStyle, computes: clickhouseComputes(facts as ClickHouseFacts) });
  return {
    ...dialect,
    compile(rel, keys) {
      const query = dialect.compile(rel, keys);
      const payload: ClickHouseQuery = { params: query.params, keys, joinUseNulls: hasLeftJoin(rel), limit: rel.kind === 'sortLimit' ? rel.limit : undefined };
      return { ...query, params: keys ? [...query.params, keys.values] : query.params, payload };
    },
  };
}

function hasLeftJoin(rel: Rel): boolean {
  return (rel.kind === 'join' && rel.type === 'left') || inputs(rel).some(hasLeftJoin);
}
