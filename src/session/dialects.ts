/** What each store of a catalogue can be asked, with no store at hand. */

import type { Catalog } from '../catalog/contract.js';
import type { Dialect } from '../../connectors/contract.js';
import { rowsOnly } from './rows-only.js';
import type { Sources } from './sources.js';
import { onWholeTables } from './whole-tables.js';

/** @param rowsAlone services that compute nothing */
export function dialects(catalog: Catalog, sources: Sources, rowsAlone: ReadonlySet<string> = new Set()): (service: string) => Dialect {
  return (name) => {
    const dialect = onWholeTables(sources.dialect(name, catalog.services.find((service) => service.name === name)!.facts));
    return rowsAlone.has(name) ? rowsOnly(dialect) : dialect;
  };
}
