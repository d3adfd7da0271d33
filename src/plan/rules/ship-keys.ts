/**
 * Key shipping: where rows of one scan only matter if a column of theirs is among the values of another scan's column,
 * those values can travel to the store first. Candidates only; the engine decides by the counts that come back.
 *
 * Two questions are asked at every equality of a join. Where do the values of one side come from (`origin`)? A column
 * may pass through almost anything and its values stay among the scan's. And can rows of a scan be dropped by the other
 * side's column without anyone noticing (`restrictable`)? That holds through bare projections, filters, either side of a
 * join and group keys, since all of them treat rows of different key values apart; not below a LIMIT, nor below a
 * window unless the column is in every PARTITION BY.
 */

import { columnIds, inputs, sameType } from '../../algebra/index.js';
import type { ColumnId, Expr, Join, Rel, Scan, ScanColumn, Type } from '../../algebra/index.js';
import type { BoundPlan } from '../bound-plan.js';
import { keySource } from './key-source.js';
import { belowLimit, belowWindow } from './key-target.js';
import type { KeySource } from './key-source.js';

export interface ShipmentCandidate {
  readonly from: KeySource;
  readonly to: { readonly scan: Scan; readonly column: ScanColumn };
  readonly join: Join['type'];
  /** Why the keys may not travel all the same. */
  readonly refused?: string;
}

interface Target {
  readonly scan: Scan;
  readonly column: ScanColumn;
  /** An outer join may have put NULL in its place; with fewer rows in the scan it does so more often. */
  readonly extended: boolean;
  /** Rows that are dropped here would be missed further up, and why. */
  readonly refused?: string;
}
type Restrictable = ReadonlyMap<ColumnId, Target>;

/** Which side of a join may be restricted by the other's keys. */
const directions: Readonly<Record<Join['type'], { readonly left: boolean; readonly right: boolean }>> = {
  inner: { left: true, right: true },
  semi: { left: true, right: true },
  left: { left: false, right: true },
  right: { left: true, right: false },
  single: { left: false, right: true },
  // Rows of the right side that match nothing change nothing.
  anti: { left: false, right: true },
  // Whether the right side holds a NULL matters to NOT IN.
  mark: { left: false, right: false },
  full: { left: false, right: false },
};

export function findShipments(plan: BoundPlan, conjunctsOf: ReadonlyMap<Scan, readonly Expr[]>): readonly ShipmentCandidate[] {
  const candidates: ShipmentCandidate[] = [];
  const origin = keySource(plan, conjunctsOf);
  visit(plan.rel);
  return candidates;

  function visit(rel: Rel): Restrictable {
    const below = inputs(rel).map(visit);
    const [first = new Map<ColumnId, Target>(), second = new Map<ColumnId, Target>()] = below;
    switch (rel.kind) {
      case 'scan':
        return new Map(rel.columns.map((column) => [column.id, { scan: rel, column, extended: false }]));
      case 'filter':
        return first;
      case 'project':
        return renamed(rel.columns, first);
      case 'aggregate':
        return renamed(rel.groups, first);
      case 'sortLimit':
        return rel.limit === undefined && (rel.offset ?? 0) === 0 ? first : refusing(first, belowLimit);
      case 'join':
        considerJoin(rel, first, second);
        if (['semi', 'anti', 'mark'].includes(rel.type)) return first;
        return new Map([
          ...(['right', 'full'].includes(rel.type) ? extended(first) : first),
          ...(['left', 'full', 'single'].includes(rel.type) ? extended(second) : second),
        ]);
      case 'window':
        return throughWindow(rel.calls.map(({ partitions }) => partitions), first);
      case 'cte':
        return second;
      case 'opaque':
      case 'reference':
      case 'dependentJoin':
      case 'setOperation':
        return new Map();
    }
  }

  function considerJoin(join: Join, left: Restrictable, right: Restrictable): void {
    const legal = directions[join.type];
    const leftIds = new Set(plan.outputs.get(join.left)?.map((column) => column.id));
    const rightIds = new Set(plan.outputs.get(join.right)?.map((column) => column.id));
    for (const condition of join.on) {
      if (condition.kind !== 'compare' || (condition.op !== '=' && condition.op !== 'is not distinct from')) continue;
      const nullsMatch = condition.op === 'is not distinct from';
      for (const [a, b] of [
        [condition.left, condition.right],
        [condition.right, condition.left],
      ] as const) {
        if (!isWithin(a, leftIds) || !isWithin(b, rightIds)) continue;
        if (legal.left) consider(join, a, left, b, nullsMatch);
        if (legal.right) consider(join, b, right, a, nullsMatch);
      }
    }
  }

  function consider(join: Join, target: Expr, restrictable: Restrictable, source: Expr, nullsMatch: boolean): void {
    const to = bareTarget(target, restrictable);
    const from = to && origin(source, to.column.column.type);
    if (to === undefined || from === undefined || from.scan.table === to.scan.table) return;
    // Keys are never NULL, so where NULL matches NULL the target must have none.
    if (nullsMatch && (to.extended || !excludesNull(to, conjunctsOf.get(to.scan) ?? []))) return;
    candidates.push({ from, to, join: join.type, ...(to.refused !== undefined && { refused: to.refused }) });
  }
}

