/** Services whose schema is unknown, as an answer names them. */

import type { MissingSource } from '../answer/contract.js';
import type { CatalogState } from './catalog.js';

export function missingSources(state: CatalogState): MissingSource[] {
  return [...state.missing].map(([service, error]) => ({ service, reason: error.message, remedy: error.remedy }));
}
