/** What led to each step, in words. */

import type { TraceAnswer } from '../answer/contract.js';

/** Steps in a drawing: more would be a smear; the list and the table have them all. */
export const mostDrawn = 200;

/** The edges as text, one line each, for those who see no drawing. */
export function edgeList({ steps }: Pick<TraceAnswer, 'steps'>): string[] {
  return steps.flatMap((step) => {
    const reasons = step.edges.map(({ from, because, certainty }) => `${from === null ? 'the id' : from} → ${step.n}: ${because} (${certainty})`);
    return reasons.length > 0 ? reasons : [`${step.n}: ${step.because.join('; ')}`];
  });
}
