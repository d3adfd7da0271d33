/**
 * Filters into the store: a row may be left behind only if no occurrence of its table wants it. So what all occurrences
 * ask for is pushed as it is, and of the rest the OR, if every occurrence has a rest that the store understands.
 */

import { children, columnIds } from '../../algebra/index.js';
import type { Expr } from '../../algebra/index.js';
import { isReason } from '../../../connectors/contract.js';
import type { Dialect } from '../../../connectors/contract.js';
import { volatileFunctions } from '../../duckdb/volatile.js';
import { isUnknown } from '../expression.js';
import { printExpr } from '../../algebra/print.js';
import type { MergedScan } from './merge-scans.js';
import type { Occurrence } from './occurrences.js';

export interface PushedFilters {
  /** Over the merged scan; the dialect compiles each of them. */
  readonly conjuncts: readonly Expr[];
  /** The store returns precisely the rows that pass every filter of the (only) occurrence. */
  readonly exact: boolean;
  readonly kept: readonly { readonly what: string; readonly reason: string }[];
}

type Judgement = { readonly pushed: true; readonly exact: boolean } | { readonly pushed: false; readonly reason: string };

export function pushFilters(occurrences: readonly Occurrence[], merged: MergedScan, dialect: Dialect): PushedFilters {
  const filters = occurrences.map(({ scan, conjuncts }) => distinct(conjuncts.map((conjunct) => merged.rename(conjunct, scan))));
  const common = [...filters[0]!].filter(([text]) => filters.every((filter) => filter.has(text)));
  const conjuncts: Expr[] = [];
  const kept: { what: string; reason: string }[] = [];
  let exact = true;
  const judge = (conjunct: Expr): Judgement => judgement(conjunct, merged, dialect);

  for (const [text, conjunct] of common) {
    const verdict = judge(conjunct);
    if (verdict.pushed) conjuncts.push(conjunct);
    else kept.push({ what: text, reason: verdict.reason });
    exact &&= verdict.pushed && verdict.exact;
  }
  const shared = new Set(common.map(([text]) => text));
  const rests = filters.map((filter) => [...filter].filter(([text]) => !shared.has(text)).map(([, conjunct]) => conjunct));
  if (rests.every((rest) => rest.length === 0)) return { conjuncts, exact, kept };

  const either = anyOf(rests.map((rest) => rest.filter((conjunct) => judge(conjunct).pushed)));
  if (either === undefined) {
    const asked = rests.flatMap((rest) => allOf(rest) ?? []);
    const reason =
      asked.length < rests.length
        ? 'the statement also reads the table without it'
        : 'the statement reads the table several times, and not every time with a filter that the store understands';
    kept.push({ what: asked.map((rest) => printExpr(rest)).join(' OR '), reason });
  } else {
    const verdict = judge(either);
    if (verdict.pushed) conjuncts.push(either);
    else kept.push({ what: printExpr(either), reason: verdict.reason });
  }
  return { conjuncts, exact: false, kept };
}

/** By their text, which is exact. */
function distinct(conjuncts: readonly Expr[]): ReadonlyMap<string, Expr> {
  return new Map(conjuncts.map((conjunct) => [printExpr(conjunct), conjunct]));
}

function judgement(conjunct: Expr, merged: MergedScan, dialect: Dialect): Judgement {
  const known = new Set(merged.scan.columns.map(({ id }) => id));
  const used = columnIds(conjunct);
  if (isVolatile(conjunct)) return { pushed: false, reason: 'its value changes from row to row' };
  if (isUnknown(conjunct) || used.size === 0 || [...used].some((id) => !known.has(id))) {
    return { pushed: false, reason: 'it is computed by the local engine' };
  }
  const verdict = dialect.filter(conjunct, merged.scan);
  if (isReason(verdict)) return { pushed: false, reason: verdict.reason };
  if (verdict === 'no') return { pushed: false, reason: 'the store cannot answer it as the statement means it' };
  return { pushed: true, exact: verdict === 'exact' };
}

export function isVolatile(expr: Expr): boolean {
  if (expr.kind === 'call' && volatileFunctions.has(expr.name)) return true;
  return children(expr).some(isVolatile);
}

/** undefined if one of them asks for nothing, so that every row is wanted. */
function anyOf(filters: readonly (readonly Expr[])[]): Expr | undefined {
  const args = filters.map(allOf);
  return args.some((arg) => arg === undefined) ? undefined : { kind: 'or', args: args as Expr[] };
}

function allOf(conjuncts: readonly Expr[]): Expr | undefined {
  return conjuncts.length <= 1 ? conjuncts[0] : { kind: 'and', args: conjuncts };
}
