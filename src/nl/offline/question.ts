/** One question to one answer: tokens, chunks, a sketch, its bindings, the best of the trees that they make. */

import type { Statement, Translation, TranslationContext } from '../contract.js';
import { unaccounted } from './build/account.js';
import { assumed } from './build/assumed.js';
import { assemble } from './build/assemble.js';
import type { Built } from './build/both.js';
import { bind } from './build/bind.js';
import type { Bound } from './build/bind.js';
import { NoReading, Undecided } from './build/reading.js';
import { certaintyOf, isAmbiguous, leastCertainty } from './certainty.js';
import { factsOf } from './confidence.js';
import type { Facts } from './confidence.js';
import { formOf } from './form.js';
import type { Schema, TableEntry } from './link/catalog.js';
import { graphOf } from './link/graph.js';
import type { Graph } from './link/graph.js';
import { asValues, listed } from './read/adjectives.js';
import { chunk } from './read/chunks.js';
import type { Chunk } from './read/chunks.js';
import { takePeriod } from './read/period.js';
import { rephrased } from './read/rephrase.js';
import { readQuestion } from './read/sentence.js';
import type { Mention, Sketch } from './read/sketch.js';
import { tokenize } from './text/tokens.js';
import { english } from './tree/english.js';
import { sql } from './tree/sql.js';
import type { Query } from './tree/tree.js';

interface Candidate extends Statement {
  readonly score: number;
  readonly bound: Bound;
  readonly built: Built;
  /** Words of the question that nothing in the statement accounts for. */
  readonly lost: readonly Chunk[];
}

export interface Reading {
  readonly sketch: Sketch;
  /** Admitted by the gate, best first. */
  readonly candidates: readonly (Statement & { readonly query: Query; readonly facts: Facts; readonly lost: readonly Chunk[] })[];
  /** Why there is none. */
  readonly reason: string;
}

export async function readOne(question: string, schema: Schema, context: TranslationContext): Promise<Translation> {
  const { sketch, candidates, reason } = await readings(question, schema, context);
  const missed = [...new Set([...sketch.unread, ...(candidates[0]?.lost ?? [])])].sort((a, b) => a.start - b.start);
  const unread = missed.map((c) => c.text);
  const understood = [...new Set(sketch.mentions.map((m) => m.chunk.text))];
  const plain = ({ sql: text, reading, assumptions }: Statement): Statement => ({ sql: text, reading, assumptions });
  const [best, ...others] = candidates;
  const confidence = best === undefined ? 0 : certaintyOf(best.facts, schema.services.length);
  // A word with a meaning of its own that nothing accounts for: the answer would be to another question.
  const refusal = (): string | undefined => {
    if (unread.length > 0) return 'Part of the question has no reading';
    if (best === undefined) return `No reading: ${reason}`;
    if (isYesOrNo(question)) return 'It asks for yes or no, and an answer is rows';
    // "Top 5 owners by fee": the one highest fee, or all of theirs together?
    if (best.facts['foremostOfMany'] === 1 && /\b(top|bottom)\b.*\bby\b/i.test(question)) return 'It does not say whether one of many counts, or all of them together ("total ...")';
    if (best.facts['kindOfRow'] === 1 && schema.services.length > 1) return 'It does not say whether one row of a kind counts, or all of them together ("total ...")';
    if (others.length > 0 && best.facts['looser'] === 1 && schema.services.length > 1) return 'It can be read in more than one way';
    if (others.length > 0 && isAmbiguous(best.facts, schema.services.length)) return 'It can be read in more than one way';
    return confidence < leastCertainty(schema.services.length) ? 'No reading is sure enough' : undefined;
  };
  const why = refusal();
  if (best === undefined || why !== undefined) {
    return { kind: 'refusal', reason: `${why!}.`, understood, notUnderstood: unread, near: candidates.map((c) => ({ ...plain(c), assumptions: [...c.assumptions, ...leftOut(c.lost)] })) };
  }
  return {
    kind: 'statement',
    statement: plain(best),
    confidence,
    alternatives: others.map(plain),
  };
}

