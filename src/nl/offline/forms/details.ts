/** "Complete details of X with Y and Z info": the rows of X with the informative columns of what they are linked to. */

import type { Translation } from '../../contract.js';
import { isKey, isMeasure, isText, isTime, keyOf, labelOf, names } from '../build/roles.js';
import { Scope, multiplies } from '../build/scope.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { nameWords, writtenWords } from '../link/catalog.js';
import { graphOf } from '../link/graph.js';
import type { Graph } from '../link/graph.js';
import { matchColumns, matchTables } from '../link/match.js';
import { lemma } from '../text/lemma.js';
import type { Token } from '../text/tokens.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Output } from '../tree/tree.js';
import { query } from '../tree/tree.js';
import type { FormInput } from './input.js';

const full = /\b(complete|full|entire|whole|detailed|comprehensive|all|every|everything|enriched|end to end|360)\b/;
const whole = /\b(complete|full|entire|whole|detailed|comprehensive|enriched|everything)\b/;
const info = /\b(details?|info|information|data|records?|picture|view|profile|history|everything)\b/;
const across = /\b(across|from|over|in) (all |every |the |all the |multiple |several |different |our )*(micro)?(services|systems|stores|databases)\b|\bcross[- ]service\b/;
const joined = /\b(together with|along with|with (their|its))\b/;
const restricts = /\b(where|whose|older|younger|more than|less than|at least|at most|how many|average|total|number of|count|sorted|ordered|highest|lowest|most|least|per|each|top|between|not|without|never|last|today|yesterday|since|before|after)\b/;

export async function readDetails({ question, tokens, schema, context }: FormInput): Promise<Translation | undefined> {
  const text = question.trim().toLowerCase();
  const wide = across.test(text);
  const together = info.test(text) && full.test(text) && joined.test(text);
  if (!(info.test(text) && (whole.test(text) || wide)) && !(wide && full.test(text)) && !together) return undefined;
  if (restricts.test(text) || tokens.some((t) => t.kind === 'quoted' || t.number !== undefined)) return undefined;
  const { tables, unread } = tablesIn(withoutScope(tokens), schema);
  const [main, ...companions] = tables;
  if (main === undefined || companions.length === 0 || (companions.length === 1 && !wide && !/\bwith\b|\band\b|\balong\b|\bincluding\b/.test(text))) return undefined;
  const graph = graphOf(schema);
  const placed = place(main, companions, graph);
  if (placed === undefined) {
    return {
      kind: 'refusal',
      reason: `Nothing links ${main[0]!.table.name} with ${companions.map((c) => c[0]!.table.name).join(' and ')}.`,
      understood: tables.map((t) => t[0]!.table.name),
      notUnderstood: unread,
      near: [],
    };
  }
  const { entity, others } = placed;
  const scope = new Scope(graph, entity);
  scope.joinKind = 'left';
  for (const other of others) scope.add(other);
  const joins = scope.joins()!;
  const outputs = columnsOf(scope, entity, others);
  const key = keyOf(entity);
  const tree = query(scope.add(entity), { select: outputs, joins, order: key === undefined ? [] : [{ expr: scope.column(key), desc: false }] });
  const statement = sql(tree);
  const problem = await context.check(statement);
  if (problem !== undefined || unread.length > 1) {
    return { kind: 'refusal', reason: problem ?? 'Part of the question has no reading.', understood: tables.map((t) => t[0]!.table.name), notUnderstood: unread, near: [] };
  }
  const edges = scope.edges() ?? [];
  const assumptions = [`every row of ${entity.table.service}.${entity.table.name} is kept, also where nothing is linked to it`];
  if (multiplies(edges, entity)) assumptions.push(`one row for each ${scope.tables.filter((t) => t !== entity && edges.some((e) => e.from.table === t)).map((t) => t.table.name).join(' and ')}, so ${entity.table.name} may repeat`);
  assumptions.push('columns were chosen that inform; keys to other tables, secrets and long documents were left out');
  if (unread.length > 0) assumptions.push(`nothing was made of: ${unread.join(', ')}`);
  return { kind: 'statement', statement: { sql: statement, reading: english(tree), assumptions }, confidence: unread.length === 0 ? 0.9 : 0.7, alternatives: [] };
}

/** Without "across services" and the like, whose words are no tables. */
function withoutScope(tokens: readonly Token[]): Token[] {
  return tokens.filter((t, i) => !(/^(micro)?services?$|^systems$|^stores$|^databases$/.test(t.lower) && tokens.slice(Math.max(0, i - 3), i).some((p) => ['across', 'cross', 'all', 'every', 'from'].includes(p.lower))));
}

const filler = new Set('show me give get list display find fetch return see want need i would like to please the a an of with and or for from in on their its his her our my all any every each complete full entire whole detailed comprehensive detail info information data record picture view profile everything together along including include plus as well linked related corresponding associated across cross service system store database microservice enriched enrich what which is are be about between both who that have has combine combined join joined merge pull bring end 360 you can could everything know we'.split(' '));

