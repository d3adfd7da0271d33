/** Table names -> the catalogue's tables. A bare name is allowed where one service alone has it. */

import { AishellError } from '../errors.js';
import { quoteIdentifier, tableName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import type { Catalog } from '../catalog/contract.js';
import { nearest } from '../config/nearest.js';
import type { NameReference, TableReference } from './walk.js';
import { identifierAt, indexOfByte, skipBlank } from './text.js';
import type { Edit } from './text.js';

export interface Resolved {
  /** Once each, in the order of the statement. */
  readonly tables: readonly Table[];
  /** By the name that qualifies their columns, in lower case. */
  readonly shownAs: ReadonlyMap<string, readonly Table[]>;
  /** The service's (and schema's) name before each bare table name. */
  readonly edits: readonly Edit[];
}

export function resolveTables(references: readonly TableReference[], columns: readonly NameReference[], text: string, catalog: Catalog): Resolved {
  const tables = new Set<Table>();
  const shown = new Map<string, Table[]>();
  const edits: Edit[] = [];
  for (const { path, shownAs, byte } of references) {
    const table = path.length === 1 ? bare(path[0]!, catalog) : qualified(path, catalog);
    if (table.columns.length === 0) {
      throw new AishellError(
        'sql.unknown',
        `${tableName(table)} has no columns that are known.`,
        'It was empty when the catalogue was read; run with --refresh once it holds something.',
        { service: table.service },
      );
    }
    tables.add(table);
    const name = shownAs.toLowerCase();
    shown.set(name, [...(shown.get(name) ?? []), table]);
    if (path.length === 3 && table.schema === undefined && !same(path[1]!, 'main')) edits.push(mainInstead(text, byte, 1));
    if (path.length === 1) {
      const at = indexOfByte(text, byte);
      const prefix = [table.service, ...(table.schema === undefined ? [] : [table.schema])].map(quoteIdentifier).join('.');
      edits.push({ start: at, end: at, text: `${prefix}.` });
    }
  }
  return { tables: [...tables], shownAs: shown, edits: [...edits, ...qualifierEdits(columns, tables, text, catalog)] };
}

/** `service.public.table.column` and `public.table.column`: the default schema is called main where statements are bound. */
function qualifierEdits(columns: readonly NameReference[], tables: ReadonlySet<Table>, text: string, catalog: Catalog): Edit[] {
  const isDefault = (service: string | undefined, schema: string, name: string) =>
    !same(schema, 'main') && [...tables].some((table) => table.schema === undefined && same(table.name, name) && (service === undefined || same(table.service, service)) && same(defaultSchemaOf(table.service, catalog) ?? '', schema));
  return columns.flatMap(({ path, byte }) => {
    if (path.length >= 4 && isDefault(path[0], path[1]!, path[2]!)) return [mainInstead(text, byte, 1)];
    return path.length >= 3 && isDefault(undefined, path[0]!, path[1]!) ? [mainInstead(text, byte, 0)] : [];
  });
}

function defaultSchemaOf(service: string, catalog: Catalog): string | undefined {
  return catalog.services.find(({ name }) => name === service)?.facts.defaultSchema;
}

/** @param index of the name in the path that begins at the byte */
function mainInstead(text: string, byte: number, index: number): Edit {
  let start = indexOfByte(text, byte);
  for (let i = 0; ; i++) {
    const end = identifierAt(text, start)!.end;
    if (i === index) return { start, end, text: 'main' };
    // Past the dot.
    start = skipBlank(text, skipBlank(text, end) + 1);
  }
}

function bare(name: string, catalog: Catalog): Table {
  const found = allTables(catalog).filter((table) => same(table.name, name));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new AishellError(
      'sql.unknown',
      `Several services have a table ${name}: ${found.map(tableName).join(', ')}.`,
      `Say which one, as in ${tableName(found[0]!)}.`,
    );
  }
  throw unknownTable(name, catalog);
}

function qualified(path: readonly string[], catalog: Catalog): Table {
  const [service, schema, name] = path.length === 3 ? (path as [string, string, string]) : [path[0]!, undefined, path[1]!];
  const entry = catalog.services.find((candidate) => same(candidate.name, service));
  if (entry === undefined) throw unknownService(path, catalog);
  const wanted = schema === undefined || same(schema, 'main') || same(schema, entry.facts.defaultSchema ?? 'main') ? undefined : schema;
  const table = entry.tables.find(
    (candidate) => same(candidate.name, name) && (wanted === undefined ? candidate.schema === undefined : same(candidate.schema ?? '', wanted)),
  );
  if (table === undefined) throw unknownTable(path.join('.'), catalog, entry.tables);
  return table;
}

function unknownService(path: readonly string[], catalog: Catalog): AishellError {
  const services = catalog.services.map((service) => service.name);
  const near = nearest(path[0]!, services);
  const elsewhere = allTables(catalog).filter((table) => same(table.name, path.at(-1)!)).map(tableName).slice(0, 3);
  const candidates = [...near, ...elsewhere];
  return new AishellError(
    'sql.unknown',
    `There is no service ${path[0]}.`,
    candidates.length > 0 ? `Did you mean ${candidates.join(' or ')}?` : `The services are: ${services.join(', ')}.`,
    { data: { name: path[0], candidates } },
  );
}

/** Nearest among the service's own tables first, then among all. */
function unknownTable(name: string, catalog: Catalog, own: readonly Table[] = []): AishellError {
  const last = name.split('.').at(-1)!;
  const candidates = new Set<string>();
  for (const tables of [own, allTables(catalog)]) {
    const near = nearest(last, tables.map((table) => table.name));
    for (const near1 of near) for (const table of tables) if (table.name === near1) candidates.add(tableName(table));
  }
  const shown = [...candidates].slice(0, 3);
  return new AishellError(
    'sql.unknown',
    `There is no table ${name}.`,
    shown.length > 0 ? `Did you mean ${shown.join(' or ')}?` : 'Run `aishell schema` to see the tables that exist.',
    { data: { name, candidates: shown } },
  );
}

function allTables(catalog: Catalog): readonly Table[] {
  return catalog.services.flatMap((service) => service.tables);
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
