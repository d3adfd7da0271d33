/** Binds mentions to tables and columns: the choice of all together that fits the words and joins with least. */

import type { Graph } from '../link/graph.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { namesTable } from '../read/sketch.js';
import type { Cond, Mention, Operand, Sketch, Target } from '../read/sketch.js';
import { NoReading } from './reading.js';
import { isDigits, isKey, isNumeric, isText, isTime, keyOf, labelOf, names, timeOf } from './roles.js';

export interface Choice {
  readonly table: TableEntry;
  readonly column?: ColumnEntry;
  readonly score: number;
  /** The value as it is stored, where the catalogue knows it. */
  readonly value?: string;
}

/** What is bound: a mention, a dimension's target, or a condition that is only a value. */
export type Slot = Mention | Target | Cond;
export type Binding = ReadonlyMap<Slot, Choice>;

export interface Bound {
  readonly binding: Binding;
  /** Log-likelihood of a kind: 0 is perfect. */
  readonly score: number;
}

const width = 24;

export function bind(sketch: Sketch, schema: Schema, graph: Graph): Bound[] {
  const slots = slotsOf(sketch, schema, graph);
  let states: { choices: Map<Slot, Choice>; tables: Set<TableEntry>; score: number }[] = [{ choices: new Map(), tables: new Set(), score: 0 }];
  for (const { slot, options, anchor } of slots) {
    if (options.length === 0) throw new NoReading(`nothing in the catalogue fits ${spoken(slot)}`);
    const next: typeof states = [];
    for (const state of states) {
      for (const option of options) {
        const bound = anchor === undefined ? undefined : state.choices.get(anchor);
        let score = state.score + Math.log(option.score);
        if (ownLabel(slot, bound, option)) score -= 0.9;
        if (bound !== undefined) score -= bound.table === option.table ? 0 : 1 + 0.5 * far(graph, bound.table, option.table);
        else if (state.tables.size > 0 && !state.tables.has(option.table)) {
          score -= 0.4 * Math.min(...[...state.tables].map((t) => far(graph, t, option.table)));
        }
        const tables = state.tables.has(option.table) ? state.tables : new Set(state.tables).add(option.table);
        next.push({ choices: new Map(state.choices).set(slot, option), tables, score });
      }
    }
    next.sort((a, b) => b.score - a.score);
    states = next.slice(0, width);
  }
  return states.map((s) => ({ binding: s.choices, score: s.score }));
}

/** "papers by X": what stands after a preposition is seldom the thing's own name. */
function ownLabel(slot: Slot, anchor: Choice | undefined, option: Choice): boolean {
  if (!('kind' in slot) || slot.kind !== 'value' || slot.preposition === '' || slot.preposition === 'named') return false;
  return anchor !== undefined && anchor.table === option.table && option.column !== undefined && option.value === undefined && labelOf(option.table).includes(option.column);
}

function spoken(slot: Slot): string {
  if ('chunk' in slot) return `"${slot.chunk.text}"`;
  if ('dimension' in slot && slot.dimension !== undefined) return `a word that asks for ${slot.dimension.concepts.join(' or ')}`;
  if ('right' in slot && slot.right.kind !== 'target') return `the value ${slot.right.kind === 'date' ? slot.right.text : JSON.stringify(slot.right.value)}`;
  return 'part of the question';
}

function far(graph: Graph, a: TableEntry, b: TableEntry): number {
  return Math.min(10, graph.distance(a, b));
}

interface Open {
  readonly slot: Slot;
  readonly options: Choice[];
  readonly anchor?: Mention;
}

