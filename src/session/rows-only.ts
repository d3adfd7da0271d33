/**
 * A service that turned out to hold values with which it can't compute as a statement means it is asked for rows alone:
 * filtered, but neither sorted nor limited, grouped or joined.
 */

import { inputs } from '../algebra/index.js';
import type { Rel } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import type { Dialect } from '../../connectors/contract.js';

export function rowsOnly(dialect: Dialect): Dialect {
  return { ...dialect, accepts: (rel) => (computes(rel) ? { reason: 'it holds values of other types than were sampled' } : dialect.accepts(rel)) };
}

/**
 * Runs it, and once more for each service that says so while it runs.
 *
 * @param run given the services that are asked for rows alone
 */
export async function askedAgain<T>(run: (services: ReadonlySet<string>) => Promise<T>): Promise<T> {
  const services = new Set<string>();
  for (;;) {
    try {
      return await run(services);
    } catch (error) {
      const isNew = error instanceof AishellError && error.code === 'source.inexact' && error.service !== undefined && !services.has(error.service);
      if (!isNew) throw error;
      services.add(error.service!);
    }
  }
}

function computes(rel: Rel): boolean {
  const plain = rel.kind === 'scan' || rel.kind === 'filter' || (rel.kind === 'project' && rel.columns.every(({ expr }) => expr.kind === 'column'));
  return !plain || inputs(rel).some(computes);
}
