/**
 * Measures the offline translator on English questions with gold SQL, in the layout of Spider's training data.
 *
 *   npx tsx scripts/eval.ts --data DIR [--split dev|held-out|all] [--show wrong|refused|right] [--limit N] [--db NAME]
 *
 * DIR holds questions.json ({db_id, question, query, empty}), tables.json and database/<db_id>.sqlite. The gold
 * statement runs on SQLite, the translator's on DuckDB over the same rows. Right means the same multiset of rows
 * (columns in any order), and the same order where the gold asks for one. Questions whose gold gives no rows prove
 * nothing and are left out. The split is computed from a hash of each database's name: a database is wholly in one.
 */

import { parseArgs } from 'node:util';
import { offlineTranslator } from '../src/nl/offline/index.js';
import type { Translation } from '../src/nl/contract.js';
import { readQuestions, splitOf } from './eval/data.js';
import type { Question } from './eval/data.js';
import { openEstate } from './eval/estate.js';
import type { Estate } from './eval/estate.js';
import { sameRows, withTiesBroken } from '../src/eval/compare.js';
import { printReport } from './eval/report.js';
import type { Outcome } from './eval/report.js';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    split: { type: 'string', default: 'dev' },
    show: { type: 'string' },
    limit: { type: 'string', default: '40' },
    db: { type: 'string' },
    features: { type: 'string' },
  },
});
if (args.data === undefined) {
  process.stderr.write('Usage: npx tsx scripts/eval.ts --data DIR [--split dev|held-out|all] [--show wrong|refused|right]\n');
  process.exit(2);
}

/** The instant that relative dates are read at, fixed so that two runs agree. */
const now = '2026-01-15T12:00:00Z';

async function judge(question: Question, estate: Estate, translation: Translation): Promise<Outcome> {
  const base = { question, translation };
  if (translation.kind !== 'statement') return { ...base, verdict: translation.kind === 'refusal' ? 'refused' : 'wrong' };
  const gold = estate.gold(question.query);
  if (gold === undefined) return { ...base, verdict: 'skipped' };
  const answer = await estate.run(translation.statement.sql);
  const right = typeof answer !== 'string' && sameRows(gold, answer, question.query);
  const onlyOrder = !right && typeof answer !== 'string' && sameRows(gold, answer, '');
  // Rows that the gold's own order leaves equal may come in any order.
  const tie = onlyOrder && (await tied(question, estate, translation.statement.sql, gold[0]!.length));
  return { ...base, verdict: right || tie ? 'right' : 'wrong', ...(typeof answer === 'string' ? { error: answer } : onlyOrder ? { error: 'the same rows in another order' } : {}) };
}

/** Do both agree once each breaks its ties by the columns that are shown? */
async function tied(question: Question, estate: Estate, sql: string, width: number): Promise<boolean> {
  const [ours, theirs] = [withTiesBroken(sql, width), withTiesBroken(question.query, width)];
  if (ours === undefined || theirs === undefined) return false;
  const gold = estate.gold(theirs);
  const answer = await estate.run(ours);
  return gold !== undefined && typeof answer !== 'string' && sameRows(gold, answer, question.query);
}

async function main(data: string): Promise<void> {
  const questions = readQuestions(data).filter(
    (q) => !q.empty && (args.split === 'all' || splitOf(q.db, data) === args.split) && (args.db === undefined || q.db === args.db),
  );
  const translator = offlineTranslator();
  const outcomes: Outcome[] = [];
  let translating = 0;
  for (const db of [...new Set(questions.map((q) => q.db))].sort()) {
    const estate = await openEstate(data, db);
    const context = {
      catalog: estate.catalog,
      now,
      timezone: 'UTC',
      signal: new AbortController().signal,
      check: (sql: string) => estate.check(sql),
    };
    for (const question of questions.filter((q) => q.db === db)) {
      const start = performance.now();
      const translation = await translator.translate(question.question, context);
      translating += performance.now() - start;
      outcomes.push(await judge(question, estate, translation));
    }
    await estate.close();
  }
  printReport(outcomes, { show: args.show, limit: Number(args.limit), msPerQuestion: translating / Math.max(1, outcomes.length) });
}

await main(args.data);