function slotsOf(sketch: Sketch, schema: Schema, graph: Graph): Open[] {
  const slots = new Map<Slot, Open>();
  const spokenOf = new Set(sketch.mentions.flatMap((m) => m.tables.filter((t) => t.score >= 0.6).map((t) => t.table)));
  // "the cheapest vehicle": by a price of its own, sooner than by one of what happened with it.
  const [first] = sketch.selects;
  const about = sketch.subject ?? (schema.services.length > 1 && first?.mention !== undefined && namesTable(first.mention.chunk) && sketch.mentions.includes(first.mention) ? first.mention : undefined);
  const aggregates = new Map<Mention, Target>();
  const target = (t: Target) => {
    if (t.mention !== undefined) {
      if (t.aggregate !== undefined) aggregates.set(t.mention, t);
    } else if (t.dimension !== undefined && !slots.has(t)) slots.set(t, { slot: t, options: dimensionOptions(t, schema, spokenOf), ...(about === undefined ? {} : { anchor: about }) });
  };
  const values: Open[] = [];
  const operand = (o: Operand) => {
    if (o.kind === 'target') target(o.target);
  };
  const amounts = new Set<Mention>();
  const textual = new Map<Mention, Operand>();
  const cond = (c: Cond): void => {
    switch (c.kind) {
      case 'compare':
        target(c.left);
        operand(c.right);
        if (c.left.mention !== undefined && c.right.kind === 'text') textual.set(c.left.mention, c.right);
        return;
      case 'between':
      case 'like':
      case 'missing':
        return target(c.left);
      case 'extreme':
        target(c.by);
        if (schema.services.length > 1 && c.by.mention === undefined && c.by.dimension?.concepts.includes('age') === true) slots.get(c.by)?.options.push(...begun(spokenOf));
        return;
      case 'relation':
        if (c.amount !== undefined) amounts.add(c.mention);
        return c.conds.forEach(cond);
      case 'value':
        values.push({ slot: c, options: valueOptions(c, schema), ...(c.anchor === undefined ? {} : { anchor: c.anchor }) });
        return;
      case 'or':
      case 'both':
        return shareColumns(c.args).forEach(cond);
    }
  };
  sketch.selects.forEach(target);
  sketch.orders.forEach((o) => o.by !== undefined && target(o.by));
  sketch.conds.forEach(cond);
  const dimensions = [...slots.values()];
  const mentions = sketch.mentions.map((m): Open => ({ slot: m, options: mentionOptions(m, graph, aggregates.get(m), textual.get(m), amounts.has(m)), ...(m.anchor === undefined ? {} : { anchor: m.anchor }) }));
  // A mention after its anchor; what is least ambiguous first, so that the beam starts on firm ground.
  const order = (o: Open) => ((o.slot as Mention).role === 'anchor' ? 0 : 1) + (o.anchor === undefined ? 0 : 0.5);
  mentions.sort((a, b) => order(a) - order(b));
  return [...mentions, ...values, ...dimensions];
}

/** The table that a foreign key names: `county` of county_id is the county's table. */
function referred(column: ColumnEntry, graph: Graph): TableEntry | undefined {
  return graph.at(column.table).find((e) => e.from === column)?.to.table;
}

/** "Curators", where staff are referred to as managers, too: some of the staff, and not the staff. */
function isRole(column: ColumnEntry, table: TableEntry, graph: Graph): boolean {
  if (graph.schema.services.length < 2) return false;
  const called = (c: ColumnEntry) => c.names[0]!.words.filter((w) => w !== 'id' && w !== 'key' && w !== 'code' && w !== 'number').join(' ');
  const own = (name: string) => table.names.some((n) => n.words.at(-1) === name.split(' ').at(-1)) || names(keyOf(table) ?? column, `${name} id`);
  const roles = new Set([...table.columns.filter((c) => c.names[0]!.words.at(-1) === 'id' && !c.primary && keyOf(table)?.type.kind === c.type.kind && c.names[0]!.words.length === 2), ...graph.at(table).flatMap((e) => (e.to.table === table ? [e.from] : []))].map(called).filter((name) => !own(name)));
  return roles.size > 1 && roles.has(called(column));
}

