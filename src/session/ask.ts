/** A question answered by whatever it turns out to be: a statement, a report, or one of the other commands. */

import type { Answer, MissingSource, QueryAnswer, ReportAnswer, Translated as TranslatedFields } from '../answer/contract.js';
import type { Translation } from '../nl/contract.js';
import type { CatalogState } from './catalog.js';
import type { AskOptions, Session } from './contract.js';
import { looksLikeOtherSql, looksLikeSql, refuseMistyped, surelySql } from './looks-like-sql.js';
import { missingSources } from './missing.js';
import { runQuery } from './query.js';
import type { QueryContext } from './query.js';
import { translateQuestion } from './translate.js';
import { AishellError } from '../errors.js';
import { within } from '../telemetry/span.js';

export interface AskContext {
  readonly state: CatalogState;
  readonly session: Session;
  readonly context: QueryContext;
  readonly options: AskOptions;
}

export async function answerQuestion(question: string, ask: AskContext): Promise<Answer> {
  if (question.trim() === '') {
    throw new AishellError('question.empty', 'The question is empty.', 'Ask something: aishell query "how many ..."');
  }
  // Who pastes SQL where a question is expected means that SQL.
  if (looksLikeOtherSql(question)) return run(question.trim(), ask);
  refuseMistyped(question);
  return looksLikeSql(question) ? answerSql(question, ask) : answerEnglish(question, ask);
}

/** "Select all pets" begins as SQL does and is English; what is neither gets the complaint about what it looks like. */
async function answerSql(text: string, ask: AskContext): Promise<Answer> {
  try {
    return await run(text.trim(), ask);
  } catch (complaint) {
    const mistaken = complaint instanceof AishellError && ['sql.syntax', 'sql.unknown', 'sql.type'].includes(complaint.code);
    if (!mistaken || surelySql.test(text)) throw complaint;
    return answerEnglish(text, ask).catch((refusal: unknown) => {
      const unread = refusal instanceof AishellError && refusal.code === 'question.not_understood';
      throw unread && /\bfrom\b/i.test(text) ? complaint : refusal;
    });
  }
}

async function answerEnglish(question: string, ask: AskContext): Promise<Answer> {
  const started = performance.now();
  const { session, options } = ask;
  const { translation, translator, chart } = await within(ask.context.span, 'translate', () => translateQuestion(question, ask.context, options));
  switch (translation.kind) {
    case 'statement': {
      const { statement, confidence, alternatives, usage } = translation;
      const fields: TranslatedFields = {
        question,
        translator: { name: translator, confidence, ...(usage && { usage }) },
        reading: statement.reading,
        assumptions: statement.assumptions,
        alternatives,
      };
      if (chart !== undefined) options.rows?.chart?.(chart);
      return { ...withMissing(await run(statement.sql, ask), ask.state), ...fields, ...(chart && { chart }) };
    }
    case 'report':
      return { ...(await report(question, translation, translator, ask, started)), ...(chart && { chart }) };
    case 'diff':
      return { ...(await session.diff(translation.left, translation.right, options)), question };
    case 'trace':
      return traced(question, translation, ask);
    case 'impact':
      return { ...(await session.impact(translation, options)), question };
    case 'changes':
      return { ...(await session.changes(translation.against ?? (translation.release === true ? { release: true } : translation.before === undefined ? undefined : { before: translation.before }), translation.service, options)), question };
    case 'check':
      return { ...(await session.check({ ...options, services: translation.services, ...(translation.only !== undefined && { only: translation.only }) })), question };
    case 'links': {
      const answer = await session.links(options);
      return { ...answer, links: answer.links.filter(({ from, to }) => translation.services.every((name) => [from, to].some((end) => end.startsWith(`${name}.`)))) };
    }
    case 'graph':
      return session.graph(translation.scope, options);
    case 'doctor':
      return session.doctor(options);
    case 'schema':
      return session.schema({ ...options, ...(translation.scope !== undefined && { scope: translation.scope }) });
  }
}

async function traced(question: string, { id, as, why }: Extract<Translation, { kind: 'trace' }>, { session, options }: AskContext): Promise<Answer> {
  const answer = await session.trace(id, { ...options, ...(as !== undefined && { as }) });
  if (why !== true) return { ...answer, question };
  const { whyOf } = await import('../trace/why.js');
  return { ...answer, question, why: whyOf(answer) };
}

/** Sections run one after another: they share the staged names, and each is small beside what it reads. */
async function report(
  question: string,
  translation: Extract<Translation, { kind: 'report' }>,
  translator: string,
  ask: AskContext,
  started: number,
): Promise<ReportAnswer> {
  const { rows: _, ...options } = ask.options;
  const sections: (QueryAnswer & { title: string })[] = [];
  for (const { title, sql, reading, assumptions } of translation.sections) {
    sections.push({ ...(await run(sql, { ...ask, options })), title, reading, assumptions });
  }
  const missing = distinct([...missingSources(ask.state), ...sections.flatMap((section) => section.missing)]);
  return {
    kind: 'report',
    question,
    translator: { name: translator, confidence: translation.confidence },
    reading: translation.reading,
    assumptions: translation.assumptions,
    sections,
    complete: missing.length === 0,
    missing,
    warnings: [...new Set(sections.flatMap((section) => section.warnings))],
    elapsedMs: Math.round(performance.now() - started),
  };
}

function run(sql: string, { context, options }: AskContext): Promise<QueryAnswer> {
  return runQuery(sql, context, options, options.signal);
}

/** A service that the translator could not see may have held what was asked for. */
function withMissing(answer: QueryAnswer, state: CatalogState): QueryAnswer {
  const missing = distinct([...answer.missing, ...missingSources(state)]);
  return { ...answer, missing, complete: missing.length === 0 };
}

function distinct(missing: readonly MissingSource[]): MissingSource[] {
  return [...new Map(missing.map((source) => [source.service, source])).values()];
}
