/** The glossary before the offline translator: a term means what the team says, never what its words might mean. */

import type { Translator } from '../contract.js';
import { termsIn } from './terms.js';

export function withGlossary(translator: Translator): Translator {
  return {
    ...translator,
    async translate(question, context) {
      const used = termsIn(question, context.vocabulary?.glossary ?? []);
      if (used.length === 0) return translator.translate(question, context);
      const [{ term, means }] = used as [(typeof used)[number]];
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
