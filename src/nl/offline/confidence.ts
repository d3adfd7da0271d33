/** How sure a reading is, from facts about how it came to be. */

import type { Built } from './build/assemble.js';
import type { Bound } from './build/bind.js';
import type { Sketch } from './read/sketch.js';

export function confidenceOf(sketch: Sketch, bound: Bound, built: Built): number {
  let logit = 3;
  logit += 0.8 * bound.score;
  logit -= 2.5 * sketch.unread.length;
  logit -= 0.3 * sketch.passed.length;
  logit -= 0.2 * built.query.joins.length;
  return 1 / (1 + Math.exp(-logit));
}
