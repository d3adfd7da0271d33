/** How many rows a filtered scan may return: the catalogue's count times rules of thumb. Only order and choice rest on it. */

import type { Column, Expr, Scan } from '../algebra/index.js';

export function estimateRows(scan: Scan, conjuncts: readonly Expr[], limit: number | undefined): number | undefined {
  const rows = scan.table.rows?.count;
  if (rows === undefined) return limit;
  const selectivity = conjuncts.reduce((product, conjunct) => product * share(conjunct, scan, rows), 1);
  const estimate = Math.ceil(rows * selectivity);
  return limit === undefined ? estimate : Math.min(limit, estimate);
}

/** The share of rows that pass, 0 to 1. */
function share(expr: Expr, scan: Scan, rows: number): number {
  switch (expr.kind) {
    case 'and':
      return expr.args.reduce((product, arg) => product * share(arg, scan, rows), 1);
    case 'or':
      return Math.min(1, expr.args.reduce((sum, arg) => sum + share(arg, scan, rows), 0));
    case 'not':
      return 1 - share(expr.arg, scan, rows);
    case 'isNull':
      return expr.negated ? 0.95 : 0.05;
    case 'in': {
      const hit = Math.min(1, expr.list.length * equalShare(expr.arg, scan, rows));
      return expr.negated ? 1 - hit : hit;
    }
    case 'compare':
      if (expr.op === '=' || expr.op === 'is not distinct from') {
        return equalShare(expr.left.kind === 'column' ? expr.left : expr.right, scan, rows);
      }
      return expr.op === '<>' || expr.op === 'is distinct from' ? 0.9 : 0.3;
    case 'call':
      return 0.1;
    default:
      return 0.5;
  }
}

function equalShare(expr: Expr, scan: Scan, rows: number): number {
  const column = expr.kind === 'column' ? scan.columns.find(({ id }) => id === expr.id)?.column : undefined;
  if (column === undefined) return 0.1;
  const one = 1 / Math.max(1, rows);
  if (isUnique(column, scan)) return one;
  if (column.type.kind === 'boolean') return 0.5;
  const distinct = column.enumValues?.length ?? column.sampleValues?.length;
  if (distinct !== undefined && distinct > 0) return 1 / distinct;
  return Math.max(one, column.indexed === true ? 0.01 : 0.1);
}

function isUnique(column: Column, { table }: Scan): boolean {
  return [table.primaryKey, ...(table.uniques ?? [])].some((key) => key?.length === 1 && key[0] === column.name);
}
