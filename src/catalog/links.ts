/**
 * Links: which column refers to which table's key, within a service and across services. Declared foreign keys come
 * first, then a person's word from the configuration, then names and types. Nothing here reads a row.
 */

import type { Column, Table, Type } from '../algebra/index.js';
import type { LinkDecision } from '../config/contract.js';
import type { ColumnAddress, Link } from './contract.js';
import { entityOf, singular, words } from './names.js';
import { wordsWithin } from './prefixes.js';

/** Words for the people that a business deals with; services disagree about them more than about anything else. */
const peopleWords = new Set(['user', 'customer', 'client', 'member', 'buyer', 'account', 'shopper', 'subscriber']);

/** Ids that tie messages together rather than rows to rows; following them is tracing's work. */
const messageWords = new Set(['event', 'correlation', 'causation', 'trace', 'span', 'request', 'session', 'message']);

/** A column that names the rows of its table. */
export interface Key {
  readonly table: Table;
  readonly column: Column;
  /** Words of the entity whose rows the key names. */
  readonly entity: readonly string[];
  /** The key's own words. */
  readonly text: string;
  /** `id` or `order_id` of orders: a name made of the entity, which other tables spell with the entity too. */
  readonly isGeneric: boolean;
  /** Words of each column of its table. */
  readonly columns: ReadonlySet<string>;
}

export function findLinks(tables: readonly Table[], decisions: readonly LinkDecision[]): Link[] {
  const declared = tables.flatMap((table) => declaredLinks(table, tables));
  const confirmed = decisions.filter((d) => d.decision === 'confirmed').flatMap((d) => confirmedLink(d, tables));
  const rejected = new Set(
    decisions.filter((d) => d.decision === 'rejected').map((d) => `${d.from.toLowerCase()} ${d.to.toLowerCase()}`),
  );
  const known = new Set([...declared, ...confirmed].map((link) => addressText(link.from)));
  const keysFor = keysByName(findKeys(tables));
  const inferred = tables
    .flatMap((table) => table.columns.flatMap((column) => inferLink(table, column, keysFor)))
    .filter((link) => !known.has(addressText(link.from)));
  return [...confirmed, ...declared, ...inferred].filter(
    (link) => !rejected.has(`${addressText(link.from)} ${addressText(link.to)}`.toLowerCase()),
  );
}

/**
 * Links from members of nested columns, by their own words (`lines[].productId`) or by all of their path (`customer.id`).
 * Statements join by columns alone, so these are no part of the catalogue's links: comparisons and checks follow them.
 *
 * @param tables with their members, as `withFields` makes them
 */
export function findFieldLinks(tables: readonly Table[], decisions: readonly LinkDecision[]): Link[] {
  const nested = tables.flatMap((table) => table.columns.filter(({ within }) => within !== undefined).map((column) => ({ table, column })));
  if (nested.length === 0) return [];
  const isNested = new Set(nested.map(({ table, column }) => addressText(address(table, column.name)).toLowerCase()));
  const confirmed = decisions.filter((d) => d.decision === 'confirmed' && isNested.has(d.from.toLowerCase())).flatMap((d) => confirmedLink(d, tables));
  const known = new Set(confirmed.map((link) => addressText(link.from)));
  const rejected = new Set(decisions.filter((d) => d.decision === 'rejected').map((d) => `${d.from.toLowerCase()} ${d.to.toLowerCase()}`));
  const keysFor = keysByName(findKeys(tables));
  const inferred = nested.flatMap(({ table, column }) => {
    const last = column.within!.steps.filter((step) => step !== null).at(-1) ?? column.within!.column;
    const spoken = [column.name.replaceAll('[]', ''), last].map((name) => ({ ...column, name }));
    const [found] = spoken.flatMap((one) => (isPlainId(one.name) ? [] : inferLink(table, one, keysFor)));
    return found === undefined ? [] : [{ ...found, from: address(table, column.name), because: found.because.replace(/^\S+/, column.name) }];
  });
  return [...confirmed, ...inferred.filter((link) => !known.has(addressText(link.from)))].filter((link) => !rejected.has(`${addressText(link.from)} ${addressText(link.to)}`.toLowerCase()));
}

/** `id` alone may name anything. */
function isPlainId(name: string): boolean {
  return words(name).join(' ') === 'id';
}

/** Every single column that names its table's rows. */
export function findKeys(tables: readonly Table[]): Key[] {
  const spelt = new Set(tables.flatMap((table) => table.columns.map((column) => wordsWithin(table, column.name).join(' '))));
  return tables.flatMap((table) => keysOf(table, spelt));
}

