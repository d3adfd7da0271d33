/** "Generate a report": totals per service, trends of the main facts, breakdowns along links, spread of states. */

import type { Statement, Translation } from '../../contract.js';
import { happens, isMeasure, isText, keyOf, labelOf, names, timeOf } from '../build/roles.js';
import { Scope } from '../build/scope.js';
import { instant } from '../build/times.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { graphOf } from '../link/graph.js';
import type { Edge } from '../link/graph.js';
import { matchTables } from '../link/match.js';
import type { Token } from '../text/tokens.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Output, Query, Scalar, Unit } from '../tree/tree.js';
import { count, query } from '../tree/tree.js';
import type { FormInput } from './input.js';

const nouns = /\b(reports?|overview|summary|summaries|dashboard|analytics|analysis|insights?|briefing|digest|kpis|statistics)\b/;
const verbs = /^(please |can you |could you |i want you to |help me )*(generate|create|produce|build|make|prepare|compile|write|summari[sz]e|give (me|us)|show( me| us)?|draw up|put together|run|i need|i want|i would like|get( me)?)\b/;
const wide = /\b(across|over|of|for|on|from|about|covering|spanning|in) (all |every |each |the |our |my |all the |all our |whole |entire |multiple |several )*(micro)?(services?|systems?|stores?|databases?|estate|platform|business|everything|company|data|operations?)\b|\bcross[- ]?(micro)?(service|system|store|database|platform)s?\b|\bcompany ?- ?wide\b|\beverything\b|\bservice ?- ?wide\b/;

export async function readReport({ question, tokens, schema, context }: FormInput): Promise<Translation | undefined> {
  const text = question.trim().toLowerCase();
  const summarize = /\b(summari[sz]e|sum up)\b/.test(text);
  if (!(nouns.test(text) || summarize) || !(verbs.test(text) || tokens.length <= 8)) return undefined;
  const own = tokens.filter((t) => nouns.test(t.lower)).some((t) => matchTables(schema, [t.lemma], false).length > 0);
  const bare = tokens.every((t) => plainWords.has(t.lower) || nouns.test(t.lower) || t.kind === 'punct');
  const narrow = /^(?:(?:generate|create|produce|build|make|prepare|write|give me|give us|show|show me|i need|i want)\s+)?(?:a |an |the )?(?:\w+ )?(?:reports?|overview|summary|dashboard|analysis)\s+(?:on|about|of|for)\s+(.+?)[?.!\s]*$/.exec(text)?.[1];
  if (!wide.test(text) && !own && !bare && narrow !== undefined) return { kind: 'refusal', reason: 'A report is over all services ("give me an overview"); of one thing, ask what is to be told of it, as "visits per month".', understood: [], notUnderstood: [narrow], near: [] };
  if (!wide.test(text) && (own || !bare)) return undefined;
  const unit = unitIn(tokens);
  const sections: (Statement & { title: string })[] = [];
  for (const draft of drafts(schema, unit)) {
    const statement = sql(draft.tree);
    if ((await context.check(statement)) === undefined) sections.push({ title: draft.title, sql: statement, reading: english(draft.tree), assumptions: draft.assumptions });
  }
  if (sections.length === 0) return undefined;
  return {
    kind: 'report',
    reading: `a report over ${schema.services.length} services: ${sections.map((s) => s.title.toLowerCase()).join('; ')}`,
    assumptions: ['the main tables were chosen by their links, times and sizes', ...(unit === undefined ? ['trends are by week (say "daily" or "monthly" for others)'] : [])],
    confidence: 0.85,
    sections,
  };
}

const plainWords = new Set('generate create produce build make prepare compile write give me us show a an the please run get i need want would like full short quick complete general business of my our some new analytics analytical and with statistics daily weekly monthly yearly hourly draw up put together can you could'.split(' '));

interface Draft {
  readonly title: string;
  readonly tree: Query;
  readonly assumptions: readonly string[];
}

