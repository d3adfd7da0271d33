/** Everything that Tab knows, made once from the catalogue. Texts are as stores gave them: safe only once rendered. */

import { quoteIdentifier, tableName, typeName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import type { Catalog } from '../../catalog/contract.js';
import { offeredKeywords, reservedWords } from './sql-words.js';

export type WordKind = 'service' | 'schema' | 'table' | 'column' | 'value' | 'function' | 'keyword' | 'command' | 'setting' | 'saved' | 'file';

export interface Word {
  readonly text: string;
  /** What is put into the line, where that isn't the text. */
  readonly insert?: string;
  readonly kind: WordKind;
  /** One line that tells it from others. */
  readonly about: string;
}

export interface Vocabulary {
  readonly services: readonly Word[];
  readonly tables: readonly KnownTable[];
  readonly keywords: readonly Word[];
  readonly functions: readonly Word[];
}

export interface KnownTable {
  readonly service: string;
  readonly schema: string | undefined;
  readonly name: string;
  /** As a statement names it, with quotes where needed. */
  readonly word: Word;
  readonly columns: readonly KnownColumn[];
}

export interface KnownColumn {
  readonly name: string;
  readonly word: Word;
  /** Distinct values, where they are few. */
  readonly values: readonly string[];
}

/** A name as a statement needs it: bare where it can be. */
export function sqlName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !reservedWords.has(name.toLowerCase()) ? name : quoteIdentifier(name);
}

/** `signatures`: of each function its name and what it takes, with a semicolon. */
export function vocabulary(catalog: Catalog, functions: readonly string[], signatures = ''): Vocabulary {
  const takes = new Map(signatures.split(';').map((one) => one.replace(/\s+/g, ' ').trim()).map((one) => [one.slice(0, one.indexOf('(')), one.slice(one.indexOf('('))]));
  return {
    services: catalog.services.map(({ name, kind, tables }) => ({ text: name, insert: sqlName(name), kind: 'service', about: `${kind}, ${tables.length} ${tables.length === 1 ? 'table' : 'tables'}` })),
    tables: catalog.services.flatMap(({ tables }) => tables.map(known)),
    keywords: offeredKeywords.map((text) => ({ text, kind: 'keyword', about: '' })),
    functions: [...new Set(functions)].sort().map((text) => ({ text, insert: `${text}(`, kind: 'function', about: takes.get(text) ?? '' })),
  };
}

function known(table: Table): KnownTable {
  const { service, schema, name } = table;
  const rows = table.rows === undefined ? '' : `, ${table.rows.exact ? '' : 'about '}${table.rows.count.toLocaleString('en')} rows`;
  const path = [service, ...(schema === undefined ? [] : [schema]), name].map(sqlName).join('.');
  return {
    service,
    schema,
    name,
    word: { text: tableName(table), insert: path, kind: 'table', about: `${table.kind}${rows}` },
    columns: table.columns.map((column) => ({
      name: column.name,
      word: { text: column.name, insert: sqlName(column.name), kind: 'column', about: `${typeName(column.type)} in ${tableName(table)}${keyOf(table, column)}` },
      values: column.enumValues ?? column.sampleValues ?? [],
    })),
  };
}

function keyOf(table: Table, { name }: Column): string {
  if (table.primaryKey?.includes(name) === true) return ', primary key';
  const foreign = table.foreignKeys?.find(({ columns }) => columns.includes(name));
  return foreign === undefined ? '' : `, refers to ${foreign.references.table}`;
}