/** Tables in the order in which they are named: each with the tables that its words may mean. */
function tablesIn(tokens: readonly Token[], schema: Schema): { tables: TableEntry[][]; unread: string[] } {
  const tables: TableEntry[][] = [];
  const unread: string[] = [];
  for (let i = 0; i < tokens.length; ) {
    let taken = 0;
    for (let length = Math.min(4, tokens.length - i); length > 0 && taken === 0; length--) {
      const words = tokens.slice(i, i + length).map((t) => t.lemma);
      if (length === 1 && filler.has(words[0]!)) continue;
      const exact = matchTables(schema, words, false);
      const loose = exact.length > 0 || length > 1 ? exact : matchTables(schema, words, true).filter((m) => m.score >= 0.55);
      if (loose.length === 0) continue;
      const best = Math.max(...loose.map((m) => m.score));
      tables.push(loose.filter((m) => m.score >= best - 0.05).map((m) => m.table));
      taken = length;
    }
    const token = tokens[i]!;
    if (taken === 0 && token.kind === 'word' && !filler.has(token.lemma) && !filler.has(token.lower)) {
      if (!schema.services.some((s) => nameWords(s).includes(token.lemma)) && matchColumns(schema, [token.lemma], false).length === 0) unread.push(token.text);
    }
    i += Math.max(1, taken);
  }
  const seen = new Set<TableEntry>();
  return { tables: tables.filter((t) => !seen.has(t[0]!) && seen.add(t[0]!)), unread };
}

/** Among tables of one name the ones that join with least; rows before messages about them. */
function place(mains: readonly TableEntry[], companions: readonly (readonly TableEntry[])[], graph: Graph): { entity: TableEntry; others: TableEntry[] } | undefined {
  let best: { entity: TableEntry; others: TableEntry[]; cost: number } | undefined;
  for (const entity of mains) {
    const others: TableEntry[] = [];
    let cost = penalty(entity);
    for (const choices of companions) {
      const ranked = choices.filter((c) => c !== entity).map((c) => ({ c, cost: graph.distance(entity, c) + penalty(c) })).sort((a, b) => a.cost - b.cost);
      if (ranked[0] === undefined) continue;
      others.push(ranked[0].c);
      cost += ranked[0].cost;
    }
    if (others.length > 0 && cost < (best?.cost ?? Infinity)) best = { entity, others, cost };
  }
  return best;
}

function penalty(table: TableEntry): number {
  return table.table.kind === 'topic' ? 1.5 : table.table.kind === 'view' ? 0.2 : 0;
}

const technical = /^(password|passwd|pwd|hash|salt|secret|token|api key|checksum|etag|version|rev|deleted|is deleted|raw|blob|payload|metadata|preference|setting|embedding|correlation id|session id|trace id|updated|update|modified|last modified|deleted at|update at)\b/;

function columnsOf(scope: Scope, entity: TableEntry, others: readonly TableEntry[]): Output[] {
  const outputs: Output[] = [];
  const taken = new Set<string>();
  for (const table of scope.tables) scope.add(table);
  const joins = scope.edges() ?? [];
  const all = [entity, ...new Set([...others, ...joins.flatMap((e) => [e.from.table, e.to.table])])].filter((t, i, list) => list.indexOf(t) === i);
  for (const table of all) {
    const bridge = table !== entity && !others.includes(table);
    const written = writtenWords(table.table.name);
    const prefix = [...written.slice(0, -1), lemma(written.at(-1) ?? '')].join('_');
    for (const column of informative(table, table === entity ? 8 : bridge ? 3 : 4, bridge)) {
      const own = column.path.flatMap(writtenWords).join('_');
      let as = own.startsWith(`${prefix}_`) ? own : `${prefix}_${own}`;
      for (let n = 2; taken.has(as); n++) as = `${prefix}_${own}_${n}`;
      taken.add(as);
      outputs.push({ expr: scope.column(column), as });
    }
  }
  return outputs;
}

/** The columns that tell a person most: key, name, state, time, amounts, then short texts. */
function informative(table: TableEntry, most: number, bridge: boolean): ColumnEntry[] {
  const key = keyOf(table);
  const label = labelOf(table);
  const time = timeRank(table);
  const rank = (c: ColumnEntry): number => {
    if (c.names.some((n) => technical.test(n.words.join(' ')))) return 0;
    if (c.type.kind === 'json' || c.type.kind === 'list' || c.type.kind === 'map' || c.type.kind === 'blob' || c.type.kind === 'struct') return 0;
    if (c.path[0]!.startsWith('_') && c !== key) return 0;
    if (bridge) return isMeasure(c) ? 5 : 0;
    if (c === key) return 10;
    if (label.includes(c)) return 9;
    if (c.foreign) return 0;
    if (names(c, 'status', 'state')) return 8;
    if (isMeasure(c)) return c.path.length > 1 ? 6 : 7;
    if (c === time) return 6.5;
    if (names(c, 'email', 'e mail', 'phone', 'type', 'category', 'currency', 'sku')) return 5;
    if (isText(c.type) && !isKey(c)) return c.values.length > 0 ? 4 : 3;
    if (c.type.kind === 'boolean') return 2;
    return isTime(c.type) ? 1.5 : 1;
  };
  const chosen = table.columns.map((c) => ({ c, r: rank(c) })).filter((x) => x.r > 0).sort((a, b) => b.r - a.r).slice(0, most).map((x) => x.c);
  return table.columns.filter((c) => chosen.includes(c));
}

function timeRank(table: TableEntry): ColumnEntry | undefined {
  return table.columns.find((c) => isTime(c.type) && !c.names.some((n) => technical.test(n.words.join(' '))));
}
