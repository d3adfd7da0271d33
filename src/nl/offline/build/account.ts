/**
 * Which words of a question no part of a statement accounts for. The readers may lose a word; this finds out, by
 * holding every word that means something against what the finished statement has in it: a denial needs a condition
 * that denies, "more than" a comparison, a name its table or column, a value its constant. It looks at nothing that
 * the readers noted down on their way, so that no reader can talk itself out of it.
 */

import type { Chunk } from '../read/chunks.js';
import type { TableEntry } from '../link/catalog.js';
import type { Mention, Sketch } from '../read/sketch.js';
import { isParticiple, isTimeUnit, isVerb } from '../read/verbs.js';
import { columnId, inventory } from '../tree/inventory.js';
import type { Inventory } from '../tree/inventory.js';
import type { AggregateName, Comparison, Query } from '../tree/tree.js';
import type { Binding } from './bind.js';
import { isFlag, isNumeric, isTime } from './roles.js';

/** Words that change which rows are meant, and that no statement expresses unless a reader made something of them. */
const restricting = new Set(['only', 'just', 'solely', 'same', 'other', 'another', 'else', 'ago', 'still', 'again', 'already', 'yet', 'majority', 'minority', 'half', 'several', 'few', 'nobody', 'nothing', 'none', 'nor', 'hardly', 'rarely', 'often', 'always', 'mostly', 'twice', 'double', 'except', 'besides', 'rather', 'almost', 'nearly', 'about half']);

/** A part of a whole, which no statement here computes; a column may be called so. */
const shares = new Set(['share', 'proportion', 'percentage', 'percent', 'fraction', 'ratio', 'rate']);

/** What is done with numbers, by no statement that is made here. */
const computing = new Set(['divided', 'multiplied', 'subtracted', 'minus', 'versus', 'vs', 'median', 'percentile', 'quartile', 'variance', 'deviation', 'cumulative', 'rolling', 'growth', 'squared']);

export function unaccounted(chunks: readonly Chunk[], sketch: Sketch, binding: Binding, query: Query): Chunk[] {
  const has = inventory(query);
  const mentions = new Map<number, Mention[]>();
  for (const m of sketch.mentions) mentions.set(m.chunk.start, [...(mentions.get(m.chunk.start) ?? []), m]);
  const missed = chunks.filter((c, i) => !expressed(c, i, chunks, has) || !named(c, mentions.get(c.start) ?? [], binding, has, sketch.everything));
  // A denial can't be paid for twice.
  const denials = chunks.filter(denies);
  if (denials.length > has.negations + has.missing) missed.push(...denials.filter((c) => !missed.includes(c)).slice(has.negations + has.missing));
  missed.push(...elsewhere(chunks, binding).filter((c) => !missed.includes(c)));
  missed.push(...strange(chunks, sketch, binding).filter((c) => !missed.includes(c)));
  const much = chunks.find((c, i) => c.word === 'much' && chunks[i - 1]?.op?.op === 'question');
  if (much !== undefined && !missed.includes(much) && !measures(query, binding)) missed.push(much);
  for (const c of sketch.passed) if (!missed.includes(c) && (tellsMore(c, has, binding) || describes(c, chunks, has))) missed.push(c);
  return [...new Set(missed)].sort((a, b) => a.start - b.start);
}

function denies(c: Chunk): boolean {
  return ['not', 'without', 'neither', 'except'].includes(c.op?.op ?? '') && !(c.named && c.op?.op === 'missing');
}

