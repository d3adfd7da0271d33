/** "only failed ones", "without Germany", "and last month?": conditions put into the statement, in place of what they contradict. */

import { unaccounted } from '../offline/build/account.js';
import { assemble } from '../offline/build/assemble.js';
import { assumed } from '../offline/build/assumed.js';
import { bind } from '../offline/build/bind.js';
import { NoReading } from '../offline/build/reading.js';
import { isTime, keyOf, timeOf } from '../offline/build/roles.js';
import { Scope } from '../offline/build/scope.js';
import { duringPeriod, saidPeriod } from '../offline/build/times.js';
import type { ColumnEntry, TableEntry } from '../offline/link/catalog.js';
import { chunk } from '../offline/read/chunks.js';
import type { Chunk } from '../offline/read/chunks.js';
import { Cursor } from '../offline/read/cursor.js';
import { withoutSuccess } from '../offline/read/measures.js';
import { readFilters } from '../offline/read/filters.js';
import { takePeriod } from '../offline/read/period.js';
import type { SaidPeriod } from '../offline/read/period.js';
import { emptySketch } from '../offline/read/sketch.js';
import type { Mention } from '../offline/read/sketch.js';
import { takeStates } from '../offline/read/states.js';
import { light } from '../offline/text/words.js';
import { tokenize } from '../offline/text/tokens.js';
import type { Token } from '../offline/text/tokens.js';
import { english } from '../offline/tree/english.js';
import { moved } from '../offline/tree/map.js';
import type { Comparison, Predicate, Query, Scalar, Source } from '../offline/tree/tree.js';
import { query } from '../offline/tree/tree.js';
import { columnsOf } from '../offline/tree/walk.js';
import { replaced } from './contradict.js';
import { Inapplicable, isMeasured, placesOf } from './last.js';
import type { Around, Edited, Placed } from './last.js';
import { measures, outputsCalled } from './words.js';

export function filtered(tree: Query, text: string, swap: boolean, around: Around): Edited[] {
  const groups = onGroups(tree, text);
  if (groups !== undefined) return [groups];
  const { tokens, period } = periodIn(tokenize(`${swap ? 'for' : 'of'} ${text}`), around);
  const rest = tokens.slice(1);
  const dated = period === undefined ? { tree, notes: [] as string[] } : during(tree, period, around);
  if (rest.every((t) => t.kind === 'punct' || light.has(t.lemma)) && period !== undefined) return [{ ...dated, score: 0 }];
  if (tree.from.table === undefined || tree.set !== undefined) throw new Inapplicable('its rows come from no table of the catalogue alone');
  const found = conditions(dated.tree, swap ? tokens : rest, around);
  return found.map(({ where, notes, score }) => {
    const kept = replaced(dated.tree.where, where, swap);
    const limited = tree.limit !== undefined || tree.foremost === true ? ['which rows come first is found out among these alone'] : [];
    return { tree: { ...dated.tree, where: [...kept.where, ...where] }, notes: [...dated.notes, ...notes, ...kept.notes, ...limited], score };
  });
}

/** A year alone is one, too. */
function periodIn(tokens: readonly Token[], { now, timezone }: Around): { tokens: readonly Token[]; period?: SaidPeriod } {
  const years = tokens.filter((t) => t.number !== undefined && /^(19|20)\d\d$/.test(t.text));
  const [year] = years;
  if (year === undefined || years.length > 1 || tokens.some((t) => t !== year && !['for', 'of', 'in', 'during', 'the', 'year'].includes(t.lower))) return takePeriod(tokens, now, timezone);
  return { tokens: [tokens[0]!], period: { from: `${year.text}-01-01`, to: `${year.number! + 1}-01-01`, said: year.text, relative: false } };
}

interface Conditions {
  readonly where: readonly Predicate[];
  readonly notes: readonly string[];
  readonly score: number;
}

/** What the words say of the rows of one of its tables; of each different reading the likeliest. */
function conditions(tree: Query, tokens: readonly Token[], around: Around): Conditions[] {
  const found = new Map<string, Conditions>();
  let reason = 'the words name nothing in it';
  const places = placesOf(tree, around.schema);
  for (const [at, place] of places.entries()) {
    try {
      for (const read of readAbout(tree, place, tokens, around)) {
        const key = english(query(tree.from, { joins: tree.joins, where: read.where }));
        const score = read.score - 0.05 * Math.min(1, at);
        if ((found.get(key)?.score ?? -Infinity) < score) found.set(key, { ...read, score });
      }
    } catch (error) {
      if (!(error instanceof NoReading) && !(error instanceof Inapplicable)) throw error;
      if (at === 0 || reason === '') reason = error.message;
    }
  }
  if (found.size === 0) throw new Inapplicable(reason);
  return [...found.values()].sort((a, b) => b.score - a.score);
}

