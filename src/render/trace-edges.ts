/** Where each step stands and what led to it, in words. */

import type { TraceAnswer, TraceStep } from '../answer/contract.js';
import { plainJson } from './json.js';

/** Steps in a drawing: more would be a smear; the list and the table have them all. */
export const mostDrawn = 200;

/** The edges as text, one line each, for those who see no drawing. */
export function edgeList({ steps }: Pick<TraceAnswer, 'steps'>): string[] {
  return steps.flatMap((step) => {
    const reasons = step.edges.map(({ from, because, certainty }) => `${from === null ? 'the id' : from} → ${step.n}: ${because} (${certainty})`);
    return reasons.length > 0 ? reasons : [`${step.n}: ${step.because.join('; ')}`];
  });
}

/** The surest reason, and how many there are. */
export function because({ edges, because: reasons, role }: TraceStep): string {
  const sure = ['declared', 'linked', 'matched'] as const;
  const best = sure.flatMap((certainty) => edges.filter((edge) => edge.certainty === certainty))[0];
  if (best === undefined) return reasons.join('; ');
  const more = reasons.length > 1 ? ` +${reasons.length - 1}` : '';
  return `${best.because} (${role === 'mentioned' ? 'mentioned, ' : ''}${best.certainty})${more}`;
}

/** Where a step stands: its key, or its place in the log. */
export function locator(parts: TraceStep['locator']): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : plainJson(value)}`)
    .join(' ');
}