function expressed(c: Chunk, at: number, chunks: readonly Chunk[], has: Inventory): boolean {
  if (!literal(c, has)) return false;
  if (c.dimension !== undefined && c.op === undefined && !c.named && !c.constant && !ordersOrCompares(has)) return false;
  const { op } = c;
  if (op === undefined && shares.has(c.word) && !isParticiple(c.text)) return c.named;
  if (computing.has(c.text.toLowerCase()) || isWorth(chunks, at)) return c.named;
  if (op === undefined) return c.named || c.constant || !(restricting.has(c.word) || restricting.has(c.text.toLowerCase()) || (isTimeUnit(c.word) && !chunks[at - 1]?.constant && !chunks[at - 1]?.named && chunks[at + 1]?.number === undefined));
  const extremes = has.orders > 0 || has.aggregates.has('max') || has.aggregates.has('min');
  switch (op.op) {
    case 'compare':
      if (paysMore(chunks, at)) return false;
      return op.is === '=' ? true : op.is === '<>' ? has.negations > 0 : compares(op.is, has);
    case 'orMore':
      return compares('>=', has);
    case 'orLess':
      return compares('<=', has);
    case 'between':
      return has.ranges > 0 || (has.comparisons.has('>=') && has.comparisons.has('<'));
    case 'like':
      return has.patterns > 0 || !chunks.slice(at + 1, at + 3).some((next) => next.constant && !next.named);
    case 'missing':
      return has.missing + has.negations > 0 || c.named;
    case 'sort':
    case 'direction':
      return has.orders > 0;
    case 'superlative':
    case 'common':
    case 'top':
      return extremes;
    case 'aggregate':
      return aggregates(op.name, has, chunks, at) || named1(c, has);
    case 'each':
      // "the name of each student" is every row; "per student" is something of all that each has.
      if (!/^(each|every)$/i.test(c.text)) return (has.groups > 0 && has.aggregates.size > 0) || (/^(for|of) (each|every)$/i.test(c.text) && listed(has));
      // "Every passenger's last booking" is one of each, and not the last of all.
      if (has.aggregates.size === 0 && has.limits > 0 && !has.each) return false;
      return (has.groups > 0 || has.aggregates.size === 0) && !(conditional(chunks, at) && (has.aggregates.size === 0 || has.groups === 0));
    case 'all':
      // "with every doctor": all of them is more than one of them.
      return !/^(all|all the|all of the|every)$/i.test(c.text) || !conditional(chunks, at) || has.negations > 0;
    case 'everyUnit':
      return has.units.has(op.unit) || has.groups > 0;
    case 'both':
      // What else is said of the two would have to hold for each of them.
      if (chunks.slice(0, at).some((before) => isParticiple(before.text)) && has.literals.some((l) => l === 'true' || l === 'false')) return false;
      return has.intersections > 0 || has.alternatives === 0;
    case 'or':
    case 'either':
      return has.alternatives > 0 || has.ranges > 0 || has.negations > 0;
    case 'without':
    case 'not':
      // "with and without": the one and the other, of which one statement would show only one.
      return !(chunks[at - 1]?.op?.op === 'and' || chunks[at - 1]?.op?.op === 'or') || !(chunks[at - 2]?.op?.op === 'preposition' || chunks[at - 2]?.op?.op === 'be' || chunks[at - 2]?.op?.op === 'have');
    case 'preposition':
      if (op.word === 'by' && isBare(chunks[at + 1])) return false;
      if (op.word === 'by' && partsBy(chunks, at)) return has.groups > 0 || has.orders > 0;
      return !['before', 'after', 'since', 'until', 'prior to', 'earlier than', 'later than'].includes(op.word) || has.comparisons.has('<') || has.comparisons.has('>') || has.comparisons.has('<=') || has.comparisons.has('>=');
    default:
      return true;
  }
}

/** "Paid more than 2000", of paid_at: an amount, and no year. */
function paysMore(chunks: readonly Chunk[], at: number): boolean {
  const [before, after] = [chunks[at - 1], chunks[at + 1]];
  return before !== undefined && isParticiple(before.text) && before.columns[0] !== undefined && isTime(before.columns[0].column.type) && after?.number !== undefined && /^(more|less|fewer|over|under|above|below|at least|at most|up to|exceed|no more|no less)/i.test(chunks[at]!.text);
}

/** A word of which nobody made anything: what is done "by" it is no link between tables. */
function isBare(c: Chunk | undefined): boolean {
  return c !== undefined && c.op === undefined && c.dimension === undefined && !c.named && !c.constant && isVerb(c.text);
}

/** Rows as they are, nothing measured, none chosen before others: "the name and price of each product" is all of them. */
function listed(has: Inventory): boolean {
  return has.aggregates.size === 0 && has.orders === 0 && has.limits === 0;
}

/** "Revenue by country" parts or orders the rows; "treated by a doctor", "books by King" tell which are meant. */
function partsBy(chunks: readonly Chunk[], at: number): boolean {
  const [before, after] = [chunks[at - 1], chunks[at + 1]];
  const verb = (c: Chunk) => isParticiple(c.text) || (!c.named && isVerb(c.text));
  // "Books by authors who ...": which books.
  if (chunks[at + 2]?.op?.op === 'relative') return false;
  return after?.named === true && !after.constant && before !== undefined && !verb(before) && chunks.slice(0, at).every((c) => c.named || !isParticiple(c.text));
}

