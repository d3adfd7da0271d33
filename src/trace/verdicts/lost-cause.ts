/** Causes that are nowhere, where nearly all other events of the kind name one that is there: the event of a step was lost. */

import type { TraceVerdict } from '../../answer/contract.js';
import { isMessage } from '../graph.js';
import { idOf, roleOf } from '../message.js';
import { nameOf } from './events.js';
import type { Event } from './events.js';
import { likelihood } from './likelihood.js';
import { mayHaveLost } from './scene.js';
import type { Own, Scene } from './scene.js';

export function lostCauses(scene: Scene): TraceVerdict[] {
  const byId = new Map(scene.others.events.flatMap((event) => (event.id === undefined ? [] : [[event.id, event] as const])));
  const here = new Set([...scene.own.flatMap(({ event }) => event.id ?? []), ...scene.placed.flatMap(({ node }) => (isMessage(node) ? (idOf(node.row, 'eventId') ?? []) : boxed(node.row)))]);
  const lost = new Map<string, Own>();
  for (const own of [...scene.own].sort((a, b) => a.event.at - b.event.at)) {
    const { cause } = own.event;
    if (cause !== undefined && !here.has(cause) && !byId.has(cause) && !lost.has(cause)) lost.set(cause, own);
  }
  return [...lost].flatMap(([cause, own]) => judge(cause, own, byId, scene));
}

/** An event that waits in an outbox is not lost. */
function boxed(row: Scene['placed'][number]['node']['row']): string[] {
  return Object.entries(row).flatMap(([name, value]) => (roleOf(name) === 'eventId' && value !== null && typeof value !== 'object' ? [String(value)] : []));
}

function judge(cause: string, { event, placed: { step } }: Own, byId: ReadonlyMap<string, Event>, scene: Scene): TraceVerdict[] {
  const alike = scene.others.events.filter((other) => other.type === event.type && other.log === event.log && other.cause !== undefined && other.cause !== cause);
  const likely = likelihood(alike.map((other) => ({ at: other.at, has: byId.has(other.cause!) })), event.at, scene.others.now);
  if (likely.kind !== 'owed' && likely.kind !== 'thin') return [];
  const { have, of } = likely;
  const because = `${have} of ${of} other ${nameOf(event)} events name a cause that is there`;
  const verdict = (kind: TraceVerdict['kind'], what: string): TraceVerdict[] => [{ kind, what, steps: [step.n], basis: 'learned', because, evidence: { have, of, withinMs: null } }];
  // Numbers are known within their conversation.
  const told = cause.slice(cause.lastIndexOf(' ') + 1);
  const types = [...new Set(alike.flatMap((other) => byId.get(other.cause!)?.type ?? []))].filter((type) => type !== '');
  const called = types.length === 1 ? `${types[0]!} (${told})` : `the event ${told}`;
  const what = `${called}, which ${nameOf(event)} names as its cause, is on no log`;
  const removed = mayHaveLost(alike.flatMap((other) => byId.get(other.cause!) ?? []), scene);
  if (removed !== undefined) return verdict('cannot tell', `whether ${what} by mistake: ${removed}`);
  return likely.kind === 'thin' ? verdict('cannot tell', `whether ${what} by mistake: ${likely.why}`) : verdict('no event', what);
}
