/** Asks every question, runs its gold, and judges: right, wrong, refused, or unproven. */

import type { Answer, EvalAnswer, EvalCase } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import type { AskOptions, Session } from '../session/contract.js';
import { sameRows, withTiesBroken } from './compare.js';
import type { Rows } from './compare.js';
import type { Question } from './file.js';
import { kindOf } from './kind.js';

/** Larger results prove no more than these. */
const mostRows = 100_000;

export interface Judge {
  readonly session: Session;
  /** Rows of a gold statement, or why there are none to compare with. */
  readonly gold: (sql: string) => Promise<Rows | string>;
}

type Asked = Omit<AskOptions, 'rows' | 'onProgress'>;

export async function judge(question: Question, { session, gold }: Judge, options: Asked): Promise<EvalCase> {
  const kind = question.gold === undefined ? 'to be refused' : kindOf(question.gold);
  const base = { question: question.question, database: question.database ?? null, kind, gold: question.gold ?? null };
  const asked = await attempt(() => session.ask(question.question, { ...options, limit: mostRows }));
  if (typeof asked === 'string') {
    return question.gold === undefined ? { ...base, verdict: 'right', sql: null, why: asked } : { ...base, verdict: 'refused', sql: null, why: asked };
  }
  const sql = asked.kind === 'query' ? asked.sql : null;
  if (question.gold === undefined) return { ...base, verdict: 'wrong', sql, why: 'it was answered' };
  const expected = await gold(question.gold);
  if (typeof expected === 'string') return { ...base, verdict: 'unproven', sql, why: expected };
  if (expected.length === 0) return { ...base, verdict: 'unproven', sql, why: 'the gold statement gives no rows' };
  const why = await difference(question.gold, expected, asked, (text) => session.sql(text, { ...options, limit: mostRows }), gold);
  return { ...base, verdict: why === null ? 'right' : 'wrong', sql, why };
}

/** null where the answer is right. */
async function difference(
  goldSql: string,
  gold: Rows,
  answer: Answer,
  run: (sql: string) => Promise<Answer>,
  runGold: (sql: string) => Promise<Rows | string>,
): Promise<string | null> {
  if (answer.kind !== 'query') return `it was answered by a ${answer.kind}`;
  if (!answer.complete || answer.truncated) return 'the answer is not complete';
  if (sameRows(gold, answer.rows, goldSql)) return null;
  if (!sameRows(gold, answer.rows, '')) return `${answer.rows.length} rows that differ from the gold statement’s ${gold.length}`;
  // Rows that the gold's own order leaves equal may come in any order.
  const [ours, theirs] = [withTiesBroken(answer.sql, answer.columns.length), withTiesBroken(goldSql, answer.columns.length)];
  if (ours !== undefined && theirs !== undefined) {
    const [again, expected] = [await attempt(() => run(ours)), await runGold(theirs)];
    if (typeof again !== 'string' && again.kind === 'query' && typeof expected !== 'string' && sameRows(expected, again.rows, goldSql)) return null;
  }
  return 'the same rows in another order';
}

/** The answer, or why it was refused. A store that fails, or a person who cancels, ends the whole run. */
async function attempt(ask: () => Promise<Answer>): Promise<Answer | string> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AishellError) || error.kind !== 'user' || error.code === 'cancelled' || error.code === 'config') throw error;
    return error.message;
  }
}

export function summary(file: string, cases: readonly EvalCase[], elapsedMs: number): EvalAnswer {
  const tally = (kind: string, list: readonly EvalCase[]) => {
    const of = (verdict: EvalCase['verdict']) => list.filter((one) => one.verdict === verdict).length;
    const [right, wrong, refused] = [of('right'), of('wrong'), of('refused')];
    return { kind, questions: right + wrong + refused, right, wrong, refused };
  };
  const kinds = [...new Set(cases.map(({ kind }) => kind))].map((kind) => tally(kind, cases.filter((one) => one.kind === kind)));
  const total = tally('all', cases);
  const share = (part: number, whole: number) => (whole === 0 ? null : Math.round((1000 * part) / whole) / 10);
  // A question that had to be refused is no question that could have been answered.
  const answerable = tally('', cases.filter(({ gold }) => gold !== null));
  return {
    kind: 'eval',
    file,
    kinds: [...kinds.filter(({ questions }) => questions > 0).sort((a, b) => b.questions - a.questions), total],
    answeredPercent: share(answerable.right + answerable.wrong, answerable.questions),
    rightPercent: share(answerable.right, answerable.right + total.wrong),
    unproven: cases.filter(({ verdict }) => verdict === 'unproven').length,
    cases,
    complete: true,
    elapsedMs,
  };
}
