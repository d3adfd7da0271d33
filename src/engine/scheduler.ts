/**
 * Which fragment waits for which: a fragment waits for another's keys only where that promises to be cheaper than
 * reading it whole at once. Everything else starts immediately, the cheapest first.
 */

import { inputs } from '../algebra/index.js';
import type { Rel } from '../algebra/index.js';
import type { Fragment, KeyShipment, Plan } from '../plan/contract.js';

/** A table without a count is taken for one of this many rows. */
const unknownRows = 1_000_000;
/** Fewer rows than this are read faster than keys are shipped. */
const fewRows = 1_000;
/** Looking one row up by a key costs about as much as scanning this many. */
const lookupCost = 4;
/**
 * Keys of a whole table, for a column that repeats: mostly every row has one of them, and nothing is saved. Worth a try
 * only where they are very few.
 */
const wholeTableCost = 100;
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
      if (cost.get(next.id)! > worthwhileKeys(to, shipment, narrows(next, waits))) continue;
      waits.set(to.id, shipment);
      cost.set(to.id, Math.min(cost.get(to.id)!, cost.get(next.id)! * rowsPerKey));
    }
  }
  return { order, waits };
}

/** A fragment that holds only some of its table's rows. */
export function narrows(fragment: Fragment, waits: Schedule['waits']): boolean {
  return isNarrow(fragment.rel) || waits.has(fragment.id);
}

function isNarrow(rel: Rel): boolean {
  return rel.kind === 'filter' || rel.kind === 'sortLimit' || rel.kind === 'join' || inputs(rel).some(isNarrow);
}

/** Keys up to which a lookup beats a scan of the fragment; 0 when it never does. */
function worthwhileKeys(to: Fragment, { column }: KeyShipment, fromNarrows: boolean): number {
  const rows = to.estimate ?? unknownRows;
  if (rows < fewRows) return 0;
  const { primaryKey, uniques = [] } = to.table;
  const unique = [primaryKey ?? [], ...uniques].some((key) => key.length === 1 && key[0] === column);
  return Math.floor(rows / (fromNarrows || unique ? lookupCost : wholeTableCost));
}

/** The most keys that are worth shipping to a fragment whose store takes `maxKeys` at a time. */
export function keyLimit(to: Fragment, shipment: KeyShipment, fromNarrows: boolean, maxKeys: number): number {
  return Math.min(worthwhileKeys(to, shipment, fromNarrows), maxKeys * mostBatches, mostKeys);
}
