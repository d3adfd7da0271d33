/** The session's way into nl/: which translators there are, and what a refusal becomes. */

import type { ChartRequest, PromptAnswer } from '../answer/contract.js';
import { redact } from '../config/secret.js';
import type { Translation, TranslationContext, Translator } from '../nl/contract.js';
import { exampleTranslator, offlineTranslator, translate, withGlossary } from '../nl/index.js';
import { checkStatement, statementForm, statementSyntax } from '../sql/index.js';
import { AishellError } from '../errors.js';
import { chartAsked } from './chart-request.js';
import type { AskOptions } from './contract.js';
import type { QueryContext } from './query.js';

export interface Translated {
  readonly translation: Exclude<Translation, { kind: 'refusal' }>;
  readonly translator: string;
  /** How the answer is to be drawn, where the question says so. */
  readonly chart?: ChartRequest;
}

export async function translateQuestion(question: string, context: QueryContext, options: Asked): Promise<Translated> {
  const { question: meant, chart } = chartAsked(question);
  const { translation, translator } = await translated(meant, context, options);
  const asked = chart === undefined ? {} : { chart };
  if (options.reading !== undefined) return { translation: picked(translation, options.reading), translator, ...asked };
  if (translation.kind !== 'refusal') return { translation, translator, ...asked };
  const { reason, understood, notUnderstood, near, usage } = translation;
  throw new AishellError(
    'question.not_understood',
    reason,
    near.length > 0
      ? 'If one of the near readings is meant, pick it: --reading 1, or 1 at the prompt. Or write SQL with `aishell sql`.'
      : 'Name the tables and columns as `aishell schema` shows them, or write SQL with `aishell sql`.',
    { data: { understood, notUnderstood, near, ...(usage && { usage }) } },
  );
}

type Asked = Pick<AskOptions, 'signal' | 'onProgress' | 'reading' | 'previous'>;

/** What goes on from the last answer is read as that first; what is no question by itself, as nothing else. */
async function translated(question: string, context: QueryContext, options: Asked): Promise<{ translation: Translation; translator: string }> {
  const around = translationContext(context, options);
  const asked = await translators(context);
  if (options.previous === undefined) return translate(question, around, asked);
  const { followUpTranslator, isSurelyFollowUp } = await import('../nl/followup/index.js');
  const followUp = followUpTranslator();
  if (isSurelyFollowUp(question)) return translate(question, around, [followUp, ...asked.filter((t) => t.name !== 'offline')]);
  const result = await translate(question, around, [followUp, ...asked]);
  if (result.translator !== followUp.name || result.translation.kind !== 'statement') return result;
  const { previous: _, ...alone } = around;
  const byItself = await translate(question, alone, asked.filter((t) => t.name === 'offline' || t.name === 'confirmed example'));
  const { translation } = result;
  if (byItself.translation.kind !== 'statement' || byItself.translation.statement.sql === translation.statement.sql) return result;
  return {
    ...result,
    translation: {
      ...translation,
      statement: { ...translation.statement, assumptions: [...translation.statement.assumptions, 'it goes on from the last answer'] },
      alternatives: [...translation.alternatives, byItself.translation.statement],
    },
  };
}

/** The reading that a person picked: what they say is meant is sure. */
function picked(translation: Translation, number: number): Translated['translation'] {
  const readings = translation.kind === 'statement' ? [translation.statement, ...translation.alternatives] : translation.kind === 'refusal' ? translation.near : [];
  const statement = readings[number - 1];
  if (statement === undefined) {
    const count = readings.length === 1 ? 'one reading' : `${readings.length === 0 ? 'no' : readings.length} readings`;
    throw new AishellError('usage', `There is no reading ${number} of this question: it has ${count} to pick from.`, 'Ask it without --reading to see them.');
  }
  return { kind: 'statement', statement, confidence: 1, alternatives: readings.filter((r) => r !== statement) };
}

/** What the model would be told of a question. Nothing is sent. */
export async function promptOf(question: string, context: QueryContext, options: Asked): Promise<PromptAnswer> {
  const { model } = context.config;
  if (model === undefined) {
    throw new AishellError('usage', 'No model is configured, so nothing is sent to one.', 'Add `model:` to the configuration; docs/configuration.md shows how.');
  }
  const { promptFor } = await import('../nl/model/index.js');
  const messages = await promptFor(chartAsked(question).question, translationContext(context, options), model);
  return { kind: 'prompt', question, model: model.name, baseUrl: redact(model.baseUrl ?? ''), values: model.sendValues, messages };
}

function translationContext({ catalog, config, instant }: QueryContext, { signal, onProgress, previous }: Asked): TranslationContext {
  const checked = (sql: string) => checkStatement(sql, catalog, { instant, timezone: config.timezone });
  return {
    catalog,
    now: instant,
    timezone: config.timezone,
    signal,
    vocabulary: config.vocabulary,
    check: (sql) =>
      checked(sql).then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof AishellError) return error.message;
          throw error;
        },
      ),
    form: async (sql) => statementForm(await checked(sql)),
    syntax: (sql) => statementSyntax(sql, config.timezone),
    ...(previous !== undefined && { previous }),
    onReply: (characters) =>
      onProgress?.({ fragment: 'model', service: config.model?.name ?? '', state: characters === undefined ? 'answered' : 'answering', rows: 0, bytes: characters ?? 0 }),
  };
}

/** In the order in which they are asked. */
async function translators({ config }: QueryContext): Promise<Translator[]> {
  const offline = withGlossary(offlineTranslator());
  const own = config.vocabulary.examples.length > 0 ? [exampleTranslator(), offline] : [offline];
  if (config.model === undefined) return own;
  const { modelTranslator } = await import('../nl/model/index.js');
  return [...own, modelTranslator(config.model)];
}
