/** Edits of the statement that was answered last, one function a wish. Each gives the ways to do it, likeliest first. */

import { happens, isTime, keyOf, labelOf, timeOf } from '../offline/build/roles.js';
import { same } from '../offline/build/same.js';
import type { Join, Output, Query, Scalar, Unit } from '../offline/tree/tree.js';
import { count, hasAggregate, query } from '../offline/tree/tree.js';
import { filtered } from './filter.js';
import { Inapplicable, isMeasured, placesOf, wrapped } from './last.js';
import type { Around, Edited } from './last.js';
import type { Wish } from './recognise.js';
import { measures, named, outputsCalled, shownAlready } from './words.js';
import { limited, reversed, sorted } from './order.js';

export function edits(tree: Query, wish: Wish, around: Around): Edited[] {
  switch (wish.kind) {
    case 'filter':
      return filtered(tree, wish.text, wish.swap, around);
    case 'group':
      return grouped(tree, wish.text, wish.add, around);
    case 'unit':
      return bucketed(tree, wish.unit, around);
    case 'sort':
      return sorted(tree, wish.text, wish.desc, around);
    case 'reverse':
      return [reversed(tree)];
    case 'limit':
      return limited(tree, wish, around);
    case 'show':
      return wish.how === 'hide' ? [hidden(tree, wish.text)] : shown(tree, wish.text, wish.how === 'replace', around);
    case 'rows':
      return [listed(tree, around)];
    case 'share':
      return [shared(tree)];
    case 'count':
      return [counted(tree)];
  }
}

/** What is measured, over other groups; of a list, how many rows there are of each. */
function grouped(tree: Query, text: string, add: boolean, around: Around): Edited[] {
  const base = measurable(tree);
  const found = named(text, tree, around);
  const keys: Scalar[] = [];
  const group: Scalar[] = [];
  let joins: readonly Join[] = tree.joins;
  let score = 0;
  const rivals: Edited[] = [];
  for (const [at, options] of found.entries()) {
    const [best, second] = options;
    if (at === 0 && found.length === 1 && second !== undefined) rivals.push(...options.slice(1, 3).map((o) => onKeys(base, tree, [o.column], [o.column], [...tree.joins, ...o.joins], add, o.score)));
    joins = [...joins, ...best!.joins.filter((j) => !joins.some((k) => k.source.table === j.source.table))];
    score += best!.score;
    if (best!.entry !== undefined) {
      keys.push(best!.column);
      group.push(best!.column);
      continue;
    }
    const { table, column } = best!;
    if (column.kind !== 'column') continue;
    const of = (path: readonly string[]): Scalar => ({ ...column, path, type: table.columns.find((c) => c.path.join('.') === path.join('.'))!.type });
    const key = keyOf(table);
    keys.push(...labelOf(table).map((c) => of(c.path)));
    group.push(...(key === undefined ? [] : [of(key.path)]), ...labelOf(table).map((c) => of(c.path)));
  }
  return [onKeys(base, tree, keys, group, joins, add, score), ...rivals];
}

function onKeys(base: { select: readonly Output[]; notes: readonly string[] }, tree: Query, keys: readonly Scalar[], group: readonly Scalar[], joins: readonly Join[], add: boolean, score: number): Edited {
  const shown = keys.map((expr): Output => ({ expr }));
  const kept = add ? tree.select.filter((o) => !hasAggregate(o.expr) && tree.group.some((g) => same(g, o.expr))) : [];
  const select = [...kept, ...shown.filter((o) => !kept.some((k) => same(k.expr, o.expr))), ...base.select];
  const order = tree.order.filter((o) => hasAggregate(o.expr));
  return { tree: { ...tree, select, joins, group: [...(add ? tree.group : []), ...group], order }, notes: base.notes, score };
}

/** What the statement measures; a list is counted. */
function measurable(tree: Query): { select: readonly Output[]; notes: readonly string[] } {
  if (tree.limit !== undefined || tree.foremost === true) throw new Inapplicable('it shows only the first rows; say "no limit" first, or ask anew');
  if (tree.set !== undefined || tree.distinct === true || tree.from.table === undefined) throw new Inapplicable('its rows are not those of a table');
  const select = measures(tree);
  if (select.some((o) => o.expr.kind === 'aggregate' || o.expr.kind === 'share' || o.expr.kind === 'arithmetic' || o.expr.kind === 'call')) return { select, notes: [] };
  // Rows that a join only chose, and that were grouped to show each once.
  if (tree.group.length > 0) throw new Inapplicable('it groups rows without measuring anything');
  return { select: [{ expr: count }], notes: ['what was a list is counted'] };
}

