/** Conditions that no single row can meet are about two rows. */

import type { ColumnEntry } from '../link/catalog.js';
import type { Cond, Sketch } from '../read/sketch.js';
import type { Binding } from './bind.js';

/** "a captain of one rank and a captain of another": no row can be both, so it is two rows that are meant. */
export function withoutContradictions(written: Sketch, binding: Binding): Sketch {
  // What a table's rows must be is asked of the row itself, wherever the sentence said it.
  const sketch = { ...written, conds: written.conds.flatMap((c): Cond[] => (c.kind === 'relation' && !c.negated && c.conds.length > 0 ? [{ ...c, conds: [] }, ...c.conds] : [c])) };
  const column = (c: Cond): ColumnEntry | undefined => {
    if (c.kind === 'value' && !c.negated) return binding.get(c)?.column;
    if (c.kind === 'compare' && !c.negated && c.op === '=' && c.right.kind !== 'target' && c.left.mention !== undefined) return binding.get(c.left.mention)?.column;
    return undefined;
  };
  for (const [i, a] of sketch.conds.entries()) {
    const own = column(a);
    const b = own === undefined ? undefined : sketch.conds.slice(i + 1).find((c) => column(c) === own);
    if (b !== undefined) return { ...sketch, conds: [...sketch.conds.filter((c) => c !== a && c !== b), { kind: 'both', args: [a, b] }] };
  }
  return sketch;
}

/** What is said before what is denied: a denial of another value of the same column is of other rows. */
export function saidFirst(conds: readonly Cond[]): readonly Cond[] {
  const denied = (c: Cond): boolean => 'negated' in c && c.negated === true;
  return [...conds.filter((c) => !denied(c)), ...conds.filter(denied)];
}
