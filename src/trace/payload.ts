/**
 * What a message says, whatever it is wrapped in: its own members, those below the `data` of a CloudEvent (structured
 * mode), those of the row before or after a change (Debezium). Integers beyond 2^53 stay exact, as text.
 */

import { parse as parseLossless } from 'lossless-json';
import type { Cell } from '../answer/contract.js';

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
}

/** A message is asked many things, and thousands of them are compared with one: each is taken apart once. */
const known = new WeakMap<Row, readonly Member[]>();

/** Scalars that the message itself states, those inside its envelope included. */
export function membersOf(row: Row): readonly Member[] {
  const before = known.get(row);
  if (before !== undefined) return before;
  const members: Member[] = [];
  const add = (object: Row, prefix: string) => {
    for (const [name, value] of Object.entries(object)) {
      if (value === null || typeof value === 'object' || (prefix === '' && name.startsWith('_'))) continue;
      members.push({ name, path: prefix + name, value: String(value) });
    }
  };
  add(row, '');
  for (const [path, inner] of enclosed(row)) add(inner, `${path}.`);
  known.set(row, members);
  return members;
}

/**
 * The envelope of a change event (debezium.io, "Change events"): before, after, op and the source, which names the table;
 * alone, or as the payload beside its Connect schema.
 */
export function envelopeOf(row: Row): { readonly prefix: string; readonly change: Row; readonly source: Row } | undefined {
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

function enclosed(row: Row): [string, Row][] {
  const found: [string, Row][] = [];
  const add = (path: string, value: Cell | undefined) => {
    const object = typeof value === 'string' && (path.endsWith('data') || /^\s*\{/.test(value)) ? parseObject(value) : value;
    if (isObject(object)) found.push([path, object]);
  };
  if (isCloudEvent(row)) add('data', row['data']);
  const envelope = envelopeOf(row);
  if (envelope !== undefined) {
    const { prefix, change } = envelope;
    add(`${prefix}after`, change['after']);
    if (!isObject(change['after'])) add(`${prefix}before`, change['before']);
  } else {
    for (const name of ['payload', 'data', 'body', 'detail', 'attributes', 'event', 'message', 'json']) if (!(name === 'data' && isCloudEvent(row))) add(name, row[name]);
  }
  return found;
}

export function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
