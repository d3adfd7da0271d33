/**
 * Events whose rows are lacking, by what others of their kind have. A row is taken for the work of the event of the same
 * conversation that stands right before it, so that an event is never blamed for what a later step writes; in tables
 * without times, only conversations of the very same events are compared.
 */

import { tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import type { TraceVerdict } from '../../answer/contract.js';
import type { Domain } from '../domains.js';
import { changeOf } from '../change.js';
import { inParallel } from '../in-parallel.js';
import type { Row } from '../payload.js';
import { timeOf } from '../timeline.js';
import { nameOf } from './events.js';
import type { Event } from './events.js';
import { likelihood } from './likelihood.js';
import type { Likelihood, Peer } from './likelihood.js';
import { behindText, canRead, groupsAt, rowsByKeys, spanText } from './scene.js';
import type { Own, Scene } from './scene.js';

interface Lack {
  readonly table: Table;
  readonly column: Column;
  readonly domain: Domain;
  readonly value: string;
  /** Those of the trace that are about the value. */
  readonly own: readonly Own[];
}

/** Keys to compare with, nearest in time. */
const mostKeys = 400;
/** One of so many is asked for first. */
const probed = 10;
const leastProbed = 10;
/** Clocks of services differ by a little. */
const sameMomentMs = 1_000;

export async function missingRows(scene: Scene): Promise<TraceVerdict[]> {
  const found = await inParallel(lacks(scene), (lack) => judge(lack, scene));
  const byEvent = new Map<string, { own: Own; tables: string[]; likely: Likelihood }>();
  // A table that two columns lead to is lacking once, for the first event that owes it.
  const best = new Map<string, (typeof found)[number][number]>();
  for (const one of found.flat().sort(bySureness)) if (!best.has(one.table)) best.set(one.table, one);
  for (const one of best.values()) {
    const key = `${one.own.placed.step.n} ${one.likely.kind}`;
    const before = byEvent.get(key);
    if (before === undefined) byEvent.set(key, { ...one, tables: [one.table] });
    else before.tables.push(one.table);
  }
  return (await inParallel([...byEvent.values()], ({ own, tables, likely }) => spoken(own, tables, likely, scene))).flat();
}

function lacks(scene: Scene): Lack[] {
  const { own, domains, placed } = scene;
  const byPlace = new Map<string, Lack>();
  for (const one of own) {
    for (const { domain, value, isSubject } of one.event.references) {
      if (!isSubject || own.some(({ event, placed: { node } }) => changeOf(node.row)?.isRemoval === true && names(event, domain, value))) continue;
      const holders = domains.isThing(domain.table) ? [] : domains.holders(domain);
      for (const { table, column } of [domain, ...holders]) {
        if (table.kind === 'topic' || !canRead(table, column, scene)) continue;
        if (placed.some(({ node }) => node.table === table && String(node.row[column.name]) === value)) continue;
        const key = `${tableName(table)}.${column.name}=${value}`;
        const before = byPlace.get(key);
        byPlace.set(key, { table, column, domain, value, own: [...(before?.own ?? []), one] });
      }
    }
  }
  return [...byPlace.values()];
}

async function judge(lack: Lack, scene: Scene): Promise<Judgement[]> {
  const { table, column, domain, value, own } = lack;
  const named = scene.others.namedBy(domain);
  const keys = nearestKeys(named, own[0]!.event.at, value);
  if (keys.length < 10) return [];
  if (await isRare(table, column, keys, scene)) return [];
  const rows = await rowsByKeys(table, column, keys, scene);
  if (rows === undefined) return [];
  const held = new Map<string, Row[]>();
  for (const row of rows) held.set(String(row[column.name]), [...(held.get(String(row[column.name])) ?? []), row]);
  const isTimed = table.columns.some(({ type }) => type.kind === 'timestamp');
  const signature = signatureOf(scene.own.map(({ event }) => event).filter((event) => names(event, domain, value)));
  const verdicts = own.flatMap((one) => {
    const peers = keys.flatMap((key): Peer[] => {
      const events = named.get(key)!;
      const same = events.find((event) => event.type === one.event.type && event.log === one.event.log);
      if (same === undefined || (!isTimed && signatureOf(events) !== signature)) return [];
      const times = (held.get(key) ?? []).map((row) => timeOf(table, row)).map((at) => (at === null ? undefined : Date.parse(at)));
      if (!isTimed) return [{ at: same.at, has: times.length > 0 }];
      const written = times.find((at) => at !== undefined && writersOf(events, at).includes(same.type));
      return [{ at: same.at, has: written !== undefined, ...(written !== undefined && { delayMs: written - same.at }) }];
    });
    const likely = likelihood(peers, one.event.at, scene.others.now);
    return likely.kind === 'not owed' ? [] : [{ own: one, table: tableName(table), likely }];
  });
  return verdicts.sort(bySureness).slice(0, 1);
}

/** Most rows that are not there are owed to nobody (refunds, cancellations): a few keys from all over tell it. */
async function isRare(table: Table, column: Column, keys: readonly string[], scene: Scene): Promise<boolean> {
  const some = keys.filter((_, i) => i % probed === 0);
  if (some.length < leastProbed) return false;
  const rows = await rowsByKeys(table, column, some, scene);
  return rows !== undefined && new Set(rows.map((row) => String(row[column.name]))).size < some.length / 4;
}

type Judgement = { readonly own: Own; readonly table: string; readonly likely: Likelihood };

function bySureness(a: Judgement, b: Judgement): number {
  const order = ['owed', 'behind', 'thin'];
  return order.indexOf(a.likely.kind) - order.indexOf(b.likely.kind) || a.own.event.at - b.own.event.at;
}

/** Those whose events are nearest to the moment. */
export function nearestKeys(named: ReadonlyMap<string, readonly Event[]>, at: number, but?: string): string[] {
  const others = [...named].filter(([key]) => key !== but);
  const distances = others.map(([key, events]) => [key, Math.min(...events.map((event) => Math.abs(event.at - at)))] as const);
  return distances.sort((a, b) => a[1] - b[1]).slice(0, mostKeys).map(([key]) => key);
}

export function names(event: Event, domain: Domain, value: string): boolean {
  return event.references.some((reference) => reference.domain === domain && reference.value === value);
}

function signatureOf(events: readonly Event[]): string {
  return [...new Set(events.map((event) => `${event.log.name} ${event.type}`))].sort().join('|');
}

/** The types that stand nearest to the moment, before it or as little behind it as clocks differ by; where none does, the first after it. */
function writersOf(events: readonly Event[], at: number): string[] {
  const near = events.filter((event) => event.at <= at + sameMomentMs);
  const moment = near.length > 0 ? near.reduce((best, event) => (Math.abs(event.at - at) < Math.abs(best.at - at) ? event : best)).at : Math.min(...events.map((event) => event.at));
  return events.filter((event) => event.at === moment).map(({ type }) => type);
}

async function spoken({ event, placed: { step } }: Own, tables: readonly string[], likely: Likelihood, scene: Scene): Promise<TraceVerdict[]> {
  if (likely.kind === 'not owed') return [];
  const { have, of } = likely;
  const where = tables.join(', ');
  const alike = `${have} of ${of} other ${nameOf(event)} events of ${tableName(event.log)} have theirs`;
  const verdict = (kind: TraceVerdict['kind'], what: string, because: string): TraceVerdict[] => [
    { kind, what, steps: [step.n], basis: 'learned', because, evidence: { have, of, withinMs: likely.kind === 'owed' ? likely.withinMs : null } },
  ];
  const lacking = `${nameOf(event)} has no row in ${where}`;
  if (likely.kind === 'thin') return verdict('cannot tell', `whether ${lacking} by mistake: ${likely.why}`, alike);
  const groups = await groupsAt(event, undefined, scene);
  const past = groups === undefined || groups.past.length === 0 ? '' : `; ${groups.past.join(', ')} ${groups.past.length === 1 ? 'is' : 'are'} past it`;
  if (groups !== undefined && groups.behind.length > 0) {
    const lag = behindText(groups.behind, event);
    if (groups.past.length === 0) return verdict('lagging', `${lacking} yet: ${lag}`, alike);
    return verdict('cannot tell', `whether ${lacking} by mistake: ${lag}${past}, and which of them writes it is not declared`, alike);
  }
  if (likely.kind === 'behind' && past === '') return verdict('lagging', `${lacking} yet, nor have those after it`, `those before it have theirs, and none after it: whoever writes them has stopped or is behind`);
  const within = likely.kind === 'owed' && likely.withinMs !== null ? `, the slowest within ${spanText(likely.withinMs)}` : '';
  return verdict('no row', lacking, `${alike}${within}${past}`);
}
