/** The keys that sort anything: no constants, and a column only where it comes first. */

import type { SortKey } from '../../algebra/index.js';
import { printExpr } from '../../algebra/print.js';

export function sortingKeys(keys: readonly SortKey[]): readonly SortKey[] {
  const seen = new Set<string>();
  return keys.filter(({ expr }) => {
    const text = printExpr(expr, (id) => id);
    // Some stores would read a number as a column's position, and take the last of two keys on one field.
    if (expr.kind === 'literal' || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
