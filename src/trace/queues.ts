/** Queues of messages can't be looked into without consuming what they hold: they are named, with their depth. */

import type { TraceCoverage } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import type { TraceContext } from './contract.js';
import { unsearchable } from './statements.js';

/** @param isLeftOut services that are not asked any more; @param warn is told of queues that could not be counted */
export async function queuesOf({ catalog, run }: TraceContext, isLeftOut: (service: string) => boolean, warn: (line: string) => void): Promise<TraceCoverage[]> {
  const found: TraceCoverage[] = [];
  for (const { name: service, facts, tables } of catalog.services) {
    const table = tables.find(({ name }) => name === facts['unsearchable']);
    if (table === undefined || isLeftOut(service)) continue;
    const sql = unsearchable(table);
    try {
      const { rows } = await run(sql);
      for (const [name, type, messages] of rows) {
        const count = `${String(messages)} ${String(messages) === '1' ? 'message' : 'messages'}`;
        const notSearched = `a ${String(type)} queue, which is not searchable: reading would consume its ${count}`;
        found.push({ service, table: String(name), asked: sql, access: null, rows: 0, coverage: [], notSearched });
      }
    } catch (error) {
      if (!(error instanceof AishellError) || error.kind !== 'source') throw error;
      warn(`${service}: its queues could not be counted: ${error.message}`);
    }
  }
  return found;
}