function unitIn(tokens: readonly Token[]): Unit | undefined {
  const units: Readonly<Record<string, Unit>> = { hourly: 'hour', daily: 'day', weekly: 'week', monthly: 'month', quarterly: 'quarter', yearly: 'year' };
  for (const [i, t] of tokens.entries()) {
    const unit = units[t.lower] ?? (['per', 'by', 'each'].includes(tokens[i - 1]?.lower ?? '') ? (t.lemma as Unit) : undefined);
    if (unit !== undefined && ['hour', 'day', 'week', 'month', 'quarter', 'year'].includes(unit)) return unit;
  }
  return undefined;
}

function drafts(schema: Schema, unit: Unit | undefined): Draft[] {
  const graph = graphOf(schema);
  const mains = mainTables(schema);
  const facts = factTables(schema);
  const result: Draft[] = [];
  if (mains.length > 0) result.push({ title: 'Totals per service', tree: totals(mains), assumptions: [] });
  for (const fact of facts.slice(0, 2)) result.push(trend(fact, unit ?? 'week'));
  const used = new Set<TableEntry>();
  // Links between services first; those within one where they are all there is.
  for (const between of [true, false]) {
    for (const fact of facts) {
      for (const edge of graph.at(fact).filter((e) => e.from.table === fact && e.to.table !== fact && crosses(e) === between)) {
        if (used.has(edge.to.table) || used.size === (between ? 3 : 2) || !called(edge.to.table)) continue;
        used.add(edge.to.table);
        result.push(breakdown(fact, edge.to.table, schema));
      }
    }
  }
  // Facts that reach another service only through their own lines: what was ordered, not only by whom.
  for (const fact of facts.slice(0, 2)) {
    for (const line of graph.at(fact).filter((e) => e.to.table === fact).map((e) => e.from.table)) {
      const far = graph.at(line).find((e) => e.from.table === line && e.to.table !== fact && crosses(e) && !used.has(e.to.table) && called(e.to.table));
      if (far === undefined || used.size === 4 || line.table.kind === 'topic') continue;
      used.add(far.to.table);
      result.push(breakdown(line, far.to.table, schema));
    }
  }
  let states = 0;
  for (const fact of facts) {
    const state = fact.columns.find((c) => isText(c.type) && names(c, 'status', 'state', 'outcome', 'stage', 'phase')) ?? fact.columns.find((c) => isText(c.type) && c.values.length >= 2 && c.values.length <= 12 && !c.foreign);
    if (state === undefined || states === 3) continue;
    states++;
    result.push(distribution(fact, state));
  }
  return result;
}

/** Its rows have names, or keys that people use (AI101), so that a list of them tells something. */
function called(table: TableEntry): boolean {
  return labelOf(table).some((c) => c !== keyOf(table) || isText(c.type));
}

function crosses(edge: Edge): boolean {
  return edge.from.table.table.service !== edge.to.table.table.service;
}

/** The tables that others refer to or that are largest: at most three a service; messages only where there is nothing else. */
export function mainTables(schema: Schema): TableEntry[] {
  const graph = graphOf(schema);
  return schema.services.flatMap((service) => {
    const own = schema.tables.filter((t) => t.table.service === service);
    const rows = own.filter((t) => t.table.kind !== 'topic');
    const weight = (t: TableEntry) => graph.at(t).filter((e) => e.to.table === t).length + Math.log10(1 + (t.table.rows?.count ?? 0)) + (labelOf(t).length > 0 ? 0.5 : 0);
    return [...(rows.length > 0 ? rows : own)].sort((a, b) => weight(b) - weight(a)).slice(0, 3);
  });
}

/** Tables of things that happen: a time, and links to what they happen to. */
function factTables(schema: Schema): TableEntry[] {
  const graph = graphOf(schema);
  const weight = (t: TableEntry) => {
    const out = graph.at(t).filter((e) => e.from.table === t);
    const into = graph.at(t).filter((e) => e.to.table === t && e.from.table !== t).length;
    const measures = t.columns.filter((c) => isMeasure(c)).length;
    const crossing = out.some(crosses) ? 1.5 : 0;
    return out.length === 0 || !happens(t) || t.table.kind === 'topic' ? 0 : 1 + crossing + Math.min(2, 0.3 * into) + Math.min(1, 0.5 * measures) + 0.2 * Math.log10(1 + (t.table.rows?.count ?? 0)) + (keyOf(t) === undefined ? -0.5 : 0);
  };
  return schema.tables.map((t) => ({ t, w: weight(t) })).filter((x) => x.w > 0).sort((a, b) => b.w - a.w).slice(0, 4).map((x) => x.t);
}

