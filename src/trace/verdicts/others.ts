/** The other events of the logs that a trace touched: what the kind of event usually leads to is learned from them. */

import type { Expr, Table } from '../../algebra/index.js';
import { rowsAsked } from '../asked.js';
import type { TraceContext } from '../contract.js';
import type { Domain, Domains } from '../domains.js';
import { inParallel, unlessLost } from '../in-parallel.js';
import { withMembers } from '../payload.js';
import type { Row } from '../payload.js';
import { between, isOneOf, logRead, oneOf, partOf, rowsOf } from '../statements.js';
import { distinctEvents, eventOf } from './events.js';
import type { Event } from './events.js';

/** Read whole up to here; of longer logs, the neighbourhood of the trace's own messages. */
const fewMessages = 4_000;
const reach = 1_000;
const mostPlaces = 4;

export interface Others {
  readonly events: readonly Event[];
  /** By the key of the domain that they name. */
  readonly namedBy: (domain: Domain) => ReadonlyMap<string, readonly Event[]>;
  /** Milliseconds: the first time from which on the log is known, by the log. undefined: not read. */
  readonly knownFrom: (log: Table) => number | undefined;
  /** The last time that any of them tells of. */
  readonly now: number;
}

/**
 * @param own the events of the trace
 * @param since milliseconds: nothing is known of the logs before
 */
export async function readOthers(own: readonly Event[], domains: Domains, context: Pick<TraceContext, 'run' | 'read' | 'signal'>, since: number): Promise<Others> {
  const logs = domains.tables.filter((table) => table.kind === 'topic' && ['_partition', '_offset', '_timestamp'].every((part) => table.columns.some(({ name }) => name === part)));
  const read = await inParallel(logs, async (log) => {
    const where = placesIn(log, own);
    if (where === undefined) return { log, events: [], from: undefined };
    const answer = await unlessLost(() => rowsAsked(logRead(log, where, fewMessages + 1), context, fewMessages + 1), context.signal);
    if (answer === undefined) return { log, events: [], from: undefined };
    const rows = rowsOf(answer);
    const isWhole = where.length === 0 && rows.length <= fewMessages;
    const events = rows.flatMap((row) => eventOf(log, withMembers(row), domains) ?? []);
    return { log, events, from: knownFrom(events, rows, isWhole) };
  });
  const events = distinctEvents(read.flatMap((one) => one.events));
  const from = new Map(read.map((one) => [one.log, one.from]));
  const knownSince = (log: Table) => {
    const known = from.get(log);
    return known === undefined ? undefined : Math.max(known, since);
  };
  const named = byName(events);
  const none = new Map<string, Event[]>();
  return { events, namedBy: (domain) => named.get(domain) ?? none, knownFrom: knownSince, now: events.reduce((last, { at }) => Math.max(last, at), 0) };
}

function byName(events: readonly Event[]): Map<Domain, Map<string, Event[]>> {
  const named = new Map<Domain, Map<string, Event[]>>();
  for (const event of events) {
    for (const { domain, value } of event.references) {
      const keys = named.get(domain) ?? new Map<string, Event[]>();
      const about = keys.get(value);
      if (about === undefined) keys.set(value, [event]);
      else about.push(event);
      named.set(domain, keys);
    }
  }
  return named;
}

/** No conditions for all of it, undefined for none of it. */
function placesIn(log: Table, own: readonly Event[]): readonly Expr[] | undefined {
  if (log.rows !== undefined && log.rows.count <= fewMessages) return [];
  const places = own.filter((event) => event.log === log).slice(0, mostPlaces);
  if (places.length === 0) return undefined;
  const [partition, offset] = [partOf(log, '_partition'), partOf(log, '_offset')];
  const within = (least: number, most: number) => between(offset, BigInt(least - reach), BigInt(most + reach));
  const near = places.map((place): Expr => ({ kind: 'and', args: [isOneOf(partition, [BigInt(place.partition)]), ...within(place.offset, place.offset)] }));
  // Bounds that hold for all of them are what a log can be read by.
  const offsets = places.map((place) => place.offset);
  const partitions = [...new Set(places.map((place) => BigInt(place.partition)))];
  return [isOneOf(partition, partitions), ...within(Math.min(...offsets), Math.max(...offsets)), oneOf(near)];
}

/** A log whose partitions begin at 0 never lost a message; else it is known from where all of them begin. */
function knownFrom(events: readonly Event[], rows: readonly Row[], isWhole: boolean): number | undefined {
  if (events.length === 0) return undefined;
  const first = new Map<string, Event>();
  for (const event of events) {
    const before = first.get(event.partition);
    if (before === undefined || event.offset < before.offset) first.set(event.partition, event);
  }
  const times = [...first.values()].map(({ at }) => at);
  const isFromStart = isWhole && [...first.keys()].every((partition) => rows.some((row) => String(row['_partition']) === partition && Number(row['_offset']) === 0));
  return isFromStart ? Math.min(...times) : Math.max(...times);
}