/** Does a condition speak here, or is it still said what is to be shown? */
function conditional(chunks: readonly Chunk[], at: number): boolean {
  const begin = chunks.findIndex((c, i) => i > 0 && (c.op?.op === 'relative' || c.op?.op === 'have' || (c.op?.op === 'preposition' && c.op.word === 'with')) && chunks.slice(0, i).some((p) => p.named));
  return begin >= 0 && begin < at && chunks[at + 1]?.named === true;
}

/** "Orders by value", "order values": what they are worth, where a "price value" is a price. */
function isWorth(chunks: readonly Chunk[], at: number): boolean {
  const [before, c] = [chunks[at - 1], chunks[at]!];
  if (c.op !== undefined || !/^values?$/i.test(c.text) || before === undefined) return false;
  return (before.op?.op === 'preposition' && before.op.word === 'by') || (before.named && before.tables.length > 0);
}

/** A number of rows is a total ("total orders"), though not of what stands before it ("order total"); nothing but an average is one. */
function aggregates(name: AggregateName, has: Inventory, chunks: readonly Chunk[], at: number): boolean {
  if (name === 'sum') return has.aggregates.has('sum') || (has.aggregates.has('count') && !(chunks[at - 1]?.named === true && chunks[at + 1]?.named !== true && chunks[at + 1]?.op?.op !== 'count'));
  return has.aggregates.has(name) || (name !== 'avg' && has.orders > 0);
}

/** "total" and "average" are parts of names, too. */
function named1(c: Chunk, has: Inventory): boolean {
  const word = c.word.split(' ').at(-1)!;
  return [...has.columns].some((id) => id.toLowerCase().includes(word));
}

function ordersOrCompares(has: Inventory): boolean {
  return has.orders > 0 || has.ranges > 0 || has.aggregates.has('max') || has.aggregates.has('min') || (['<', '>', '<=', '>='] as const).some((op) => has.comparisons.has(op));
}

/** A denied "more than" is "at most". */
function compares(is: Comparison, has: Inventory): boolean {
  const up: readonly Comparison[] = ['>', '>='];
  const down: readonly Comparison[] = ['<', '<='];
  return [...up, ...down].some((op) => has.comparisons.has(op)) || (is === '>=' && has.comparisons.has('=')) || has.ranges > 0;
}

/** A value, a number or a date is in the statement as a constant. */
function literal(c: Chunk, has: Inventory): boolean {
  if (c.named || (c.op !== undefined && c.number === undefined)) return true;
  if (c.number !== undefined && (['one', 'once'].includes(c.text.toLowerCase()) || has.literals.some((l) => l === String(c.number) || l.startsWith(`${c.number}-`)))) return true;
  // "2 hours" of minutes: another number.
  if (c.unit !== undefined && has.literals.some((l) => l !== '' && Number.isFinite(Number(l)))) return true;
  if (c.number !== undefined && c.values.length === 0) return false;
  if (c.date !== undefined) return has.literals.some((l) => /^\d{4}-\d\d-\d\d/.test(l)) || has.literals.includes(c.date.toLowerCase());
  if (c.values.length > 0 && c.values.some((v) => has.literals.includes(v.value.toLowerCase()))) return true;
  if (c.quoted === undefined) return c.values.length === 0;
  const said = c.quoted.toLowerCase();
  return has.literals.includes(said) || said.split(/\s+/).every((w) => has.literals.some((l) => l.split(/\s+/).includes(w))) || (['true', 'false', 'yes', 'no'].includes(said) && has.literals.some((l) => l === 'true' || l === 'false'));
}

/** A name of the catalogue is in the statement as that table or column. */
function named(c: Chunk, mentions: readonly Mention[], binding: Binding, has: Inventory, everything: boolean): boolean {
  if (!c.named || c.op !== undefined || (everything && /^(info|information|details?)$/i.test(c.text))) return true;
  if (c.values.some((v) => has.literals.includes(v.value.toLowerCase()))) return true;
  if (c.number !== undefined && has.literals.includes(String(c.number))) return true;
  const within = (table: TableEntry) => has.tables.has(table.table);
  const bound = mentions.some((m) => {
    const choice = binding.get(m);
    if (choice === undefined || !within(choice.table)) return false;
    const { column } = choice;
    if (column === undefined || has.columns.has(columnId(choice.table.table, column.path))) return true;
    // What only says whose rows are meant: keys, names of a subject, a verb for a table of its own.
    return !isFlag(column) && (column.foreign || column.primary || m.role === 'anchor' || ![...binding].some(([slot, other]) => slot !== m && other.table === choice.table));
  });
  if (bound) return true;
  return c.columns.some((m) => m.score >= 0.6 && has.columns.has(columnId(m.column.table.table, m.column.path))) || c.tables.some((m) => m.score >= 0.6 && within(m.table));
}

