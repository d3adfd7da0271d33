/** The questions, and which half of the split a database belongs to. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Question {
  readonly db: string;
  readonly question: string;
  readonly query: string;
  readonly empty: boolean;
}

export type Split = 'dev' | 'held-out';

const heldOutCount = 20;
const cache = new Map<string, Question[]>();

export function readQuestions(data: string): Question[] {
  let questions = cache.get(data);
  if (questions === undefined) {
    const raw = JSON.parse(readFileSync(join(data, 'questions.json'), 'utf8')) as {
      db_id: string;
      question: string;
      query: string;
      empty: boolean;
    }[];
    questions = raw.map(({ db_id, question, query, empty }) => ({ db: db_id, question, query, empty }));
    cache.set(data, questions);
  }
  return questions;
}

const heldOut = new Map<string, Set<string>>();

/** The databases whose hashes come first are held out: a choice that nobody made by looking. */
export function splitOf(db: string, data: string): Split {
  let set = heldOut.get(data);
  if (set === undefined) {
    const names = [...new Set(readQuestions(data).map((q) => q.db))];
    const hash = (name: string) => createHash('sha256').update(`held-out:${name}`).digest('hex');
    set = new Set(names.sort((a, b) => (hash(a) < hash(b) ? -1 : 1)).slice(0, heldOutCount));
    heldOut.set(data, set);
  }
  return set.has(db) ? 'held-out' : 'dev';
}
