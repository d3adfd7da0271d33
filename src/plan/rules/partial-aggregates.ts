/**
 * Aggregates below a join (eager aggregation: Yan and Larson, "Eager aggregation and lazy aggregation", VLDB 1995).
 *
 * An aggregate above a join of several services can't go to any of them; but rows of one service that agree in every
 * column that the join, its filters and the groups look at meet the same partners. They go through the join as one row
 * with partial results, of which the aggregate above makes the whole: sums of sums and of counts, least of leasts. Done
 * where that is expected to halve what is moved. The side of a semi or anti join that is only looked up in needs each
 * of its values once, likewise.
 */

import { columnIds, mapInputs, typeOf } from '../../algebra/index.js';
import type { Aggregate, AggregateCall, ColumnId, DependentJoin, Expr, Join, OutputColumn, Rel, Type } from '../../algebra/index.js';
import type { Dialect } from '../../../connectors/contract.js';
import { estimateRel } from '../estimate.js';
import { mapColumns } from '../map-columns.js';
import type { Placed, Placement } from './place.js';

/** Fewer rows than this are moved as they are. */
const fewRows = 1_000;
const int64: Type = { kind: 'int', bits: 64, signed: true };

const partPrefix = 'part.';

/** The result that a partial one is a part of. */
export function wholeOf(part: ColumnId): ColumnId {
  return part.startsWith(partPrefix) ? part.slice(partPrefix.length) : part;
}

interface Leaf {
  readonly rel: Rel;
  readonly placed: Placed;
  /** An outer join may put NULLs in place of its row. */
  readonly nullable: boolean;
}