function bucketed(tree: Query, unit: Unit, around: Around): Edited[] {
  const old = tree.group.filter((g) => g.kind === 'bucket');
  if (old.length > 0) {
    const to = (s: Scalar): Scalar => (s.kind === 'bucket' ? { ...s, unit } : s);
    return [{ tree: { ...tree, select: tree.select.map((o) => ({ ...o, expr: to(o.expr) })), group: tree.group.map(to), order: tree.order.map((o) => ({ ...o, expr: to(o.expr) })) }, notes: [], score: 0 }];
  }
  const base = measurable(tree);
  const time = timeSaid(tree) ?? ownTime(tree, around);
  const bucket: Scalar = { kind: 'bucket', unit, arg: time };
  const edit = (add: boolean, score: number): Edited => {
    const edited = onKeys(base, tree, [bucket], [bucket], tree.joins, add, score);
    const kept = add ? edited.tree.select.filter((o) => !hasAggregate(o.expr) && o.expr.kind !== 'bucket') : [];
    return { ...edited, tree: { ...edited.tree, select: [{ expr: bucket }, ...kept, ...base.select], order: [{ expr: bucket, desc: false }] } };
  };
  return tree.group.length > 0 ? [edit(false, 0), edit(true, -1)] : [edit(false, 0)];
}

/** The time that the statement has a condition on. */
function timeSaid(tree: Query): Scalar | undefined {
  const times = tree.where.flatMap((p) => (p.kind === 'compare' && p.left.kind === 'column' && isTime(p.left.type) ? [p.left] : []));
  return times.every((t) => same(t, times[0]!)) ? times[0] : undefined;
}

function ownTime(tree: Query, around: Around): Scalar {
  const timed = placesOf(tree, around.schema).filter((p) => timeOf(p.entry) !== undefined && happens(p.entry));
  const [place] = timed;
  if (place === undefined) throw new Inapplicable('no column of it tells when');
  if (timed.length > 1) throw new Inapplicable(`the time of ${timed.map((p) => p.entry.table.name).join(' or of ')} may be meant`);
  const column = timeOf(place.entry)!;
  return { kind: 'column', source: place.source, path: column.path, type: column.type };
}

function shown(tree: Query, text: string, replace: boolean, around: Around): Edited[] {
  if (tree.set !== undefined) throw new Inapplicable('its rows are those of two statements');
  const found = named(text, tree, around);
  const first = found[0]!;
  const pick = (choice: typeof first): Edited => {
    const columns = choice.map((c) => c.column);
    const joins = [...tree.joins];
    for (const c of choice) for (const j of c.joins) if (!joins.some((k) => k.source.table === j.source.table)) joins.push(j);
    const fresh = columns.filter((c) => replace || !shownAlready(c, tree));
    if (fresh.length === 0) throw new Inapplicable('that is shown already');
    if (tree.select.length === 0 && !replace) throw new Inapplicable('every column is shown already');
    if (isMeasured(tree) || tree.distinct === true) {
      if (tree.group.length === 0 || tree.distinct === true) throw new Inapplicable('its rows are no single rows of a table');
      for (const c of choice) requireOfGroup(tree, c, around);
    }
    const group = tree.group.length > 0 ? [...tree.group, ...columns.filter((c) => !tree.group.some((g) => same(g, c)))] : tree.group;
    const select = replace ? columns.map((expr): Output => ({ expr })) : beside(tree.select, fresh);
    return { tree: { ...tree, select, joins, group }, notes: [], score: choice.reduce((sum, c) => sum + c.score, 0) };
  };
  const best = found.map((options) => options[0]!);
  const [, ...others] = first;
  return [pick(best), ...(found.length === 1 ? others.slice(0, 2).map((o) => pick([o])) : [])];
}

