/**
 * Whether a reading is answered, over an estate of several services. The confidence was fitted on single databases,
 * where an answer counts as right only if it shows the very columns that were expected. In an estate it is rows that
 * are asked for, and a row shown by its key is the right row: what concerns only how rows are shown is left out, and
 * what several services add is asked instead, namely whether another reading is as good.
 */

import { confidenceOf } from './confidence.js';
import type { Facts } from './confidence.js';

const shown = ['labelKey', 'labelName', 'labelExtra', 'outputs', 'groupKeys'];

/** In log-odds: that all words are accounted for says more where many tables might have been meant. */
const accounted = 0.6;

/** Readings whose scores differ by less are equally good: which one is meant is the user's to say. */
const alike = 0.15;

export function isAmbiguous(facts: Facts, services: number): boolean {
  return services > 1 && (facts['gap'] ?? 2) < alike;
}

export function certaintyOf(facts: Facts, services: number): number {
  if (services < 2) return confidenceOf(facts);
  const p = confidenceOf({ ...facts, ...Object.fromEntries(shown.map((name) => [name, 0])) });
  return 1 / (1 + ((1 - p) / p) * Math.exp(-accounted));
}
