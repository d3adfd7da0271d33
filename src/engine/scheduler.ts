/**
 * Which fragment waits for which: a fragment waits for another's keys only where that promises to be cheaper than
 * reading it whole at once. Everything else starts immediately, the cheapest first. Where keys are not expected to be
 * few, but only by a guess, a short try is made for them.
 */

import type { Fragment, KeyDecision, KeyShipment, Plan } from '../plan/contract.js';
import { breakEven, isNarrow, probeMs, restrictedRows, unknownRows } from './key-costs.js';

/** Rows expected of a fragment: by its store where that was asked, else by the catalogue. */
export type Estimates = ReadonlyMap<string, number>;

export interface Schedule {
  /** Cheapest first. */
  readonly order: readonly Fragment[];
  /** fragment id -> the shipment whose keys it waits for. */
  readonly waits: ReadonlyMap<string, Waiting>;
  /** One for every shipment of the plan, in its order. */
  readonly decisions: readonly KeyDecision[];
  /** Rows expected of each fragment without keys. */
  readonly rows: ReadonlyMap<string, number>;
}

export interface Waiting {
  readonly shipment: KeyShipment;
  /** More keys than this are not shipped. */
  readonly limit: number;
  /** Absent: until the keys are there, or too many. Otherwise the milliseconds that the try may take. */
  readonly patience?: number;
}

/**
 * Settles fragments in the order of what they are expected to cost; a shipment is used only from a settled one to one
 * that isn't, so nothing ever waits in a circle.
 */
export function schedule(plan: Pick<Plan, 'fragments' | 'shipments'>, maxKeys: (service: string) => number, estimates: Estimates = new Map()): Schedule {
  const rows = new Map(plan.fragments.map((fragment) => [fragment.id, estimates.get(fragment.id) ?? fragment.estimate]));
  const cost = new Map([...rows].map(([id, expected]) => [id, expected ?? unknownRows]));
  const waits = new Map<string, Waiting>();
  const decisions = new Map<KeyShipment, KeyDecision>();
  const order: Fragment[] = [];
  const open = new Set(plan.fragments);
  while (open.size > 0) {
    const next = [...open].reduce((best, fragment) => (cost.get(fragment.id)! < cost.get(best.id)! ? fragment : best));
    open.delete(next);
    order.push(next);
    for (const shipment of plan.shipments.filter(({ from }) => from === next.id)) {
      const to = [...open].find((fragment) => fragment.id === shipment.to);
      if (to !== undefined) weigh(next, to, shipment);
    }
  }
  for (const shipment of plan.shipments) {
    if (decisions.has(shipment)) continue;
    decisions.set(shipment, { ...numbers(shipment), breakEven: null, chosen: 'scan', why: `${shipment.to} is read before ${shipment.from}, of which more is expected` });
  }
  const expected = new Map([...rows].map(([id, count]) => [id, count ?? unknownRows]));
  return { order, waits, rows: expected, decisions: plan.shipments.map((shipment) => decisions.get(shipment)!) };

  function numbers({ from, to, keys }: KeyShipment) {
    const sourceRows = cost.get(from)!;
    return { from, to, sourceRows: rows.get(from) === undefined ? null : sourceRows, targetRows: rows.get(to) ?? null, keys: Math.min(sourceRows, keys ?? sourceRows) };
  }

  function weigh(from: Fragment, to: Fragment, shipment: KeyShipment): void {
    const narrows = isNarrow(from.rel) || (waits.has(from.id) && waits.get(from.id)!.patience === undefined);
    const targetRows = rows.get(to.id) ?? unknownRows;
    const { keys: limit, because } = breakEven(to, targetRows, shipment, narrows, maxKeys(to.service));
    const weighed = { ...numbers(shipment), breakEven: limit };
    const decide = (chosen: KeyDecision['chosen'], why: string) => void decisions.set(shipment, { ...weighed, chosen, why });
    const waiting = waits.get(to.id);
    if (waiting !== undefined && waiting.patience === undefined) return decide('scan', `${to.id} gets the keys of ${waiting.shipment.from}`);
    if (limit === 0) return decide('scan', because);
    if (weighed.keys <= limit) {
      waits.set(to.id, { shipment, limit });
      cost.set(to.id, Math.min(cost.get(to.id)!, restrictedRows(to, targetRows, shipment, weighed.keys)));
      return decide('keys', because);
    }
    // What a whole table holds is known well enough; what a filter leaves of one is a guess.
    if (!narrows || waiting !== undefined) return decide('scan', because);
    waits.set(to.id, { shipment, limit, patience: probeMs(targetRows) });
    decide('try', because);
  }
}