function leftOut(lost: readonly Chunk[]): string[] {
  return lost.length === 0 ? [] : [`${lost.map((c) => `"${c.text}"`).join(', ')} left out`];
}

/** "Does X have any Y?" An answer of rows would be another question's. */
function isYesOrNo(question: string): boolean {
  return /^\s*(and\s+)?(does|do|did|is|are|was|were|has|have|had|will|should)\s+(?!(you|we|they) have\b)/i.test(question) && !/\b(how many|what|which|who|list|show|number of)\b/i.test(question);
}

/** Every way to read the question that makes an admitted statement, three at most. */
export async function readings(question: string, schema: Schema, context: TranslationContext): Promise<Reading> {
  const said = rephrased(tokenize(question), schema);
  const { tokens, period } = takePeriod(said.tokens, context.now, context.timezone);
  const chunks = asValues(listed(chunk(tokens, schema), schema), schema.services.length);
  const sketch = readQuestion(chunks);
  if (period !== undefined) sketch.period = period;
  // A birthday in May is one of any year.
  if (period !== undefined && tokens.some((t) => t.lemma === 'birthday' || t.lemma === 'anniversary') && !/\d{4}/.test(period.said)) return { sketch, candidates: [], reason: 'a day of any year' };
  sketch.words = new Set(tokens.map((t) => t.lemma));
  const { candidates, reason } = build(sketch, chunks, schema, context.timezone);
  const admitted: (Statement & { query: Query; facts: Facts; lost: readonly Chunk[] })[] = [];
  let refused = reason;
  for (const [i, candidate] of candidates.slice(0, 6).entries()) {
    if (admitted.length === 3) break;
    const problem = await context.check(candidate.sql);
    if (problem !== undefined) {
      refused = problem;
      continue;
    }
    const gap = candidate.score - (candidates[i + 1]?.score ?? candidate.score - 2);
    admitted.push({ ...candidate, assumptions: [...said.notes, ...candidate.assumptions], query: candidate.built.query, facts: { looser: isLooser(sketch, candidate.bound) ? 1 : 0, ...factsOf(sketch, candidate.bound, candidate.built, gap), ...formOf(candidate.built.query, candidate.bound, candidate.built.features, sketch, schema) } });
  }
  return { sketch, candidates: admitted, reason: refused };
}

/** "A score below 50" by grades, which another word means, though another table has a score. */
function isLooser(sketch: Sketch, { binding }: Bound): boolean {
  return sketch.mentions.some((m) => {
    const choice = binding.get(m);
    const score = m.columns.find((c) => c.column === choice?.column)?.score ?? 1;
    // "Status CNX", which only one status has.
    if (sketch.conds.some((c) => c.kind === 'compare' && c.left.mention === m && c.right.kind === 'text' && c.right.entries.some((e) => e.column === choice?.column))) return false;
    return choice?.column !== undefined && score < 0.85 && m.columns.some((c) => c.score >= 0.95 && c.column.table !== choice.table && c.column.table.table.kind !== 'topic');
  });
}

function build(sketch: Sketch, chunks: readonly Chunk[], schema: Schema, zone: string): { candidates: Candidate[]; reason: string } {
  const graph = graphOf(schema);
  const candidates: Candidate[] = [];
  let reason = 'nothing in the catalogue goes by these words';
  try {
    for (const bound of bind(sketch, schema, graph)) {
      const built = attempt(() => decided(() => assemble(sketch, bound.binding, graph, zone), candidates.length), (why) => (reason = candidates.length === 0 ? why : reason));
      if (built === undefined) continue;
      const text = sql(built.query);
      if (candidates.some((c) => c.sql === text)) continue;
      candidates.push({ sql: text, reading: english(built.query), assumptions: [...built.assumptions, ...assumed(sketch, bound.binding)], score: bound.score - 0.3 * built.query.joins.length, bound, built, lost: unaccounted(chunks, sketch, bound.binding, built.query) });
    }
    if (schema.services.length > 1) candidates.push(...otherWays(candidates, sketch, chunks, graph, zone));
    if (sketch.words.has('popular') && schema.services.length > 1) candidates.push(...otherCounts(candidates[0], sketch, chunks, graph, zone));
  } catch (error) {
    if (!(error instanceof NoReading)) throw error;
    reason = error.message;
  }
  return { candidates: candidates.sort((a, b) => b.score - a.score), reason };
}