export function partialAggregates(placement: Placement, dialectOf: (service: string) => Dialect): Placement {
  const placed = new Map(placement.placed);
  const outputs = new Map(placement.outputs);
  const wholes = new Set<Rel>();
  return { rel: rewrite(placement.rel), placed, outputs };

  function rewrite(rel: Rel): Rel {
    if (placed.has(rel)) return rel;
    const result = mapInputs(split(rel) ?? rel, rewrite);
    const output = outputs.get(rel);
    if (output !== undefined) outputs.set(result, output);
    return result;
  }

  function split(rel: Rel): Rel | undefined {
    if (wholes.has(rel)) return undefined;
    if (rel.kind === 'aggregate') return largest(reached(rel.input), (leaf) => below(rel, leaf));
    if ((rel.kind === 'join' || (rel.kind === 'dependentJoin' && rel.giver === 'left')) && (rel.type === 'semi' || rel.type === 'anti')) {
      return largest(reached(rel.right), (leaf) => distinctBelow(rel, leaf));
    }
    return undefined;
  }

  /** The leaves of which a row may stand for several, as far as the operators above are concerned. */
  function reached(rel: Rel, nullable = false): readonly Leaf[] {
    const own = placed.get(rel);
    if (own !== undefined) return [{ rel, placed: own, nullable }];
    if (rel.kind === 'filter' || rel.kind === 'project') return reached(rel.input, nullable);
    if (rel.kind !== 'join') return [];
    const { type, left, right } = rel;
    if (type === 'semi' || type === 'anti') return reached(left, nullable);
    if (type === 'single' || type === 'mark') return [];
    return [...reached(left, nullable || type === 'right' || type === 'full'), ...reached(right, nullable || type === 'left' || type === 'full')];
  }

  /** What saves the most rows. */
  function largest(leaves: readonly Leaf[], attempt: (leaf: Leaf) => Attempt | undefined): Rel | undefined {
    const attempts = leaves.flatMap((leaf) => attempt(leaf) ?? []);
    const best = attempts.reduce<Attempt | undefined>((most, one) => (most !== undefined && most.saved >= one.saved ? most : one), undefined);
    if (best === undefined) return undefined;
    placed.delete(best.instead);
    placed.set(best.leaf, best.placed);
    wholes.add(best.rel.kind === 'project' ? best.rel.input : best.rel);
    return best.rel;
  }

  function below(rel: Aggregate, leaf: Leaf): Attempt | undefined {
    const made = definitions(rel.input, placed);
    const resolved = (expr: Expr): Expr => mapColumns(expr, (column) => (made.has(column.id) ? resolved(made.get(column.id)!) : column));
    const own = new Set(leaf.placed.output.map(({ id }) => id));
    const parts: AggregateCall[] = [];
    const calls: AggregateCall[] = [];
    const counts = new Set<ColumnId>();
    for (const call of rel.aggregates) {
      const args = call.args.map(resolved);
      const filter = call.filter && resolved(call.filter);
      const ids = [...args, ...(filter ? [filter] : [])].flatMap((expr) => [...columnIds(expr)]);
      const isExtreme = call.name === 'min' || call.name === 'max';
      if (isExtreme && ids.every((id) => !own.has(id))) {
        calls.push(call);
        continue;
      }
      if (call.distinct || !ids.every((id) => own.has(id)) || !combines(call)) return undefined;
      if (leaf.nullable && (filter !== undefined || !args.every(isStrict))) return undefined;
      const id = `${partPrefix}${call.id}`;
      parts.push({ id, name: call.name, args, distinct: false, type: call.type, ...(filter && { filter }) });
      const part: Expr = { kind: 'column', id, type: call.type };
      const isCount = call.name === 'count' || call.name === 'count_star';
      if (isCount) counts.add(call.id);
      // A row that an outer join made of nothing is one row, without values.
      const absent: Expr = { kind: 'literal', value: call.name === 'count_star' ? 1n : 0n, type: int64 };
      const arg: Expr = isCount && leaf.nullable ? { kind: 'call', name: 'coalesce', args: [part, absent], type: int64 } : part;
      calls.push({ id: call.id, name: isCount ? 'sum' : call.name, args: [arg], distinct: false, type: call.type });
    }
    const needed = new Set(rel.groups.flatMap(({ expr }) => [...columnIds(expr)]));
    for (const call of calls) if (!counts.has(call.id)) for (const arg of call.args) columnIds(arg, needed);
    const attempt = replaced(rel.input, leaf, parts, needed);
    return attempt && { ...attempt, rel: withCounts({ ...rel, input: attempt.rel, aggregates: calls }, counts) };
  }

  function distinctBelow(join: Join | DependentJoin, leaf: Leaf): Attempt | undefined {
    const needed = new Set(join.on.flatMap((expr) => [...columnIds(expr)]));
    const attempt = replaced(join.right, leaf, [], needed);
    return attempt && { ...attempt, rel: { ...join, right: attempt.rel } };
  }

  /** The relation with the leaf grouped by what is needed of it, if its store does that and it pays. */
  function replaced(input: Rel, leaf: Leaf, parts: readonly AggregateCall[], needed: Set<ColumnId>): Attempt | undefined {
    const at: Rel = { ...leaf.rel };
    const lookedAt = wanted(input, leaf.rel, needed);
    const kept = leaf.placed.output.filter(({ id }) => lookedAt.has(id));
    const groups = kept.map(({ id, type }) => ({ id, expr: { kind: 'column', id, type } as const }));
    if (groups.length === 0 && parts.length === 0) return undefined;
    const asked: Aggregate = { kind: 'aggregate', input: leaf.placed.rel, groups, aggregates: parts };
    const [rows, rest] = [estimateRel(leaf.placed.rel), estimateRel(asked)];
    if (rows === undefined || rest === undefined || rows < fewRows || rest > rows / 2) return undefined;
    if (dialectOf(leaf.placed.service).accepts(asked) !== true) return undefined;
    const results = parts.map(({ id, type }) => ({ id, name: id, type }));
    const output = [...kept, ...results];
    outputs.set(at, output);
    const rel = handedUp(input, { leaf: leaf.rel, at, parts: results, needed: lookedAt });
    return { rel, saved: rows - rest, instead: leaf.rel, leaf: at, placed: { ...leaf.placed, rel: asked, output } };
  }

  /** The operators on the way from the leaf, which hand the partial results up and drop what nobody needs. */
  function handedUp(rel: Rel, swap: Swap): Rel {
    if (rel === swap.leaf) return swap.at;
    switch (rel.kind) {
      case 'filter': {
        const input = handedUp(rel.input, swap);
        return input === rel.input ? rel : made({ ...rel, input }, outputs.get(input));
      }
      case 'project': {
        const input = handedUp(rel.input, swap);
        if (input === rel.input) return rel;
        const kept = rel.columns.filter(({ id }) => swap.needed.has(id));
        const parts = swap.parts.map(({ id, type }) => ({ id, expr: { kind: 'column', id, type } as const }));
        return made({ ...rel, input, columns: [...kept, ...parts] }, [...kept.map(({ id, expr }) => ({ id, name: id, type: typeOf(expr) })), ...swap.parts]);
      }
      case 'join': {
        const [left, right] = [handedUp(rel.left, swap), handedUp(rel.right, swap)];
        if (left === rel.left && right === rel.right) return rel;
        const [first, second] = [outputs.get(left) ?? [], outputs.get(right) ?? []];
        return made({ ...rel, left, right }, rel.type === 'semi' || rel.type === 'anti' ? first : [...first, ...second]);
      }
      default:
        return rel;
    }
  }

  function made(rel: Rel, output: readonly OutputColumn[] = []): Rel {
    outputs.set(rel, output);
    return rel;
  }
}