function readAbout(tree: Query, place: Placed, said: readonly Token[], { schema, graph, timezone }: Around): Conditions[] {
  const { tokens, notes } = withoutSuccess(said, place.entry);
  const chunks = ownValues(chunk(tokens, schema), place.entry);
  const sketch = emptySketch();
  const whole = chunk(tokenize('rows'), schema)[0]!;
  const rows: Mention = { chunk: { ...whole, start: -1, end: -1 }, tables: [{ table: place.entry, score: 1 }], columns: [], role: 'select' };
  sketch.mentions.push(rows);
  sketch.selects.push({ mention: rows });
  readFilters(new Cursor(takeStates(chunks, sketch), sketch));
  sketch.words = new Set(tokens.map((t) => t.lemma));
  if (sketch.unread.length > 0) throw new Inapplicable(`"${sketch.unread.map((c) => c.text).join(' ')}" is not understood`);
  const found: Conditions[] = [];
  let reason = 'the words say nothing that chooses rows';
  const bounds = bind(sketch, schema, graph);
  for (const { binding, score } of bounds.slice(0, 8)) {
    if (binding.get(rows)?.table !== place.entry) continue;
    const built = (() => {
      try {
        return assemble(sketch, binding, graph, timezone);
      } catch (error) {
        if (!(error instanceof NoReading)) throw error;
        reason = error.message;
        return undefined;
      }
    })();
    if (built === undefined) continue;
    const lost = unaccounted(chunks, sketch, binding, built.query);
    if (lost.length > 0) reason = `"${lost.map((c) => c.text).join(' ')}" is not understood`;
    else if (built.query.limit !== undefined || built.query.foremost === true) reason = 'it would have to be put in order first';
    else if (built.query.where.length + built.query.having.length > 0) {
      const guessed = sketch.conds.some((c) => c.kind === 'value' && c.right.kind === 'text' && binding.get(c)?.value === undefined);
      const far = built.query.joins.length > 0 && !sketch.mentions.some((m) => m !== rows && binding.get(m)?.table !== place.entry) && columnsOf(built.query).some((c) => c.source.table !== place.entry.table && !placesOf(tree, schema).some((p) => p.entry.table === c.source.table));
      found.push({ where: onto(tree, place, built.query), notes: [...notes, ...assumed(sketch, binding)], score: score - (guessed ? 2 : 0) - (far ? 0.6 : 0) });
    }
  }
  if (found.length === 0) throw new Inapplicable(reason);
  return found;
}

/** "Only closed", of rentals whose state is closed: no other table's time of closing. */
function ownValues(chunks: readonly Chunk[], table: TableEntry): Chunk[] {
  return chunks.map((c) => {
    const values = c.values.filter((v) => v.column.table === table);
    return c.op !== undefined || values.length === 0 || c.tables.some((t) => t.table === table) || c.columns.some((m) => m.score >= 0.95 && m.column.table === table) ? c : { ...c, tables: [], columns: [], values, named: false, constant: true };
  });
}

/** The conditions over the statement's own sources; those that need a further table as keys, so that no row is repeated. */
function onto(tree: Query, { entry, source }: Placed, read: Query): Predicate[] {
  const own = read.joins.length === 0 && read.having.length === 0 && read.from.table === source.table;
  if (own) return read.where.map((p) => moved(p, () => source));
  const known = new Map<Source, Source>();
  for (const s of [read.from, ...read.joins.map((j) => j.source)]) {
    const same = [tree.from, ...tree.joins.map((j) => j.source)].filter((t) => t.table === s.table);
    if (same.length === 1) known.set(s, same[0]!);
  }
  const used = columnsOf({ ...read, select: [], group: [], order: [] }).map((c) => c.source);
  if (read.having.length === 0 && used.every((s) => known.has(s)) && read.joins.every((j) => known.has(j.source))) return read.where.map((p) => moved(p, (s) => known.get(s) ?? s));
  const key = keyOf(entry);
  if (key === undefined || read.set !== undefined) throw new Inapplicable(`no key tells the rows of ${entry.table.name} apart`);
  const of = (s: Source): Scalar => ({ kind: 'column', source: s, path: key.path, type: key.type });
  const inner = [read.from, ...read.joins.map((j) => j.source)].find((s) => s.table === entry.table)!;
  const keys = query(read.from, { select: [{ expr: of(inner) }], joins: read.joins, where: read.where, ...(read.having.length > 0 && { group: [of(inner)], having: read.having }) });
  return [{ kind: 'in', arg: of(source), values: keys, negated: false }];
}

