/**
 * Events that led to less than others of their kind do. What followed an event is the set of types that name it as their
 * cause; where nearly all others led to that and to more, the more is owed. A set that others show too as they ended
 * (rejected instead of confirmed) is an outcome like any other, and nothing is owed beyond it.
 */

import { tableName } from '../../algebra/index.js';
import type { TraceVerdict } from '../../answer/contract.js';
import { mayHaveHeld } from '../removed.js';
import { nameOf } from './events.js';
import type { Event } from './events.js';
import { likelihood } from './likelihood.js';
import type { Peer } from './likelihood.js';
import { spanText } from './scene.js';
import type { Lacking, Own, Scene } from './scene.js';

/** How services call what went wrong. */
export const failing = /(fail|reject|declin|error|abort|timed?_?-?out|refus|denied|expired|cancel|void|bounce|lost|dispute)/i;

export function missingSteps(scene: Scene): Lacking[] {
  const effects = effectsOf(scene.others.events);
  const own = scene.own.map(({ event }) => event);
  const ownEffects = effectsOf(own);
  return scene.own.flatMap((one) => judge(one, { scene, effects, own, ownEffects }));
}

interface Known {
  readonly scene: Scene;
  readonly effects: ReadonlyMap<string, readonly Event[]>;
  readonly own: readonly Event[];
  readonly ownEffects: ReadonlyMap<string, readonly Event[]>;
}

function effectsOf(events: readonly Event[]): Map<string, Event[]> {
  const effects = new Map<string, Event[]>();
  for (const event of events) if (event.cause !== undefined) effects.set(event.cause, [...(effects.get(event.cause) ?? []), event]);
  return effects;
}

const kindOf = ({ log, type }: Event): string => `${tableName(log)} ${type}`;
const kindsOf = (events: readonly Event[]): ReadonlySet<string> => new Set(events.map(kindOf));

function judge({ event, placed }: Own, { scene, effects, own, ownEffects }: Known): Lacking[] {
  if (event.id === undefined || event.type === '') return [];
  const mine = kindsOf(ownEffects.get(event.id) ?? []);
  const more: (readonly string[])[] = [];
  const peers = scene.others.events
    .filter((other) => other.id !== undefined && other.id !== event.id && other.type === event.type && other.log === event.log)
    .map((other): Peer => {
      const after = effects.get(other.id!) ?? [];
      const theirs = kindsOf(after);
      const beyond = after.filter((effect) => !mine.has(kindOf(effect)));
      if (beyond.length === 0 || ![...mine].every((kind) => theirs.has(kind))) return { at: other.at, has: false };
      more.push([...kindsOf(beyond)]);
      return { at: other.at, has: true, delayMs: Math.max(...beyond.map(({ at }) => at)) - other.at };
    });
  const likely = likelihood(peers, event.at, scene.others.now);
  if (likely.kind === 'not owed') return [];
  const always = more.reduce((all, kinds) => all.filter((kind) => kinds.includes(kind)));
  const owed = always.length > 0 ? always : [...new Set(more.flat())];
  const types = owed.map((kind) => kind.slice(kind.indexOf(' ') + 1));
  const called = types.join(always.length > 0 ? ' and ' : ' or ');
  const { have, of } = likely;
  const because = `${have} of ${of} other ${nameOf(event)} events led to ${owed.length === 1 ? 'it' : always.length > 0 ? 'them' : 'one of them'}`;
  const evidence = { have, of, withinMs: likely.kind === 'owed' ? likely.withinMs : null };
  const verdict = (kind: TraceVerdict['kind'], what: string, why = because): Lacking[] => [{ kind, what, steps: [placed.step.n], basis: 'learned', because: why, evidence, owed: types }];
  const removed = mayHaveHeld(owed.map((kind) => kind.slice(0, kind.indexOf(' '))), scene.removed);
  if (removed !== undefined) return verdict('cannot tell', `whether ${called} never followed ${nameOf(event)}: ${removed}`);
  if (likely.kind === 'thin') return verdict('cannot tell', `whether ${called} is lacking after ${nameOf(event)}: ${likely.why}`);
  if (likely.kind === 'behind') return verdict('lagging', `${called} has not followed ${nameOf(event)} yet, nor those after it`);
  const within = likely.withinMs === null ? '' : `, the slowest within ${spanText(likely.withinMs)}`;
  // Something later names a cause that is nowhere: the step was made, and its event was lost.
  const orphan = own.find((other) => other.at >= event.at && other.cause !== undefined && !own.some(({ id }) => id === other.cause));
  if (orphan !== undefined) {
    return verdict('no event', `${called} is on no log, though ${nameOf(orphan)} came after it and names a cause that is not there (${orphan.cause!.slice(orphan.cause!.lastIndexOf(' ') + 1)})`, `${because}${within}`);
  }
  // What goes wrong is undone where it was done before.
  const undoes = failing.test(event.type) && owed.every((kind) => own.some((other) => other.at < event.at && kind.startsWith(`${tableName(other.log)} `)));
  return verdict(undoes && always.length > 0 ? 'not compensated' : 'not finished', `${called} is lacking after ${nameOf(event)}`, `${because}${within}`);
}
