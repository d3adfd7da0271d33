/** A question and its statement, kept as a confirmed example in aishell.yaml. */

import type { TaughtAnswer } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import { sameQuestion } from '../nl/index.js';
import { checkStatement } from '../sql/index.js';
import { looksLikeSql } from './looks-like-sql.js';
import { chartAsked } from './chart-request.js';
import { translateQuestion } from './translate.js';
import type { AskOptions } from './contract.js';
import type { QueryContext } from './query.js';

const longestQuestion = 4_000;

/** @param sql absent: what the question is read as now, so that a good answer is kept as it was given */
export async function teach(question: string, sql: string | undefined, context: QueryContext, options: Pick<AskOptions, 'signal' | 'onProgress'>): Promise<TaughtAnswer> {
  const { config, catalog, instant } = context;
  // How an answer is to be shown is no part of what is asked.
  const text = chartAsked(question.trim()).question;
  if (text === '' || text.length > longestQuestion) throw new AishellError('usage', 'the question is empty or longer than 4,000 characters', 'Give the question as it is asked.');
  if (looksLikeSql(text)) throw new AishellError('usage', 'the question is SQL', 'Give the question first: aishell teach "how many ..." "SELECT ..."');
  const statement = sql?.trim().replace(/;\s*$/, '') ?? (await readAs(text, context, options));
  await checkStatement(statement, catalog, { instant, timezone: config.timezone });
  const known = config.vocabulary.examples.find((example) => sameQuestion(example.question, text));
  if (known !== undefined && known.sql.trim() !== statement) {
    throw new AishellError('usage', 'this question has a confirmed example already', `Change its SQL in ${config.path}; it reads: ${known.sql}`);
  }
  if (known === undefined) {
    const { addExample } = await import('../config/add-example.js');
    await addExample(config.path, { question: text, sql: statement });
  }
  return { kind: 'taught', path: config.path, question: text, sql: statement, added: known === undefined };
}

async function readAs(question: string, context: QueryContext, options: Pick<AskOptions, 'signal' | 'onProgress'>): Promise<string> {
  const { translation } = await translateQuestion(question, context, options);
  if (translation.kind === 'statement') return translation.statement.sql;
  throw new AishellError('usage', 'this question is not answered by one statement', 'Give the SQL as well: aishell teach "how many ..." "SELECT ..."');
}
