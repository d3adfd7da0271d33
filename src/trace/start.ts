/**
 * What an id may be. Told by `--as`: a message id (event_id), an entity or its key (order, order_id), or a column
 * (service.table.column). Untold: any key whose type it fits, and, unless it is a bare number or a word, which would
 * stand in messages by chance, any place of a message.
 */

import type { Column, Table } from '../algebra/index.js';
import type { Certainty } from '../answer/contract.js';
import { entityOf, singular, words } from '../catalog/names.js';
import { AishellError } from '../errors.js';
import { pathOf } from './domains.js';
import type { Domain, Domains } from './domains.js';
import { roleOf } from './message.js';
import { literal } from './statements.js';
import { isSpecific } from './unmistakable.js';

export interface StartColumn {
  readonly table: Table;
  readonly column: Column;
  /** undefined: a message id. */
  readonly domain: Domain | undefined;
  readonly certainty: Certainty;
}

export interface Start {
  readonly as: readonly string[];
  readonly columns: readonly StartColumn[];
  /** Whether messages are searched for it at any place. */
  readonly isAnywhere: boolean;
}

const longest = 1_024;

export function startOf(id: string, as: string | undefined, domains: Domains): Start {
  if (id === '') throw new AishellError('usage', 'The id is empty.', 'aishell trace <id>');
  if (id.length > longest) throw new AishellError('usage', `The id has ${id.length} characters; ids have ${longest} at most.`, 'Name the id alone: aishell trace <id>');
  const isAnywhere = isSpecific(id);
  if (as === undefined) return { as: [], columns: fitting(id, [...messageIdColumns(domains), ...domains.all().flatMap((domain) => columnsOf(domain, domains))]).filter((one) => isAsWritten(id, one)), isAnywhere };
  const role = roleOf(as);
  if (role !== undefined) {
    return { as: [as], columns: fitting(id, messageIdColumns(domains).filter(({ column }) => roleOf(column.name) === role)), isAnywhere };
  }
  const meant = domainsCalled(as, domains);
  if (meant.length === 0) throw unknown(as, domains);
  const columns = fitting(id, meant.flatMap((domain) => columnsOf(domain, domains)));
  if (columns.length === 0) {
    throw new AishellError('usage', `'${id}' can't be a value of ${meant.map(({ path }) => path).join(' or ')}.`, 'Look at the type: aishell schema.');
  }
  return { as: meant.map(({ path }) => path), columns, isAnywhere };
}

/** A UUID may be written with letters of either case (RFC 9562, section 4): services that name the same one may differ. */
export function otherSpellings(id: string): readonly string[] {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return [];
  return [...new Set([id.toLowerCase(), id.toUpperCase()])].filter((other) => other !== id);
}

/** Who writes zeros before a number means a text, unless they say which number they mean. */
function isAsWritten(id: string, { column }: StartColumn): boolean {
  return !/^0\d/.test(id) || column.type.kind === 'text';
}

function columnsOf(domain: Domain, domains: Domains): StartColumn[] {
  return [
    { table: domain.table, column: domain.column, domain, certainty: 'declared' },
    ...domains.holders(domain).map(({ table, column, certainty }): StartColumn => ({ table, column, domain, certainty })),
  ];
}

function messageIdColumns(domains: Domains): StartColumn[] {
  return domains.tables.flatMap((table) =>
    table.columns
      .filter(({ name }) => roleOf(name) !== undefined)
      .map((column): StartColumn => ({ table, column, domain: undefined, certainty: 'declared' })),
  );
}

function fitting(id: string, columns: readonly StartColumn[]): StartColumn[] {
  const byPath = new Map(columns.map((column) => [pathOf(column.table, column.column), column]));
  // A column of text that holds keys of another table holds what can be such a key.
  return [...byPath.values()].filter(({ column, domain }) => literal(id, column) !== undefined && (domain === undefined || literal(id, domain.column) !== undefined));
}

function domainsCalled(as: string, domains: Domains): Domain[] {
  const path = as.toLowerCase();
  const exact = domains.tables.flatMap((table) =>
    table.columns
      .filter((column) => pathOf(table, column).toLowerCase() === path || `${table.name}.${column.name}`.toLowerCase() === path)
      .flatMap((column) => domains.domainOf(table, column)?.domain ?? []),
  );
  if (exact.length > 0) return [...new Set(exact)];
  const said = words(as).map(singular).join(' ');
  const entity = said.replace(/ (id|key|no|number|ref|reference|code)$/, '');
  const called = domains.all().filter(({ table, column }) => {
    const own = entityOf(table.name).map(singular).join(' ');
    const key = words(column.name).map(singular).join(' ');
    return own === said || (own === entity && entity !== said) || (key === said && key !== 'id') || `${own} ${key}` === said;
  });
  // A copy of the key elsewhere (order_facts.order_id) belongs to the domain that it refers to.
  if (called.length > 0) return called;
  const held = domains.all().filter((domain) => domains.holders(domain).some(({ column }) => words(column.name).map(singular).join(' ') === said));
  return held;
}

function unknown(as: string, domains: Domains): AishellError {
  const names = domains.all().filter((domain) => domains.holders(domain).length > 0).map(({ path }) => path).sort();
  const some = names.slice(0, 12).join(', ');
  return new AishellError('usage', `Nothing here is called '${as}'.`, `--as takes event_id, correlation_id, causation_id, trace_id, or a key: ${some}${names.length > 12 ? ', ...' : ''}.`);
}

/** A bare number that is the key of several things: which one is meant can't be told. */
export function ambiguous(id: string, meant: readonly Domain[]): AishellError {
  const choices = meant.map(({ path }) => path).sort();
  return new AishellError('usage', `${id} is a key of several things: ${choices.join(', ')}.`, `Say which: aishell trace ${id} --as ${choices[0]!}`, { data: { as: choices } });
}
