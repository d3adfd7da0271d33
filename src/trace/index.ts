/**
 * One event through the bus and every store. start.ts says what an id may be; every log is searched for it, and the
 * columns of the stores that hold such ids, through indexes first. What is found names further ids (event, correlation,
 * causation, trace) and, through the catalogue's links (domains.ts), the rows that it is about, those that belong to
 * them, and those that are only mentioned (follow.ts). It stops when nothing new appears. A round asks each table once
 * for all that is looked for (look-up.ts, statements.ts); what was asked is the coverage, and "not found" is only said
 * together with it. live.ts keeps it growing. graph.ts makes a timeline and a tree of it, verdicts/ says what is wrong with it and what it lacks.
 */

import type { TraceAnswer } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import type { GrowthSink, TraceContext, TraceOptions } from './contract.js';
import { latestCandidates } from './latest.js';
import { Trace } from './search.js';

/** @param id what to look for; absent: the newest event that reached several services */
export async function traceEvent(id: string | undefined, context: TraceContext, options: TraceOptions = {}): Promise<TraceAnswer> {
  return (await traced(id, context, options)).answer;
}

/** The same, and then what comes, until the signal aborts or the time is up. The answer is what there is at the end. */
export async function traceAndFollow(id: string | undefined, context: TraceContext, options: TraceOptions, sink: GrowthSink): Promise<TraceAnswer> {
  const { followTrace } = await import('./live.js');
  return followTrace(() => traced(id, context, options), context, options.topics, options.follow?.forMs, sink);
}

async function traced(id: string | undefined, context: TraceContext, options: TraceOptions): Promise<{ readonly trace: Trace; readonly answer: TraceAnswer }> {
  const started = performance.now();
  const one = async (wanted: string, chosen: string | null) => {
    const trace = new Trace(wanted.trim(), context, options);
    const answer: TraceAnswer = { ...(await trace.answer()), chosen, elapsedMs: Math.round(performance.now() - started) };
    return { trace, answer };
  };
  if (id !== undefined) return one(id, null);
  for (const candidate of await latestCandidates(context)) {
    const found = await one(candidate.id, `No id was named, so this is the most recent event that reached several services (${candidate.where}). Name one: aishell trace <id>`);
    if (found.answer.stopped !== null || new Set(found.answer.steps.map(({ service }) => service)).size >= 2) return found;
  }
  throw new AishellError(
    'usage',
    'No id was named, and none of the recent events reached several services.',
    'Name an event, correlation or trace id: aishell trace <id>',
  );
}
