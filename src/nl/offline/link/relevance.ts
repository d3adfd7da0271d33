/** How much of a question each table and column may be about: what a reader with little room is shown first. */

import type { Column, Table } from '../../../algebra/index.js';
import type { Catalog } from '../../../catalog/contract.js';
import { tokenize } from '../text/tokens.js';
import { schemaOf } from './catalog.js';
import { matchColumns, matchTables, matchValues } from './match.js';

export interface Relevance {
  readonly tables: ReadonlyMap<Table, number>;
  readonly columns: ReadonlyMap<Column, number>;
}

const longestName = 3;
const mostTokens = 300;

/** Runs of up to three words are looked up as names and as values; a run that fits many things counts less for each. */
export function relevanceOf(question: string, catalog: Catalog): Relevance {
  const schema = schemaOf(catalog);
  const tokens = tokenize(question).slice(0, mostTokens);
  const tables = new Map<Table, number>();
  const columns = new Map<Column, number>();
  const add = <T>(map: Map<T, number>, key: T, score: number): void => void map.set(key, (map.get(key) ?? 0) + score);

  const services = new Set(tokens.map(({ lemma }) => lemma));
  for (const service of catalog.services) {
    if (services.has(service.name.toLowerCase())) for (const table of service.tables) add(tables, table, 1);
  }
  tokens.forEach((_, at) => {
    for (let length = 1; length <= longestName && at + length <= tokens.length; length += 1) {
      const words = tokens.slice(at, at + length).map(({ lemma }) => lemma);
      const named = matchTables(schema, words, true);
      for (const { table, score } of named) add(tables, table.table, (4 * length * score) / Math.sqrt(named.length));
      const meant = matchColumns(schema, words, true);
      for (const { column, score } of meant) {
        const share = (length * score) / Math.sqrt(meant.length);
        add(tables, column.table.table, share);
        add(columns, column.column, share);
      }
    }
    const values = matchValues(schema, tokens, at)?.entries ?? [];
    for (const { column } of values) {
      add(tables, column.table.table, 2 / Math.sqrt(values.length));
      add(columns, column.column, 2 / Math.sqrt(values.length));
    }
  });
  return { tables, columns };
}
