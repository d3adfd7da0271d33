/** Messages as events: what a verdict compares. Read by the thousand, so each message is taken apart once. */

import type { Table } from '../../algebra/index.js';
import type { Domains } from '../domains.js';
import { changeOf } from '../change.js';
import { referencesOf } from '../follow.js';
import type { Reference } from '../follow.js';
import { messageIds, originOf, typeOfMessage } from '../message.js';
import type { Row } from '../payload.js';
import { isSpecific } from '../unmistakable.js';

export interface Event {
  readonly log: Table;
  readonly id: string | undefined;
  /** As the message names it: "OrderCreated"; '' where it doesn't. */
  readonly type: string;
  /** Milliseconds. */
  readonly at: number;
  readonly cause: string | undefined;
  readonly conversation: string | undefined;
  readonly partition: string;
  readonly offset: number;
  /** It tells a change of a row, as the row's own store noticed it: nobody sent it. */
  readonly isChange: boolean;
  /** What it names, and which of it it is about. */
  readonly references: readonly Reference[];
}

/** undefined: it has no time or place, it is a dead letter, or it can't be read. */
export function eventOf(log: Table, row: Row, domains: Domains): Event | undefined {
  const at = instantOf(String(row['_timestamp']));
  if (Number.isNaN(at) || row['_offset'] === undefined || originOf(row) !== undefined) return undefined;
  const type = typeOfMessage(row);
  const ids = messageIds(row);
  const first = (role: string) => ids.find((id) => id.role === role)?.value;
  const conversation = first('correlationId') ?? first('traceId');
  // A number is an event's name within its conversation at most.
  const within = (id: string | undefined) => (id === undefined || isSpecific(id) ? id : conversation === undefined ? undefined : `${conversation} ${id}`);
  return {
    log,
    id: within(first('eventId')),
    type: type ?? '',
    at,
    cause: within(first('causationId')),
    conversation,
    partition: String(row['_partition'] ?? '0'),
    offset: Number(row['_offset']),
    isChange: changeOf(row) !== undefined,
    references: referencesOf({ table: log, row, reasons: [], role: 'part' }, domains),
  };
}

/** Milliseconds of "2026-02-03 04:05:06.7+00". */
function instantOf(text: string): number {
  if (text.endsWith('+00')) return Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
  return Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00'));
}

/** One of each: a copy says nothing new. */
export function distinctEvents(events: readonly Event[]): Event[] {
  const seen = new Set<string>();
  return events.filter(({ log, id, type, partition, offset }) => {
    const key = id === undefined ? `${log.service}.${log.name} ${partition}/${offset}` : `${log.service}.${log.name} ${type} ${id}`;
    return !seen.has(key) && seen.add(key);
  });
}

export function nameOf({ type, log }: Event): string {
  return type === '' ? `message on ${log.name}` : type;
}
