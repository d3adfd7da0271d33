/**
 * Logs that don't hold all that was ever written to them: compaction (Kafka's cleanup.policy) removes messages whose key came
 * again. That a message isn't there says nothing then. https://kafka.apache.org/documentation/#compaction
 */

import { tableName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import type { TraceCoverage } from '../answer/contract.js';

/** By the name of the log: why what lacks there may have been removed. */
export type Removed = ReadonlyMap<string, string>;

/** By what the store says of the log, else by offsets at which nothing is any more. */
export function removedFrom(logs: readonly Table[], coverage: readonly Pick<TraceCoverage, 'service' | 'table' | 'coverage'>[]): Removed {
  const removed = new Map<string, string>();
  for (const log of logs.filter(({ kind }) => kind === 'topic')) {
    const looks = coverage.filter(({ service, table }) => service === log.service && table === log.name);
    // What was read last of a partition may be a part of it: the look that saw most tells most.
    const most = new Map<string, number>();
    for (const { partition, removed: holes = 0 } of looks.flatMap((look) => look.coverage)) most.set(partition, Math.max(most.get(partition) ?? 0, holes));
    const holes = [...most.values()].reduce((sum, count) => sum + count, 0);
    const seen = holes === 0 ? '' : `${holes} ${holes === 1 ? 'offset holds' : 'offsets hold'} no message any more`;
    if (log.compacted === true) removed.set(tableName(log), `cleanup.policy is compact${seen === '' ? '' : `, and ${seen}`}`);
    else if (holes > 0) removed.set(tableName(log), `${seen}, so it was compacted`);
  }
  return removed;
}

/** Of the logs (by name) where something lacks: why that proves nothing; undefined where all that was written is there. */
export function mayHaveHeld(logs: Iterable<string>, removed: Removed): string | undefined {
  const found = [...new Set(logs)].flatMap((log) => (removed.has(log) ? [`${log} may have held it and keeps only the last message of a key (${removed.get(log)!})`] : []));
  return found.length === 0 ? undefined : found.join('; ');
}
