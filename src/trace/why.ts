/** What answers "why": the reason that a message or row tells, else what is wrong, else that nothing is known to be. */

import type { TraceAnswer, VerdictKind } from '../answer/contract.js';

/** What explains more stands first. */
const order: readonly VerdictKind[] = [
  'failed', 'dead letter', 'not compensated', 'not finished', 'not published', 'no event', 'no row', 'lagging', 'out of order', 'published twice', 'cannot tell',
];

export function whyOf({ verdicts, found, complete }: TraceAnswer): string {
  if (!found) return 'Nothing was found under this id, so nothing says why.';
  const [first] = [...verdicts].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  if (first !== undefined) return `${first.what} (${first.kind}, ${first.basis}: ${first.because})`;
  return `Nothing that was found tells of a failure${complete ? '' : '; not everything could be looked at'}.`;
}
