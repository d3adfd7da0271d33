/** Which sorts and limits MongoDB has as SQL means them. */

import { isReason, type Expr, type Reason, type SortKey, type SortLimit, type Type } from '../contract.js';
import { throughProject, type PlainRead } from '../sql/plain-read.js';
import { pushFilter } from './filter.js';
import { every } from './literals.js';
import { targetOf } from './target.js';

export function limitable({ keys }: SortLimit, below: PlainRead): Reason | undefined {
  for (const conjunct of below.conjuncts) {
    const pushed = pushFilter(conjunct, below.scan);
    if (isReason(pushed)) return pushed;
    if (pushed.exactness !== 'exact') return { reason: 'a limit needs exact filters below it' };
  }
  return keys.map((key) => sortable(key, below)).find(isReason);
}

function sortable(key: SortKey, find: PlainRead): Reason | undefined {
  const expr = throughProject(key.expr, find.project);
  const target = targetOf(expr, find.scan);
  if (target === undefined || expr.kind !== 'column') return { reason: 'only plain columns are sorted by MongoDB' };
  const { bson } = target.field;
  const ordered: Partial<Record<Type['kind'], boolean>> = {
    int: true,
    text: every(bson, ['string']) || every(bson, ['objectId']),
    timestamp: true,
    boolean: true,
    decimal: true,
  };
  if (ordered[target.type.kind] !== true) return { reason: `MongoDB sorts ${target.path} in another order` };
  const { nullable } = find.scan.columns.find(({ id }) => id === expr.id)!.column;
  const notNull = !nullable || find.conjuncts.some((conjunct) => excludesNull(conjunct, expr.id));
  // MongoDB has nulls below everything else.
  if (!notNull && key.nullsFirst === key.descending) return { reason: `MongoDB sorts nulls of ${target.path} to the other end` };
  return undefined;
}

function excludesNull(conjunct: Expr, id: string): boolean {
  const isIt = (expr: Expr) => expr.kind === 'column' && expr.id === id;
  if (conjunct.kind === 'isNull') return conjunct.negated && isIt(conjunct.arg);
  if (conjunct.kind === 'compare') return !conjunct.op.startsWith('is') && (isIt(conjunct.left) || isIt(conjunct.right));
  return conjunct.kind === 'in' && isIt(conjunct.arg);
}