/**
 * Products of orders are joined by what was ordered, or by what was reserved for an order: where neither table in between
 * was spoken of, both are meant as likely, unless one of them is a part of a thing that was spoken of (order_items).
 */
function otherWays(candidates: Candidate[], sketch: Sketch, chunks: readonly Chunk[], graph: Graph, zone: string): Candidate[] {
  const best = [...candidates].sort((a, b) => b.score - a.score)[0];
  if (best === undefined) return [];
  const spoken = new Set([...best.bound.binding.values()].map((choice) => choice.table));
  const tables = new Map(graph.schema.tables.map((t) => [t.table, t]));
  const between = (q: Query) => q.joins.flatMap(({ source }) => (source.table === undefined ? [] : [tables.get(source.table)!])).filter((t) => !spoken.has(t));
  const isPart = (t: TableEntry) => [...spoken].some((s) => t.names[0]!.words.length > s.names[0]!.words.length && s.names[0]!.words.every((w, i) => t.names[0]!.words[i] === w));
  const others: Candidate[] = [];
  for (const table of between(best.built.query)) {
    if (table.table.kind === 'topic') continue;
    const built = attempt(() => decided(() => assemble(sketch, best.bound.binding, graph.without(table), zone), 1), () => undefined);
    if (built === undefined || built.query.joins.length > best.built.query.joins.length) continue;
    const text = sql(built.query);
    const instead = between(built.query).filter((t) => !between(best.built.query).includes(t));
    if (instead.some((t) => t.table.kind === 'topic') || (isPart(table) && !instead.every(isPart)) || others.some((o) => o.sql === text)) continue;
    const by = `joined by way of ${instead.map((t) => t.table.name).join(' and ')}`;
    const score = instead.every(isPart) && !isPart(table) ? best.score + 0.5 : best.score;
    const known = candidates.findIndex((c) => c.sql === text);
    if (known >= 0) candidates.splice(known, 1);
    others.push({ sql: text, reading: english(built.query), assumptions: [...built.assumptions, by, ...assumed(sketch, best.bound.binding)], score, bound: best.bound, built, lost: unaccounted(chunks, sketch, best.bound.binding, built.query) });
  }
  return others;
}

/** "The most popular make": of what there is, or of what happened with it? As likely as the one that was found. */
function otherCounts(best: Candidate | undefined, sketch: Sketch, chunks: readonly Chunk[], graph: Graph, zone: string): Candidate[] {
  if (best === undefined || best.built.query.joins.length > 0 || best.built.query.foremost !== true) return [];
  const main = graph.schema.tables.find((t) => t.table === best.built.query.from.table);
  if (main === undefined) return [];
  const referring = new Set(graph.at(main).filter((e) => e.to.table === main).map((e) => e.from.table));
  return [...referring].slice(0, 2).flatMap((table): Candidate[] => {
    const mention: Mention = { chunk: chunks[0]!, tables: [{ table, score: 1 }], columns: [], role: 'relation' };
    const further = { ...sketch, mentions: [...sketch.mentions, mention], conds: [...sketch.conds, { kind: 'relation' as const, mention, negated: false, conds: [] }] };
    const bound = { ...best.bound, binding: new Map(best.bound.binding).set(mention, { table, score: 1 }) };
    const built = attempt(() => decided(() => assemble(further, bound.binding, graph, zone), 1), () => undefined);
    if (built === undefined) return [];
    return [{ sql: sql(built.query), reading: english(built.query), assumptions: [...built.assumptions, `counted in ${table.table.name}`], score: best.score, bound, built, lost: best.lost }];
  });
}

/** Where a better way of reading made a statement, that a worse one can't decide is of no matter. */
function decided<T>(make: () => T, better: number): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof Undecided && better > 0 ? new NoReading(error.message) : error;
  }
}

function attempt<T>(make: () => T, refused: (why: string) => void): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof NoReading) || error instanceof Undecided) throw error;
    refused(error.message);
    return undefined;
  }
}
