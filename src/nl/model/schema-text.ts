/**
 * The catalogue as a model sees it: names and types, links, and nothing else. Names are JSON strings, so a line break
 * or an instruction inside one stays data. Comments are a store's free text and are never sent. Values are sent only
 * where the configuration allows it.
 */

import { tableName, typeName } from '../../algebra/index.js';
import type { Table } from '../../algebra/index.js';
import type { Catalog } from '../../catalog/contract.js';
import { addressText } from '../../catalog/links.js';
import { singular, words } from '../../catalog/names.js';

/** About 20,000 tokens; a larger catalogue sends the tables whose names are nearest to the question. */
const maxCharacters = 60_000;
const maxValues = 20;

export interface SchemaText {
  readonly schema: string;
  readonly links: string;
  /** Tables that did not fit. */
  readonly omitted: number;
}

export function schemaText(catalog: Catalog, question: string, allowValues: boolean): SchemaText {
  const asked = new Set(words(question).map(singular));
  const tables = catalog.services.flatMap((service) => service.tables);
  const ranked = tables
    .map((table, index) => ({ table, index, score: nearness(table, asked) }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const chosen: { table: Table; index: number; line: string }[] = [];
  let size = 0;
  for (const { table, index } of ranked) {
    const line = tableLine(table, allowValues);
    if (size + line.length > maxCharacters && chosen.length > 0) continue;
    size += line.length;
    chosen.push({ table, index, line });
  }
  const shown = new Set(chosen.map(({ table }) => tableName(table)));
  const ofShown = (address: string) => shown.has(address.slice(0, address.lastIndexOf('.')));
  return {
    schema: chosen.sort((a, b) => a.index - b.index).map(({ line }) => line).join('\n'),
    links: catalog.links
      .map((link) => [addressText(link.from), addressText(link.to)] as const)
      .filter(([from, to]) => ofShown(from) && ofShown(to))
      .map((pair) => JSON.stringify(pair))
      .join('\n'),
    omitted: tables.length - chosen.length,
  };
}

function tableLine(table: Table, allowValues: boolean): string {
  const columns = Object.fromEntries(
    table.columns.map((column) => {
      const values = allowValues ? (column.enumValues ?? column.sampleValues) : undefined;
      const type = typeName(column.type);
      return [column.name, values === undefined ? type : { type, values: values.slice(0, maxValues) }];
    }),
  );
  return JSON.stringify({ table: tableName(table), columns });
}

function nearness(table: Table, asked: ReadonlySet<string>): number {
  const hits = (text: string) => words(text).map(singular).filter((word) => asked.has(word)).length;
  return 3 * hits(table.name) + 2 * hits(table.service) + table.columns.reduce((sum, column) => sum + hits(column.name), 0);
}
