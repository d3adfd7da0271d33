/** Which terms of the glossary a question uses. */

import type { Term } from '../../config/contract.js';
import { singular, words } from '../../catalog/names.js';

/** As whole words, in any case, singular or plural. */
export function termsIn(question: string, glossary: readonly Term[]): Term[] {
  const asked = ` ${normal(question)} `;
  return glossary.filter(({ term }) => asked.includes(` ${normal(term)} `));
}

function normal(text: string): string {
  return words(text).map(singular).join(' ');
}
