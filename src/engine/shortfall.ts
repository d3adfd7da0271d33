/** A read whose rows are not those that its store counted. */

import { tableName } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import type { Fragment } from '../plan/contract.js';

/** The store's own count is not what arrived: never an answer. */
export function shortfall(fragment: Pick<Fragment, 'service' | 'table'>, arrived: number, reported: number): AishellError {
  return new AishellError(
    'source.cut',
    `Service '${fragment.service}' reported ${reported} rows of ${tableName(fragment.table)}, but ${arrived} arrived.`,
    'Run the statement again; if it happens again, run `aishell doctor`.',
    { service: fragment.service },
  );
}
