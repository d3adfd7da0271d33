/** One table is asked: straight where its store can answer by itself, else by a statement. */

import type { ReadAnswer, TableRead, TraceContext } from './contract.js';
import { textOf } from './statements.js';

/** Of one answer. */
const mostRows = 1_000;

/** @param most rows that come back, whatever the read's own limit is */
export async function rowsAsked(read: TableRead, context: Pick<TraceContext, 'run' | 'read'>, most = mostRows): Promise<ReadAnswer> {
  const straight = await context.read?.({ ...read, limit: Math.min(read.limit, most) });
  return straight ?? context.run(textOf(read), most);
}
