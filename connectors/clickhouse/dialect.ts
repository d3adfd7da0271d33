/** The shared printer in ClickHouse's style; shipped keys are handed to the source beside the query. */

import type { Dialect, KeyBatch } from '../contract.js';
import { sqlDialect } from '../sql/dialect.js';
import { clickhouseStyle } from './style.js';

/** The connector's own form of a query. */
export interface ClickHouseQuery {
  /** Values of {p1:...}, {p2:...}, ... */
  readonly params: readonly unknown[];
  readonly keys: KeyBatch | undefined;
}

export function clickhouseDialect(): Dialect {
  const dialect = sqlDialect(clickhouseStyle);
  return {
    ...dialect,
    compile(rel, keys) {
      const query = dialect.compile(rel, keys);
      const payload: ClickHouseQuery = { params: query.params, keys };
      return { ...query, params: keys ? [...query.params, keys.values] : query.params, payload };
    },
  };
}