/** Behind what tells whose it is, before what is measured. */
function beside(select: readonly Output[], fresh: readonly Scalar[]): Output[] {
  const at = select.findIndex((o) => hasAggregate(o.expr));
  const before = at === -1 ? select.length : at;
  return [...select.slice(0, before), ...fresh.map((expr): Output => ({ expr })), ...select.slice(before)];
}

/** A group has one value of a column only where it has one row of its table. */
function requireOfGroup(tree: Query, c: { readonly table: { readonly table: unknown }; readonly joins: readonly Join[]; readonly column: Scalar }, around: Around): void {
  const start = c.joins[0] === undefined ? c.column : c.joins[0].on[0]!.right;
  const table = placesOf(tree, around.schema).find((p) => start.kind === 'column' && p.source === start.source);
  const key = table === undefined ? undefined : keyOf(table.entry);
  const single = key !== undefined && tree.group.some((g) => g.kind === 'column' && g.source === table!.source && g.path.join('.') === key.path.join('.'));
  if (!single) throw new Inapplicable('its rows are groups, each of which may have several');
}

function hidden(tree: Query, text: string): Edited {
  const meant = outputsCalled(text.replace(/\bcolumns?\b/gi, ''), tree);
  const [output] = meant;
  if (output === undefined || meant.length > 1) throw new Inapplicable(output === undefined ? `"${text}" is none of its columns` : `"${text}" may be several of its columns`);
  if (tree.select.length === 1) throw new Inapplicable('nothing would be left to show');
  if (tree.distinct === true || tree.set !== undefined) throw new Inapplicable('rows that differ in that column alone would fall together');
  return { tree: { ...tree, select: tree.select.filter((o) => o !== output) }, notes: [], score: 0 };
}

/** "How many ...?", then "show them". */
function listed(tree: Query, around: Around): Edited {
  const [place] = placesOf(tree, around.schema);
  if (place === undefined || tree.group.length > 0 || tree.set !== undefined || !tree.select.some((o) => hasAggregate(o.expr))) throw new Inapplicable(tree.group.length > 0 ? 'its rows are groups: say of which one' : 'its rows are shown already');
  const key = keyOf(place.entry);
  const columns = place.entry.columns.filter((c) => c.path.length === 1).map((c): Output => ({ expr: { kind: 'column', source: place.source, path: c.path, type: c.type } }));
  if (tree.joins.length > 0 && key === undefined) throw new Inapplicable(`no key tells the rows of ${place.entry.table.name} apart`);
  const plain = query(tree.from, { select: columns, joins: tree.joins, where: tree.where });
  return { tree: tree.joins.length === 0 ? plain : { ...plain, distinct: true }, notes: [], score: 0 };
}

function shared(tree: Query): Edited {
  const all = measures(tree);
  if (tree.group.length === 0) throw new Inapplicable('percentages are of groups, and it has none: say "by" something first');
  const additive = all.filter(({ expr }) => expr.kind === 'aggregate' && (expr.name === 'sum' || (expr.name === 'count' && expr.distinct !== true)));
  const [output] = additive;
  if (output === undefined || additive.length > 1) throw new Inapplicable(output === undefined ? 'what it measures does not add up to a whole' : 'it measures several things');
  const percent = { expr: { kind: 'share', of: output.expr } as const, as: 'percent' };
  const note = tree.having.length > 0 || tree.limit !== undefined ? ['percent of all groups that meet the conditions, shown or not'] : ['percent of all rows that meet the conditions'];
  return { tree: { ...tree, select: tree.select.map((o) => (o === output ? percent : o)) }, notes: note, score: 0 };
}

function counted(tree: Query): Edited {
  if (isMeasured(tree) && tree.group.length === 0) throw new Inapplicable('it is one row already');
  const plain = tree.group.length === 0 && tree.limit === undefined && tree.foremost !== true && tree.distinct !== true && tree.set === undefined && tree.from.query === undefined;
  if (plain) return { tree: { ...tree, select: [{ expr: count }], order: [] }, notes: [], score: 0 };
  const { order: _, ...rest } = tree;
  const inner = tree.limit === undefined && tree.foremost !== true ? { ...rest, order: [] } : tree;
  return { tree: query(wrapped(inner), { select: [{ expr: count }] }), notes: [], score: 0 };
}

