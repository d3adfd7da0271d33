/** Where a reader of conditions stands: what the words before have set, and where conditions go. */

import type { Cond, Mention, Target } from './sketch.js';

export interface FilterState {
  negated: boolean;
  or: boolean;
  both: boolean;
  preposition: string;
  /** The table that the conditions are about at this place. */
  subject: Mention | undefined;
  /** The column that was named last, when only a value follows. */
  column: Mention | undefined;
  /** The left side of the comparison before, for "... or less than 3". */
  left: Target | undefined;
  /** Where conditions go: the sentence's list, or that of a negated relation. */
  into: Cond[];
}

export function push(state: FilterState, cond: Cond): void {
  const last = state.into.at(-1);
  const negated = state.negated;
  state.negated = false;
  if (negated && cond.kind === 'extreme') cond = { ...cond, negated };
  if (state.or && last !== undefined) {
    state.into[state.into.length - 1] = last.kind === 'or' ? { kind: 'or', args: [...last.args, cond] } : { kind: 'or', args: [last, cond] };
    // "not from A or B" denies both.
    if (negated) state.negated = false;
  } else state.into.push(cond);
  state.or = false;
}
