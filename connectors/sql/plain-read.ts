/** What a store without joins or aggregates can be asked: SortLimit? over Project? over Filter? over Scan. */

import { isReason, type Expr, type Project, type Reason, type Rel, type Scan, type SortLimit } from '../contract.js';

export interface PlainRead {
  readonly scan: Scan;
  readonly conjuncts: readonly Expr[];
  readonly project: Project | undefined;
  readonly sortLimit: SortLimit | undefined;
}

/** What the store says of each step; `below` is what the step stands on. */
export interface Judges {
  /** The store's name, for reasons. */
  readonly store: string;
  readonly filter: (conjunct: Expr, scan: Scan) => Reason | undefined;
  /** Of a projection of plain columns. */
  readonly project: (project: Project, below: PlainRead) => Reason | undefined;
  /** Of a limit, sorted or not. */
  readonly limit: (sortLimit: SortLimit, below: PlainRead) => Reason | undefined;
}

/** The relation's parts, or why it is not of that form or not admitted. */
export function plainRead(rel: Rel, judges: Judges): PlainRead | Reason {
  if (rel.kind === 'scan') return { scan: rel, conjuncts: [], project: undefined, sortLimit: undefined };
  if (rel.kind !== 'filter' && rel.kind !== 'project' && rel.kind !== 'sortLimit') return { reason: `${judges.store} isn't asked for ${rel.kind}` };
  const below = plainRead(rel.input, judges);
  if (isReason(below)) return below;
  switch (rel.kind) {
    case 'filter':
      if (below.project || below.sortLimit) return { reason: 'a filter above a projection or a limit is not pushed' };
      return rel.conjuncts.map((conjunct) => judges.filter(conjunct, below.scan)).find(isReason) ?? { ...below, conjuncts: [...below.conjuncts, ...rel.conjuncts] };
    case 'project':
      if (below.project || below.sortLimit) return { reason: 'a projection above a limit is not pushed' };
      if (rel.columns.some(({ expr }) => expr.kind !== 'column')) return { reason: `only plain columns are projected by ${judges.store}` };
      return judges.project(rel, below) ?? { ...below, project: rel };
    case 'sortLimit':
      if (below.sortLimit) return { reason: 'a limit above a limit is not pushed' };
      if (rel.limit === undefined) return { reason: 'rows are sorted where they are joined, unless a limit makes them few' };
      return judges.limit(rel, below) ?? { ...below, sortLimit: rel };
  }
}

/** The scan's own expression for one that may stand above a projection. */
export function throughProject(expr: Expr, project: Project | undefined): Expr {
  return (expr.kind === 'column' ? project?.columns.find(({ id }) => id === expr.id)?.expr : undefined) ?? expr;
}
