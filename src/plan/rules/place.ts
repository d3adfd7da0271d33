/**
 * Which relations go to a store whole: the largest whose every operator the store's dialect accepts over its own tables.
 * Whatever lies above is computed locally, over what these return.
 */

import { columnIds, inputs, outputOf } from '../../algebra/index.js';
import type { ColumnId, Expr, Filter, Join, OutputColumn, Rel, SetOperation } from '../../algebra/index.js';
import { isReason } from '../../../connectors/contract.js';
import type { Dialect } from '../../../connectors/contract.js';
import type { BoundPlan } from '../bound-plan.js';
import { estimateRel } from '../estimate.js';
import { isUnknown } from '../expression.js';
import { printExpr } from '../../algebra/print.js';
import { flattened, isEquality, isOver, pairs } from './inner-joins.js';
import { isVolatile } from './push-filters.js';
import { expressionsOf } from './relation-expressions.js';
import { sortingKeys } from './sort-keys.js';

export interface Placed {
  /** Answered by one store. */
  readonly rel: Rel;
  readonly service: string;
  /** The relation's columns that anything above it looks at. */
  readonly output: readonly OutputColumn[];
  /** What of the operators right above stays local, and why. */
  readonly kept: readonly { readonly what: string; readonly reason: string }[];
}

export interface Placement {
  /** The plan, in which every key of `placed` is a leaf. */
  readonly rel: Rel;
  readonly placed: ReadonlyMap<Rel, Placed>;
  /** As BoundPlan's, of the rewritten relations too. */
  readonly outputs: ReadonlyMap<Rel, readonly OutputColumn[]>;
}

interface Whole {
  readonly service: string;
  readonly rel: Rel;
}

interface Visited {
  readonly rel: Rel;
  /** What it stands on, and itself over that once it is cut. */
  readonly below?: readonly Visited[];
  readonly over?: (inputs: readonly Rel[]) => Rel;
  /** The same relation, where the store can answer all of it. */
  readonly whole?: Whole;
  /** Not by itself exactly, but maybe so with what stands above it: itself over its input, once it is cut. */
  readonly cut?: (kept: readonly Kept[]) => Rel;
  readonly output: readonly OutputColumn[];
}

type Kept = Placed['kept'][number];

