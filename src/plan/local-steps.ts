/** What is computed here and not by a store, operator by operator, and why: for `explain`. */

import { children, inputs, mapInputs, tableName, unknownMark } from '../algebra/index.js';
import type { Expr, Rel, Scan, Table } from '../algebra/index.js';
import { isReason } from '../../connectors/contract.js';
import type { Dialect } from '../../connectors/contract.js';
import type { Fragment } from './contract.js';
import { LocalWords } from './local-words.js';
import { quotientIn } from './rules/averages.js';
import { isVolatile } from './rules/push-filters.js';
import { expressionsOf } from './rules/relation-expressions.js';

export interface LocalStep {
  /** In SQL's words. */
  readonly what: string;
  readonly reason: string;
}

interface Below {
  /** Of every table below. */
  readonly services: ReadonlySet<string>;
  /** All that lies below as one relation of one store: nothing of it is computed here. */
  readonly whole?: { readonly service: string; readonly rel: Rel };
}

/**
 * @param rel whose scans are of the tables that the fragments are staged in
 * @param cut why the statement was cut at filtered scans, where a store would have taken more
 * @returns from the stores upwards; nothing that only renames or drops columns
 */
export function localSteps(rel: Rel, leaves: ReadonlyMap<Table, Fragment>, dialectOf: (service: string) => Dialect, cut?: string): readonly LocalStep[] {
  const found = new Map<string, LocalStep>();
  const words = new LocalWords(rel, leaves);
  const uses = new Map<Table, number>();
  count(rel);
  visit(rel);
  return [...found.values()];

  function count(node: Rel): void {
    if (node.kind === 'scan') uses.set(node.table, (uses.get(node.table) ?? 0) + 1);
    for (const input of inputs(node)) count(input);
  }

  function visit(node: Rel): Below {
    if (node.kind === 'scan') return leaf(node);
    const below = inputs(node).map(visit);
    const services = new Set(below.flatMap((one) => [...one.services]));
    const [first] = below;
    if (node.kind === 'project' && node.columns.every(({ expr }) => expr.kind === 'column')) return { services, ...(first?.whole && { whole: { ...first.whole, rel: { ...node, input: first.whole.rel } } }) };
    if (node.kind === 'filter') return filter(node, first!, services);
    // These hand on rows of others and compute nothing.
    if (node.kind === 'cte' || node.kind === 'reference') return { services };
    add(words.of(node), reason(node, below, services));
    return { services };
  }

  function leaf(scan: Scan): Below {
    const fragment = leaves.get(scan.table);
    if (fragment === undefined) return { services: new Set() };
    const rel = fragment.alone === true ? fragment.rel : scan;
    return { services: new Set([fragment.service]), whole: { service: fragment.service, rel } };
  }

  function filter(node: Extract<Rel, { kind: 'filter' }>, below: Below, services: ReadonlySet<string>): Below {
    const { whole } = below;
    if (whole === undefined) {
      for (const conjunct of node.conjuncts) add(words.show(conjunct), reason({ ...node, conjuncts: [conjunct] }, [below], services));
      return { services };
    }
    const scan = baseOf(whole.rel);
    let isExact = true;
    for (const conjunct of node.conjuncts) {
      const why = scan === undefined ? reason({ ...node, conjuncts: [conjunct] }, [below], services) : unfiltered(conjunct, scan, node);
      if (why === undefined) continue;
      isExact = false;
      add(words.show(conjunct), why);
    }
    return { services, ...(isExact && { whole: { ...whole, rel: { ...node, input: whole.rel } } }) };
  }

  /** Why a condition on one table is (also) looked at here; undefined where the store's own answer stands. */
  function unfiltered(conjunct: Expr, scan: Scan, node: Extract<Rel, { kind: 'filter' }>): string | undefined {
    const local = localExpression([conjunct]);
    if (local !== undefined) return local;
    const verdict = dialectOf(scan.table.service).filter(conjunct, scan);
    if (isReason(verdict)) return verdict.reason;
    if (verdict === 'no') return `${scan.table.service} cannot filter by it`;
    if (verdict === 'superset') return `${scan.table.service} may return more rows than match, so that it is applied again`;
    const input = node.input.kind === 'scan' ? node.input : undefined;
    return input !== undefined && (uses.get(input.table) ?? 0) > 1 ? `${tableName(scan.table)} is read once for its ${uses.get(input.table)} uses in the statement` : undefined;
  }

  function reason(node: Rel, below: readonly Below[], services: ReadonlySet<string>): string {
    if (below.length > 1 && services.size > 1 && node.kind !== 'dependentJoin') return `its sides are of different stores: ${[...services].join(', ')}`;
    const wholes = below.flatMap(({ whole }) => whole ?? []);
    if (services.size === 0) return 'no table is read for it';
    if (node.kind === 'dependentJoin') return `the subquery is evaluated once for every combination of the outer values, which ${services.size > 1 ? `are of other stores (${[...services].join(', ')})` : 'no store is asked to do'}`;
    if (wholes.length < below.length || wholes.length === 0) return services.size > 1 ? `it stands on what is joined here of ${[...services].join(', ')}` : 'it stands on what is computed here';
    const local = localExpression(expressionsOf(node));
    if (local !== undefined) return local;
    if (node.kind === 'aggregate') {
      const hidden = node.aggregates.find(({ name }) => name.startsWith(unknownMark));
      if (hidden !== undefined) return `${hidden.name.slice(unknownMark.length)}() is computed by the local engine`;
    }
    if (node.kind === 'project' && node.columns.some(({ expr }) => quotientIn(expr) !== undefined)) return 'stores divide with precisions of their own';
    if (node.kind === 'sortLimit' && node.limit === undefined) return 'rows have no order here until they are sorted; a sort without a limit spares the store nothing';
    if (node.kind === 'opaque') return `no store is asked for ${words.of(node)}`;
    const [first, second] = wholes.map((whole) => whole.rel);
    const composed: Rel = composedOf(node, first!, second);
    const verdict = dialectOf(wholes[0]!.service).accepts(composed);
    if (isReason(verdict)) return verdict.reason;
    if (cut !== undefined) return `tables are filtered in the stores and no more, since ${cut}`;
    return node.kind === 'join' ? 'it is expected to return more than its tables hold' : 'it saves nothing: as many rows would be moved';
  }

  function add(what: string, why: string): void {
    found.set(`${what}: ${why}`, { what, reason: why });
  }
}

function localExpression(exprs: readonly Expr[]): string | undefined {
  for (const expr of exprs) {
    const hidden = firstHidden(expr);
    if (hidden !== undefined) return `${hidden} is computed by the local engine`;
    if (isVolatile(expr)) return 'its value changes from row to row';
  }
  return undefined;
}

function firstHidden(expr: Expr): string | undefined {
  if (expr.kind === 'call' && expr.name.startsWith(unknownMark)) return expr.name === unknownMark ? 'it' : `${expr.name.slice(unknownMark.length)}()`;
  for (const child of children(expr)) {
    const hidden = firstHidden(child);
    if (hidden !== undefined) return hidden;
  }
  return undefined;
}

/** The same operator over what one store answers. */
function composedOf(node: Rel, ...below: readonly (Rel | undefined)[]): Rel {
  let at = 0;
  return mapInputs(node, (input) => below[at++] ?? input);
}

/** A scan, with nothing but filters over it. */
function baseOf(rel: Rel): Scan | undefined {
  if (rel.kind === 'scan') return rel;
  if (rel.kind === 'filter') return baseOf(rel.input);
  return rel.kind === 'project' && rel.columns.every(({ expr }) => expr.kind === 'column') ? baseOf(rel.input) : undefined;
}
