/**
 * One event through the bus and every store. start.ts says what an id may be; every log is searched for it, and the
 * columns of the stores that hold such ids, through indexes first. What is found names further ids (event, correlation,
 * causation, trace) and, through the catalogue's links (domains.ts), the rows that it is about, those that belong to
 * them, and those that are only mentioned (follow.ts). It stops when nothing new appears. A round asks each table once
 * for all that is looked for (look-up.ts, statements.ts); what was asked is the coverage, and "not found" is only said
 * together with it. graph.ts makes a timeline and a tree of it, verdicts/ says what is wrong with it and what it lacks.
 */

import type { TraceAnswer } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import type { TraceContext, TraceOptions } from './contract.js';
import { latestCandidates } from './latest.js';
import { Trace } from './search.js';

/** @param id what to look for; absent: the newest event that reached several services */
export async function traceEvent(id: string | undefined, context: TraceContext, options: TraceOptions = {}): Promise<TraceAnswer> {
  const started = performance.now();
  const follow = async (wanted: string, as: TraceOptions, chosen: string | null) => {
    const trace = new Trace(wanted.trim(), context, as);
    const answer = await trace.answer();
    return { ...answer, chosen, elapsedMs: Math.round(performance.now() - started) };
  };
  if (id !== undefined) return follow(id, options, null);
  for (const candidate of await latestCandidates(context)) {
    const answer = await follow(
      candidate.id,
      options,
      `No id was named, so this is the most recent event that reached several services (${candidate.where}). Name one: aishell trace <id>`,
    );
    if (answer.stopped !== null || new Set(answer.steps.map(({ service }) => service)).size >= 2) return answer;
  }
  throw new AishellError(
    'usage',
    'No id was named, and none of the recent events reached several services.',
    'Name an event, correlation or trace id: aishell trace <id>',
  );
}
