/**
 * A team's word on its own data, laid over what the stores say: tables and columns that nobody is to see are not there,
 * for a person's SQL as little as for a translator, and synonyms stand beside the names.
 */

import { tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import type { Vocabulary } from '../config/contract.js';
import { nearest } from '../config/nearest.js';
import { AishellError } from '../errors.js';
import type { CatalogService } from './contract.js';

/** Tables as the stores describe them, by what is left of them. */
const described = new WeakMap<Table, Table>();

/** The table with its hidden columns: for reading it, never for a statement. */
export function describedTable(table: Table): Table {
  return described.get(table) ?? table;
}

type Hiding = Pick<Vocabulary, 'hidden'>;

/** Does the vocabulary hide this table, or this column of it? */
export function isHidden(table: Table, column: string | undefined, { hidden }: Hiding): boolean {
  const path = pathOf(table);
  return hidden.some((entry) => {
    const parts = entry.toLowerCase().split('.');
    return matches(parts, path) || (column !== undefined && matches(parts, [...path, column.toLowerCase()]));
  });
}

/** The services without what is hidden. Keys and references that need a hidden column go with it. */
export function withoutHidden(services: readonly CatalogService[], vocabulary: Hiding): CatalogService[] {
  if (vocabulary.hidden.length === 0) return [...services];
  return services.map((service) => ({
    ...service,
    tables: service.tables.flatMap((table) => visible(table, service.tables, vocabulary) ?? []),
  }));
}

function visible(table: Table, siblings: readonly Table[], vocabulary: Hiding): Table | undefined {
  const columns = table.columns.filter((column) => !isHidden(table, column.name, vocabulary));
  if (isHidden(table, undefined, vocabulary) || (columns.length === 0 && table.columns.length > 0)) return undefined;
  const seen: Seen = (of, names) =>
    of === undefined || names.every((name) => !isHidden(of, name, vocabulary));
  if (columns.length === table.columns.length && foreign(table, seen, siblings).length === (table.foreignKeys ?? []).length) return table;
  const { primaryKey, uniques, foreignKeys, checks, ...rest } = table;
  const left: Table = {
    ...rest,
    columns,
    ...(primaryKey !== undefined && seen(table, primaryKey) && { primaryKey }),
    ...(uniques !== undefined && { uniques: uniques.filter((key) => seen(table, key)) }),
    ...(checks !== undefined && { checks: checks.filter((check) => seen(table, check.columns)) }),
    ...(foreignKeys !== undefined && { foreignKeys: foreign(table, seen, siblings) }),
  };
  described.set(left, table);
  return left;
}

type Seen = (of: Table | undefined, names: readonly string[]) => boolean;

/** The foreign keys whose both ends are seen. */
function foreign(table: Table, seen: Seen, siblings: readonly Table[]): NonNullable<Table['foreignKeys']> {
  return (table.foreignKeys ?? []).filter(
    ({ columns, references }) =>
      seen(table, columns) && seen(siblings.find((t) => t.schema === references.schema && t.name === references.table), references.columns),
  );
}

export function withSynonyms(services: readonly CatalogService[], { synonyms }: Pick<Vocabulary, 'synonyms'>): CatalogService[] {
  if (synonyms.length === 0) return [...services];
  const words = new Map(synonyms.map(({ of, words: said }) => [of.toLowerCase(), said]));
  const own = <T extends Table | Column>(thing: T, path: readonly string[]): T => {
    const said = words.get(path.join('.'));
    return said === undefined ? thing : { ...thing, synonyms: said };
  };
  return services.map((service) => ({
    ...service,
    tables: service.tables.map((table) => {
      const said = { ...own(table, pathOf(table)), columns: table.columns.map((column) => own(column, [...pathOf(table), column.name.toLowerCase()])) };
      described.set(said, describedTable(table));
      return said;
    }),
  }));
}

/**
 * Refuses entries that name nothing: a slip in `hidden:` would show what was to be hidden. Services that aren't there
 * are passed over, and so are fields of stores whose schema is a sample.
 */
export function checkAddresses(services: readonly CatalogService[], { hidden, synonyms }: Vocabulary): void {
  for (const entry of hidden.filter((text) => !text.split('.').includes('*'))) checkAddress(services, entry, 'hidden');
  for (const { of } of synonyms) checkAddress(services, of, 'synonyms');
}

/** A name of the configuration that the catalogue doesn't have. */
export interface AddressProblem {
  readonly service: string;
  readonly entry: string;
  /** What was probably meant, nearest first. */
  readonly near: readonly string[];
  /** A field of a table whose schema is a sample: other rows may have it. */
  readonly isSampled: boolean;
}

/**
 * @param entry `service.table` or `service.table.column`
 * @returns undefined where it is there, or its service can't be seen now
 */
export function addressProblem(services: readonly CatalogService[], entry: string): AddressProblem | undefined {
  const parts = entry.toLowerCase().split('.');
  const service = services.find(({ name }) => name.toLowerCase() === parts[0]);
  if (service === undefined) return undefined;
  const tables = service.tables;
  if (tables.some((table) => matches(parts, pathOf(table)))) return undefined;
  const table = tables.find((candidate) => matches(parts.slice(0, -1), pathOf(candidate)));
  if (table?.columns.some((column) => column.name.toLowerCase() === parts.at(-1))) return undefined;
  const near = table === undefined ? nearest(entry, tables.map(tableName)) : nearest(parts.at(-1)!, table.columns.map(({ name }) => name));
  return { service: service.name, entry, near, isSampled: table !== undefined && ['collection', 'topic', 'keys'].includes(table.kind) };
}

/** @param where the setting that it stands in */
export function checkAddress(services: readonly CatalogService[], entry: string, where: string): void {
  const problem = addressProblem(services, entry);
  if (problem === undefined || problem.isSampled) return;
  throw new AishellError('config', `\`${where}:\` names ${entry}, which is not there`, addressRemedy(problem), { service: problem.service });
}

export function addressRemedy({ near }: AddressProblem): string {
  return near.length > 0 ? `Did you mean ${near.join(' or ')}? \`aishell schema --refresh\` reads the stores anew.` : `Correct or remove the entry.`;
}

function pathOf(table: Table): string[] {
  return tableName(table).toLowerCase().split('.');
}

function matches(parts: readonly string[], path: readonly string[]): boolean {
  return parts.length === path.length && parts.every((part, i) => part === '*' || part === path[i]);
}
