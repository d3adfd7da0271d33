/**
 * Waiting for keys, and no longer than it pays: until their fragment is staged, until more of them were seen than are
 * worth shipping, until the fragment that gives them turns out to be read whole itself, or until a try took its time.
 * A plain read that began meanwhile is given up once keys came that make the rest of it dearer than looking them up.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Fragment, KeyOutcome, KeyShipment } from '../plan/contract.js';
import { paysToSwitch, unknownRows } from './key-costs.js';
import { KeyWatch } from './key-watch.js';
import { countKeys } from './keys.js';
import type { Schedule } from './scheduler.js';
import type { Staging } from './staging.js';

/** A shipment to a fragment, whose keys are staged. */
export interface Offer {
  readonly shipment: KeyShipment;
  /** More keys than this are not shipped. */
  readonly limit: number;
}

export class KeyWaits {
  readonly outcomes = new Map<KeyShipment, KeyOutcome>();
  readonly #watches = new Map<string, Set<KeyWatch>>();
  readonly #rows = new Map<string, number>();
  /** Resolved when a fragment that might have got keys is read without. */
  readonly #whole = new Map<string, { readonly promise: Promise<void>; readonly resolve: () => void }>();

  constructor(
    private readonly schedule: Schedule,
    private readonly staging: Staging,
    private readonly pending: Set<Promise<unknown>>,
  ) {
    for (const { id } of schedule.order) {
      let resolve: () => void = () => undefined;
      const promise = new Promise<void>((done) => (resolve = done));
      this.#whole.set(id, { promise, resolve });
    }
  }

  /** A fragment has so many rows here by now. @param flush makes them readable */
  saw(id: string, rows: number, flush: () => void): void {
    this.#rows.set(id, rows);
    for (const watch of this.#watches.get(id) ?? []) watch.saw(rows, flush);
  }

  /** A fragment is read without keys. */
  whole({ id }: Fragment): void {
    this.#whole.get(id)?.resolve();
  }

  /** @param staged resolves when the fragment that gives the keys is staged */
  async offer(fragment: Fragment, staged: Promise<unknown>, signal: AbortSignal): Promise<Offer | undefined> {
    const { shipment, limit, patience } = this.schedule.waits.get(fragment.id)!;
    const { from } = shipment;
    const watch = new KeyWatch(() => this.staging.connect(), shipment, limit, signal);
    const watches = this.#watches.get(from) ?? new Set();
    this.#watches.set(from, watches.add(watch));
    const over = new AbortController();
    try {
      const came = await Promise.race([
        staged.then(() => 'staged' as const),
        watch.passed.then(() => 'many' as const),
        ...(patience === undefined && this.#waitsItself(from) && this.#expected(from) > limit ? [this.#whole.get(from)!.promise.then(() => 'whole' as const)] : []),
        ...(patience === undefined ? [] : [sleep(patience, 'late' as const, { signal: over.signal }).catch(() => 'late' as const)]),
      ]);
      if (came === 'staged') return { shipment, limit };
      const why = { many: `more than ${limit.toLocaleString('en-US')} keys came while ${from} was still being read`, whole: `${from} is read whole itself`, late: `the keys of ${from} did not come within ${Math.ceil(patience ?? 0)} ms` }[came];
      this.unshipped(shipment, came === 'many' ? limit + 1 : null, why);
      return undefined;
    } finally {
      over.abort();
      watches.delete(watch);
      const closing: Promise<void> = watch.close().finally(() => this.pending.delete(closing));
      this.pending.add(closing);
    }
  }

  /** Resolves with keys that make it worth giving up a plain read that has begun; never where there are none. */
  async late(fragment: Fragment, staged: Promise<unknown>, signal: AbortSignal): Promise<Offer> {
    const never = new Promise<never>(() => undefined);
    const { shipment, limit, patience } = this.schedule.waits.get(fragment.id)!;
    if (patience === undefined) return never;
    await staged;
    if (signal.aborted) return never;
    const connection = await this.staging.connect();
    try {
      const keys = await countKeys(connection, shipment, limit, signal);
      const pays = keys <= limit && paysToSwitch(fragment, this.#expected(fragment.id), this.#rows.get(fragment.id) ?? 0, shipment, keys);
      return pays ? { shipment, limit } : never;
    } catch {
      return never;
    } finally {
      await connection.close();
    }
  }

  shipped(shipment: KeyShipment, keys: number): void {
    this.#settle(shipment, { keys, shipped: true, why: '' });
  }

  /** @param keys as far as they were counted */
  unshipped(shipment: KeyShipment, keys: number | null, why: string): void {
    this.#settle(shipment, { keys, shipped: false, why });
  }

  #settle(shipment: KeyShipment, outcome: Omit<KeyOutcome, 'from' | 'to'>): void {
    this.outcomes.set(shipment, { from: shipment.from, to: shipment.to, ...outcome });
  }

  /** It is thought small for the keys that it gets. */
  #waitsItself(id: string): boolean {
    const waiting = this.schedule.waits.get(id);
    return waiting !== undefined && waiting.patience === undefined;
  }

  /** Rows of a fragment that gets no keys. */
  #expected(id: string): number {
    return this.schedule.rows.get(id) ?? unknownRows;
  }
}
