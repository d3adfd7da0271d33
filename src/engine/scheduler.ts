/**
 * Which fragment waits for which: a fragment waits for another's keys only where that promises to be cheaper than
 * reading it whole at once. Everything else starts immediately, the cheapest first.
 */

import type { Fragment, KeyShipment, Plan } from '../plan/contract.js';

/** A table without a count is taken for one of this many rows. */
const unknownRows = 1_000_000;
/** Fewer rows than this are read faster than keys are shipped. */
const fewRows = 1_000;
/** Looking one row up by a key costs about as much as scanning this many. */
const lookupCost = 4;
/** Rows that one key finds, where nothing is known. */
const rowsPerKey = 10;
/** More batches than this and the store is asked too often. */
const mostBatches = 20;
const mostKeys = 1_000_000;

export interface Schedule {
  /** Cheapest first. */
  readonly order: readonly Fragment[];
  /** fragment id -> the shipment whose keys it waits for. */
  readonly waits: ReadonlyMap<string, KeyShipment>;
}

/**
 * Settles fragments in the order of what they are expected to cost; a shipment is used only from a settled one to one
 * that isn't, so nothing ever waits in a circle.
 */
export function schedule(plan: Pick<Plan, 'fragments' | 'shipments'>): Schedule {
  const cost = new Map(plan.fragments.map((fragment) => [fragment.id, fragment.estimate ?? unknownRows]));
  const waits = new Map<string, KeyShipment>();
  const order: Fragment[] = [];
  const open = new Set(plan.fragments);
  while (open.size > 0) {
    const next = [...open].reduce((best, fragment) => (cost.get(fragment.id)! < cost.get(best.id)! ? fragment : best));
    open.delete(next);
    order.push(next);
    for (const shipment of plan.shipments) {
      const to = [...open].find((fragment) => fragment.id === shipment.to);
      if (shipment.from !== next.id || to === undefined || waits.has(to.id)) continue;
      if (cost.get(next.id)! > worthwhileKeys(to.estimate)) continue;
      waits.set(to.id, shipment);
      cost.set(to.id, Math.min(cost.get(to.id)!, cost.get(next.id)! * rowsPerKey));
    }
  }
  return { order, waits };
}

/** Keys up to which a lookup beats a scan of so many rows; 0 when it never does. */
function worthwhileKeys(rows: number | undefined): number {
  const expected = rows ?? unknownRows;
  return expected < fewRows ? 0 : Math.floor(expected / lookupCost);
}

/** The most keys that are worth shipping to a fragment of so many rows, whose store takes `maxKeys` at a time. */
export function keyLimit(rows: number | undefined, maxKeys: number): number {
  return Math.min(worthwhileKeys(rows), maxKeys * mostBatches, mostKeys);
}
