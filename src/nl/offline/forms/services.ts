/** Service names in a question: "users service", "the user service", "billing-svc". */

import { lemma } from '../text/lemma.js';
import type { Token } from '../text/tokens.js';
import { nameWords } from '../link/catalog.js';

const serviceWords = new Set(['service', 'svc', 'microservice', 'api']);

export interface ServiceMention {
  readonly service: string;
  readonly start: number;
  readonly end: number;
}

/** Services named in the question, in order. `bare`: also without the word "service" beside the name. */
export function servicesIn(tokens: readonly Token[], services: readonly string[], bare: boolean): ServiceMention[] {
  const found: ServiceMention[] = [];
  for (const service of services) {
    const words = nameWords(service).filter((w) => !serviceWords.has(w));
    if (words.length === 0) continue;
    for (let i = 0; i + words.length <= tokens.length; i++) {
      if (!words.every((w, k) => tokens[i + k]!.lemma === w)) continue;
      const end = i + words.length;
      const said = end < tokens.length && serviceWords.has(lemma(tokens[end]!.lower.replace(/^-/, '')));
      const hyphened = tokens[end]?.text === '-' && serviceWords.has(tokens[end + 1]?.lemma ?? '');
      if (said || hyphened || bare) {
        found.push({ service, start: i, end: said ? end + 1 : hyphened ? end + 2 : end });
        break;
      }
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