export function totals(tables: readonly TableEntry[]): Query {
  const one = (t: TableEntry): Query =>
    query({ alias: t.table.name, table: t.table }, { select: [{ expr: { kind: 'text', value: t.table.service }, as: 'service' }, { expr: { kind: 'text', value: t.table.name }, as: 'table_name' }, { expr: count, as: 'row_count' }] });
  return tables.map(one).reduceRight((right, left) => ({ ...left, set: { op: 'UNION ALL', right } }));
}

function measureOf(table: TableEntry): ColumnEntry | undefined {
  const measures = table.columns.filter((c) => isMeasure(c));
  const money = (c: ColumnEntry) => c.names.some((n) => n.words.some((w) => ['total', 'amount', 'revenue', 'price', 'cost', 'value', 'quantity', 'fee', 'charge', 'fare', 'rent', 'premium', 'payment', 'tax'].includes(w)));
  return measures.find((c) => money(c) && c.names.some((n) => n.words.includes('total') || n.words.includes('amount') || n.words.includes('revenue'))) ?? measures.find(money);
}

/** Money and quantities add up; so do rows. */
function sums(scope: Scope, table: TableEntry): Output[] {
  const measure = measureOf(table);
  const rows: Output = { expr: count, as: table.table.name };
  return measure === undefined ? [rows] : [rows, { expr: { kind: 'aggregate', name: 'sum', arg: scope.column(measure) }, as: `sum_${measure.path.join('_')}` }];
}

function trend(table: TableEntry, unit: Unit): Draft {
  const time = timeOf(table)!;
  const scope = new Scope(graphOfTable(table), table);
  const bucket: Scalar = { kind: 'bucket', unit, arg: instant(time, scope.column(time)) };
  return {
    title: `${title(table.table.name)} by ${unit}`,
    tree: query(scope.add(table), { select: [{ expr: bucket, as: unit }, ...sums(scope, table)], group: [bucket], order: [{ expr: bucket, desc: false }] }),
    assumptions: [`by ${time.path.join('.')}`],
  };
}

/** A scope of one table joins nothing, so it needs no links. */
function graphOfTable(table: TableEntry): ReturnType<typeof graphOf> {
  return graphOf({ catalog: { services: [], links: [] }, tables: [table], services: [], values: new Map(), tablesByWord: new Map(), columnsByWord: new Map() });
}

function breakdown(fact: TableEntry, entity: TableEntry, schema: Schema): Draft {
  const scope = new Scope(graphOf(schema), fact);
  const labels = labelOf(entity).map((c) => scope.column(c));
  const key = keyOf(entity);
  const outputs = sums(scope, fact);
  const group = [...(key === undefined ? [] : [scope.column(key)]), ...labels.filter((l) => key === undefined || labelOf(entity)[labels.indexOf(l)] !== key)];
  const tree = query(scope.add(fact), {
    select: [...labels.map((expr, i) => ({ expr, as: `${entity.table.name}_${labelOf(entity)[i]!.path.join('_')}` })), ...outputs],
    joins: scope.joins() ?? [],
    group,
    order: [{ expr: outputs.at(-1)!.expr, desc: true }, ...(key === undefined ? [] : [{ expr: scope.column(key), desc: false }])],
    limit: 10,
  });
  return { title: `Top ${title(entity.table.name).toLowerCase()} by ${title(fact.table.name).toLowerCase()}`, tree, assumptions: ['the ten largest'] };
}

function distribution(table: TableEntry, state: ColumnEntry): Draft {
  const scope = new Scope(graphOfTable(table), table);
  const expr = scope.column(state);
  return {
    title: `${title(table.table.name)} by ${state.path.join('.')}`,
    tree: query(scope.add(table), { select: [{ expr }, ...sums(scope, table)], group: [expr], order: [{ expr: count, desc: true }, { expr, desc: false }] }),
    assumptions: [],
  };
}

function title(name: string): string {
  const text = name.replace(/[_-]+/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
