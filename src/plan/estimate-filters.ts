/** How many rows pass a filter that stands above a grouping or a window. Only order and choice rest on it. */

import type { ColumnId, Expr, Filter } from '../algebra/index.js';

/** For a condition of which nothing is known. */
const anyShare = 0.3;
const ranking = new Set(['row_number', 'rank', 'dense_rank']);

export interface Below {
  readonly rows: number;
  /** Rows of the aggregate's input, and whether the number of groups rests on counted values. */
  readonly grouped?: { readonly rows: number; readonly known: boolean };
  /** The share of a column's rows that pass, where statistics have it. */
  share(expr: Expr): number | undefined;
  /** How many combinations of values expressions have. */
  distinct(exprs: readonly Expr[]): number | undefined;
}

export function passing({ input, conjuncts }: Filter, below: Below): number {
  let rows = below.rows;
  for (const conjunct of conjuncts) {
    const ranked = input.kind === 'window' ? rankLimit(conjunct, input.calls) : undefined;
    const partitions = ranked && below.distinct(ranked.partitions);
    if (ranked !== undefined && partitions !== undefined) rows = Math.min(rows, partitions * ranked.most);
    else rows *= (input.kind === 'aggregate' ? counted(conjunct, input.aggregates, below) : undefined) ?? below.share(conjunct) ?? anyShare;
  }
  return Math.ceil(rows);
}

/** The share of groups whose count passes: as if rows fell into groups by chance, so that counts are geometric. */
function counted(conjunct: Expr, calls: readonly { readonly id: ColumnId; readonly name: string }[], { rows: groups, grouped }: Below): number | undefined {
  const test = againstNumber(conjunct);
  const name = test && calls.find(({ id }) => id === test.id)?.name;
  if (test === undefined || grouped?.known !== true || groups === 0 || (name !== 'count_star' && name !== 'count')) return undefined;
  const mean = Math.max(1, grouped.rows / groups);
  const atLeast = (n: number) => (n <= 1 ? 1 : (1 - 1 / mean) ** (n - 1));
  switch (test.op) {
    case '>':
      return atLeast(Math.floor(test.value) + 1);
    case '>=':
      return atLeast(Math.ceil(test.value));
    case '<':
      return 1 - atLeast(Math.ceil(test.value));
    case '<=':
      return 1 - atLeast(Math.floor(test.value) + 1);
    case '=':
      return atLeast(test.value) - atLeast(test.value + 1);
    default:
      return undefined;
  }
}

function rankLimit(conjunct: Expr, calls: readonly { readonly id: ColumnId; readonly name: string; readonly partitions: readonly Expr[] }[]) {
  const test = againstNumber(conjunct);
  const call = test && calls.find(({ id }) => id === test.id);
  if (test === undefined || call === undefined || !ranking.has(call.name) || !['<', '<=', '='].includes(test.op)) return undefined;
  return { partitions: call.partitions, most: test.op === '=' ? 1 : test.value };
}

function againstNumber(expr: Expr): { readonly id: ColumnId; readonly op: string; readonly value: number } | undefined {
  if (expr.kind !== 'compare' || expr.left.kind !== 'column' || expr.right.kind !== 'literal') return undefined;
  const { value } = expr.right;
  return typeof value === 'bigint' || typeof value === 'number' ? { id: expr.left.id, op: expr.op, value: Number(value) } : undefined;
}