export function place(plan: BoundPlan, dialectOf: (service: string) => Dialect): Placement {
  const closedAt = new Map<Rel, Pick<Placed, 'rel' | 'service' | 'kept'>>();
  const outputs = new Map(plan.outputs);
  const { rel } = close(visit(plan.rel), []);
  const used = usedAbove(rel, plan.output);
  const placed = new Map(
    [...closedAt].map(([leaf, { rel: asked, service, kept }]): [Rel, Placed] => {
      const all = relOutput(asked);
      const wanted = all.filter(({ id }) => used.has(id));
      const narrowed = narrow(asked, wanted.length > 0 ? wanted : all.slice(0, 1), dialectOf(service));
      return [leaf, { ...narrowed, service, kept }];
    }),
  );
  return { rel, placed, outputs };

  /** What operators outside of the leaves look at. */
  function usedAbove(node: Rel, output: readonly OutputColumn[]): ReadonlySet<ColumnId> {
    const ids = new Set(output.map(({ id }) => id));
    const look = (at: Rel): void => {
      if (closedAt.has(at)) return;
      for (const expr of expressionsOf(at)) columnIds(expr, ids);
      if (at.kind === 'setOperation' || at.kind === 'opaque') for (const input of at.inputs) for (const { id } of outputs.get(input) ?? []) ids.add(id);
      for (const input of inputs(at)) look(input);
    };
    look(node);
    return ids;
  }

  function visit(node: Rel): Visited {
    const visited = operator(node);
    outputs.set(visited.rel, visited.output);
    return visited;
  }

  function operator(node: Rel): Visited {
    const output = plan.outputs.get(node) ?? [];
    switch (node.kind) {
      case 'scan':
        return { rel: node, whole: { service: node.table.service, rel: node }, output: relOutput(node) };
      case 'filter': {
        const below = visit(node.input);
        if (node.conjuncts.length === 0) return { ...below, output };
        const whole = extended(below, (input) => ({ ...node, input }), node.conjuncts);
        if (!isReason(whole)) return { rel: node, whole, output, below: [below], over: ([input]) => ({ ...node, input: input! }) };
        const what = node.conjuncts.map((conjunct) => printExpr(conjunct)).join(' AND ');
        const cut = (kept: readonly Kept[]): Rel => ({ ...node, input: close(below, [{ what, reason: whole.reason }, ...kept], node.conjuncts).rel });
        const rough = roughly(node, below);
        return rough === undefined ? { rel: cut([]), output } : { rel: node, whole: rough, output, cut };
      }
      case 'project': {
        const below = visit(node.input);
        const whole = extended(below, (input) => ({ ...node, input }), node.columns.map(({ expr }) => expr));
        if (!isReason(whole)) return { rel: node, whole, output, below: [below], over: ([input]) => ({ ...node, input: input! }) };
        const cut = (kept: readonly Kept[]): Rel => ({ ...node, input: close(below, kept).rel });
        // A store that can't leave a column out of its answer may still join or group without it.
        if (below.whole === undefined || node.columns.some(({ expr }) => expr.kind !== 'column')) return { rel: cut([]), output };
        return { rel: node, whole: { ...below.whole, rel: { ...node, input: below.whole.rel } }, output, cut };
      }
      case 'aggregate': {
        const below = visit(node.input);
        const hidden = node.aggregates.find((call) => call.name.startsWith('?'));
        const whole = hidden ? { reason: `${hidden.name.slice(1)}() is computed locally` } : extended(below, (input) => ({ ...node, input }), expressionsOf(node));
        if (!isReason(whole)) return { rel: node, whole, output };
        const what = node.aggregates.length === 0 ? 'DISTINCT' : 'the aggregates';
        return { rel: { ...node, input: close(below, [{ what, reason: whole.reason }]).rel }, output };
      }
      case 'sortLimit': {
        const below = visit(node.input);
        if (node.limit === undefined) return { rel: { ...node, input: close(below, []).rel }, output };
        const keys = sortingKeys(node.keys);
        const { offset, ...rest } = node;
        const whole = extended(below, (input) => ({ ...rest, input, keys, ...(offset ? { offset } : {}) }), keys.map(({ expr }) => expr));
        if (!isReason(whole)) return { rel: node, whole, output };
        const what = `${keys.length > 0 ? 'ORDER BY and ' : ''}LIMIT ${node.limit}`;
        return { rel: { ...node, input: close(below, [{ what, reason: whole.reason }]).rel }, output };
      }
      case 'join':
        return node.type === 'inner' ? innerJoin(node) : join(node, visit(node.left), visit(node.right), output);
      case 'setOperation':
        return united(node, output);
      case 'opaque':
        return { rel: { ...node, inputs: node.inputs.map(closed) }, output };
      case 'window': {
        const below = visit(node.input);
        const hidden = node.calls.find((call) => call.name.startsWith('?'));
        const whole = hidden ? { reason: `${hidden.name.slice(1)}() is computed locally` } : extended(below, (input) => ({ ...node, input }), expressionsOf(node));
        if (!isReason(whole)) return { rel: node, whole, output, below: [below], over: ([input]) => ({ ...node, input: input! }) };
        return { rel: { ...node, input: close(below, [{ what: 'the window', reason: whole.reason }]).rel }, output };
      }
      case 'cte':
        return { rel: { ...node, definition: closed(node.definition), body: close(visit(node.body), []).rel }, output };
      case 'dependentJoin':
        return { rel: { ...node, left: close(visit(node.left), []).rel, right: close(visit(node.right), []).rel }, output };
      case 'reference':
        return { rel: node, output };
    }
  }

  function join(node: Join, left: Visited, right: Visited, output: readonly OutputColumn[]): Visited {
    const over = ([a, b]: readonly Rel[]): Rel => ({ ...node, left: a!, right: b! });
    const local = (reason: string): Visited => {
      const kept = left.whole && right.whole && left.whole.service === right.whole.service ? [{ what: `${node.type} join`, reason }] : [];
      return { rel: over([close(left, kept).rel, close(right, kept).rel]), output };
    };
    if (left.whole === undefined || right.whole === undefined || left.whole.service !== right.whole.service) return local('');
    const { service } = left.whole;
    if (!node.on.some((expr) => isEquality(expr) || (node.type === 'anti' && expr.kind === 'isNull')) || node.type === 'single' || node.type === 'mark') return local('only equalities are joined by a store');
    if (node.on.some((expr) => isUnknown(expr) || isVolatile(expr))) return local('its condition is computed by the local engine');
    const rel: Rel = { ...node, left: left.whole.rel, right: right.whole.rel };
    const verdict = dialectOf(service).accepts(rel);
    if (isReason(verdict)) return local(verdict.reason);
    return { rel: over([left.rel, right.rel]), whole: { service, rel }, output, below: [left, right], over };
  }

  /** Where all parts lie in one store. They go by position, so each hands on exactly what is counted. */
  function united(node: SetOperation, output: readonly OutputColumn[]): Visited {
    const parts = node.inputs.map(visit);
    const columns = node.inputs.map((input) => plan.outputs.get(input) ?? []);
    const over = (parted: readonly Rel[]): Rel => {
      parted.forEach((part, i) => outputs.set(part, columns[i]!));
      return { ...node, inputs: parted };
    };
    const what = `${node.op.toUpperCase()}${node.all ? ' ALL' : ''}`;
    const local = (reason: string): Visited => ({ rel: over(parts.map((part) => close(part, [{ what, reason }]).rel)), output });
    const wholes = parts.flatMap(({ whole }) => whole ?? []);
    const service = wholes[0]?.service;
    if (service === undefined || wholes.length < parts.length || wholes.some((whole) => whole.service !== service)) return local('its parts are in several places');
    const rel: Rel = { ...node, inputs: wholes.map((whole, i) => ({ kind: 'project', input: whole.rel, columns: columns[i]!.map(({ id, type }) => ({ id, expr: { kind: 'column', id, type } })) })) };
    // A row number is no column that a store has.
    const known = wholes.every((whole, i) => columns[i]!.every(({ id }) => relOutput(whole.rel).some((column) => column.id === id)));
    const verdict = known ? dialectOf(service).accepts(rel) : { reason: 'it unites rows without columns' };
    if (isReason(verdict)) return local(verdict.reason);
    return { rel: node, whole: { service, rel }, output, below: parts, over };
  }

  /** Inner joins may be made in any order: first those between tables of one service, then the others. */
  function innerJoin(node: Join): Visited {
    const { relations, predicates } = flattened(node);
    let open = predicates;
    let parts = relations.map(visit);
    for (let next = smallest(parts, open); next !== undefined; next = smallest(parts, open)) {
      const { a, b, on, joined } = next;
      parts = parts.flatMap((part) => (part === a ? [joined] : part === b ? [] : [part]));
      open = open.filter((expr) => !on.includes(expr));
    }
    let result = parts.shift()!;
    while (parts.length > 0) {
      const connects = (part: Visited) => open.some((expr) => isEquality(expr) && isOver(expr, [...result.output, ...part.output]) && !isOver(expr, result.output) && !isOver(expr, part.output));
      const next = parts.find(connects) ?? parts[0]!;
      parts = parts.filter((part) => part !== next);
      const both = [...result.output, ...next.output];
      const on = open.filter((expr) => isOver(expr, both));
      open = open.filter((expr) => !on.includes(expr));
      result = join({ kind: 'join', type: 'inner', left: result.rel, right: next.rel, on }, result, next, both);
      outputs.set(result.rel, both);
    }
    return result;
  }

  /** The join within one store that is expected to return the fewest rows: what is cut again later was joined last. */
  function smallest(parts: readonly Visited[], open: readonly Expr[]) {
    const candidates = pairs(parts).flatMap(([a, b]) => {
      if (a.whole === undefined || a.whole.service !== b.whole?.service) return [];
      const both = [...a.output, ...b.output];
      const on = open.filter((expr) => isOver(expr, both));
      if (!on.some((expr) => isEquality(expr) && !isOver(expr, a.output) && !isOver(expr, b.output))) return [];
      const joined = tried({ kind: 'join', type: 'inner', left: a.rel, right: b.rel, on }, a, b, both);
      return joined === undefined ? [] : [{ a, b, on, joined, rows: estimateRel(joined.whole!.rel) ?? Infinity }];
    });
    return candidates.reduce<(typeof candidates)[number] | undefined>((best, one) => (best !== undefined && best.rows <= one.rows ? best : one), undefined);
  }

  /** Only if the store takes it: nothing is cut by asking. */
  function tried(node: Join, left: Visited, right: Visited, output: readonly OutputColumn[]): Visited | undefined {
    if (node.on.some((expr) => isUnknown(expr) || isVolatile(expr))) return undefined;
    const rel: Rel = { ...node, left: left.whole!.rel, right: right.whole!.rel };
    if (dialectOf(left.whole!.service).accepts(rel) !== true) return undefined;
    outputs.set(node, output);
    const over = ([a, b]: readonly Rel[]): Rel => ({ ...node, left: a!, right: b! });
    return { rel: node, whole: { service: left.whole!.service, rel }, output, below: [left, right], over };
  }

  /** By position, which a rewritten input may have others of. */
  function closed(input: Rel): Rel {
    const { rel } = close(visit(input), []);
    outputs.set(rel, plan.outputs.get(input) ?? []);
    return rel;
  }

  /** One more operator on top, if its store takes it. */
  function extended(below: Visited, over: (input: Rel) => Rel, exprs: readonly Expr[]): Whole | { readonly reason: string } {
    if (below.whole === undefined) return { reason: 'what lies below is computed locally' };
    if (exprs.some(isUnknown)) return { reason: 'it is computed by the local engine' };
    if (exprs.some(isVolatile)) return { reason: 'its value changes from row to row' };
    const { service, rel: input } = below.whole;
    const rel = over(input);
    if (rel.kind === 'filter') {
      // Only an exact filter may lie below a limit, and only an exact one can be left to the store alone.
      const probe = dialectOf(service).accepts({ kind: 'sortLimit', input: rel, keys: [], limit: 1 });
      if (isReason(probe)) return probe;
    }
    const verdict = dialectOf(service).accepts(rel);
    return isReason(verdict) ? verdict : { service, rel };
  }

  /** The store may leave more rows than the filter does, and yet answer exactly what stands above both. */
  function roughly(node: Filter, below: Visited): Whole | undefined {
    if (below.whole === undefined || node.conjuncts.some((conjunct) => isUnknown(conjunct) || isVolatile(conjunct))) return undefined;
    const rel: Rel = { ...node, input: below.whole.rel };
    return dialectOf(below.whole.service).accepts(rel) === true ? { ...below.whole, rel } : undefined;
  }

  /** What can go no further becomes a leaf: its topmost operator that makes fewer rows of more. */
  function close(visited: Visited, kept: readonly Kept[], conjuncts: readonly Expr[] = []): { readonly rel: Rel } {
    const { rel, whole, output, below, over } = visited;
    if (whole === undefined) return { rel };
    if (visited.cut !== undefined) {
      const cut = visited.cut(kept);
      outputs.set(cut, output);
      return { rel: cut };
    }
    const { service } = whole;
    if (below !== undefined && over !== undefined && (whole.rel.kind === 'project' || !pays(whole.rel))) {
      const { kind } = whole.rel;
      const reason = { what: kind === 'window' ? 'the window' : 'join', reason: 'it would return more than its tables hold' };
      const cut = over(below.map((input) => close(input, kind === 'join' || kind === 'window' ? [...kept, reason] : kept).rel));
      outputs.set(cut, output);
      return { rel: cut };
    }
    const dialect = dialectOf(service);
    let asked = whole.rel;
    // Where only some filters are exact, the others may still leave rows behind.
    if (asked.kind === 'scan') {
      const scan = asked;
      const admitted = conjuncts.flatMap(flat).filter((conjunct) => !isUnknown(conjunct) && !isVolatile(conjunct) && columnIds(conjunct).size > 0).filter((conjunct) => {
        const verdict = dialect.filter(conjunct, scan);
        return verdict === 'exact' || verdict === 'superset';
      });
      if (admitted.length > 0) asked = { kind: 'filter', input: scan, conjuncts: admitted };
    }
    const leaf: Rel = { ...rel };
    closedAt.set(leaf, { rel: asked, service, kept });
    outputs.set(leaf, output);
    // The store keeps the limit; its rows have no order here until they are sorted again.
    if (whole.rel.kind === 'sortLimit' && whole.rel.keys.length > 0) {
      const sorted: Rel = { kind: 'sortLimit', input: leaf, keys: whole.rel.keys };
      outputs.set(sorted, output);
      return { rel: sorted };
    }
    return { rel: leaf };
  }
}

