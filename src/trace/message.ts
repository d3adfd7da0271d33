/**
 * What ties a message to others: its ids, read from headers and top-level fields under the names that services use.
 * traceparent is W3C Trace Context (version-traceid-parentid-flags); correlation and causation are as in message
 * driven systems: one correlation id for a whole conversation, the causation id names the message that led to this.
 */

import type { Cell } from '../answer/contract.js';
import { changeOf, changeText } from './change.js';
import { headersOf } from './headers.js';
import { anotherMessage, looseRoleOf, meaningOf, roleOf } from './meanings.js';
import type { MessageIdRole } from './meanings.js';
import { isCloudEvent, membersOf, nestedMembersOf, parseArray } from './payload.js';
import { isUnmistakable } from './unmistakable.js';
import type { Row } from './payload.js';

export { roleOf } from './meanings.js';
export type { MessageIdRole } from './meanings.js';
export type { Row } from './payload.js';

export interface MessageId {
  readonly role: MessageIdRole;
  readonly value: string;
  /** Where it stood: "header correlationId", "eventId". */
  readonly where: string;
}

/** What a message says of itself, by name: headers first. It is asked for again and again, of thousands that are compared. */
interface Told {
  readonly ids: readonly MessageId[];
  readonly type: string | undefined;
  readonly origin: { topic?: string; partition?: string; offset?: string };
}

const known = new WeakMap<Row, Told>();

function toldBy(row: Row): Told {
  const before = known.get(row);
  if (before !== undefined) return before;
  const ids: MessageId[] = [];
  const origin: Record<string, string> = {};
  let [type, rank] = [undefined as string | undefined, Infinity];
  const add = (name: string, value: Cell, where: (name: string) => string) => {
    const meaning = meaningOf(name);
    ids.push(...readId(name, value, where(name)));
    if (meaning.typeRank >= 0 && meaning.typeRank < rank && typeof value === 'string' && value !== '') [type, rank] = [value, meaning.typeRank];
    if (meaning.origin !== undefined && value !== null && typeof value !== 'object') origin[meaning.origin] ??= String(value);
  };
  const loosely = (name: string, value: Cell, isInEnvelope: boolean, where: string) => {
    // Names are known; values are looked at where their names may say something.
    const role = typeof value === 'string' && roleOf(name) === undefined ? looseRoleOf(name, isInEnvelope) : undefined;
    if (role !== undefined && isUnmistakable(value as string)) ids.push(...idIn(role, value as string, where));
  };
  for (const [name, value] of Object.entries(headersOf(row))) {
    add(name, value, (header) => `header ${header}`);
    loosely(name, value, false, `header ${name}`);
  }
  for (const { name, path, value, isOfMessage } of membersOf(row)) {
    add(name, value, () => path);
    // `event.id`
    const role = path === name || roleOf(name) !== undefined ? undefined : roleOf(path.split('.').slice(-2).join(' '));
    if (role !== undefined) ids.push(...idIn(role, value, path));
    else loosely(name, value, isOfMessage, path);
  }
  for (const { name, fullName, within, path, value } of nestedMembersOf(row)) {
    const isOther = anotherMessage(within) && (roleOf(name) ?? loose(name, value)) === 'eventId';
    const role = roleOf(fullName) ?? (isOther ? 'causationId' : loose(fullName, value));
    if (role !== undefined) ids.push(...idIn(role, value, path));
    const { origin: part } = meaningOf(fullName);
    if (part !== undefined) origin[part] ??= value;
  }
  if (isCloudEvent(row)) ids.push({ role: 'eventId', value: String(row['id']), where: 'id' });
  const told = { ids, type, origin };
  known.set(row, told);
  return told;
}

function loose(name: string, value: string): MessageIdRole | undefined {
  const role = looseRoleOf(name, false);
  return role !== undefined && isUnmistakable(value) ? role : undefined;
}

export function messageIds(row: Row): readonly MessageId[] {
  return toldBy(row).ids;
}

/** The first id of that role. */
export function idOf(row: Row, role: MessageIdRole): string | undefined {
  return messageIds(row).find((id) => id.role === role)?.value;
}

