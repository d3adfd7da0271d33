/**
 * EXISTS and NOT EXISTS as plain semi and anti joins. Where the outer side is filtered, DuckDB keeps a dependent join: the
 * subquery is joined with the distinct keys of the outer rows first, and these are then found again by their keys. Whether
 * a row matches is the same as whether its own values do, so the conditions may as well name the outer columns: a join that
 * stores take, and that keys are shipped across. (Neumann and Kemper, Unnesting Arbitrary Queries, BTW 2015, section 3.)
 */

import { columnIds, inputs } from '../../algebra/index.js';
import type { ColumnId, DependentJoin, Expr, Filter, Join, Rel } from '../../algebra/index.js';
import { isUnknown } from '../expression.js';
import { mapColumns } from '../map-columns.js';
import { withPlainEqualities } from './never-null.js';

/** @returns undefined where the keys do more than tie the subquery to its row; a new relation hands on what the `filter` in it does */
export function decorrelated(node: DependentJoin): { readonly join: Join; readonly filters: readonly Filter[] } | undefined {
  if ((node.type !== 'semi' && node.type !== 'anti') || node.giver !== 'left') return undefined;
  const outer = new Map<ColumnId, Expr>(node.keys.map(({ id, expr }) => [id, expr]));
  const filters: Filter[] = [];
  const tied: Expr[] = [];
  const columns = new Map<ColumnId, Expr>();
  const right = untied(node.right);
  if (right === undefined || mentions(right, node.name)) return undefined;
  const resolved = (expr: Expr): Expr => mapColumns(expr, (column) => {
    const made = columns.get(column.id);
    return made !== undefined ? resolved(made) : (outer.get(column.id) ?? column);
  });
  const all = [...node.on, ...tied].map(resolved);
  const [left, here] = [ids(node.left), ids(right)];
  const join = withPlainEqualities({ kind: 'join', type: node.type, left: node.left, right, on: distinctOf(all.filter((expr) => !isTautology(expr))) });
  const isTied = join.on.some((expr) => expr.kind === 'compare' && expr.op === '=' && spans(expr, left, here));
  if (!isTied || join.on.some((expr) => isUnknown(expr))) return undefined;
  return { join, filters };

  /** The relation without the keys, as far as that is one join with them; its conditions on them are collected. */
  function untied(rel: Rel): Rel | undefined {
    switch (rel.kind) {
      case 'join': {
        if (rel.type !== 'inner') return undefined;
        const [keys, other] = isKeys(rel.left) ? [rel.left, rel.right] : isKeys(rel.right) ? [rel.right, rel.left] : [];
        if (keys === undefined || other === undefined) return undefined;
        for (const { id, from } of keys.columns) columns.set(id, outer.get(from)!);
        tied.push(...rel.on);
        return other;
      }
      case 'project':
        for (const { id, expr } of rel.columns) if (expr.kind !== 'column' || expr.id !== id) columns.set(id, expr);
        return untied(rel.input);
      case 'aggregate':
        // Which of equal rows it is makes no difference.
        if (rel.aggregates.length > 0 || rel.groups.length === 0) return undefined;
        for (const { id, expr } of rel.groups) if (expr.kind !== 'column' || expr.id !== id) columns.set(id, expr);
        return untied(rel.input);
      case 'filter': {
        const input = untied(rel.input);
        if (input === undefined) return undefined;
        const isOwn = (conjunct: Expr) => [...columnIds(conjunct)].every((id) => !columns.has(id));
        const own = rel.conjuncts.filter(isOwn);
        tied.push(...rel.conjuncts.filter((conjunct) => !isOwn(conjunct)));
        if (own.length === 0) return input;
        const filter: Filter = { kind: 'filter', input, conjuncts: own };
        filters.push(filter);
        return filter;
      }
      default:
        return undefined;
    }
  }

  function isKeys(rel: Rel): rel is Extract<Rel, { kind: 'reference' }> {
    return rel.kind === 'reference' && rel.name === node.name;
  }
}

function mentions(rel: Rel, name: string): boolean {
  return (rel.kind === 'reference' && rel.name === name) || inputs(rel).some((input) => mentions(input, name));
}

function isTautology(expr: Expr): boolean {
  return expr.kind === 'compare' && expr.op === 'is not distinct from' && same(expr.left, expr.right);
}

/** An equality says more than its twin that lets NULL find NULL. */
function distinctOf(exprs: readonly Expr[]): readonly Expr[] {
  const isTwin = (a: Expr, b: Expr) => a.kind === 'compare' && b.kind === 'compare' && b.op === '=' && ((same(a.left, b.left) && same(a.right, b.right)) || (same(a.left, b.right) && same(a.right, b.left)));
  return exprs.filter((expr, i) => expr.kind !== 'compare' || !(expr.op === 'is not distinct from' || expr.op === '=') || !exprs.some((other, j) => i !== j && isTwin(expr, other) && (expr.op !== '=' || j < i)));
}

function same(a: Expr, b: Expr): boolean {
  return a.kind === 'column' && b.kind === 'column' && a.id === b.id;
}

function spans(expr: Extract<Expr, { kind: 'compare' }>, left: ReadonlySet<ColumnId>, right: ReadonlySet<ColumnId>): boolean {
  const isOf = (side: Expr, of: ReadonlySet<ColumnId>) => columnIds(side).size > 0 && [...columnIds(side)].every((id) => of.has(id));
  return (isOf(expr.left, left) && isOf(expr.right, right)) || (isOf(expr.left, right) && isOf(expr.right, left));
}

/** Of all columns that are made in it. */
function ids(rel: Rel): ReadonlySet<ColumnId> {
  const found = new Set<ColumnId>();
  const collect = (at: Rel): void => {
    if (at.kind === 'scan' || at.kind === 'project' || at.kind === 'reference') for (const { id } of at.columns) found.add(id);
    if (at.kind === 'aggregate') for (const { id } of [...at.groups, ...at.aggregates]) found.add(id);
    if (at.kind === 'window') for (const { id } of at.calls) found.add(id);
    if (at.kind === 'setOperation') for (const id of at.ids) found.add(id);
    for (const input of inputs(at)) collect(input);
  };
  collect(rel);
  return found;
}
