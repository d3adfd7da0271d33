/** A file of questions with gold SQL: a list in YAML over the services of aishell.yaml, or Spider's JSON over SQLite files. */

import { readFile } from 'node:fs/promises';
import { ConfigDocument } from '../config/document.js';
import { AishellError } from '../errors.js';

export interface Question {
  readonly question: string;
  /** undefined where the right answer is to refuse. */
  readonly gold: string | undefined;
  /** Spider's `db_id`; undefined means the services of the configuration. */
  readonly database: string | undefined;
}

export interface QuestionFile {
  readonly questions: readonly Question[];
  /** Spider's layout: each question has a database of its own beside the file. */
  readonly spider: boolean;
}

const maxBytes = 64 * 2 ** 20;
const shape = 'A file of questions is a list of { question, sql }, or { question, refuse: true }, in YAML; or Spider’s JSON: [{ db_id, question, query }].';

export async function readQuestions(path: string): Promise<QuestionFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AishellError('usage', `${path} can’t be read (${error.code ?? 'error'})`, 'Name a file of questions with gold SQL.', { cause: error });
  });
  if (text.length > maxBytes) throw new AishellError('usage', `${path} is larger than 64 MiB`, 'Is this the right file?');
  const value = /\.json$/i.test(path) ? parseJson(text, path) : new ConfigDocument(path, text).value;
  const list = Array.isArray(value) ? value : (value as { questions?: unknown } | null)?.questions;
  if (!Array.isArray(list) || list.length === 0) throw new AishellError('usage', `${path} holds no list of questions`, shape);
  const questions = list.map((entry: unknown, i) => question(entry, `${path}: question ${i + 1}`));
  const spider = questions.some(({ database }) => database !== undefined);
  const stray = questions.findIndex(({ database }) => spider && database === undefined);
  if (stray !== -1) throw new AishellError('usage', `${path}: question ${stray + 1} lacks db_id, which others have`, shape);
  return { questions, spider };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AishellError('usage', `${path} is not valid JSON: ${(error as Error).message}`, shape, { cause: error });
  }
}

function question(entry: unknown, where: string): Question {
  const { question: asked, sql, query, db_id: database, refuse } = (typeof entry === 'object' && entry !== null ? entry : {}) as Readonly<Record<string, unknown>>;
  const gold = sql ?? query;
  if (typeof asked !== 'string' || asked.trim() === '') throw new AishellError('usage', `${where} has no text`, shape);
  if (refuse === true && gold === undefined) return { question: asked, gold: undefined, database: undefined };
  if (typeof gold !== 'string' || gold.trim() === '') throw new AishellError('usage', `${where} has no gold SQL, nor refuse: true`, shape);
  if (database !== undefined && typeof database !== 'string') throw new AishellError('usage', `${where}: db_id is no text`, shape);
  return { question: asked, gold, database };
}
