/** From what was found to what it names: rows that it is about, rows that belong to those, rows that it only mentions. */

import { tableName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import type { Certainty } from '../answer/contract.js';
import { entityOf, words } from '../catalog/names.js';
import { keyOf, pathOf } from './domains.js';
import type { Domain, Domains } from './domains.js';
import type { Found } from './found.js';
import type { ColumnLookUp, LookUp } from './look-up.js';
import { typeOfMessage } from './message.js';
import { changedTable, membersOf } from './payload.js';
import type { Row } from './payload.js';
import { isSamePolymorphic, polymorphicColumns } from './polymorphic.js';

export interface Reference {
  readonly domain: Domain;
  readonly value: string;
  /** The row or message is about it; else it only mentions it. */
  readonly isSubject: boolean;
  /** What names it, and how sure it is that it does; absent: the row's own key. */
  readonly via?: string;
  readonly certainty: Certainty;
}

export function referencesOf({ table, row, role }: Found, domains: Domains): Reference[] {
  if (role === 'mentioned') return [];
  return table.kind === 'topic' ? inMessage(table, row, domains) : inRow(table, row, domains);
}

/** A row is about itself, and mentions what it refers to. */
function inRow(table: Table, row: Row, domains: Domains): Reference[] {
  const key = keyOf(table);
  return table.columns.flatMap((column): Reference[] => {
    const value = row[column.name];
    const known = domains.domainOf(table, column);
    if (known === undefined || value === null || value === undefined || typeof value === 'object') return [];
    const isOwn = column === key && known.domain.table === table;
    return [{ domain: known.domain, value: String(value), isSubject: isOwn, certainty: known.certainty, ...(!isOwn && { via: pathOf(table, column) }) }];
  });
}

/**
 * What a message is about, as opposed to what it mentions: the thing that its log or its type is named for; else the
 * thing whose key is the message's key; else the only thing that it names.
 */
function inMessage(table: Table, row: Row, domains: Domains): Reference[] {
  const named = new Map<string, Named>();
  const add = (domain: Domain | undefined, value: string, path: string, certainty: Certainty) => {
    if (domain !== undefined && value !== '') named.set(`${domain.path}=${value}`, { domain, value, certainty, via: `${tableName(table)}.${path}` });
  };
  const changed = changedTable(row)?.toLowerCase();
  const source = changed === undefined ? [] : domains.all().filter((domain) => domain.table.name.toLowerCase() === changed);
  for (const { name, path, value } of membersOf(row)) {
    const known = domains.ofMember(table, name, path === name);
    add(known?.domain, value, path, known?.certainty ?? 'linked');
    if (source.length === 1 && name === source[0]!.column.name) add(source[0], value, path, 'declared');
  }
  const references = [...named.values()];
  const subjects = subjectsAmong(references, table, row, source[0]?.table);
  return references.map((reference) => ({ ...reference, isSubject: subjects.includes(reference) }));
}

type Named = Omit<Reference, 'isSubject'>;

const entities = new Map<string, string>();
const mostEntities = 10_000;

function entityText(name: string): string {
  const known = entities.get(name);
  if (known !== undefined) return known;
  const entity = entityOf(name).join(' ');
  if (entities.size < mostEntities) entities.set(name, entity);
  return entity;
}

function subjectsAmong(references: readonly Named[], table: Table, row: Row, changed: Table | undefined): readonly Named[] {
  if (changed !== undefined) return references.filter(({ domain }) => domain.table === changed);
  const type = words(typeOfMessage(row) ?? '').join(' ');
  const log = entityText(table.name);
  const names = [log, type, ...(/[.]/.test(table.name) ? [entityOf(table.name.split('.').at(-1)!).join(' ')] : [])];
  const isNamed = ({ domain }: Named) => {
    const entity = entityText(domain.table.name);
    return names.some((name) => name === entity || name.startsWith(`${entity} `));
  };
  const byName = references.filter(isNamed);
  if (byName.length > 0) return byName;
  const byKey = references.filter(({ value }) => value === row['_key']);
  if (byKey.length > 0) return byKey;
  return references.length === 1 ? references : [];
}

/**
 * The look-ups for one reference: its own row, and for a subject the rows and messages that belong to it.
 * @param isAsked it is what the trace was asked for
 */
export function lookUpsFor({ domain, value, isSubject, via, certainty }: Reference, from: string, domains: Domains, isAsked: boolean): LookUp[] {
  const one = (table: Table, column: ColumnLookUp): LookUp => ({ table, ids: [], positions: [], columns: [column] });
  const values = [{ value, from }];
  const named = [{ value, from, ...(via !== undefined && { via }) }];
  const own = one(domain.table, { column: domain.column, values: named, certainty, role: isSubject ? 'part' : 'mentioned' });
  if (!isSubject || (domains.isThing(domain.table) && !isAsked)) return [own];
  const held = domains.holders(domain).map(({ table, column, certainty: held }) =>
    // What the subject itself refers to is not its part, though it may refer back.
    one(table, { column, values, certainty: held, role: domains.refers(domain.table, table) ? 'mentioned' : 'part' }),
  );
  const polymorphic = domains.tables.flatMap((table) =>
    polymorphicColumns(table).map((column) =>
      one(table, { column, values, certainty: 'linked', role: 'part', accepts: (row) => isSamePolymorphic(row, table, domain, value, domains) }),
    ),
  );
  return [own, ...held, ...polymorphic];
}

