/** One question to one answer: tokens, chunks, a sketch, its bindings, the best of the trees that they make. */

import type { Statement, Translation, TranslationContext } from '../contract.js';
import { assemble } from './build/assemble.js';
import type { Built } from './build/assemble.js';
import { bind } from './build/bind.js';
import type { Bound } from './build/bind.js';
import { NoReading } from './build/reading.js';
import { confidenceOf } from './confidence.js';
import type { Schema } from './link/catalog.js';
import { graphOf } from './link/graph.js';
import { chunk } from './read/chunks.js';
import { takePeriod } from './read/period.js';
import { readQuestion } from './read/sentence.js';
import { tokenize } from './text/tokens.js';
import { english } from './tree/english.js';
import { sql } from './tree/sql.js';

/** Below this the reading is shown as a near one and not run. */
const threshold = 0.5;

interface Candidate extends Statement {
  readonly score: number;
  readonly confidence: number;
}

export async function readOne(question: string, schema: Schema, context: TranslationContext): Promise<Translation> {
  const { tokens, period } = takePeriod(tokenize(question), context.now, context.timezone);
  const chunks = chunk(tokens, schema);
  const sketch = readQuestion(chunks);
  if (period !== undefined) sketch.period = period;
  const graph = graphOf(schema);
  const candidates: Candidate[] = [];
  let reason = 'nothing in the catalogue goes by these words';
  let bounds: Bound[] = [];
  try {
    bounds = bind(sketch, schema, graph);
  } catch (error) {
    if (!(error instanceof NoReading)) throw error;
    reason = error.message;
  }
  for (const bound of bounds) {
    let built: Built;
    try {
      built = assemble(sketch, bound.binding, graph, context.timezone);
    } catch (error) {
      if (!(error instanceof NoReading)) throw error;
      if (candidates.length === 0) reason = error.message;
      continue;
    }
    const text = sql(built.query);
    if (candidates.some((c) => c.sql === text)) continue;
    const score = bound.score - 0.3 * (built.query.joins.length);
    candidates.push({ sql: text, reading: english(built.query), assumptions: built.assumptions, score, confidence: confidenceOf(sketch, bound, built) });
  }
  candidates.sort((a, b) => b.score - a.score);
  const admitted: Candidate[] = [];
  for (const candidate of candidates.slice(0, 6)) {
    if (admitted.length === 3) break;
    const problem = await context.check(candidate.sql);
    if (problem === undefined) admitted.push(candidate);
    else reason = problem;
  }
  const unread = sketch.unread.map((c) => c.text);
  const understood = sketch.mentions.map((m) => m.chunk.text);
  const [best, ...others] = admitted;
  const plain = ({ sql: text, reading, assumptions }: Candidate): Statement => ({ sql: text, reading, assumptions });
  if (best === undefined || best.confidence < threshold) {
    const why = unread.length > 0 ? 'Part of the question has no reading' : best === undefined ? `No reading: ${reason}` : 'No reading is sure enough';
    return { kind: 'refusal', reason: `${why}.`, understood, notUnderstood: unread, near: admitted.map(plain) };
  }
  return {
    kind: 'statement',
    statement: { ...plain(best), assumptions: [...best.assumptions, ...(unread.length > 0 ? [`nothing was made of: ${unread.join(', ')}`] : [])] },
    confidence: best.confidence,
    alternatives: others.map(plain),
  };
}
