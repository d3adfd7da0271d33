/**
 * The glossary before the offline translator: a term means what the team says, never what its words might mean. One that
 * is defined by SQL is computed; any other is refused with what it means.
 */

import type { Translator } from '../contract.js';
import { termsIn } from './terms.js';

export function withGlossary(translator: Translator): Translator {
  return {
    ...translator,
    async translate(question, context) {
      const used = termsIn(question, context.vocabulary?.glossary ?? []);
      if (used.length === 0) return translator.translate(question, context);
      const [first] = used as [(typeof used)[number]];
      const { readMeasure } = await import('./measure.js');
      const measure = used.length === 1 ? await readMeasure(question, first, context) : undefined;
      if (measure !== undefined) return measure;
      const { term, means } = first;
      return {
        kind: 'refusal',
        reason: `The glossary says that ${term} is: ${means}. The built-in translator does not read that.`,
        understood: [],
        notUnderstood: used.map((entry) => entry.term),
        near: [],
      };
    },
  };
}
