/** "Is there any blocked owner?": yes or no, and how many there are. */

import type { Statement, Translation } from '../../contract.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Query } from '../tree/tree.js';
import { count, query } from '../tree/tree.js';
import type { FormInput } from './input.js';
import { surely } from './sure.js';

const cue = /^(?:please |so )?(?:is|are|was|were|do we have|have we (?:got )?|does there exist|do there exist)(?: there)?(?: currently| still)? (?:any|some|at least one|an?) (.+?)[?.!\s]*$/i;

export async function readExistence({ question, schema, context }: FormInput): Promise<Translation | undefined> {
  const said = cue.exec(question);
  // "Are any visits cancelled?" has another shape, and is refused as what it is.
  if (said === null || !/\bthere\b|\bwe\b/i.test(question.slice(0, question.toLowerCase().indexOf(said[1]!.toLowerCase().slice(0, 4)) + 1)) || /\b(still)\b/i.test(question)) return undefined;
  const best = await surely(`Show the ${said[1]!}`, { schema, context });
  const rows = best?.tree;
  if (best === undefined || rows === undefined || rows.limit !== undefined || rows.foremost === true) return undefined;
  const bare = rows.group.length === 0 && rows.set === undefined && rows.distinct !== true;
  const answer = { test: { kind: 'test', of: { kind: 'compare', op: '>', left: count, right: { kind: 'number', value: 0 } } }, count } as const;
  const select = [{ expr: answer.test, as: 'answer' }, { expr: count, as: 'how_many' }];
  const tree: Query = bare ? { ...rows, select, order: [] } : query({ alias: 'found', query: { ...rows, order: [] } }, { select });
  const text = sql(tree);
  if ((await context.check(text)) !== undefined) return undefined;
  return { kind: 'statement', statement: { sql: text, reading: english(tree), assumptions: best.statement.assumptions }, confidence: best.confidence, alternatives: [plain(best.statement)] };
}

function plain({ sql: text, reading, assumptions }: Statement): Statement {
  return { sql: text, reading, assumptions };
}
