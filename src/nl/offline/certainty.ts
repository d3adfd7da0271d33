/**
 * Whether a reading is answered. Over one service, by trees over facts of the reading and of its form, fitted on single
 * databases where an answer counts as right only if it shows the very columns that were expected. In an estate it is rows that
 * are asked for, and a row shown by its key is the right row: the simpler model serves, what concerns only how rows are shown is left out, and
 * what several services add is asked instead, namely whether another reading is as good.
 */

import { confidenceOf } from './confidence.js';
import type { Facts } from './confidence.js';
import { forest } from './forest.js';
import { probability } from './trees.js';

const shown = ['labelKey', 'labelName', 'labelExtra', 'outputs', 'groupKeys'];

/** In log-odds: that all words are accounted for says more where many tables might have been meant. */
const accounted = 0.6;

/** Readings whose scores differ by less are equally good: which one is meant is the user's to say. */
const alike = 0.15;

/** Below this the reading is shown as a near one and not run. */
export function leastCertainty(services: number): number {
  return services < 2 ? forest.threshold : 0.75;
}

export function isAmbiguous(facts: Facts, services: number): boolean {
  return services > 1 && (facts['gap'] ?? 2) < alike;
}

export function certaintyOf(facts: Facts, services: number): number {
  if (services < 2) return probability(forest, facts);
  const p = confidenceOf({ ...facts, ...Object.fromEntries(shown.map((name) => [name, 0])) });
  return 1 / (1 + ((1 - p) / p) * Math.exp(-accounted));
}
