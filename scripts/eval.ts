/**
 * Measures the offline translator on English questions with gold SQL, in the layout of Spider's training data.
 *
 *   npx tsx scripts/eval.ts --data DIR [--split dev|held-out|all] [--show wrong|refused|right] [--limit N] [--db NAME]
 *
 *   npx tsx scripts/eval.ts --data DIR --folds 5          by weights fitted without each question's database
 *   npx tsx scripts/eval.ts --data DIR --unanswerable     questions made so that the database can't answer them
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
import { collect } from './eval/examples.js';
import { difference, reasonOf } from './eval/failures.js';
import { crossValidate, shares, thresholdFor } from './eval/folds.js';
import { Judge } from './eval/judge.js';
import { unanswerable } from './eval/unanswerable.js';
import { printCommonest, printReport } from './eval/report.js';
import type { Outcome } from './eval/report.js';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    split: { type: 'string', default: 'dev' },
    show: { type: 'string' },
    limit: { type: 'string', default: '40' },
    db: { type: 'string' },
    folds: { type: 'string' },
    unanswerable: { type: 'boolean', default: false },
    verdicts: { type: 'string' },
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
  const gold = new Judge(estate, question.query);
  if (!gold.usable) return { ...base, verdict: 'skipped' };
  const { right, error } = await gold.judge(translation.statement.sql);
  return { ...base, verdict: right ? 'right' : 'wrong', ...(error === undefined ? {} : { error }) };
}

/** Each question judged by weights that never saw its database. */
async function validate(data: string, questions: readonly Question[], folds: number): Promise<void> {
  const judged = crossValidate(await collect(data, questions, args.verdicts), folds);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print(`${judged.length} questions, ${folds} folds over ${new Set(judged.map((j) => j.example.db)).size} databases; answered against right:`);
  for (const wanted of [0.84, 0.86, 0.88, 0.9, 0.92, 0.94, 0.96]) {
    const least = thresholdFor(judged, wanted);
    const { answered, right } = shares(judged, least);
    print(`confidence >= ${least.toFixed(3)}  ${(100 * answered).toFixed(1).padStart(5)}% answered, ${(100 * right).toFixed(1)}% of those right`);
  }
  const least = thresholdFor(judged, 0.9);
  const reasons = judged.flatMap(({ example, right, confidence }): string[] => {
    if (example.best === undefined) return [reasonOf(example.reason)];
    if (confidence >= least) return right ? [] : [difference(example.best.sql, example.query)];
    if (example.missed > 0) return [`refused: a word without a reading, the statement ${right ? 'right' : 'wrong'} without it`];
    return [right ? 'refused: right, but not sure enough' : 'refused: wrong, and not sure enough'];
  });
  printCommonest(reasons);
}

async function refuse(data: string): Promise<void> {
  const all = readQuestions(data);
  const translator = offlineTranslator();
  const made: { kind: string; question: string; refused: boolean; sql: string }[] = [];
  for (const db of [...new Set(all.map((q) => q.db))].sort().filter((name) => args.split === 'all' || splitOf(name, data) === args.split)) {
    const estate = await openEstate(data, db);
    const context = { catalog: estate.catalog, now, timezone: 'UTC', signal: new AbortController().signal, check: (sql: string) => estate.check(sql) };
    for (const { kind, question } of unanswerable(estate.catalog, all.filter((q) => q.db === db), all.filter((q) => q.db !== db && splitOf(q.db, data) === splitOf(db, data)), 10)) {
      const translation = await translator.translate(question, context);
      // Another command than a statement shows no rows that could be taken for an answer.
      made.push({ kind, question: `[${db}] ${question}`, refused: translation.kind !== 'statement' && translation.kind !== 'report', sql: translation.kind === 'statement' ? translation.statement.sql : translation.kind });
    }
    await estate.close();
  }
  for (const kind of [...new Set(made.map((m) => m.kind)), 'all']) {
    const list = made.filter((m) => kind === 'all' || m.kind === kind);
    process.stdout.write(`${kind.padEnd(34)} ${String(list.length).padStart(5)} unanswerable questions, ${((100 * list.filter((m) => m.refused).length) / list.length).toFixed(1)}% refused\n`);
  }
  if (args.show !== undefined) for (const m of made.filter((x) => !x.refused).slice(0, Number(args.limit))) process.stdout.write(`${m.question}\n  ${m.sql}\n`);
}

async function main(data: string): Promise<void> {
  const questions = readQuestions(data).filter(
    (q) => !q.empty && (args.split === 'all' || splitOf(q.db, data) === args.split) && (args.db === undefined || q.db === args.db),
  );
  if (args.unanswerable) return refuse(data);
  if (args.folds !== undefined) return validate(data, questions, Number(args.folds));
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
