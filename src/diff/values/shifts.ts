/** Whether times are those of another service some hours off: a local time beside UTC. */

import type { Cell } from '../../answer/contract.js';
import type { Type } from '../../algebra/index.js';
import { instantOf } from './equality.js';

export interface Shift {
  /** Of pairs of times that differ. */
  readonly count: number;
  /** Here after there; two where a zone has a summer time. */
  readonly minutes: readonly number[];
}

const quarter = 15;
/** Zones are as far from UTC at most. */
const farthest = 14 * 60;

export class Shifts {
  readonly #found = new Map<number, number>();

  /** Of two times that belong together and are not equal. */
  add(here: Cell, typeHere: Type, there: Cell, typeThere: Type): void {
    if (typeHere.kind !== 'timestamp' || typeThere.kind !== 'timestamp') return;
    const ms = instantOf(String(here), typeHere) - instantOf(String(there), typeThere);
    // Stores cut fractions of a second.
    const minutes = Math.round(ms / 60_000);
    if (minutes === 0 || Math.abs(ms - minutes * 60_000) >= 1000 || minutes % quarter !== 0 || Math.abs(minutes) > farthest) return;
    this.#found.set(minutes, (this.#found.get(minutes) ?? 0) + 1);
  }

  /** The one that was met most often, with the one an hour away from it. */
  best(): Shift | undefined {
    const [first, ...others] = [...this.#found].sort((a, b) => b[1] - a[1]);
    if (first === undefined) return undefined;
    const second = others.find(([minutes]) => Math.abs(minutes - first[0]) === 60);
    return { count: first[1] + (second?.[1] ?? 0), minutes: [first[0], ...(second === undefined ? [] : [second[0]])] };
  }
}
