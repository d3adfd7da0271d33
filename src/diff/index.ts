/**
 * What services believe about the same things. Tables of different services belong together when a link ties them or
 * when they hold the same entity; their columns are paired by the link, by name, or as a copy (`user_email` beside
 * users.email), and each pair is compared by name, type, nullability and key. Reads the catalogue alone, no rows.
 *
 * Direction: values flow from the right side, where the entity lives, to the left side, which refers to it or copies
 * it. Severity says what can happen to a value on that way.
 */

import type { DiffAnswer } from '../answer/contract.js';
import type { Catalog } from '../catalog/contract.js';
import { tableName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import { compareColumns } from './compare.js';
import { pairTables } from './pairs.js';

export type Comparison = Pick<DiffAnswer, 'kind' | 'scope' | 'pairs' | 'summary' | 'warnings'>;

/**
 * @param left a service or `service.table`; with `right` absent it is compared with everything linked to it
 * @param right likewise
 */
export function compareSchemas(catalog: Catalog, left?: string, right?: string): Comparison {
  const tables = catalog.services.flatMap((service) => service.tables);
  const inLeft = scopeOf(left, catalog, tables);
  const inRight = scopeOf(right, catalog, tables);
  const pairs = pairTables(tables, catalog.links)
    .filter((pair) => (inLeft(pair.left) && inRight(pair.right)) || (inLeft(pair.right) && inRight(pair.left)))
    .map((pair) => {
      const compared = pair.columns.map((columns) => compareColumns(pair, columns));
      return {
        left: tableName(pair.left),
        right: tableName(pair.right),
        via: pair.via,
        agreements: compared.filter((differences) => differences.length === 0).length,
        differences: compared.flat(),
      };
    });
  const differences = pairs.flatMap((pair) => pair.differences);
  const count = (what: string, test: (d: (typeof differences)[number]) => boolean) => ({
    what,
    count: differences.filter(test).length,
  });
  return {
    kind: 'diff',
    scope: [left, right].filter((name) => name !== undefined).join(' and ') || 'all services',
    pairs,
    summary: [
      { what: 'pairs of tables compared', count: pairs.length },
      { what: 'columns that agree', count: pairs.reduce((sum, pair) => sum + pair.agreements, 0) },
      count('breaking', (d) => d.severity === 'breaking'),
      count('risky', (d) => d.severity === 'risky'),
      count('notes', (d) => d.severity === 'note'),
    ],
    warnings:
      pairs.length > 0
        ? []
        : ['No two tables here are linked, so there was nothing to compare. `links:` in the configuration can tie columns together.'],
  };
}

function scopeOf(name: string | undefined, catalog: Catalog, tables: readonly Table[]): (table: Table) => boolean {
  if (name === undefined) return () => true;
  const wanted = name.toLowerCase();
  const inScope = (table: Table) => table.service.toLowerCase() === wanted || tableName(table).toLowerCase() === wanted;
  if (!tables.some(inScope)) {
    throw new AishellError(
      'sql.unknown',
      `There is no service or table '${name}' to compare.`,
      `Services: ${catalog.services.map((service) => service.name).join(', ')}. A table is written service.table.`,
    );
  }
  return inScope;
}