/** Of several, as a list in JSON's words or with commas: `causationIds`. */
function readId(name: string, value: Cell, where: string): MessageId[] {
  const role = roleOf(name);
  if (role === undefined && typeof value === 'string' && value !== '' && /ids$/i.test(name)) {
    const each = roleOf(name.slice(0, -1));
    return each === undefined ? [] : listed(value).flatMap((one) => idIn(each, one, where));
  }
  return role === undefined || value === null || typeof value === 'object' || value === '' ? [] : idIn(role, String(value), where);
}

function listed(text: string): string[] {
  const parsed = text.startsWith('[') ? parseArray(text) : text.split(',');
  return parsed.flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one.trim()] : []));
}

function idIn(role: MessageIdRole, text: string, where: string): MessageId[] {
  const inside = role === 'traceId' ? (/^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(text) ?? /^([0-9a-f]{16,32}):[0-9a-f]+:[0-9a-f]+:[0-9a-f]+$/.exec(text) ?? /^([0-9a-f]{32}|[0-9a-f]{16})-[0-9a-f]{16}(?:-|$)/.exec(text)) : null;
  return [{ role, value: inside?.[1] ?? text, where }];
}

/** Where in the row a value stands exactly (not as a part of a longer word); '' at the top. */
export function placesOf(value: string, row: Row): string[] {
  const places: string[] = [];
  const walk = (cell: Cell, path: string) => {
    if (cell === null) return;
    if (typeof cell !== 'object') {
      const text = String(cell);
      if (text === value || messageIdText(path, text) === value) places.push(path);
      else if (path === '_value' || path === '_headers' || path === '_key' || (!path.includes('.') && /^\s*[[{]/.test(text))) walkJson(text, path);
      // What could not be decoded is told by its bytes alone.
      if (path === '_value' && typeof row['_undecoded'] === 'string' && text.includes(value)) places.push(path);
      return;
    }
    for (const [key, child] of Object.entries(cell)) walk(child as Cell, path === '' ? key : `${path}.${key}`);
  };
  const walkJson = (text: string, path: string) => {
    try {
      const parsed = JSON.parse(text) as Cell;
      if (typeof parsed === 'object') walk(parsed, path);
    } catch {
      // A message that is no JSON has only its own fields and headers.
    }
  };
  walk({ ...row, _properties: null, _headers: headersOf(row) }, '');
  // A member of the payload may stand beside it as a column.
  return places.filter((place) => !(place.startsWith('_value.') && places.includes(place.slice('_value.'.length))));
}

function messageIdText(path: string, text: string): string | undefined {
  return readId(path.slice(path.lastIndexOf('.') + 1), text, path)[0]?.value;
}


/** What the message says it is: its type, by the names that services use for it. */
export function typeOfMessage(row: Row): string | undefined {
  const change = changeOf(row);
  // The members of a change are the row's: its `type` or `name` is not the message's.
  if (change !== undefined && change.operation !== 'tombstone') return changeText(change);
  return toldBy(row).type;
}

/** Where a dead letter says that the message came from: topic, partition and offset. */
export function originOf(row: Row): { readonly topic: string; readonly partition: string | undefined; readonly offset: string | undefined } | undefined {
  const { topic, partition, offset } = toldBy(row).origin;
  return topic === undefined ? undefined : { topic, partition: wholeNumber(partition), offset: wholeNumber(offset) };
}

/** Spring Kafka writes such numbers as 4 or 8 big-endian bytes into headers; those beyond ASCII are shown as U+EF00 and the byte. */
function wholeNumber(text: string | undefined): string | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text;
  const codes = [...text].map((char) => char.codePointAt(0)!);
  const bytes = Buffer.concat(codes.map((code) => (code >= 0xef80 && code <= 0xefff ? Buffer.from([code - 0xef00]) : Buffer.from(String.fromCodePoint(code)))));
  if (bytes.length !== 4 && bytes.length !== 8) return undefined;
  return String(bytes.length === 4 ? bytes.readInt32BE() : bytes.readBigInt64BE());
}