function mentionOptions(m: Mention, graph: Graph, use: Target | undefined, compared: Operand | undefined, amount: boolean): Choice[] {
  const options: Choice[] = [];
  const tableFactor = { select: 1, relation: 1, anchor: 1, group: 1, order: use?.aggregate === 'count' ? 1 : 0.6, filter: 0.6 }[m.role];
  // A table of that very name is meant before one whose name has more to it, such as a copy of its facts.
  const whole = m.tables.some((t) => t.score >= 0.99 && t.table.table.kind !== 'topic');
  for (const { table, score: near } of m.tables) {
    const score = whole && near < 0.95 ? 0.8 * near : near;
    if (m.wants === 'number' || m.wants === 'time') continue;
    if (use?.aggregate !== undefined && use.aggregate !== 'count') continue;
    options.push({ table, score: score * tableFactor * standing(table) });
  }
  const exactTable = (m.tables[0]?.score ?? 0) >= 0.95;
  for (const { column, score } of m.columns) {
    // A table's own name is not half of the name of a key that points to it; a number of rows is no key.
    if (column.foreign && score >= 0.6 && score < 0.95 && !exactTable && use?.aggregate === undefined && m.wants === undefined) {
      const table = referred(column, graph);
      if (table !== undefined && (m.role === 'select' || m.role === 'relation') && isRole(column, table, graph)) continue;
      if (table !== undefined && !options.some((o) => o.table === table && o.column === undefined)) options.push({ table, score: 0.85 * tableFactor });
    }
    if (isKey(column) && ((exactTable && score < 0.9) || amount)) continue;
    if (exactTable && score < 0.9 && m.role !== 'filter' && m.role !== 'order' && (use?.aggregate === undefined || use.aggregate === 'count') && m.wants === undefined) continue;
    if (compared?.kind === 'text' && compared.entries.length === 0 && (isNumeric(column.type) || isTime(column.type)) && !/\d/.test(compared.value)) continue;
    // "Status CNX": no status of which every other value is listed.
    const strange = graph.schema.services.length > 1 && compared?.kind === 'text' && compared.entries.length > 0 && column.values.length > 0 && !compared.entries.some((e) => e.column === column);
    options.push({ table: column.table, column, score: score * fit(m, column, use, compared) * standing(column.table) * (strange ? 0.3 : 1) });
  }
  if (/^(full )?name$/.test(m.chunk.word) || /^full names?$/i.test(m.chunk.text)) {
    // A name in two parts is both of them.
    for (const table of new Set(m.columns.map((c) => c.column.table))) if (labelOf(table).length === 2) options.push({ table, score: 0.97 });
  }
  if (m.chunk.word === 'name' && m.anchor !== undefined) {
    // "names of movies": what a movie is called by, however that column is named.
    for (const { table, score } of m.anchor.tables) if (score >= 0.9 && labelOf(table).length === 1 && isText(labelOf(table)[0]!.type)) options.push({ table, score: 0.9 });
  }
  const sorted = options.filter((o) => o.score > 0.1).sort((a, b) => b.score - a.score);
  return sorted.slice(0, 12);
}

/** Messages tell about rows that a table holds: the table is meant, unless only the messages have the word. */
function standing(table: TableEntry): number {
  return table.table.kind === 'topic' ? 0.65 : 1;
}

/** How well a column's type and values suit the use that is made of it. */
function fit(m: Mention, column: ColumnEntry, use: Target | undefined, compared: Operand | undefined): number {
  let factor = m.role === 'anchor' ? 0.75 : m.role === 'relation' ? 0.9 : 0.98;
  const { type } = column;
  if (type.kind === 'struct' || type.kind === 'list' || type.kind === 'map') factor *= 0.6;
  if (m.wants === 'number' && !isNumeric(type)) factor *= isDigits(column) ? 0.9 : isTime(type) ? 0.5 : 0.25;
  if (m.wants === 'time' && !isTime(type)) factor *= names(column, 'year') || column.names.some((n) => n.words.includes('year')) ? 0.9 : column.names.some((n) => n.words.includes('date')) ? 0.6 : 0.2;
  if (m.wants === 'text' && !isText(type)) factor *= 0.3;
  if (use?.aggregate === 'sum' || use?.aggregate === 'avg') {
    if (!isNumeric(type)) factor *= isDigits(column) ? 0.9 : 0.15;
    else if (isKey(column)) factor *= 0.4;
  }
  if (compared?.kind === 'text') {
    const known = compared.entries.some((e) => e.column === column);
    if (known) factor *= 1;
    else if (compared.entries.length > 0) factor *= 0.5;
    else if (!isText(type)) factor *= 0.4;
    else if (column.values.length > 0) factor *= 0.6;
  }
  return factor;
}

function dimensionOptions(t: Target, schema: Schema, spokenOf: ReadonlySet<TableEntry>): Choice[] {
  const { concepts } = t.dimension!;
  const options: Choice[] = [];
  for (const concept of concepts) {
    for (const column of schema.columnsByWord.get(concept) ?? []) {
      const dated = isText(column.type) && (concept === 'date' || concept === 'year');
      if (!isNumeric(column.type) && !isTime(column.type) && !dated) continue;
      if (isKey(column) || (concept === 'date' && isBirth(column))) continue;
      const named = column.names.some((n) => n.words.at(-1) === concept || n.words.join(' ') === concept);
      options.push({ table: column.table, column, score: (named ? 0.85 : 0.6) * (dated ? 0.7 : 1) * (concept === concepts[0] ? 1 : 0.9) });
    }
  }
  if (concepts.includes('date')) {
    for (const table of schema.tables) for (const column of table.columns) if (isTime(column.type) && !isBirth(column) && !options.some((o) => o.column === column)) options.push({ table, column, score: 0.7 });
  }
  // Of several times of a row, the one that it is about; of many tables, those that are spoken of.
  const weighed = options.map((o) => ({ ...o, score: o.score * (o.column !== undefined && isTime(o.column.type) && timeOf(o.table) !== o.column ? 0.8 : 1) }));
  const near = (o: Choice) => (spokenOf.has(o.table) ? 1 : 0);
  return weighed.sort((a, b) => near(b) - near(a) || b.score - a.score).slice(0, 16);
}

