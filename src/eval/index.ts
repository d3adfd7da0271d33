/**
 * `aishell eval`: how many questions of a file are answered, and how many of the answers give the rows of the gold SQL.
 *
 *   file.ts     the questions, in both layouts        spider.ts  its databases and its SQLite
 *   run.ts      one question judged, and the sums     compare.ts are two results the same rows?     kind.ts
 *
 * scripts/eval.ts, which measures the translator while it is being written, compares by the same code.
 */

import { resolve } from 'node:path';
import type { EvalAnswer, EvalCase } from '../answer/contract.js';
import type { Config } from '../config/contract.js';
import { AishellError } from '../errors.js';
import type { AskOptions, Session } from '../session/contract.js';
import type { Rows } from './compare.js';
import { readQuestions } from './file.js';
import { judge, summary } from './run.js';
import { openGold, spiderConfig } from './spider.js';

/** The configuration that a file of questions brings; undefined where its questions are about aishell.yaml. */
export async function evalConfig(file: string, folder: string | undefined): Promise<Config | undefined> {
  const { questions, spider } = await readQuestions(file);
  return spider ? spiderConfig(file, questions, folder) : undefined;
}

export async function evaluate(session: Session, file: string, given: AskOptions): Promise<EvalAnswer> {
  const started = performance.now();
  const { questions, spider } = await readQuestions(file);
  const { rows: _, onProgress: __, ...options } = given;
  const cases: EvalCase[] = [];
  if (spider) {
    for (const { name, options: settings } of session.config.services) {
      const own = questions.filter(({ database }) => database === name);
      cases.push(...(await withDatabase(session.config, name, String(settings['path']), (one) => inTurn(own, one, options))));
    }
  } else {
    const gold = async (sql: string): Promise<Rows | string> => (await session.sql(sql, { ...options, limit: 0 })).rows;
    await checkGold(session, questions.flatMap(({ gold: sql }) => sql ?? []), options);
    cases.push(...(await inTurn(questions, { session, gold }, options)));
  }
  return summary(resolve(file), cases, Math.round(performance.now() - started));
}

type Options = Parameters<typeof judge>[2];

async function inTurn(questions: readonly Parameters<typeof judge>[0][], one: Parameters<typeof judge>[1], options: Options): Promise<EvalCase[]> {
  const cases: EvalCase[] = [];
  for (const question of questions) {
    options.signal.throwIfAborted();
    cases.push(await judge(question, one, options));
  }
  return cases;
}

/** A gold statement of one's own that doesn't run is a mistake in the file, and told before anything is asked. */
async function checkGold(session: Session, statements: readonly string[], options: Options): Promise<void> {
  for (const [i, sql] of statements.entries()) {
    try {
      await session.explain(sql, options);
    } catch (error) {
      if (!(error instanceof AishellError) || !error.code.startsWith('sql.')) throw error;
      throw new AishellError('usage', `the gold SQL ${i + 1} is not admitted: ${error.message}`, `${error.remedy} It reads: ${sql}`, { cause: error });
    }
  }
}

async function withDatabase(config: Config, name: string, file: string, work: (one: Parameters<typeof judge>[1]) => Promise<EvalCase[]>): Promise<EvalCase[]> {
  const { openSession } = await import('../session/index.js');
  const session = await openSession({ config, services: [name] });
  const sqlite = await openGold(file);
  try {
    return await work({ session, gold: (sql) => Promise.resolve(sqlite.rows(sql) ?? 'SQLite refuses the gold statement') });
  } finally {
    sqlite.close();
    await session.close();
  }
}