/** A period is of the time that the statement is already about: the one that it has a condition on, or groups by. */
function during(tree: Query, period: SaidPeriod, around: Around): { tree: Query; notes: string[] } {
  const places = placesOf(tree, around.schema);
  const timed = (p: Predicate): boolean => (p.kind === 'compare' || p.kind === 'between') && isTimeOf(p);
  const spoken = [...tree.where.filter(timed).flatMap((p) => columnsOf(query(tree.from, { where: [p] }))), ...tree.group.flatMap((g) => (g.kind === 'bucket' ? columnsOf(query(tree.from, { group: [g] })) : []))].filter((c) => isTime(c.type));
  const [said] = spoken;
  if (spoken.some((c) => c.source !== said?.source || c.path.join('.') !== said.path.join('.'))) throw new Inapplicable('it is about several times');
  const entry: { place: Placed; column: ColumnEntry } | undefined = said === undefined ? ownTime(places) : spokenTime(places, said);
  if (entry === undefined) throw new Inapplicable('no column of it tells when');
  const { place, column } = entry;
  const where = duringPeriod(period, column, new Scope(around.graph, column.table)).map((p) => moved(p, () => place.source));
  const kept = tree.where.filter((p) => !(timed(p) && columnsOf(query(tree.from, { where: [p] })).some((c) => c.source === place.source && c.path.join('.') === column.path.join('.'))));
  const instead = tree.where.filter((p) => !kept.includes(p));
  const note = instead.length === 0 ? [] : [`in place of: ${said_(tree, instead)}`];
  return { tree: { ...tree, where: [...kept, ...where] }, notes: [saidPeriod(period, column, around.timezone), ...note] };
}

function said_(tree: Query, where: readonly Predicate[]): string {
  return english(query(tree.from, { joins: tree.joins, where })).replace(/^.*?, where /, '');
}

function isTimeOf(p: Extract<Predicate, { kind: 'compare' | 'between' }>): boolean {
  const left = p.kind === 'compare' ? p.left : p.arg;
  const column = left.kind === 'part' || left.kind === 'bucket' || left.kind === 'cast' ? left.arg : left;
  return column.kind === 'column' && isTime(column.type);
}

function spokenTime(places: readonly Placed[], said: Extract<Scalar, { kind: 'column' }>): { place: Placed; column: ColumnEntry } | undefined {
  const place = places.find((p) => p.source === said.source);
  const column = place?.entry.columns.find((c) => c.path.join('.') === said.path.join('.'));
  return place === undefined || column === undefined ? undefined : { place, column };
}

function ownTime(places: readonly Placed[]): { place: Placed; column: ColumnEntry } | undefined {
  const timed = places.flatMap((place) => (timeOf(place.entry) === undefined ? [] : [{ place, column: timeOf(place.entry)! }]));
  if (timed.length > 1 && timed[0]!.place !== places[0]) throw new Inapplicable(`either ${names(timed.map((t) => t.place.entry))} may be meant`);
  return timed[0];
}

function names(tables: readonly TableEntry[]): string {
  return tables.map((t) => t.table.name).join(' or ');
}

const comparison = /^(?:(?:with|where|having|whose|those|ones|that|which|have|has|are|is|an?|the)\s+)*(.*?)\s*(?:\bis\s+|\bare\s+)?(over|more than|above|greater than|at least|under|less than|fewer than|below|at most|exactly|>=|<=|>|<)\s+(\$?[\d.,]+[kKmM%]?)\s*(.*)$/i;
const operators: Readonly<Record<string, Comparison>> = { over: '>', 'more than': '>', above: '>', 'greater than': '>', 'at least': '>=', under: '<', 'less than': '<', 'fewer than': '<', below: '<', 'at most': '<=', exactly: '=', '>=': '>=', '<=': '<=', '>': '>', '<': '<' };

/** "only those over 100": of what the statement measures, where it measures one thing, or the one that is named. */
function onGroups(tree: Query, text: string): Edited | undefined {
  const match = comparison.exec(text);
  if (match === null || !isMeasured(tree) || tree.group.length === 0) return undefined;
  const words = `${match[1]!} ${match[4]!}`.trim();
  const all = measures(tree);
  const meant = words === '' ? all : outputsCalled(words, tree).filter((o) => all.includes(o));
  const [output] = meant;
  if (output === undefined) return undefined;
  if (meant.length > 1) throw new Inapplicable('it measures several things');
  const value = tokenize(match[3]!)[0]?.number;
  if (value === undefined || !Number.isFinite(value)) throw new Inapplicable(`${match[3]!} is no number`);
  if (output.expr.kind === 'share') throw new Inapplicable('a percentage is known only once all groups are');
  const having: Predicate = { kind: 'compare', op: operators[match[2]!.toLowerCase()]!, left: output.expr, right: { kind: 'number', value } };
  const kept = tree.having.filter((p) => !(p.kind === 'compare' && p.left === output.expr));
  return { tree: { ...tree, having: [...kept, having] }, notes: [], score: 0 };
}

