/** How many rows a filtered scan may return: the catalogue's count times rules of thumb. Only order and choice rest on it. */

import { columnIds, inputs } from '../algebra/index.js';
import type { Column, ColumnId, Expr, Join, Rel, Scan, SetOperation } from '../algebra/index.js';
import { passing } from './estimate-filters.js';
import type { Below } from './estimate-filters.js';
import { mapColumns } from './map-columns.js';

export function estimateRows(scan: Scan, conjuncts: readonly Expr[], limit: number | undefined): number | undefined {
  const rows = scan.table.rows?.count;
  if (rows === undefined) return limit;
  const selectivity = conjuncts.reduce((product, conjunct) => product * share(conjunct, scan, rows), 1);
  const estimate = Math.ceil(rows * selectivity);
  return limit === undefined ? estimate : Math.min(limit, estimate);
}

/** How many rows a relation that one store answers may return; undefined where a table's size isn't known. */
export function estimateRel(rel: Rel): number | undefined {
  switch (rel.kind) {
    case 'scan':
      return rel.table.rows?.count;
    case 'filter': {
      const scan = rel.input.kind === 'scan' ? rel.input : undefined;
      if (scan !== undefined) return estimateRows(scan, rel.conjuncts, undefined);
      const below = estimateRel(rel.input);
      return below === undefined ? undefined : passing(rel, filtered(rel.input, below));
    }
    case 'project':
    case 'window':
      return estimateRel(rel.input);
    case 'setOperation':
      return estimateUnited(rel);
    case 'sortLimit': {
      const below = estimateRel(rel.input);
      return rel.limit === undefined ? below : Math.min(rel.limit, below ?? rel.limit);
    }
    case 'aggregate':
      return estimateGroups(rel);
    case 'join': {
      const [left, right] = [estimateRel(rel.left), estimateRel(rel.right)];
      if (left === undefined || right === undefined) return undefined;
      if (rel.type === 'semi' || rel.type === 'anti') return Math.ceil(left / 2);
      const matched = Math.ceil((left * right) / joinValues(rel));
      return rel.type === 'left' ? Math.max(left, matched) : matched;
    }
    default:
      return undefined;
  }
}

/** Distinct values of the columns that are joined by, on the side that has more: each row finds its share of the rest. */
function joinValues(rel: Join): number {
  const columns = new Map<ColumnId, { readonly column: Column; readonly scan: Scan }>();
  collectColumns(rel, columns);
  let most = 1;
  for (const condition of rel.on) {
    if (condition.kind !== 'compare' || condition.op !== '=') continue;
    for (const side of [condition.left, condition.right]) {
      const found = side.kind === 'column' ? columns.get(side.id) : undefined;
      if (found === undefined) continue;
      const rows = found.scan.table.rows?.count ?? 1;
      most = Math.max(most, distinctValues(found.column, found.scan) ?? Math.ceil(rows / 10));
    }
  }
  return most;
}

function estimateUnited({ op, inputs: parts }: SetOperation): number | undefined {
  const rows = parts.map(estimateRel);
  if (op === 'except') return rows[0];
  if (rows.some((each) => each === undefined)) return undefined;
  return (rows as number[]).reduce((all, each) => (op === 'union' ? all + each : Math.min(all, each)));
}

function filtered(input: Rel, rows: number): Below {
  const columns = new Map<ColumnId, { readonly column: Column; readonly scan: Scan }>();
  collectColumns(input, columns);
  const groups = new Map(input.kind === 'aggregate' ? input.groups.map(({ id, expr }) => [id, expr.kind === 'column' ? expr.id : id]) : []);
  const found = (id: ColumnId) => columns.get(groups.get(id) ?? id);
  const distinct = (exprs: readonly Expr[]) =>
    exprs.reduce<number | undefined>((product, expr) => {
      const at = expr.kind === 'column' ? found(expr.id) : undefined;
      const known = at && distinctValues(at.column, at.scan);
      return product === undefined || known === undefined ? undefined : product * known;
    }, 1);
  const below = input.kind === 'aggregate' ? estimateRel(input.input) : undefined;
  return {
    rows,
    ...(input.kind === 'aggregate' && below !== undefined && { grouped: { rows: below, known: distinct(input.groups.map(({ expr }) => expr)) !== undefined } }),
    share(expr) {
      const [id] = columnIds(expr);
      const at = id === undefined || columnIds(expr).size > 1 ? undefined : found(id);
      const count = at?.scan.table.rows?.count;
      if (at === undefined || count === undefined) return undefined;
      return share(mapColumns(expr, (column) => ({ ...column, id: groups.get(column.id) ?? column.id })), at.scan, count);
    },
    distinct,
  };
}

function estimateGroups({ input, groups }: Extract<Rel, { kind: 'aggregate' }>): number | undefined {
  if (groups.length === 0) return 1;
  const below = estimateRel(input);
  const columns = new Map<ColumnId, { readonly column: Column; readonly scan: Scan }>();
  collectColumns(input, columns);
  let distinct = 1;
  for (const { expr } of groups) {
    const found = expr.kind === 'column' ? columns.get(expr.id) : undefined;
    const known = found && distinctValues(found.column, found.scan);
    if (known === undefined) return below === undefined ? undefined : Math.ceil(below / 3);
    distinct *= known;
  }
  return Math.min(distinct, below ?? distinct);
}

function collectColumns(rel: Rel, into: Map<ColumnId, { readonly column: Column; readonly scan: Scan }>): void {
  if (rel.kind === 'scan') for (const { id, column } of rel.columns) into.set(id, { column, scan: rel });
  for (const input of inputs(rel)) collectColumns(input, into);
}

/** How many different values a column has, NULL among them; undefined where nobody counted. */
export function distinctValues(column: Column, scan: Scan): number | undefined {
  if (column.type.kind === 'boolean') return 3;
  const known = column.enumValues?.length ?? column.sampleValues?.length;
  if (known !== undefined && known > 0) return known + 1;
  return isUnique(column, scan) ? scan.table.rows?.count : scan.table.distinct?.[column.nativeName ?? column.name];
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
      return expr.name.startsWith('!') ? 0.9 : 0.1;
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
  const counted = scan.table.distinct?.[column.nativeName ?? column.name];
  if (counted !== undefined) return Math.max(one, 1 / Math.max(1, counted));
  return Math.max(one, column.indexed === true ? 0.01 : 0.1);
}

function isUnique(column: Column, { table }: Scan): boolean {
  return [table.primaryKey, ...(table.uniques ?? [])].some((key) => key?.length === 1 && key[0] === column.name);
}