/** Asked for no more columns than are wanted, if the store can leave some out. */
function narrow(rel: Rel, columns: readonly OutputColumn[], dialect: Dialect): { readonly rel: Rel; readonly output: readonly OutputColumn[] } {
  const all = relOutput(rel);
  const same = all.length === columns.length && all.every(({ id }, i) => id === columns[i]!.id);
  if (same) return { rel, output: all };
  const project: Rel = { kind: 'project', input: rel, columns: columns.map(({ id, type }) => ({ id, expr: { kind: 'column', id, type } })) };
  if (rel.kind !== 'sortLimit' && dialect.accepts(project) === true) return { rel: project, output: columns };
  return { rel, output: all };
}

/** What a relation that a store answers hands on. */
function relOutput(rel: Rel): readonly OutputColumn[] {
  const output = outputOf(rel);
  if (output === undefined) throw new Error(`no store answers a ${rel.kind}`);
  return output;
}

function flat(conjunct: Expr): readonly Expr[] {
  return conjunct.kind === 'and' ? conjunct.args.flatMap(flat) : [conjunct];
}

/** Does a join return less than what it joins? Below an aggregate or a limit it need not. */
function pays(rel: Rel): boolean {
  // A window adds columns to its rows; a filter above it is there to leave most of them out.
  if (rel.kind === 'filter') return rel.input.kind === 'window' || pays(rel.input);
  if (rel.kind === 'window') return reduces(rel.input);
  if (rel.kind === 'setOperation') return !rel.all || rel.inputs.every((part) => pays(part.kind === 'project' ? part.input : part));
  if (rel.kind !== 'join') return true;
  const cells = (of: Rel) => {
    const rows = estimateRel(of);
    return rows === undefined ? undefined : rows * relOutput(of).length;
  };
  const parts = leaves(rel).map(cells);
  const joined = cells(rel);
  return joined !== undefined && parts.every((part) => part !== undefined) && joined <= parts.reduce((sum, part) => sum + part!, 0);
}

/** Are there fewer rows than those of its tables anyway? */
function reduces(rel: Rel): boolean {
  switch (rel.kind) {
    case 'aggregate':
      return true;
    case 'sortLimit':
      return rel.limit !== undefined;
    case 'filter':
    case 'project':
    case 'window':
      return reduces(rel.input);
    default:
      return false;
  }
}

/** What would be asked for, were nothing joined. */
function leaves(rel: Rel): readonly Rel[] {
  return rel.kind === 'join' ? [...leaves(rel.left), ...leaves(rel.right)] : [rel];
}
