/** A step that lacks is told once: as it was declared, and as others teach where nobody declared it. */

import { describe, expect, it } from 'vitest';
import type { Flows } from '../../../src/config/contract.js';
import { graphOf } from '../../../src/trace/graph.js';
import type { Event } from '../../../src/trace/verdicts/events.js';
import { lackingSteps } from '../../../src/trace/verdicts/sagas.js';
import type { Scene } from '../../../src/trace/verdicts/scene.js';
import { column, table } from '../../support/tables.js';

const log = table('bus.rides', [column('_partition'), column('_offset')], { kind: 'topic' });
const start = Date.parse('2026-03-02T07:00:00Z');
const event = (n: number, type: string, offset: number, cause?: string): Event => ({ log, id: `${type}-${n}`, type, at: start + n * 60_000 + offset, cause, conversation: `c-${n}`, partition: '0', offset: n * 10 + offset, isChange: false, references: [] });

/** Rides 1 to 60 are asked for, and driven or called off; of ride 30 nothing follows. */
function judged(sagas: Flows['sagas'], isLearned = true) {
  const others = Array.from({ length: 60 }, (_, i) => i + 1).filter((n) => n !== 30).flatMap((n) => [event(n, 'RideAsked', 0), event(n, n % 4 === 0 ? 'RideCalledOff' : 'RideDriven', 5, `RideAsked-${n}`)]);
  const asked = event(30, 'RideAsked', 0);
  const row = { _partition: 0, _offset: asked.offset, _timestamp: new Date(asked.at).toISOString(), _headers: JSON.stringify({ eventId: asked.id, eventType: asked.type }) };
  const { placed } = graphOf([{ key: 'asked', table: log, store: 'kafka', row, reasons: [], role: 'part', depth: 0 }]);
  const scene = {
    placed, own: [{ event: asked, placed: placed[0]! }], isDeep: false, unread: new Set(), removed: new Map(), now: start + 200 * 60_000,
    others: { events: [...others, asked], namedBy: () => new Map(), knownFrom: () => start, now: start + 61 * 60_000 },
    context: { signal: new AbortController().signal, flows: { writes: [], outboxes: [], sagas } },
  } as unknown as Scene;
  return lackingSteps(scene, isLearned).map(({ kind, what, basis }) => ({ kind, what, basis }));
}

const saga = (...events: string[]): Flows['sagas'][number] => ({ name: 'ride', starts: ['RideAsked'], fails: [], withinMs: 60_000, steps: [{ events, compensations: [], withinMs: 60_000 }] });

describe('a step that was not made', () => {
  it('is learned where nobody declared it', () => {
    expect(judged([])).toEqual([{ kind: 'not finished', what: 'RideDriven or RideCalledOff is lacking after RideAsked', basis: 'learned' }]);
    expect(judged([], false)).toEqual([]);
  });

  it('is told once where it was declared, in whatever order and case', () => {
    expect(judged([saga('rideCalledOff', 'RideDriven')])).toEqual([{ kind: 'not finished', what: expect.stringMatching(/^rideCalledOff or RideDriven is lacking after RideAsked/) as string, basis: 'declared' }]);
    expect(judged([saga('RideDriven')])).toHaveLength(1);
  });

  it('is learned beside another that was declared', () => {
    expect(judged([saga('RidePaid')]).map(({ basis }) => basis)).toEqual(['declared', 'learned']);
  });
});
