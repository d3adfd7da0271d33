/**
 * The catalogue as a model sees it: names, types, comments, links. Everything is a JSON string, so a line break or an
 * instruction inside a name or a comment stays data. Values of rows are sent only where the configuration allows it. A
 * catalogue that is too large is pruned to what the offline linker finds the question to be about.
 */

import { tableName, typeName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import type { Catalog } from '../../catalog/contract.js';
import { addressText } from '../../catalog/links.js';
import { relevanceOf } from '../offline/link/relevance.js';
import type { Relevance } from '../offline/link/relevance.js';

/** Of English and of identifiers; no tokenizer is shared by all models. */
export const charactersPerToken = 4;
const maxValues = 20;
const maxComment = 200;
/** Of a table that must share the room with others. */
const maxColumns = 40;
/** What a link passes on of one table's relevance to the other. */
const byLink = 0.3;

export interface SchemaText {
  readonly schema: string;
  readonly links: string;
  /** Tables that did not fit. */
  readonly omitted: number;
}

export function schemaText(catalog: Catalog, question: string, { tokens, values }: { tokens: number; values: boolean }): SchemaText {
  const room = tokens * charactersPerToken;
  const tables = catalog.services.flatMap((service) => service.tables);
  const whole = tables.map((table) => ({ table, line: tableLine(table, table.columns, values) }));
  const chosen = sizeOf(whole) <= room ? whole : pruned(catalog, tables, relevanceOf(question, catalog), room, values);
  const shown = new Set(chosen.map(({ table }) => tableName(table)));
  const ofShown = (address: string) => shown.has(address.slice(0, address.lastIndexOf('.')));
  return {
    schema: chosen.map(({ line }) => line).join('\n'),
    links: catalog.links
      .map((link) => [addressText(link.from), addressText(link.to)] as const)
      .filter(([from, to]) => ofShown(from) && ofShown(to))
      .map((pair) => JSON.stringify(pair))
      .join('\n'),
    omitted: tables.length - chosen.length,
  };
}

interface Line {
  readonly table: Table;
  readonly line: string;
}

const sizeOf = (lines: readonly Line[]): number => lines.reduce((sum, { line }) => sum + line.length + 1, 0);

/** The most relevant tables that fit, in the catalogue's order; of wide ones the keys and the relevant columns. */
function pruned(catalog: Catalog, tables: readonly Table[], relevance: Relevance, room: number, values: boolean): Line[] {
  const linked = new Set(catalog.links.flatMap(({ from, to }) => [addressText(from), addressText(to)]));
  const scores = withNeighbours(catalog, tables, relevance.tables);
  const ranked = tables
    .map((table, index) => ({ table, index, score: scores.get(table) ?? 0 }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const kept: (Line & { index: number })[] = [];
  let size = 0;
  for (const { table, index } of ranked) {
    const line = tableLine(table, mainColumns(table, relevance, linked), values);
    if (size + line.length + 1 > room && kept.length > 0) continue;
    size += line.length + 1;
    kept.push({ table, index, line });
  }
  return kept.sort((a, b) => a.index - b.index);
}

/** A table that joins two relevant ones is needed, though nothing in the question names it. */
function withNeighbours(catalog: Catalog, tables: readonly Table[], own: ReadonlyMap<Table, number>): Map<Table, number> {
  const byName = new Map(tables.map((table) => [tableName(table), table]));
  const scores = new Map(own);
  for (const { from, to } of catalog.links) {
    const [a, b] = [from, to].map((address) => byName.get(tableName({ ...address, name: address.table })));
    if (a === undefined || b === undefined || a === b) continue;
    for (const [receiver, giver] of [[a, b], [b, a]] as const) {
      scores.set(receiver, (scores.get(receiver) ?? 0) + byLink * (own.get(giver) ?? 0));
    }
  }
  return scores;
}

function mainColumns(table: Table, { columns }: Relevance, linked: ReadonlySet<string>): readonly Column[] {
  if (table.columns.length <= maxColumns) return table.columns;
  const rank = (column: Column): number =>
    (table.primaryKey?.includes(column.name) === true ? 100 : 0) + (columns.get(column) ?? 0) * 10 + (linked.has(`${tableName(table)}.${column.name}`) ? 5 : 0);
  const first = new Set([...table.columns].sort((a, b) => rank(b) - rank(a)).slice(0, maxColumns));
  return table.columns.filter((column) => first.has(column));
}

function tableLine(table: Table, columns: readonly Column[], values: boolean): string {
  const more = table.columns.length - columns.length;
  return JSON.stringify({
    table: tableName(table),
    ...about(table),
    columns: Object.fromEntries(columns.map((column) => [column.name, columnText(column, values)])),
    ...(more > 0 && { columnsNotShown: more }),
  });
}

/** The type alone where there is nothing else to say. */
function columnText(column: Column, values: boolean): unknown {
  const known = values ? (column.enumValues ?? column.sampleValues) : undefined;
  const more = { ...about(column), ...(known !== undefined && { values: known.slice(0, maxValues) }) };
  return Object.keys(more).length === 0 ? typeName(column.type) : { type: typeName(column.type), ...more };
}

function about({ comment, synonyms }: Pick<Table, 'comment' | 'synonyms'>): object {
  return {
    ...(comment !== undefined && comment !== '' && { comment: comment.length > maxComment ? `${comment.slice(0, maxComment)}...` : comment }),
    ...(synonyms !== undefined && { synonyms }),
  };
}
