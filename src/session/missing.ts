/** Services whose schema is unknown, as an answer names them. */

import type { MissingSource } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import type { CatalogState } from './catalog.js';

export function missingSources(state: CatalogState): MissingSource[] {
  return [...state.missing].map(([service, error]) => ({ service, reason: error.message, remedy: error.remedy }));
}

/** Those, and the tables of other services that could not be described: for who searches everything. */
export function unseenSources(state: CatalogState): MissingSource[] {
  const tables = state.catalog.services.flatMap(({ name, unread = [] }) => unread.map(({ table, message, remedy }) => ({ service: `${name}.${table}`, reason: message, remedy })));
  return [...missingSources(state), ...tables];
}

/** For comparisons: what is known of a service in part would look like columns that are gone. */
export function withoutLacking(state: CatalogState, allowPartial: boolean): CatalogState {
  const lacking = state.catalog.services.flatMap(({ name, lacking: lack }) => {
    return lack === undefined ? [] : [[name, new AishellError(lack.code, lack.message, lack.remedy, { service: name })] as const];
  });
  if (lacking.length === 0) return state;
  const [[service, error]] = lacking as [(typeof lacking)[number]];
  if (!allowPartial) throw new AishellError(error.code, error.message, `${error.remedy} Or compare without it: --allow-partial, or --service with the others.`, { service, cause: error });
  const isKnown = (name: string) => !lacking.some(([other]) => other === name);
  const { services, links } = state.catalog;
  return {
    catalog: { services: services.filter(({ name }) => isKnown(name)), links: links.filter(({ from, to }) => isKnown(from.service) && isKnown(to.service)) },
    missing: new Map([...state.missing, ...lacking]),
  };
}
