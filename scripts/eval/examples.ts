/** What the confidence is fitted on: each question's best reading with its facts, and whether its rows are right. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { schemaOf } from '../../src/nl/offline/link/catalog.js';
import { readings } from '../../src/nl/offline/question.js';
import type { Question } from './data.js';
import { openEstate } from './estate.js';
import { Judge } from './judge.js';

export interface Example {
  readonly db: string;
  readonly question: string;
  readonly query: string;
  /** Words that have no reading, or that the statement doesn't account for: such a question is refused. */
  readonly missed: number;
  /** Why there is no reading, where there is none. */
  readonly reason: string;
  readonly best: { readonly sql: string; readonly right: boolean; readonly facts: Readonly<Record<string, number>> } | undefined;
}

/** `verdicts`: a file that keeps what was found to be right, so that a second run need not execute it again. */
export async function collect(data: string, questions: readonly Question[], verdicts: string | undefined): Promise<Example[]> {
  const known = verdicts !== undefined && existsSync(verdicts) ? (JSON.parse(readFileSync(verdicts, 'utf8')) as Record<string, boolean>) : {};
  const list: Example[] = [];
  for (const db of new Set(questions.map((q) => q.db))) {
    const estate = await openEstate(data, db);
    const schema = schemaOf(estate.catalog);
    const context = { catalog: estate.catalog, now: '2026-01-15T12:00:00Z', timezone: 'UTC', signal: new AbortController().signal, check: estate.check };
    for (const { question, query } of questions.filter((q) => q.db === db)) {
      const { sketch, candidates, reason } = await readings(question, schema, context);
      const [first] = candidates;
      const base = { db, question, query, reason, missed: sketch.unread.length + (first?.lost.length ?? 0) };
      if (first === undefined) {
        list.push({ ...base, best: undefined });
        continue;
      }
      const right = (known[`${db}|${query}|${first.sql}`] ??= (await new Judge(estate, query).judge(first.sql)).right);
      list.push({ ...base, best: { sql: first.sql, right, facts: first.facts } });
    }
    await estate.close();
  }
  if (verdicts !== undefined) writeFileSync(verdicts, JSON.stringify(known));
  return list;
}
