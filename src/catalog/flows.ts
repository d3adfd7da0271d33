/** Holds `flows:` to the catalogue: a verdict over a table that isn't there would never be spoken, and never be missed. */

import type { Flows } from '../config/contract.js';
import type { CatalogService } from './contract.js';
import { checkAddress } from './vocabulary.js';

/** Services that can't be seen now are passed over, and so are fields of stores whose schema is a sample. */
export function checkFlows(services: readonly CatalogService[], { writes, outboxes }: Flows): void {
  const check = (entry: string) => checkAddress(services, entry, 'flows');
  for (const { topic, table, on } of writes) {
    [topic, table].forEach(check);
    for (const [field, column] of Object.entries(on ?? {})) [`${topic}.${field}`, `${table}.${column}`].forEach(check);
  }
  for (const { table, event, published } of outboxes) [table, `${table}.${event}`, `${table}.${published}`].forEach(check);
}
