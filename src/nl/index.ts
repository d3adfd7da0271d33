/**
 * From a question to a statement. Translators are asked in order, and the first that has a reading wins: confirmed
 * examples, then the offline one, a model only where one is configured and the others abstain, or where it is to be
 * compared with them. Each either has a reading or says why not; none of them runs anything.
 */

import { AishellError } from '../errors.js';
import { withNear, withSecond } from './compare.js';
import type { TranslationContext, Translation, Translator } from './contract.js';

export { exampleTranslator, sameQuestion } from './vocabulary/examples.js';
export { withGlossary } from './vocabulary/glossary.js';
export { offlineTranslator } from './offline/index.js';

export interface Translated {
  readonly translation: Translation;
  readonly translator: string;
}

export async function translate(question: string, context: TranslationContext, translators: readonly Translator[]): Promise<Translated> {
  let answered: Translated | undefined;
  let refused: (Translated & { readonly translation: { readonly kind: 'refusal' } }) | undefined;
  for (const translator of translators) {
    const { name } = translator;
    if (answered === undefined) {
      const translation = await translator.translate(question, context);
      if (translation.kind === 'refusal') {
        refused = { translation: refused === undefined ? translation : joined(refused.translation, translation), translator: refused?.translator ?? name };
      } else {
        const compared = translation.kind === 'statement' && refused !== undefined ? await withNear(translation, refused.translation, refused.translator, context) : translation;
        answered = { translation: compared, translator: name };
      }
    } else if (translator.always === true && answered.translation.kind === 'statement' && answered.translation.confidence < 1) {
      const second = await secondOpinion(translator, question, context);
      answered = { ...answered, translation: await withSecond(answered.translation, second, name, context) };
    }
  }
  const result = answered ?? refused;
  if (result === undefined) throw new Error('translate needs at least one translator');
  return result;
}

type Refusal = Extract<Translation, { kind: 'refusal' }>;

/** The first one's refusal says what was understood; a later one adds why it had no reading either. */
function joined(first: Refusal, second: Refusal): Refusal {
  return {
    ...first,
    reason: first.reason === '' ? second.reason : `${first.reason} ${second.reason}`,
    understood: first.understood.length > 0 ? first.understood : second.understood,
    notUnderstood: first.notUnderstood.length > 0 ? first.notUnderstood : second.notUnderstood,
    near: [...first.near, ...second.near],
    ...(second.usage !== undefined && { usage: second.usage }),
  };
}

/** Where there is an answer, that the second translator fails takes nothing from it. */
async function secondOpinion(translator: Translator, question: string, context: TranslationContext): Promise<Translation> {
  try {
    return await translator.translate(question, context);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof AishellError)) throw error;
    return { kind: 'refusal', reason: error.message, understood: [], notUnderstood: [], near: [] };
  }
}