/** Ids of messages and conversations tie no rows together. */
export function isMessageId(name: string): boolean {
  return words(name).some((word) => messageWords.has(word));
}

export function addressText(address: ColumnAddress): string {
  const { service, schema, table, column } = address;
  return schema === undefined ? `${service}.${table}.${column}` : `${service}.${schema}.${table}.${column}`;
}

function address(table: Table, column: string): ColumnAddress {
  return {
    service: table.service,
    ...(table.schema === undefined ? {} : { schema: table.schema }),
    table: table.name,
    column,
  };
}

function declaredLinks(table: Table, tables: readonly Table[]): Link[] {
  return (table.foreignKeys ?? []).flatMap((key) => {
    // A composite key is no link between two columns; its parts still say which tables belong together.
    if (key.columns.length !== 1 || key.references.columns.length !== 1) return [];
    const target = tables.find(
      (t) => t.service === table.service && t.schema === key.references.schema && t.name === key.references.table,
    );
    if (target === undefined) return [];
    return {
      from: address(table, key.columns[0]!),
      to: address(target, key.references.columns[0]!),
      evidence: 'declared' as const,
      because: 'foreign key',
      score: 1,
    };
  });
}

function confirmedLink(decision: LinkDecision, tables: readonly Table[]): Link[] {
  const find = (text: string) => {
    for (const table of tables) {
      for (const column of table.columns) {
        const candidate = address(table, column.name);
        if (addressText(candidate).toLowerCase() === text.toLowerCase()) return candidate;
      }
    }
    return undefined;
  };
  const from = find(decision.from);
  const to = find(decision.to);
  if (from === undefined || to === undefined) return [];
  return [{ from, to, evidence: 'confirmed', because: 'confirmed in the configuration', score: 1 }];
}

/** The single columns that name a table's rows. Logs have none: the same key comes many times. */
function keysOf(table: Table, spelt: ReadonlySet<string>): Key[] {
  if (table.kind === 'topic') return [];
  const entity = entityOf(table.name);
  const single = [table.primaryKey ?? [], ...(table.uniques ?? [])].filter((key) => key.length === 1).map((key) => key[0]!);
  const names = new Set(single);
  // A key that a composite declaration or a schemaless store hides: its name alone makes it one.
  if (names.size === 0 && table.primaryKey === undefined) {
    const named = table.columns.find((column) => {
      const text = wordsWithin(table, column.name).join(' ');
      return column.within === undefined && (text === 'id' || isNumberOf(entity, text));
    });
    // Or that another table spells its first column with this one's entity: `vessel_imo`, of `imo` of vessels.
    const [first] = table.columns;
    const refersTo = first === undefined ? undefined : wordsWithin(table, first.name).join(' ');
    if (named === undefined && refersTo !== undefined && isSpecific(refersTo) && spelt.has(`${entity.join(' ')} ${refersTo}`)) names.add(first!.name);
    if (named !== undefined) names.add(named.name);
  }
  const columns = new Set(table.columns.filter(({ within }) => within === undefined).map((column) => wordsWithin(table, column.name).join(' ')));
  return [...names].flatMap((name) => {
    const column = table.columns.find((c) => c.name === name);
    if (column === undefined) return [];
    const text = wordsWithin(table, name).join(' ');
    return { table, column, entity, text, isGeneric: text === 'id' || text === `${entity.join(' ')} id`, columns };
  });
}

const numberWords = ['id', 'no', 'nr', 'number', 'code', 'uuid', 'ref'];

/** `invoiceNo` of invoices: what a table that declares no key calls its rows by. */
function isNumberOf(entity: readonly string[], text: string): boolean {
  return numberWords.some((word) => text === `${entity.join(' ')} ${word}`);
}

/**
 * The keys that a column of such a name may refer to, in their order: those that `nameScore` gives anything. Looking
 * through all keys for every column would take the square of the estate's size.
 */
function keysByName(keys: readonly Key[]): (text: string) => readonly Key[] {
  const byText = new Map<string, Key[]>();
  for (const key of keys) {
    const entity = key.entity.join(' ');
    const isPerson = key.entity.length === 1 && peopleWords.has(key.entity[0]!);
    const texts = key.isGeneric ? [entity, ...['key', ...numberWords].map((word) => `${entity} ${word}`), ...(isPerson ? [...peopleWords].map((word) => `${word} id`) : [])] : [key.text, `${entity} ${key.text}`];
    for (const text of new Set(texts)) byText.set(text, [...(byText.get(text) ?? []), key]);
  }
  return (text) => byText.get(text) ?? [];
}

