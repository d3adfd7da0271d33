/**
 * Events that are still in their outbox (a table whose rows are published later: microservices.io, "transactional
 * outbox"). Such a table has a column for the event's id, and one that is filled in when the event has left.
 */

import { tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import type { TraceVerdict } from '../../answer/contract.js';
import { words } from '../../catalog/names.js';
import { keyOf } from '../domains.js';
import { isMessage } from '../graph.js';
import type { Placed } from '../graph.js';
import { inParallel } from '../in-parallel.js';
import { idOf, roleOf } from '../message.js';
import { timeOf } from '../timeline.js';
import { likelihood } from './likelihood.js';
import type { Peer } from './likelihood.js';
import { byNumber } from './no-event.js';
import { mayHaveLost, spanText } from './scene.js';
import type { Scene } from './scene.js';

interface Outbox {
  readonly event: Column;
  readonly published: Column;
  /** As declared; undefined: known by its names. */
  readonly withinMs: number | undefined;
}

const publishedNames = /^(published|dispatched|relayed|sent|delivered|forwarded|emitted|processed)( (at|on|time|date|timestamp))?$/;

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
  const published = table.columns.find(({ name, type, nullable }) => nullable && type.kind === 'timestamp' && publishedNames.test(words(name).join(' ')));
  return event === undefined || published === undefined ? undefined : { event, published, withinMs: undefined };
}

async function judge({ node, step }: Placed, { event, published, withinMs }: Outbox, scene: Scene): Promise<TraceVerdict[]> {
  const { table, row } = node;
  const id = row[event.name];
  // Publishing and marking are two steps: what is on a log has left, whatever the row says.
  if (id === null || id === undefined || scene.placed.some((other) => isMessage(other.node) && idOf(other.node.row, 'eventId') === String(id))) return [];
  const time = timeOf(table, { ...row, [published.name]: null });
  if (time === null || row[published.name] !== null) return [];
  const at = Date.parse(time);
  const what = `the event ${String(id)} of ${tableName(table)} ${Object.values(step.locator).map(String).join('/')} never left: ${published.name} is empty, and it is on no log`;
  if (withinMs !== undefined) {
    const age = scene.now - at;
    return age <= withinMs ? [] : [{ kind: 'not published', what, steps: [step.n], basis: 'declared', because: `flows.outboxes: ${tableName(table)} within ${spanText(withinMs)}, and it is ${spanText(age)} old` }];
  }
  const key = keyOf(table);
  const alike = key === undefined ? undefined : await byNumber(table, key, row, scene);
  if (alike === undefined) return [{ kind: 'cannot tell', what: `whether ${what}: its neighbours can't be found by an index`, steps: [step.n], basis: 'learned', because: 'declare it under flows.outboxes' }];
  const peers = alike.filter((other) => other[event.name] !== id).flatMap((other): Peer[] => {
    const moment = timeOf(table, { ...other, [published.name]: null });
    const left = other[published.name];
    if (moment === null) return [];
    const start = Date.parse(moment);
    return [{ at: start, has: left !== null, ...(left !== null && { delayMs: Date.parse(timeOf(table, { [published.name]: left ?? null }) ?? moment) - start }) }];
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
