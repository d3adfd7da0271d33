/** "sort by total", "the other way round", "top 5". */

import { isNumeric, isTime } from '../offline/build/roles.js';
import type { Output, Query, Scalar } from '../offline/tree/tree.js';
import { hasAggregate } from '../offline/tree/tree.js';
import { Inapplicable, isMeasured } from './last.js';
import type { Around, Edited } from './last.js';
import type { Wish } from './recognise.js';
import { measures, named, outputsCalled } from './words.js';

type Limit = Extract<Wish, { kind: 'limit' }>;

interface By {
  readonly expr: Scalar;
  readonly tree: Query;
  readonly score: number;
}

export function sorted(tree: Query, text: string, desc: boolean | undefined, around: Around): Edited[] {
  if (tree.foremost === true) throw new Inapplicable('it shows only what comes first by something else');
  const notes = tree.limit === undefined ? [] : [`the first ${tree.limit} are others then`];
  const ways = text === '' ? [{ expr: only(tree), tree, score: 0 }] : by(tree, text, around);
  const made = ways.map(({ expr, tree: over, score }): Edited => ({ tree: { ...over, order: [{ expr, desc: desc ?? false }] }, notes, score }));
  if (desc !== undefined) return made;
  // Which end comes first was not said: the other one is a reading, too.
  return made.flatMap((e) => [e, { ...e, tree: { ...e.tree, order: e.tree.order.map((o) => ({ ...o, desc: true })) }, score: e.score - 1 }]);
}

/** What "highest first" is about: what is in order already, what is measured, the one number or time. */
function only(tree: Query): Scalar {
  if (tree.order.length === 1) return tree.order[0]!.expr;
  const ranked = [measures(tree), tree.select.filter((o) => hasAmount(o)), tree.select];
  const found = ranked.find((list) => list.length > 0) ?? [];
  if (found.length !== 1) throw new Inapplicable(found.length === 0 ? 'it has many columns: say by which' : `it has ${found.length} columns that may be meant: say by which`);
  return found[0]!.expr;
}

function hasAmount({ expr }: Output): boolean {
  return expr.kind === 'column' && (isNumeric(expr.type) || isTime(expr.type));
}

function by(tree: Query, text: string, around: Around): By[] {
  const outputs = outputsCalled(text, tree);
  if (outputs.length > 0) return outputs.map((o, i) => ({ expr: o.expr, tree, score: outputs.length === 1 ? 0 : -0.01 * i }));
  if (isMeasured(tree) || tree.distinct === true || tree.set !== undefined) throw new Inapplicable(`"${text}" is none of its columns`);
  const found = named(text, tree, around);
  if (found.length > 1) throw new Inapplicable('one column at a time');
  return found[0]!.slice(0, 3).map((o) => ({ expr: o.column, tree: { ...tree, joins: [...tree.joins, ...o.joins] }, score: o.score }));
}

export function reversed(tree: Query): Edited {
  if (tree.order.length === 0) throw new Inapplicable('it is in no order');
  const notes = tree.limit === undefined ? [] : [`the first ${tree.limit} are others then`];
  return { tree: { ...tree, order: tree.order.map((o) => ({ ...o, desc: !o.desc })) }, notes, score: 0 };
}

export function limited(tree: Query, { count, end, by: text }: Limit, around: Around): Edited[] {
  if (tree.foremost === true) throw new Inapplicable('it shows only what comes first already');
  if (count === undefined) {
    if (tree.limit === undefined) throw new Inapplicable('it shows all rows already');
    const { limit: _, ...all } = tree;
    return [{ tree: all, notes: [], score: 0 }];
  }
  const cut = (over: Query, order: Query['order'], score = 0, notes: readonly string[] = []): Edited => ({ tree: { ...over, order, limit: count }, notes, score });
  const high = end !== 'bottom';
  if (text !== undefined) return by(tree, text, around).map((b) => cut(b.tree, [{ expr: b.expr, desc: high }], b.score));
  const [first] = tree.order;
  if (end === 'first') return [cut(tree, tree.order, 0, first === undefined ? ['in no order: any of them may come first'] : [])];
  if (first !== undefined) {
    // "top 5" of what is sorted by a number means the high ones, whichever way it was sorted.
    if (tree.order.length === 1 && isAmount(first.expr)) return [cut(tree, [{ ...first, desc: high }])];
    // Groups in the order of time, of which the "top 5" are those with the most.
    const [most, other] = tree.group.length > 0 && tree.order.every((o) => tree.group.some((g) => g === o.expr || (g.kind === 'bucket' && o.expr.kind === 'bucket' && g.unit === o.expr.unit))) ? measures(tree) : [];
    if (most !== undefined && other === undefined) return [cut(tree, [{ expr: most.expr, desc: high }], 0, ['in the order of what is measured, and no more of time'])];
    return [cut(tree, high ? tree.order : tree.order.map((o) => ({ ...o, desc: !o.desc })))];
  }
  const amounts = measures(tree).length > 0 ? measures(tree) : tree.select.filter((o) => o.expr.kind === 'column' && isNumeric(o.expr.type) && !/(^|_)id$|Id$/.test(o.expr.path.at(-1)!));
  if (amounts.length === 0) throw new Inapplicable('it has no number to tell which come first: say "top 5 by ..."');
  return amounts.map((o) => cut(tree, [{ expr: o.expr, desc: high }]));
}

function isAmount(expr: Scalar): boolean {
  return hasAggregate(expr) || (expr.kind === 'column' && isNumeric(expr.type));
}
