/** "Is there any blocked owner?": yes or no, and how many there are. */

import type { Translation } from '../../contract.js';
import { certaintyOf, isAmbiguous, leastCertainty } from '../certainty.js';
import { readings } from '../question.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Query } from '../tree/tree.js';
import { count, query } from '../tree/tree.js';
import type { FormInput } from './input.js';

const cue = /^(?:please |so )?(?:is|are|was|were|do we have|have we (?:got )?|does there exist|do there exist)(?: there)?(?: currently| still)? (?:any|some|at least one|an?) (.+?)[?.!\s]*$/i;

export async function readExistence({ question, schema, context }: FormInput): Promise<Translation | undefined> {
  const said = cue.exec(question);
  // "Are any visits cancelled?" has another shape, and is refused as what it is.
  if (said === null || !/\bthere\b|\bwe\b/i.test(question.slice(0, question.toLowerCase().indexOf(said[1]!.toLowerCase().slice(0, 4)) + 1)) || /\b(still)\b/i.test(question)) return undefined;
  const { sketch, candidates } = await readings(`Show the ${said[1]!}`, schema, context);
  const [best, second] = candidates;
  const several = schema.services.length;
  if (best === undefined || sketch.unread.length + best.lost.length > 0 || (second !== undefined && isAmbiguous(best.facts, several))) return undefined;
  const confidence = certaintyOf(best.facts, several);
  const rows = best.query;
  if (confidence < leastCertainty(several) || rows.limit !== undefined || rows.foremost === true) return undefined;
  const bare = rows.group.length === 0 && rows.set === undefined && rows.distinct !== true;
  const answer = { test: { kind: 'test', of: { kind: 'compare', op: '>', left: count, right: { kind: 'number', value: 0 } } }, count } as const;
  const select = [{ expr: answer.test, as: 'answer' }, { expr: count, as: 'how_many' }];
  const tree: Query = bare ? { ...rows, select, order: [] } : query({ alias: 'found', query: { ...rows, order: [] } }, { select });
  const text = sql(tree);
  if ((await context.check(text)) !== undefined) return undefined;
  return { kind: 'statement', statement: { sql: text, reading: english(tree), assumptions: best.assumptions }, confidence, alternatives: [{ sql: best.sql, reading: best.reading, assumptions: best.assumptions }] };
}