/** When things of that kind began: who has no age is as old as the year or the day says. */
function begun(tables: ReadonlySet<TableEntry>): Choice[] {
  return [...tables].flatMap((table): Choice[] => {
    const told = table.columns.filter((c) => c.path.length === 1 && c.names.some((n) => n.words.some((w) => beginnings.has(w))) && (isTime(c.type) || (isNumeric(c.type) && c.names.some((n) => n.words.includes('year') || beginnings.has(n.words.join(' '))))));
    return told.length === 1 ? [{ table, column: told[0]!, score: 0.7 }] : [];
  });
}

const beginnings = new Set(['birth', 'born', 'birthday', 'build', 'built', 'make', 'made', 'found', 'founded', 'establish', 'construct', 'construction', 'manufacture', 'plant', 'planted']);

/** Told by a beginning: the older, the lower. */
export function isBegun(column: ColumnEntry): boolean {
  return isTime(column.type) || column.names.some((n) => n.words.some((w) => beginnings.has(w)));
}

/** Nobody's last or newest row is told by a birthday. */
function isBirth(column: ColumnEntry): boolean {
  return column.names.some((n) => n.words.includes('birth') || n.words.includes('born') || n.words.includes('birthday'));
}

function valueOptions(c: Extract<Cond, { kind: 'value' }>, schema: Schema): Choice[] {
  const { right } = c;
  if (right.kind === 'text') {
    const options = right.entries.map((e): Choice => ({ table: e.column.table, column: e.column, score: (e.value.toLowerCase() === right.value.toLowerCase() ? 0.95 : 0.8) * (e.column.foreign && !e.column.primary ? 0.93 : 1), value: e.value }));
    if (options.length > 0) return options;
    return schema.tables.flatMap((table) => unseen(table, c.preposition));
  }
  if (right.kind === 'number' || right.kind === 'date') {
    const year = right.kind === 'number' && right.value >= 1500 && right.value <= 2100;
    if (right.kind === 'number' && !year) return [];
    const columns = schema.tables.flatMap((t) => t.columns).filter((col) => isTime(col.type) || (year && col.names.some((n) => n.words.at(-1) === 'year')));
    // Of several times of a row, the one that it is about.
    return columns.map((column): Choice => ({ table: column.table, column, score: names(column, 'year') ? 0.9 : isTime(column.type) ? (timeOf(column.table) === column ? 0.7 : 0.59) : 0.75 }));
  }
  return [];
}

/** "in Tokyo or Beijing": a name that nobody listed is looked for where its neighbour was found. */
function shareColumns(args: readonly Cond[]): readonly Cond[] {
  const known = args.find((a) => a.kind === 'value' && a.right.kind === 'text' && a.right.entries.length > 0);
  if (known?.kind !== 'value' || known.right.kind !== 'text') return args;
  const columns = known.right.entries;
  for (const arg of args) {
    if (arg.kind !== 'value' || arg.right.kind !== 'text' || arg.right.entries.length > 0) continue;
    const { value } = arg.right;
    Object.assign(arg.right, { entries: columns.map((e) => ({ ...e, value })) });
  }
  return args;
}

const places = ['city', 'country', 'state', 'location', 'place', 'region', 'nation', 'nationality', 'hometown', 'address', 'county', 'district', 'area', 'continent', 'venue', 'residence', 'headquarter', 'headquarters', 'town', 'province'];

/** Columns whose values nobody has listed: a name in the question may be one of them. */
function unseen(table: TableEntry, preposition: string): Choice[] {
  const labels = labelOf(table).filter((column) => isText(column.type));
  const listed = (column: ColumnEntry, score: number) => (column.values.length > 0 ? score * 0.5 : score);
  if (preposition === 'named') return labels.map((column): Choice => ({ table, column, score: listed(column, 0.8) }));
  const place = ['in', 'from', 'at', 'to', 'of', 'within'].includes(preposition);
  const isPlace = (c: ColumnEntry) => c.names.some((n) => places.includes(n.words.at(-1)!)) || (labels.includes(c) && table.names.some((n) => places.includes(n.words.at(-1)!)));
  const columns = table.columns.filter((c) => isText(c.type) && (labels.includes(c) || isPlace(c)));
  return columns.map((column): Choice => ({ table, column, score: listed(column, place && isPlace(column) ? 0.65 : labels.includes(column) ? 0.5 : 0.3) }));
}
