/** What a model is told of one question. Whatever comes from outside is a JSON string, and known secrets are blanked. */

import { redact } from '../../config/secret.js';
import type { ConfirmedExample, ModelConfig } from '../../config/contract.js';
import { words } from '../../catalog/names.js';
import type { TranslationContext } from '../contract.js';
import { termsIn } from '../vocabulary/terms.js';
import type { Message } from './client.js';
import { shownPrevious } from './previous.js';
import { prompt } from './prompts.js';
import { schemaText } from './schema-text.js';

export interface Told {
  readonly messages: readonly Message[];
  /** Tables that there was no room for. */
  readonly omitted: number;
}

const mostExamples = 5;

export async function tell(question: string, context: TranslationContext, config: ModelConfig): Promise<Told> {
  const { schema, links, omitted } = schemaText(context.catalog, question, { tokens: config.schemaTokens, values: config.sendValues });
  const { glossary = [], examples = [] } = context.vocabulary ?? {};
  const lines = (values: readonly unknown[]): string => (values.length === 0 ? '(none)' : values.map((value) => JSON.stringify(value)).join('\n'));
  const system = await prompt('translate', {
    now: context.now,
    timezone: context.timezone,
    schema,
    links: links === '' ? '(none)' : links,
    glossary: lines(termsIn(question, glossary)),
    examples: lines(nearestExamples(question, examples)),
    previous: lines(context.previous === undefined ? [] : [shownPrevious(context.previous.sql, config.sendValues).text]),
  });
  return { messages: [{ role: 'system', content: redact(system) }, { role: 'user', content: redact(question) }], omitted };
}

/** Those that share the most words with the question. */
function nearestExamples(question: string, examples: readonly ConfirmedExample[]): ConfirmedExample[] {
  const asked = new Set(words(question));
  const share = (text: string): number => {
    const own = new Set(words(text));
    const common = [...own].filter((word) => asked.has(word)).length;
    return common / Math.max(1, own.size + asked.size - common);
  };
  return examples
    .map((example) => ({ example, score: share(example.question) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, mostExamples)
    .map(({ example }) => example);
}
