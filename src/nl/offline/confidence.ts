/**
 * How sure a reading is: a logistic model over facts about how it came to be. Its weights were fitted by
 * scripts/eval/train.ts on questions with known answers, split by database; a fact that it never saw weighs nothing.
 */

import type { Built } from './build/both.js';
import type { Bound } from './build/bind.js';
import type { Sketch } from './read/sketch.js';
import { hasAggregate } from './tree/tree.js';
import type { Predicate } from './tree/tree.js';
import { weights } from './weights.js';

export type Facts = Readonly<Record<string, number>>;

/** `gap`: by how much the next best reading scores less. */
export function factsOf(sketch: Sketch, bound: Bound, built: Built, gap: number): Facts {
  const { query } = built;
  const used = sketch.mentions.map((m) => ({ mention: m, choice: bound.binding.get(m) }));
  const scores = used.map((u) => u.choice?.score ?? 0.3);
  const predicates = flatten(query.where);
  const flag = (on: boolean) => (on ? 1 : 0);
  return {
    ...built.features,
    unread: Math.min(3, sketch.unread.length),
    anyUnread: flag(sketch.unread.length > 0),
    passed: Math.min(3, sketch.passed.length),
    loose: used.filter((u) => u.mention.chunk.loose).length,
    weakest: Math.min(1, ...scores),
    fit: Math.max(-4, bound.score),
    close: flag(gap < 0.05),
    near: flag(gap < 0.35),
    gap: Math.min(2, gap),
    joins: Math.min(4, query.joins.length),
    oneTable: flag(query.joins.length === 0),
    conditions: Math.min(4, predicates.length),
    guessed: sketch.conds.filter((c) => c.kind === 'value' && bound.binding.get(c)?.value === undefined).length,
    listed: sketch.conds.filter((c) => c.kind === 'value' && bound.binding.get(c)?.value !== undefined).length,
    unknownValue: predicates.filter((p) => standing(p) === 'unknown').length,
    unlistedValue: predicates.filter((p) => standing(p) === 'unlisted').length,
    denied: flag(predicates.some((p) => p.kind === 'in' && p.negated)),
    unequal: flag(predicates.some((p) => p.kind === 'compare' && p.op === '<>')),
    subquery: flag(predicates.some((p) => p.kind === 'compare' && p.right.kind === 'query')),
    alternatives: flag(query.where.some((p) => p.kind === 'or')),
    missing: flag(predicates.some((p) => p.kind === 'null')),
    group: flag(query.group.length > 0),
    groupKeys: query.group.length,
    having: flag(query.having.length > 0),
    order: flag(query.order.length > 0),
    orders: Math.max(0, query.order.length - 1),
    limit: flag(query.limit !== undefined || query.foremost === true),
    countOrder: flag(query.order.some((o) => hasAggregate(o.expr))),
    distinct: flag(query.distinct === true),
    outputs: Math.min(6, query.select.length),
    aggregates: query.select.filter((o) => hasAggregate(o.expr)).length,
    plainAndAggregate: flag(query.select.some((o) => hasAggregate(o.expr)) && query.select.some((o) => !hasAggregate(o.expr))),
    set: flag(query.set !== undefined),
    sentences: flag(sketch.mentions.some((m) => m.role === 'relation' && m.chunk.start < (sketch.selects[0]?.mention?.chunk.start ?? 0))),
    relations: sketch.conds.filter((c) => c.kind === 'relation').length,
    groupJoin: flag(query.group.length > 0 && query.joins.length > 0),
    orderJoin: flag(query.order.length > 0 && query.joins.length > 0),
    manyJoins: flag(query.joins.length > 2),
    mentions: Math.min(8, used.length),
  };
}

export function confidenceOf(facts: Facts): number {
  let logit = weights['bias'] ?? 0;
  for (const [name, value] of Object.entries(facts)) logit += (weights[name] ?? 0) * value;
  return 1 / (1 + Math.exp(-logit));
}

/** A text that is compared: among the column's listed values, not among them, or is nothing listed? */
function standing(p: Predicate): 'known' | 'unknown' | 'unlisted' | undefined {
  if (p.kind !== 'compare' || p.left.kind !== 'column' || p.left.type.kind !== 'text' || p.right.kind !== 'text') return undefined;
  const { path, source } = p.left;
  const column = source.table?.columns.find((c) => c.name === path[0]);
  const values = [...(column?.enumValues ?? []), ...(column?.sampleValues ?? [])];
  if (values.length === 0 || path.length > 1) return 'unlisted';
  return values.includes(p.right.value) ? 'known' : 'unknown';
}

function flatten(predicates: readonly Predicate[]): Predicate[] {
  return predicates.flatMap((p) => (p.kind === 'and' || p.kind === 'or' ? flatten(p.args) : [p]));
}
