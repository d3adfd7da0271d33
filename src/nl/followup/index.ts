/**
 * Follow-ups: what goes on from the last answer is an edit of its statement.
 *
 *   recognise.ts   which inputs are follow-ups, by their form
 *   syntax.ts      the last statement's syntax tree as a query tree (expressions.ts, columns.ts), whoever wrote it
 *   edits.ts       what becomes of the tree (filter.ts, order.ts; words.ts finds what is named, contradict.ts what gives way)
 *
 * The edited tree is printed and described as any other, and the gate checks it. What can't be done is refused with the
 * reason; two ways that are about equally likely are shown as readings to pick from.
 */

import type { Statement, Translation, TranslationContext, Translator } from '../contract.js';
import { NoReading } from '../offline/build/reading.js';
import { schemaOf } from '../offline/link/catalog.js';
import { graphOf } from '../offline/link/graph.js';
import { english } from '../offline/tree/english.js';
import { sql } from '../offline/tree/sql.js';
import type { Query } from '../offline/tree/tree.js';
import { query } from '../offline/tree/tree.js';
import { edits } from './edits.js';
import { NotATree } from './expressions.js';
import { Inapplicable } from './last.js';
import type { Around, Edited } from './last.js';
import { recognise } from './recognise.js';
import type { Wish } from './recognise.js';
import { treeOf } from './syntax.js';
import { alike } from './words.js';

type Read = Extract<Translation, { kind: 'statement' | 'refusal' }>;

/** Of an edit by a few words with a meaning each. */
const confidence = 0.9;
const mostWays = 4;

/** Reads nothing but follow-ups: anything else is refused without a reason, for the next translator. */
export function followUpTranslator(): Translator {
  return { name: 'follow-up', translate };
}

/** Is it an input that means nothing without the answer before? */
export function isSurelyFollowUp(text: string): boolean {
  return recognise(text)?.sure === true;
}

async function translate(text: string, context: TranslationContext): Promise<Read> {
  const { previous } = context;
  const recognised = previous === undefined ? undefined : recognise(text);
  if (previous === undefined || recognised === undefined || context.syntax === undefined) return refusal('');
  return applied(await lastTree(previous.sql, context), recognised.wishes, context, 'It goes on from the last answer');
}

/** A tree with wishes come true, or why they can't be. `what` says of what, in a refusal. */
export async function applied(tree: Query, wishes: readonly Wish[], context: TranslationContext, what: string): Promise<Read> {
  const schema = schemaOf(context.catalog);
  const around: Around = { schema, graph: graphOf(schema), now: context.now, timezone: context.timezone };
  try {
    let ways: Edited[] = [{ tree, notes: [], score: 0 }];
    for (const wish of wishes) ways = ways.slice(0, mostWays).flatMap((way) => edits(way.tree, wish, around).map((e) => ({ ...e, notes: [...way.notes, ...e.notes], score: way.score + e.score })));
    return await judged(ways, context, what);
  } catch (error) {
    if (!(error instanceof Inapplicable) && !(error instanceof NoReading)) throw error;
    return refusal(`${what}, and can't be applied: ${error.message}.`);
  }
}

async function judged(ways: readonly Edited[], context: TranslationContext, what: string): Promise<Read> {
  const admitted: (Statement & { score: number })[] = [];
  let problem = 'it comes to the same statement';
  for (const { tree, notes, score } of [...ways].sort((a, b) => b.score - a.score).slice(0, mostWays)) {
    const text = sql(tree);
    if (text === context.previous?.sql || admitted.some((a) => a.sql === text)) continue;
    const refused = await context.check(text);
    if (refused === undefined) admitted.push({ sql: text, reading: english(tree), assumptions: [...new Set(notes)], score });
    else problem = refused;
  }
  const [best, ...others] = admitted;
  if (best === undefined) throw new Inapplicable(problem.replace(/\.$/, ''));
  const plain = ({ sql: statement, reading, assumptions }: Statement): Statement => ({ sql: statement, reading, assumptions });
  if (best.score < -1.2) return { ...refusal(`${what}, but the words are not surely what they seem to be.`), near: admitted.map(plain) };
  if (others[0] !== undefined && best.score - others[0].score < alike) return { ...refusal(`${what}, and can be read in more than one way.`), near: admitted.map(plain) };
  return { kind: 'statement', statement: plain(best), confidence, alternatives: others.map(plain) };
}

async function lastTree(statement: string, context: TranslationContext): Promise<Query> {
  try {
    return treeOf(await context.syntax!(statement), context.catalog);
  } catch (error) {
    if (!(error instanceof NotATree)) throw error;
    // What can't be taken apart can still be counted and cut.
    return query({ alias: 'answer', text: statement.replace(/;\s*$/, '') });
  }
}

function refusal(reason: string): Extract<Translation, { kind: 'refusal' }> {
  return { kind: 'refusal', reason, understood: [], notUnderstood: [], near: [] };
}
