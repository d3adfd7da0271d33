/** Where a plan reads each base table, and what it asks of the rows there. */

import { inputs } from '../../algebra/index.js';
import type { Expr, Rel, Scan, Table } from '../../algebra/index.js';

export interface Occurrence {
  readonly scan: Scan;
  /** All must hold, or nobody misses the row. */
  readonly conjuncts: readonly Expr[];
}

/** In the plan's order; a table that doesn't occur is not there. */
export function findOccurrences(rel: Rel): ReadonlyMap<Table, readonly Occurrence[]> {
  const found = new Map<Table, Occurrence[]>();
  visit(rel, []);
  return found;

  function visit(node: Rel, above: readonly Expr[]): void {
    if (node.kind === 'scan') {
      const list = found.get(node.table) ?? [];
      list.push({ scan: node, conjuncts: above });
      found.set(node.table, list);
    } else if (node.kind === 'filter') {
      visit(node.input, [...node.conjuncts.flatMap(flat), ...above]);
    } else {
      for (const input of inputs(node)) visit(input, []);
    }
  }
}

function flat(conjunct: Expr): readonly Expr[] {
  return conjunct.kind === 'and' ? conjunct.args.flatMap(flat) : [conjunct];
}
