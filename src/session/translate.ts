/** The session's way into nl/: which translators there are, and what a refusal becomes. */

import type { Translation, Translator } from '../nl/contract.js';
import { offlineTranslator, translate } from '../nl/index.js';
import { checkStatement } from '../sql/index.js';
import { AishellError } from '../errors.js';
import type { QueryContext } from './query.js';

export interface Translated {
  readonly translation: Exclude<Translation, { kind: 'refusal' }>;
  readonly translator: string;
}

export async function translateQuestion(question: string, context: QueryContext, signal: AbortSignal): Promise<Translated> {
  const { catalog, config, instant } = context;
  const { translation, translator } = await translate(
    question,
    {
      catalog,
      now: instant,
      timezone: config.timezone,
      signal,
      check: (sql) =>
        checkStatement(sql, catalog, { instant, timezone: config.timezone }).then(
          () => undefined,
          (error: unknown) => {
            if (error instanceof AishellError) return error.message;
            throw error;
          },
        ),
    },
    await translators(context),
  );
  if (translation.kind !== 'refusal') return { translation, translator };
  const { reason, understood, notUnderstood, near } = translation;
  throw new AishellError(
    'question.not_understood',
    reason,
    near.length > 0
      ? 'Ask in one of the near ways, or write SQL with `aishell sql`.'
      : 'Name the tables and columns as `aishell schema` shows them, or write SQL with `aishell sql`.',
    { data: { understood, notUnderstood, near } },
  );
}

async function translators({ config }: QueryContext): Promise<Translator[]> {
  if (config.model === undefined) return [offlineTranslator()];
  const { modelTranslator } = await import('../nl/model/index.js');
  return [offlineTranslator(), modelTranslator(config.model)];
}