function inferLink(table: Table, column: Column, keysFor: (text: string) => readonly Key[]): Link[] {
  const name = wordsWithin(table, column.name);
  if (name.length === 0 || isMessageId(column.name)) return [];
  if (isOwnKey(table, column)) return [];
  const text = name.map(singular).join(' ');
  const candidates = keysFor(text)
    .filter((key) => key.table !== table)
    .flatMap((key) => {
      if (isKey(table, column) && !key.isGeneric) return [];
      const score = nameScore(column, name, text, key) * typeScore(column.type, key.column.type);
      return score > 0 ? { key, score: score + preference(table, key) } : [];
    })
    .sort((a, b) => b.score - a.score);
  const best = candidates[0];
  if (best === undefined) return [];
  // Two tables of the same name in two services: nothing in the names says which one is meant.
  if (candidates[1] !== undefined && best.score - candidates[1].score < 0.005) return [];
  const to = address(best.key.table, best.key.column.name);
  return [
    {
      from: address(table, column.name),
      to,
      evidence: 'inferred',
      because: `${column.name} names the key of ${to.service}.${to.table}${
        comparable(column.type) === comparable(best.key.column.type) ? '' : ', stored as another type'
      }`,
      score: Math.min(0.95, Math.round(best.score * 100) / 100),
    },
  ];
}

function isOwnKey(table: Table, column: Column): boolean {
  const text = wordsWithin(table, column.name).join(' ');
  const entity = entityOf(table.name);
  return text === 'id' || (table.kind !== 'topic' && (text === `${entity.join(' ')} id` || (table.primaryKey === undefined && isNumberOf(entity, text))));
}

/** `user_id` as the key of user_profiles still refers to users; `sku` as a key of two tables says nothing of which. */
function isKey(table: Table, column: Column): boolean {
  return table.primaryKey?.length === 1 && table.primaryKey[0] === column.name;
}

/** How well a column's words name the key: 1 for `user_id` against users.id, less for a synonym or a bare `user`. */
function nameScore(column: Column, name: readonly string[], text: string, key: Key): number {
  if (key.isGeneric) {
    const entity = key.entity.join(' ');
    if (text === `${entity} id` || text === `${entity} key` || text === `${entity} ref`) return 0.9;
    if (text === entity && !key.columns.has(text)) return 0.6;
    // `tariff_code`, of tariffs that have no other code than their `_id`.
    if (isNumberOf(key.entity, text) && !key.columns.has(text) && !key.columns.has(name.at(-1)!) && comparable(column.type) === comparable(key.column.type)) return 0.8;
    const [first, second] = name;
    const people = key.entity.length === 1 && peopleWords.has(key.entity[0]!);
    if (people && name.length === 2 && second === 'id' && peopleWords.has(first!)) return 0.7;
    return 0;
  }
  // `vessel_imo`, of vessels whose key is `imo`.
  if (text === `${key.entity.join(' ')} ${key.text}` && text !== key.text) return 0.88;
  // A specific key (sku, isbn, order_number) is named alike wherever it goes; a generic word (name, email) is not a key.
  return text === key.text && isSpecific(key.text) ? 0.85 : 0;
}

const descriptive = new Set(['name', 'title', 'email', 'e mail', 'phone', 'slug', 'label', 'status', 'type', 'position', 'key', 'value']);

function isSpecific(text: string): boolean {
  return !descriptive.has(text) && !descriptive.has(text.split(' ').at(-1)!);
}

/** 1 for types that compare as they are, 0.85 where one side keeps the same id as text, 0 otherwise. */
function typeScore(a: Type, b: Type): number {
  const left = comparable(a);
  const right = comparable(b);
  if (left === undefined || right === undefined) return 0;
  if (left === right) return 1;
  return left === 'text' || right === 'text' ? 0.85 : 0;
}

function comparable(type: Type): 'integer' | 'text' | 'uuid' | undefined {
  switch (type.kind) {
    case 'int':
      return 'integer';
    case 'decimal':
      return type.scale === 0 ? 'integer' : undefined;
    case 'text':
      return 'text';
    case 'uuid':
      return 'uuid';
    default:
      return undefined;
  }
}

/** Small: only to choose between tables of equal names. The same service first, then the entity's own; a cache last. */
function preference(table: Table, key: Key): number {
  if (key.table.service === table.service) return 0.04;
  if (entityOf(key.table.service).join(' ') === key.entity.join(' ')) return 0.03;
  return key.table.kind === 'keys' ? 0 : 0.01;
}
