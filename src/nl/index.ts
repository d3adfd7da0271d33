/**
 * From a question to a statement. Translators are asked in order, and the first that has a reading wins: the offline
 * one first, a model only where one is configured and the offline one abstains. Each either has a reading or says why
 * not; none of them runs anything.
 */

import type { TranslationContext, Translation, Translator } from './contract.js';

export { offlineTranslator } from './offline/index.js';

export async function translate(
  question: string,
  context: TranslationContext,
  translators: readonly Translator[],
): Promise<{ readonly translation: Translation; readonly translator: string }> {
  let refused: { translation: Translation; translator: string } | undefined;
  for (const translator of translators) {
    const translation = await translator.translate(question, context);
    if (translation.kind !== 'refusal') return { translation, translator: translator.name };
    // The first one's refusal says what was understood; a later one only adds that it had no reading either.
    refused ??= { translation, translator: translator.name };
  }
  if (refused === undefined) throw new Error('translate needs at least one translator');
  return refused;
}