function extended(targets: Restrictable): Restrictable {
  return new Map([...targets].map(([id, target]) => [id, { ...target, extended: true }]));
}

function renamed(computed: readonly { readonly id: ColumnId; readonly expr: Expr }[], below: Restrictable): Restrictable {
  const result = new Map<ColumnId, Target>();
  for (const { id, expr } of computed) {
    const target = bareTarget(expr, below);
    if (target !== undefined) result.set(id, target);
  }
  return result;
}

function throughWindow(partitions: readonly (readonly Expr[])[], below: Restrictable): Restrictable {
  const isPartition = (id: ColumnId) => partitions.every((list) => list.some((expr) => expr.kind === 'column' && expr.id === id));
  const others = refusing(below, belowWindow);
  return new Map([...below].map(([id, target]) => [id, isPartition(id) ? target : others.get(id)!]));
}

function refusing(targets: Restrictable, refused: string): Restrictable {
  return new Map([...targets].map(([id, target]) => [id, { ...target, refused: target.refused ?? refused }]));
}

/** A column, or a cast of one that can be undone: then a key, cast to the column's type, finds every row it should. */
function bareTarget(expr: Expr, restrictable: Restrictable): Target | undefined {
  if (expr.kind === 'column') return restrictable.get(expr.id);
  if (expr.kind !== 'cast') return undefined;
  const target = bareTarget(expr.arg, restrictable);
  return target !== undefined && isReversible(target.column.column.type, expr.type) ? target : undefined;
}

/** Does every value survive the way there and back? */
function isReversible(from: Type, to: Type): boolean {
  if (sameType(from, to)) return true;
  if (from.kind === 'uuid') return to.kind === 'text';
  if (from.kind !== 'int') return false;
  const digits = Math.ceil((from.bits - (from.signed ? 1 : 0)) * Math.log10(2));
  switch (to.kind) {
    case 'int':
      return (to.bits > from.bits && (to.signed || !from.signed)) || (to.bits === from.bits && to.signed === from.signed);
    case 'decimal':
      return to.precision - to.scale >= digits;
    case 'float':
      return from.bits <= (to.bits === 64 ? 32 : 16);
    case 'text':
      return true;
    default:
      return false;
  }
}

function isWithin(expr: Expr, ids: ReadonlySet<ColumnId>): boolean {
  const used = columnIds(expr);
  return used.size > 0 && [...used].every((id) => ids.has(id));
}

function excludesNull(target: Target, conjuncts: readonly Expr[]): boolean {
  return conjuncts.some(
    (conjunct) => conjunct.kind === 'isNull' && conjunct.negated && conjunct.arg.kind === 'column' && conjunct.arg.id === target.column.id,
  );
}

/** For `because` and messages. */
export function describeJoin(type: Join['type']): string {
  return type === 'semi' ? 'IN or EXISTS' : type === 'anti' ? 'NOT EXISTS' : type === 'single' ? 'scalar subquery' : `${type} join`;
}