/** "The cheapest room", told by the payments for it: whether that is meant is not said, where several services tell of prices. */
function elsewhere(chunks: readonly Chunk[], binding: Binding): Chunk[] {
  const slots = [...binding];
  const mentioned = new Set(slots.filter(([slot]) => 'chunk' in slot).map(([, choice]) => choice.table));
  if (mentioned.size === 0) return [];
  const guessed = slots.flatMap(([slot, choice]) => ('dimension' in slot && !mentioned.has(choice.table) ? [slot.dimension] : []));
  return chunks.filter((c) => c.dimension !== undefined && guessed.includes(c.dimension));
}

/**
 * "Cancelled flights", where only bookings are known to be cancelled and flights have a state of their own, perhaps in codes:
 * those of cancelled bookings are others.
 */
function strange(chunks: readonly Chunk[], sketch: Sketch, binding: Binding): Chunk[] {
  const tables = (c: Chunk | undefined) => (c?.named === true && c.op === undefined ? c.tables.filter((t) => t.score >= 0.95 && t.table.table.kind !== 'topic').map((t) => t.table) : []);
  const stated = (t: TableEntry) => t.columns.some((c) => c.names.some((n) => n.words.some((w) => w === 'status' || w === 'state' || w === 'stage' || w === 'outcome')));
  return chunks.filter((c, at) => {
    if (c.named || c.op !== undefined || c.values.length === 0 || !isParticiple(c.text)) return false;
    let before = at - 1;
    while (['be', 'relative', 'have', 'not'].includes(chunks[before]?.op?.op ?? '')) before--;
    const things = [...tables(chunks[at + 1]), ...(before < at - 1 ? tables(chunks[before]) : [])];
    const bound = [...binding].find(([slot]) => 'kind' in slot && slot.kind === 'value' && slot.right.kind === 'text' && slot.right.entries === c.values)?.[1];
    return bound !== undefined && things.length > 0 && !things.includes(bound.table) && things.every(stated) && sketch.mentions.some((m) => things.includes(binding.get(m)?.table as TableEntry));
  });
}

/** "How much": a quantity is shown, a sum or a column of numbers. */
function measures(query: Query, binding: Binding): boolean {
  const numbers = new Set([...binding.values()].flatMap(({ table, column }) => (column !== undefined && isNumeric(column.type) ? [columnId(table.table, column.path)] : [])));
  return query.select.some(({ expr }) => expr.kind === 'aggregate' || (expr.kind === 'column' && expr.source.table !== undefined && numbers.has(columnId(expr.source.table, expr.path))));
}

/** "Failed payments": a participle before a thing says which of them, unless an order makes something of it. */
function describes(c: Chunk, chunks: readonly Chunk[], has: Inventory): boolean {
  const at = chunks.indexOf(c);
  const [before, after] = [chunks[at - 1], chunks[at + 1]];
  const first = before === undefined || ['lead', 'count', 'all'].includes(before.op?.op ?? '');
  // "Open tasks": so does a verb in front, where no one is told to do it.
  if (first && c.op === undefined && after?.named === true && after.tables.length > 0) return true;
  return isParticiple(c.text) && has.orders === 0 && after?.named === true && !(before?.named === true || before?.constant === true);
}

/** A verb that was passed over, although a column of these tables tells of just that: `returned`, where there is returned_at. */
function tellsMore(c: Chunk, has: Inventory, binding: Binding): boolean {
  const tables = new Set([...binding.values()].map((choice) => choice.table).filter((t) => has.tables.has(t.table)));
  return [...tables].some((t) => t.columns.some((col) => col.names.some((n) => n.words.length === 1 && (n.words[0] === c.word || n.words[0] === `${c.word}e`)) && !has.columns.has(columnId(t.table, col.path))));
}
