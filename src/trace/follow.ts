/** From what was found to what it names: rows that it is about, rows that belong to those, rows that it only mentions. */

import { tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import type { Certainty } from '../answer/contract.js';
import { entityOf, singular, words } from '../catalog/names.js';
import { keyOf, pathOf } from './domains.js';
import type { Domain, Domains } from './domains.js';
import type { Found } from './found.js';
import type { ColumnLookUp, LookUp } from './look-up.js';
import { messageIds, roleOf, typeOfMessage } from './message.js';
import type { MessageId } from './message.js';
import { keyValue } from './change.js';
import { subjectHeaders, thingsNamedBy } from './cloud-event.js';
import { membersOf, nestedMembersOf } from './payload.js';
import type { NestedMember, Row } from './payload.js';
import { literal } from './statements.js';
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
 * thing whose key is the message's key; else the only thing that it names. What it is named for may be a part of what its
 * key names, which it is then about as well.
 */
function inMessage(table: Table, row: Row, domains: Domains): Reference[] {
  const named = new Map<string, Named>();
  const log = tableName(table);
  const add = (domain: Domain | undefined, value: string, path: string, certainty: Certainty) => {
    if (domain !== undefined && value !== '') named.set(`${domain.path}=${value}`, { domain, value, certainty, via: `${log}.${path}` });
  };
  const isNumbered = saysMore(row);
  for (const { name, path, value } of membersOf(row)) {
    if (isNumbered && roleOf(name) !== undefined) continue;
    const known = domains.ofMember(table, name, path === name);
    add(known?.domain, value, path, known?.certainty ?? 'linked');
  }
  for (const member of nestedMembersOf(row)) nested(member, table, domains, named);
  const changed = changedRow(table, row, domains);
  for (const { domain, value, path, certainty } of changed?.references ?? []) add(domain, value, path, certainty);
  const about = changed === undefined ? cloudSubject(row, domains, [...named.values()], add) : changed;
  const references = [...named.values()];
  const meant = about === undefined ? [] : references.filter(({ domain, value }) => domain === about.domain && value === about.value);
  const subjects = changed !== undefined ? meant : [...meant, ...subjectsAmong(references, table, row, domains, about !== undefined)];
  return references.map((reference) => ({ domain: reference.domain, value: reference.value, certainty: reference.certainty, ...(reference.via !== undefined && { via: reference.via }), isSubject: subjects.includes(reference) }));
}

/** Who says of a message what it belongs to or came of calls its own id so, too. Alone, `event_id` may be that of a thing: of a concert. */
function saysMore(row: Row): boolean {
  return new Set(messageIds(row).map(({ role }) => role)).size > 1;
}

/** The ids that tie a message to others. */
export function tiesOf(table: Table, row: Row, domains: Domains): readonly MessageId[] {
  const ids = messageIds(row);
  if (table.kind === 'topic' && saysMore(row)) return ids;
  return ids.filter(({ role, where }) => role !== 'eventId' || domains.ofMember(table, where.slice(where.lastIndexOf('.') + 1), !where.includes('.')) === undefined);
}

type Named = Omit<Reference, 'isSubject'> & { readonly isListed?: boolean };

const bareKeys = new Set(['id', 'uuid', 'no', 'nr', 'number', 'code', 'key', 'ref', 'reference']);
const mostListed = 50;

/** `payload.order.id` names an order, `items[].sku` an article; one of several is what the message is about only by the message's name. */
function nested({ name, fullName, within, path, value, isListed }: NestedMember, table: Table, domains: Domains, named: Map<string, Named>): void {
  const isBare = bareKeys.has(words(name).join(' '));
  const known = isBare && within !== '' ? domains.ofMember(table, words(name).join(' ') === 'id' ? fullName : `${within} id`, false) : domains.ofMember(table, name, false);
  if (known === undefined || value === '' || named.size >= mostListed) return;
  const key = `${known.domain.path}=${value}`;
  if (!named.has(key)) named.set(key, { domain: known.domain, value, certainty: known.certainty, via: `${tableName(table)}.${path}`, isListed });
}

/** Adds what a CloudEvent's subject and source name, and returns what it is about. */
function cloudSubject(row: Row, domains: Domains, named: readonly Named[], add: (domain: Domain, value: string, path: string, certainty: Certainty) => void): Pick<Named, 'domain' | 'value'> | undefined {
  const things = thingsNamedBy(row).flatMap(({ entities: called, key, path, isSubject }) => {
    // The event says itself of what it is the key, whatever its type may sound like.
    const said = isSubject ? named.filter(({ value, isListed }) => value === key && isListed !== true) : [];
    if (said.length === 1) return [{ domain: said[0]!.domain, value: key }];
    const domain = domainCalled(called, key, domains);
    if (domain === undefined) return [];
    add(domain, key, path, 'linked');
    return isSubject ? [{ domain, value: key }] : [];
  });
  return things[0];
}

function domainCalled(called: readonly string[], key: string, domains: Domains): Domain | undefined {
  for (const entity of called) {
    const domain = domains.named(`${entityText(entity)} id`);
    if (domain !== undefined && literal(key, domain.column) !== undefined) return domain;
  }
  return undefined;
}

interface ChangedRow {
  readonly domain: Domain;
  readonly value: string;
  /** The row's key, and what its other columns refer to. */
  readonly references: readonly { readonly domain: Domain; readonly value: string; readonly path: string; readonly certainty: Certainty }[];
}

/** The row of the catalogue that a message tells a change of: its key stands in the message's key, or in the row itself. */
function changedRow(log: Table, row: Row, domains: Domains): ChangedRow | undefined {
  const changed = domains.changes.tableOf(log, row);
  const key = changed && keyOf(changed.table);
  if (changed === undefined || key === undefined) return undefined;
  const { table, certainty } = changed;
  const native = ({ name, nativeName }: Column) => nativeName ?? name;
  const members = membersOf(row);
  const domain = domains.domainOf(table, key)?.domain;
  const told = keyValue(row, native(key));
  const inKey = told === undefined ? [] : [{ value: told, path: `_key.${native(key)}` }];
  const [own] = [...inKey, ...members.filter(({ name }) => name === native(key))].filter(({ value }) => literal(value, key) !== undefined);
  if (domain === undefined || own === undefined) return undefined;
  const mentioned = table.columns.flatMap((column) => {
    const target = column === key ? undefined : domains.domainOf(table, column)?.domain;
    return target === undefined ? [] : members.filter(({ name }) => name === native(column)).map(({ value, path }) => ({ domain: target, value, path, certainty: 'linked' as const }));
  });
  return { domain, value: own.value, references: [...mentioned, { domain, ...own, certainty }] };
}

const entities = new Map<string, string>();
const mostEntities = 10_000;

function entityText(name: string): string {
  const known = entities.get(name);
  if (known !== undefined) return known;
  const entity = entityOf(name).join(' ');
  if (entities.size < mostEntities) entities.set(name, entity);
  return entity;
}

const types = new Map<string, readonly string[]>();

/** A type as words, and what of it follows each dot: com.air.payments.authorized tells of a payment. */
function typeTexts(type: string): readonly string[] {
  const known = types.get(type);
  if (known !== undefined) return known;
  const parts = type.split('.');
  const texts = [...new Set(parts.map((_, i) => words(parts.slice(i).join('.'))).flatMap((all) => [all.join(' '), all.map(singular).join(' ')]))];
  if (types.size < mostEntities) types.set(type, texts);
  return texts;
}

/** @param isTold the message says of something what it is about; only what its name says comes to that */
function subjectsAmong(references: readonly Named[], table: Table, row: Row, domains: Domains, isTold: boolean): readonly Named[] {
  const log = entityText(table.name);
  const names = [log, ...typeTexts(typeOfMessage(row) ?? ''), ...(/[.]/.test(table.name) ? [entityOf(table.name.split('.').at(-1)!).join(' ')] : [])];
  const isNamed = ({ domain }: Named) => {
    const entity = entityText(domain.table.name);
    return names.some((name) => name === entity || name.startsWith(`${entity} `));
  };
  const byName = references.filter(isNamed);
  const byKey = references.filter(({ value }) => value === row['_key']);
  // The payment of an order, kept in order with all that befalls that order: the other messages may be gone.
  const whole = byKey.filter((key) => !byName.includes(key) && !domains.isThing(key.domain.table) && byName.some(({ domain }) => domains.refers(domain.table, key.domain.table)));
  if (isTold) return byName;
  if (byName.length > 0) return [...byName, ...whole];
  if (byKey.length > 0) return byKey;
  const alone = references.filter(({ isListed }) => isListed !== true);
  return alone.length === 1 ? alone : [];
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
  return [own, ...held, ...polymorphic, ...changeLookUps(domain, value, from, domains), ...eventLookUps(domain, value, from, domains)];
}

/** Headers, unless all their names are known; payloads of which some were seen to be CloudEvents. */
function mayHoldSubjects({ name, type }: Column, log: Table): boolean {
  if (name === '_value') return type.kind === 'text' && log.columns.some((column) => (column.nativeName ?? column.name) === 'specversion');
  return ['_headers', '_properties'].includes(name) && (type.kind !== 'struct' || type.fields.some((field) => subjectHeaders.includes(field.name)));
}

/** The CloudEvents whose subject it is: nothing else of them need name it. */
export function eventLookUps(domain: Domain, value: string, from: string | null, domains: Domains): LookUp[] {
  const isMeant = (row: Row) => thingsNamedBy(row).some(({ entities: called, key, isSubject }) => isSubject && key === value && domainCalled(called, key, domains) === domain);
  return domains.tables.filter(({ kind }) => kind === 'topic').flatMap((log) =>
    log.columns.filter((column) => mayHoldSubjects(column, log)).map((column): LookUp => ({
      table: log, ids: [], positions: [], columns: [{ column, subjectOf: domain.path, values: [{ value, from }], certainty: 'linked', role: 'part', accepts: isMeant }],
    })),
  );
}

/** The messages that tell changes of the row: by their keys, whatever else of it they hold. */
export function changeLookUps(domain: Domain, value: string, from: string | null, domains: Domains): LookUp[] {
  const { table, column } = domain;
  if (keyOf(table) !== column) return [];
  return domains.changes.logsOf(table).flatMap((log): LookUp[] => {
    const key = log.columns.find(({ name, type }) => name === '_key' && type.kind === 'text');
    if (key === undefined) return [];
    const changed = (row: Row) => domains.changes.tableOf(log, row);
    const member = { name: column.nativeName ?? column.name, of: domain.path };
    const accepts = (row: Row) => changed(row)?.table === table;
    return [{ table: log, ids: [], positions: [], columns: [{ column: key, member, values: [{ value, from }], certainty: (row) => changed(row)?.certainty ?? 'linked', role: 'part', accepts }] }];
  });
}

