/**
 * Events that are still in their outbox (a table whose rows are published later: microservices.io, "transactional
 * outbox"). Such a table has a column for the event's id, and one that tells when or whether the event has left: a time, a
 * flag or a status. Where none of its columns is known for that, the logs tell: the events of its other rows are there.
 */

import { tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import type { Cell, TraceVerdict } from '../../answer/contract.js';
import { words } from '../../catalog/names.js';
import { keyOf } from '../domains.js';
import { isMessage } from '../graph.js';
import type { Placed } from '../graph.js';
import { inParallel } from '../in-parallel.js';
import { idOf, roleOf } from '../message.js';
import type { Row } from '../payload.js';
import { timeOf } from '../timeline.js';
import { likelihood } from './likelihood.js';
import type { Peer } from './likelihood.js';
import { byNumber } from './no-event.js';
import { mayHaveLost, spanText } from './scene.js';
import type { Scene } from './scene.js';

interface Outbox {
  readonly event: Column;
  /** undefined: what the logs hold tells. */
  readonly published: Column | undefined;
  /** As declared; undefined: known by its names. */
  readonly withinMs: number | undefined;
}

const leastFilled = 0.97;

const publishedNames = /^(is )?(published|dispatched|relayed|sent|delivered|forwarded|emitted|processed)( (at|on|time|date|timestamp))?$/;
const statusNames = /^((outbox|publish|publishing|publication|delivery|relay|dispatch|send|sent|event|message) )?(status|state)$/;
const leftWords = /^(published|dispatched|relayed|sent|delivered|forwarded|emitted|processed|done|completed?|success|succeeded|ok)$/i;

/** What the column says: a time or another value that is there, a flag, a word. */
function hasLeft(value: Cell | undefined, { type, name }: Column): boolean {
  if (value === null || value === undefined || value === false) return false;
  if (type.kind === 'text' && statusNames.test(words(name).join(' '))) return leftWords.test(String(value));
  return type.kind !== 'int' && type.kind !== 'boolean' ? true : !['0', 'false'].includes(String(value));
}

export async function unpublished(scene: Scene): Promise<TraceVerdict[]> {
  const found = scene.placed.flatMap((placed) => {
    const outbox = isMessage(placed.node) ? undefined : outboxOf(placed.node.table, scene);
    return outbox === undefined ? [] : [{ placed, outbox }];
  });
  return (await inParallel(found, ({ placed, outbox }) => judge(placed, outbox, scene))).flat().map((verdict) => unlessRemoved(verdict, scene));
}

/** Which log the event of a row goes to, the row doesn't say: those of the trace's own events, else any. */
function unlessRemoved(verdict: TraceVerdict, scene: Scene): TraceVerdict {
  const removed = mayHaveLost(scene.own.map(({ event }) => event), scene);
  if (removed === undefined || verdict.kind === 'cannot tell') return verdict;
  return { ...verdict, kind: 'cannot tell', what: `whether ${verdict.what}: ${removed}` };
}

function outboxOf(table: Table, { context }: Scene): Outbox | undefined {
  const column = (name: string) => table.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  const flow = context.flows?.outboxes.find((candidate) => candidate.table.toLowerCase() === tableName(table).toLowerCase());
  if (flow !== undefined) {
    const [event, published] = [column(flow.event), column(flow.published)];
    return event === undefined || published === undefined ? undefined : { event, published, withinMs: flow.withinMs };
  }
  const event = table.columns.find(({ name }) => roleOf(name) === 'eventId');
  const flags = table.columns.filter(({ name, type }) => publishedNames.test(words(name).join(' ')) && ['timestamp', 'boolean', 'int'].includes(type.kind));
  const time = flags.find(({ type, nullable }) => type.kind === 'timestamp' && nullable);
  const status = table.columns.find(({ name, type }) => type.kind === 'text' && statusNames.test(words(name).join(' ')));
  const published = time ?? flags.find(({ type }) => type.kind !== 'timestamp') ?? status;
  return event === undefined ? undefined : { event, published, withinMs: undefined };
}

async function judge({ node, step }: Placed, { event, published, withinMs }: Outbox, scene: Scene): Promise<TraceVerdict[]> {
  const { table, row } = node;
  const id = row[event.name];
  // Publishing and marking are two steps: what is on a log has left, whatever the row says.
  if (id === null || id === undefined || scene.placed.some((other) => isMessage(other.node) && idOf(other.node.row, 'eventId') === String(id))) return [];
  const unmarked = (other: Row): Row => (published === undefined ? other : { ...other, [published.name]: null });
  const time = timeOf(table, unmarked(row));
  if (time === null) return [];
  if (published === undefined || hasLeft(row[published.name], published)) return byLogs({ node, step }, event, Date.parse(time), scene);
  const at = Date.parse(time);
  const what = `${calledIn(table, step, id)} never left: ${published.name} is ${row[published.name] === null ? 'empty' : String(row[published.name])}, and it is on no log`;
  if (withinMs !== undefined) {
    const age = scene.now - at;
    return age <= withinMs ? [] : [{ kind: 'not published', what, steps: [step.n], basis: 'declared', because: `flows.outboxes: ${tableName(table)} within ${spanText(withinMs)}, and it is ${spanText(age)} old` }];
  }
  const key = keyOf(table);
  const alike = key === undefined ? undefined : await byNumber(table, key, row, scene);
  if (alike === undefined) return [{ kind: 'cannot tell', what: `whether ${what}: its neighbours can't be found by an index`, steps: [step.n], basis: 'learned', because: 'declare it under flows.outboxes' }];
  const onLogs = sentAt(scene);
  const peers = alike.filter((other) => other[event.name] !== id).flatMap((other): Peer[] => {
    const moment = timeOf(table, unmarked(other));
    if (moment === null) return [];
    const start = Date.parse(moment);
    const sent = onLogs.get(String(other[event.name]));
    const left = other[published.name] ?? null;
    const isTime = published.type.kind === 'timestamp';
    // A word may tell of anything; the logs tell what it means.
    return [{ at: start, has: hasLeft(left, published) && (published.type.kind !== 'text' || sent !== undefined), ...(isTime && left !== null && { delayMs: Date.parse(timeOf(table, { [published.name]: left }) ?? moment) - start }) }];
  });
  const now = Math.max(scene.others.now, ...peers.map((peer) => peer.at));
  const likely = likelihood(peers, at, now);
  if (likely.kind === 'not owed') return [];
  const { have, of } = likely;
  const because = `${have} of ${of} other rows of ${tableName(table)} have been published`;
  const evidence = { have, of, withinMs: likely.kind === 'owed' ? likely.withinMs : null };
  const verdict = (kind: TraceVerdict['kind'], told: string, why = because): TraceVerdict[] => [{ kind, what: told, steps: [step.n], basis: 'learned', because: why, evidence }];
  if (likely.kind === 'thin') return verdict('cannot tell', `whether ${what}: ${likely.why}`);
  if (likely.kind === 'behind') return verdict('lagging', `${what}, nor did those after it`, `${because}; none after it`);
  return verdict('not published', what, `${because}${likely.withinMs === null ? '' : `, the slowest within ${spanText(likely.withinMs)}`}`);
}

/** The other events, by their ids: when they were sent. */
function sentAt({ others }: Scene): ReadonlyMap<string, number> {
  return new Map(others.events.flatMap(({ id, at }) => (id === undefined ? [] : [[id, at] as const])));
}

function calledIn(table: Table, step: Placed['step'], id: Cell): string {
  return `the event ${String(id)} of ${tableName(table)} ${Object.values(step.locator).map(String).join('/')}`;
}

/**
 * The row doesn't say that its event is still there, but the events of nearly all other rows are on the logs, and its own is
 * not. Where all others fill a column that is empty here, that one tells what left.
 */
async function byLogs({ node, step }: Pick<Placed, 'node' | 'step'>, event: Column, at: number, scene: Scene): Promise<TraceVerdict[]> {
  const { table, row } = node;
  const key = keyOf(table);
  const alike = key === undefined ? undefined : await byNumber(table, key, row, scene);
  const others = alike?.filter((other) => other[event.name] !== row[event.name]) ?? [];
  const onLogs = sentAt(scene);
  const peers = others.flatMap((other): Peer[] => {
    const moment = timeOf(table, other);
    const sent = onLogs.get(String(other[event.name]));
    return moment === null ? [] : [{ at: Date.parse(moment), has: sent !== undefined, ...(sent !== undefined && { delayMs: sent - Date.parse(moment) }) }];
  });
  const likely = likelihood(peers, at, Math.max(scene.others.now, ...peers.map((peer) => peer.at)));
  if (likely.kind !== 'owed') return [];
  const { have, of, withinMs } = likely;
  const empty = table.columns.find(({ name }) => row[name] === null && others.filter((other) => other[name] !== null).length >= others.length * leastFilled);
  const because = `the events of ${have} of ${of} other rows of ${tableName(table)} are on the logs`;
  const called = calledIn(table, step, row[event.name] ?? null);
  const told = { steps: [step.n], basis: 'learned', because, evidence: { have, of, withinMs } } as const;
  return [empty === undefined ? { kind: 'no event', what: `${called} is on no log`, ...told } : { kind: 'not published', what: `${called} never left: ${empty.name} is empty, and it is on no log`, ...told }];
}
