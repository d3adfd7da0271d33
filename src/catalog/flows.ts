/** Holds `flows:` to the catalogue: a verdict over a table that isn't there would never be spoken, and never be missed. */

import type { Flows } from '../config/contract.js';
import type { CatalogService } from './contract.js';
import { addressProblem, checkAddress } from './vocabulary.js';
import type { AddressProblem } from './vocabulary.js';

/** Services that can't be seen now are passed over, and so are fields of stores whose schema is a sample. */
export function checkFlows(services: readonly CatalogService[], flows: Flows): void {
  for (const entry of addressesOf(flows)) checkAddress(services, entry, 'flows');
}

/** All that is not there, fields that a sample doesn't show included. */
export function flowProblems(services: readonly CatalogService[], flows: Flows): AddressProblem[] {
  return addressesOf(flows).flatMap((entry) => addressProblem(services, entry) ?? []);
}

/** Tables and topics before their columns, each once. */
function addressesOf({ writes, outboxes }: Flows): string[] {
  const all = [
    ...writes.flatMap(({ topic, table, on }) => [topic, table, ...Object.entries(on ?? {}).flatMap(([field, column]) => [`${topic}.${field}`, `${table}.${column}`])]),
    ...outboxes.flatMap(({ table, event, published }) => [table, `${table}.${event}`, `${table}.${published}`]),
  ];
  return [...new Set(all)];
}
