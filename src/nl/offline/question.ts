/** One question to one answer: tokens, chunks, a sketch, its bindings, the best of the trees that they make. */

import type { Statement, Translation, TranslationContext } from '../contract.js';
import { assemble } from './build/assemble.js';
import type { Built } from './build/assemble.js';
import { bind } from './build/bind.js';
import type { Bound } from './build/bind.js';
import { NoReading } from './build/reading.js';
import { confidenceOf, factsOf } from './confidence.js';
import type { Facts } from './confidence.js';
import type { Schema } from './link/catalog.js';
import { graphOf } from './link/graph.js';
import { chunk } from './read/chunks.js';
import { takePeriod } from './read/period.js';
import { readQuestion } from './read/sentence.js';
import type { Sketch } from './read/sketch.js';
import { tokenize } from './text/tokens.js';
import { english } from './tree/english.js';
import { sql } from './tree/sql.js';

/** Below this the reading is shown as a near one and not run. */
const threshold = 0.77;

interface Candidate extends Statement {
  readonly score: number;
  readonly bound: Bound;
  readonly built: Built;
}

export interface Reading {
  readonly sketch: Sketch;
  /** Admitted by the gate, best first. */
  readonly candidates: readonly (Statement & { readonly facts: Facts })[];
  /** Why there is none. */
  readonly reason: string;
}

export async function readOne(question: string, schema: Schema, context: TranslationContext): Promise<Translation> {
  const { sketch, candidates, reason } = await readings(question, schema, context);
  const unread = sketch.unread.map((c) => c.text);
  const understood = [...new Set(sketch.mentions.map((m) => m.chunk.text))];
  const plain = ({ sql: text, reading, assumptions }: Statement): Statement => ({ sql: text, reading, assumptions });
  const [best, ...others] = candidates;
  const confidence = best === undefined ? 0 : confidenceOf(best.facts);
  // A word with a meaning of its own that nothing accounts for: the answer would be to another question.
  if (best === undefined || confidence < threshold || unread.length > 0) {
    const why = unread.length > 0 ? 'Part of the question has no reading' : best === undefined ? `No reading: ${reason}` : 'No reading is sure enough';
    return { kind: 'refusal', reason: `${why}.`, understood, notUnderstood: unread, near: candidates.map(plain) };
  }
  return {
    kind: 'statement',
    statement: plain(best),
    confidence,
    alternatives: others.map(plain),
  };
}

/** Every way to read the question that makes an admitted statement, three at most. */
export async function readings(question: string, schema: Schema, context: TranslationContext): Promise<Reading> {
  const { tokens, period } = takePeriod(tokenize(question), context.now, context.timezone);
  const sketch = readQuestion(chunk(tokens, schema));
  if (period !== undefined) sketch.period = period;
  sketch.words = new Set(tokens.map((t) => t.lemma));
  const { candidates, reason } = build(sketch, schema, context.timezone);
  const admitted: (Statement & { facts: Facts })[] = [];
  let refused = reason;
  for (const [i, candidate] of candidates.slice(0, 6).entries()) {
    if (admitted.length === 3) break;
    const problem = await context.check(candidate.sql);
    if (problem !== undefined) {
      refused = problem;
      continue;
    }
    const gap = candidate.score - (candidates[i + 1]?.score ?? candidate.score - 2);
    admitted.push({ ...candidate, facts: factsOf(sketch, candidate.bound, candidate.built, gap) });
  }
  return { sketch, candidates: admitted, reason: refused };
}

function build(sketch: Sketch, schema: Schema, zone: string): { candidates: Candidate[]; reason: string } {
  const graph = graphOf(schema);
  const candidates: Candidate[] = [];
  let reason = 'nothing in the catalogue goes by these words';
  try {
    for (const bound of bind(sketch, schema, graph)) {
      const built = attempt(() => assemble(sketch, bound.binding, graph, zone), (why) => (reason = candidates.length === 0 ? why : reason));
      if (built === undefined) continue;
      const text = sql(built.query);
      if (candidates.some((c) => c.sql === text)) continue;
      candidates.push({ sql: text, reading: english(built.query), assumptions: built.assumptions, score: bound.score - 0.3 * built.query.joins.length, bound, built });
    }
  } catch (error) {
    if (!(error instanceof NoReading)) throw error;
    reason = error.message;
  }
  return { candidates: candidates.sort((a, b) => b.score - a.score), reason };
}

function attempt<T>(make: () => T, refused: (why: string) => void): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof NoReading)) throw error;
    refused(error.message);
    return undefined;
  }
}
