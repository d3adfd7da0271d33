/**
 * What a message says, whatever it is wrapped in: its own members, those below the `data` of a CloudEvent (structured
 * mode), those of the row before or after a change (Debezium), those of an envelope by whatever name (`metadata`, `kopf`),
 * which is known by the ids of messages in it. Integers beyond 2^53 stay exact, as text.
 */

import { parse as parseLossless } from 'lossless-json';
import type { Cell } from '../answer/contract.js';
import { singular, words } from '../catalog/names.js';
import { anotherMessage, isEnvelopeName, looseRoleOf, roleOf } from './meanings.js';
import { isUnmistakable } from './unmistakable.js';

export type Row = Readonly<Record<string, Cell>>;

/** JSON text as cells; undefined for what is no JSON object. */
export function parseObject(text: string): Row | undefined {
  try {
    // Only where a number may be too long for one is every number looked at.
    const parsed = (/\d{16}/.test(text) ? parseLossless(text, undefined, exactly) : JSON.parse(text)) as Cell;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** JSON text of an array; nothing for what is none. */
export function parseArray(text: string): readonly Cell[] {
  try {
    const parsed = JSON.parse(text) as Cell;
    return Array.isArray(parsed) ? (parsed as readonly Cell[]) : [];
  } catch {
    return [];
  }
}

function exactly(number: string): number | string {
  return /^-?\d{16,}$/.test(number) ? number : Number(number);
}

/** A log's row with the members of its `_value` beside its own columns. */
export function withMembers(row: Row): Row {
  const text = row['_value'];
  const members = typeof text === 'string' ? parseObject(text) : undefined;
  return members === undefined ? row : { ...members, ...row };
}

export interface Member {
  readonly name: string;
  readonly path: string;
  readonly value: string;
  /** It stands in what is about the message itself, beside or around what the message is about. */
  readonly isOfMessage: boolean;
}

/** A message is asked many things, and thousands of them are compared with one: each is taken apart once. */
const known = new WeakMap<Row, readonly Member[]>();

/** Scalars that the message itself states, those inside its envelope included. */
export function membersOf(row: Row): readonly Member[] {
  const before = known.get(row);
  if (before !== undefined) return before;
  const members: Member[] = [];
  const add = (object: Row, prefix: string, isOfMessage: boolean) => {
    for (const [name, value] of Object.entries(object)) {
      if (value === null || typeof value === 'object' || (prefix === '' && name.startsWith('_'))) continue;
      members.push({ name, path: prefix + name, value: String(value), isOfMessage });
    }
  };
  const { change, enclosed, envelopes } = wrappingOf(row);
  const isWrapping = change === undefined && enclosed.some(([path]) => wrapped.has(path));
  add(row, '', isWrapping);
  for (const [path, object] of enclosed) add(object, `${path}.`, false);
  for (const [path, object] of envelopes) add(object, `${path}.`, true);
  known.set(row, members);
  return members;
}

/** What these hold is what the message is about, and what stands beside them is about the message. */
const wrapped = new Set(['payload', 'data', 'body', 'detail', 'content']);

/** A scalar further inside: of an order's customer, of one of its items. */
export interface NestedMember extends Omit<Member, 'isOfMessage'> {
  /** With that of what holds it: "customer id" of `customer.id`, "item sku" of `items[].sku`. */
  readonly fullName: string;
  /** The name of what holds it. */
  readonly within: string;
  /** One of several. */
  readonly isListed: boolean;
}

const knownNested = new WeakMap<Row, readonly NestedMember[]>();
const deepest = 4;
const mostNested = 200;

/** Scalars inside of what the message states itself, as far as they are few. */
export function nestedMembersOf(row: Row): readonly NestedMember[] {
  const before = knownNested.get(row);
  if (before !== undefined) return before;
  const members: NestedMember[] = [];
  const { change, enclosed, envelopes } = wrappingOf(row);
  const said = new Set([...enclosed, ...envelopes].map(([path]) => path));
  const one = (name: string) => words(name).map((word, i, all) => (i < all.length - 1 ? word : word === 'ids' ? 'id' : singular(word))).join(' ');
  const walk = (value: Cell, path: string, name: string, within: string, isListed: boolean, depth: number): void => {
    if (value === null || members.length >= mostNested || depth > deepest) return;
    if (Array.isArray(value)) return value.forEach((element: Cell) => walk(element, `${path}[]`, one(name), within, true, depth));
    if (isObject(value)) return Object.entries(value).forEach(([member, inner]) => walk(inner, `${path}.${member}`, member, name, isListed, depth + 1));
    if (depth > 0 || isListed) members.push({ name, path, within, fullName: within === '' ? name : `${within} ${name}`, value: String(value), isListed });
  };
  const into = (object: Row, prefix: string) => {
    for (const [name, value] of Object.entries(object)) {
      if (typeof value !== 'object' || (prefix === '' && name.startsWith('_')) || said.has(prefix + name)) continue;
      walk(value, prefix + name, name, '', false, 0);
    }
  };
  // The two rows of a change, and where it comes from, are no parts of one another.
  if (change === undefined) into(row, '');
  for (const [path, inner] of enclosed) into(inner, `${path}.`);
  knownNested.set(row, members);
  return members;
}

type ChangeEnvelope = { readonly prefix: string; readonly change: Row; readonly source: Row };

/** What a message is wrapped in, by path. */
interface Wrapping {
  readonly change: ChangeEnvelope | undefined;
  /** What it is about. */
  readonly enclosed: readonly [string, Row][];
  /** What ties it to others. */
  readonly envelopes: readonly [string, Row][];
}

const knownWrappings = new WeakMap<Row, Wrapping>();

function wrappingOf(row: Row): Wrapping {
  const before = knownWrappings.get(row);
  if (before !== undefined) return before;
  const change = changeEnvelope(row);
  const enclosed = enclosedIn(row, change);
  const wrapping = { change, enclosed, envelopes: change === undefined ? envelopesIn(row, enclosed) : [] };
  knownWrappings.set(row, wrapping);
  return wrapping;
}

/**
 * Objects that say what ties the message to others, whatever they are called; those that tell of another message don't.
 * Of the message itself, or of what it wraps.
 */
function envelopesIn(row: Row, enclosed: Wrapping['enclosed']): [string, Row][] {
  const found: [string, Row][] = [];
  const look = (object: Row, prefix: string) => {
    for (const [name, value] of Object.entries(object)) {
      if (!isObject(value) || (prefix === '' && name.startsWith('_')) || anotherMessage(name) || enclosed.some(([path]) => path === prefix + name)) continue;
      if (isEnvelope(name, value)) found.push([prefix + name, value]);
    }
  };
  look(row, '');
  for (const [path, object] of enclosed) look(object, `${path}.`);
  return found;
}

/** `trace.id` is a trace id by both its names; `metadata.eventId` by its own. */
function isEnvelope(name: string, object: Row): boolean {
  const isSo = (member: string, value: string) => {
    if (roleOf(`${name} ${member}`) !== undefined) return false;
    return roleOf(member) !== undefined || (isUnmistakable(value) && looseRoleOf(member, isEnvelopeName(name)) !== undefined);
  };
  return Object.entries(object).some(([member, value]) => value !== null && typeof value !== 'object' && isSo(member, String(value)));
}

/**
 * The envelope of a change event (debezium.io, "Change events"): before, after, op and the source, which names the table;
 * alone, or as the payload beside its Connect schema.
 */
export function envelopeOf(row: Row): ChangeEnvelope | undefined {
  return wrappingOf(row).change;
}

function changeEnvelope(row: Row): ChangeEnvelope | undefined {
  for (const [prefix, change] of [['', row], ['payload.', row['payload']]] as const) {
    if (!isObject(change) || !isObject(change['source']) || !('after' in change || 'before' in change || typeof change['op'] === 'string')) continue;
    const { table, collection } = change['source'];
    if (typeof (table ?? collection) === 'string') return { prefix, change, source: change['source'] };
  }
  return undefined;
}

export function isCloudEvent(row: Row): boolean {
  return typeof row['specversion'] === 'string' && typeof row['id'] === 'string' && typeof row['type'] === 'string';
}

/** Members by these names hold what the message is about, or more of what it says. */
const enclosing = ['payload', 'data', 'body', 'detail', 'content', 'inhalt', 'attributes', 'event', 'message', 'json'];

function enclosedIn(row: Row, envelope: ChangeEnvelope | undefined): [string, Row][] {
  const found: [string, Row][] = [];
  const add = (path: string, value: Cell | undefined) => {
    if (value === undefined || value === null) return;
    const object = typeof value === 'string' && (path.endsWith('data') || /^\s*\{/.test(value)) ? parseObject(value) : value;
    if (isObject(object)) found.push([path, object]);
  };
  const isCloud = isCloudEvent(row);
  if (isCloud) add('data', row['data']);
  if (envelope !== undefined) {
    const { prefix, change } = envelope;
    add(`${prefix}after`, change['after']);
    if (!isObject(change['after'])) add(`${prefix}before`, change['before']);
  } else {
    for (const name of enclosing) if (!(name === 'data' && isCloud)) add(name, row[name]);
  }
  return found;
}

export function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