interface Swap {
  readonly leaf: Rel;
  readonly at: Rel;
  readonly parts: readonly OutputColumn[];
  readonly needed: ReadonlySet<ColumnId>;
}

interface Attempt {
  readonly rel: Rel;
  /** Rows. */
  readonly saved: number;
  readonly instead: Rel;
  readonly leaf: Rel;
  readonly placed: Placed;
}

/** What the projections between an operator and the leaves compute. */
function definitions(rel: Rel, placed: ReadonlyMap<Rel, Placed>, into = new Map<ColumnId, Expr>()): ReadonlyMap<ColumnId, Expr> {
  if (placed.has(rel)) return into;
  if (rel.kind === 'project') for (const { id, expr } of rel.columns) into.set(id, expr);
  if (rel.kind === 'filter' || rel.kind === 'project') definitions(rel.input, placed, into);
  if (rel.kind === 'join') for (const side of [rel.left, rel.right]) definitions(side, placed, into);
  return into;
}

/** Everything that the operators between look at, for the sake of what is needed above them. */
function wanted(rel: Rel, leaf: Rel, above: ReadonlySet<ColumnId>): ReadonlySet<ColumnId> {
  const needed = new Set(above);
  const look = (at: Rel): void => {
    if (at === leaf) return;
    if (at.kind === 'filter') for (const conjunct of at.conjuncts) columnIds(conjunct, needed);
    if (at.kind === 'project') for (const { id, expr } of at.columns) if (needed.has(id)) columnIds(expr, needed);
    if (at.kind === 'join') for (const condition of at.on) columnIds(condition, needed);
    if (at.kind === 'filter' || at.kind === 'project') look(at.input);
    if (at.kind === 'join') for (const side of [at.left, at.right]) look(side);
  };
  look(rel);
  return needed;
}

/** Over no rows at all a count is 0, and a sum of counts NULL. */
function withCounts(rel: Aggregate, counts: ReadonlySet<ColumnId>): Rel {
  if (rel.groups.length > 0 || counts.size === 0) return rel;
  const renamed = (id: ColumnId) => `whole.${id}`;
  const none: Expr = { kind: 'literal', value: 0n, type: int64 };
  return {
    kind: 'project',
    input: { ...rel, aggregates: rel.aggregates.map((call) => ({ ...call, id: renamed(call.id) })) },
    columns: rel.aggregates.map(({ id, type }) => {
      const column: Expr = { kind: 'column', id: renamed(id), type };
      return { id, expr: counts.has(id) ? { kind: 'call', name: 'coalesce', args: [column, none], type } : column };
    }),
  };
}

/** Does the whole follow from the parts, exactly? Sums of integers and decimals do; floats add up differently in every order. */
function combines({ name, args, type }: AggregateCall): boolean {
  if (name === 'count_star' || (name === 'count' && args.length === 1)) return true;
  if (name === 'sum') return type.kind === 'int' || type.kind === 'decimal';
  return (name === 'min' || name === 'max') && args.length === 1;
}

/** NULL wherever its columns are. */
function isStrict(expr: Expr): boolean {
  if (expr.kind === 'column') return true;
  if (expr.kind === 'cast') return isStrict(expr.arg);
  return expr.kind === 'call' && ['+', '-', '*'].includes(expr.name) && expr.args.some(isStrict);
}
