/** Asks the offline translator every question of an estate and judges each answer by the rows of its golds. */

import { offlineTranslator } from '../../../src/nl/offline/index.js';
import type { Translation } from '../../../src/nl/contract.js';
import { checkStatement } from '../../../src/sql/index.js';
import { AishellError } from '../../../src/errors.js';
import { now } from './estate.js';
import type { OpenEstate } from './estate.js';
import type { Asked } from './questions.js';

export interface Verdict extends Asked {
  readonly verdict: 'right' | 'wrong' | 'refused';
  readonly translation: Translation;
  readonly note: string;
}

/** Translates as the session does, at the estate's own now. */
export async function translatorOf(estate: OpenEstate): Promise<(question: string) => Promise<Translation>> {
  const signal = new AbortController().signal;
  const catalog = await estate.session.catalog(signal);
  const check = (sql: string) =>
    checkStatement(sql, catalog, { instant: now, timezone: 'UTC' }).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof AishellError) return error.message;
        throw error;
      },
    );
  return (question) => offlineTranslator().translate(question, { catalog, now, timezone: 'UTC', signal, check });
}

export async function measure(estate: OpenEstate, questions: readonly Asked[]): Promise<Verdict[]> {
  const translate = await translatorOf(estate);
  const verdicts: Verdict[] = [];
  for (const asked of questions) {
    const translation = await translate(asked.question);
    const judged = (verdict: Verdict['verdict'], note = '') => verdicts.push({ ...asked, translation, verdict, note });
    if (translation.kind === 'refusal') judged('refused', translation.reason);
    else if (translation.kind !== 'statement') judged('wrong', `read as ${translation.kind}`);
    else {
      const answer = await rows(estate, translation.statement.sql);
      const golds = await Promise.all(asked.gold.map((gold) => estate.truth(gold).then((r) => ({ gold, rows: r }))));
      const right = typeof answer !== 'string' && golds.some((g) => holds(answer, g.rows, /order by [^()]*$/i.test(g.gold)));
      judged(right ? 'right' : 'wrong', typeof answer === 'string' ? answer : `${answer.length} rows, expected ${golds.map((g) => g.rows.length).join(' or ')}`);
    }
  }
  return verdicts;
}

async function rows(estate: OpenEstate, sql: string): Promise<unknown[][] | string> {
  try {
    return (await estate.session.sql(sql, { signal: new AbortController().signal, limit: 0 })).rows as unknown[][];
  } catch (error) {
    return String(error);
  }
}

/** The gold's rows, each once, with perhaps more columns beside them. */
function holds(answer: readonly (readonly unknown[])[], gold: readonly (readonly unknown[])[], ordered: boolean): boolean {
  if (answer.length !== gold.length) return false;
  if (gold.length === 0) return true;
  const left = gold.map((row) => row.map(normal));
  const right = answer.map((row) => row.map(normal));
  const bag = (list: readonly string[][], columns: readonly number[]) => {
    const lines = list.map((row) => columns.map((c) => row[c]).join('\u0001'));
    return (ordered ? lines : lines.sort()).join('\u0002');
  };
  const width = left[0]!.length;
  const extend = (chosen: readonly number[]): boolean => {
    const wanted = left[0]!.map((_, i) => i).slice(0, chosen.length);
    if (chosen.length > 0 && bag(left, wanted) !== bag(right, chosen)) return false;
    if (chosen.length === width) return true;
    return right[0]!.some((_, c) => !chosen.includes(c) && extend([...chosen, c]));
  };
  return extend([]);
}

function normal(value: unknown): string {
  if (value === null || value === undefined) return '\u0000';
  if (value instanceof Date) return time(value.toISOString());
  if (typeof value === 'boolean') return String(value);
  const text = String(value);
  if (/^\d{4}-\d\d-\d\d/.test(text)) return time(text);
  const number = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? Number(number.toPrecision(9)).toString() : text;
}

function time(text: string): string {
  return text.replace('T', ' ').replace(/(\.000)?(Z|\+00(:00)?)?$/, '').replace(/ 00:00:00$/, '');
}
