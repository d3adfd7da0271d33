/** Questions that are none: nothing in them, too much, another language, bytes that no one types. */

const longest = 4000;

/** Why a question can't be read at all, or undefined. Looks at a bounded part of it only. */
export function hygiene(question: string): string | undefined {
  if (question.length > longest) return `The question has ${question.length.toLocaleString('en')} characters; at most ${longest.toLocaleString('en')} are read.`;
  const text = question.trim();
  if (text === '') return 'The question is empty.';
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u.test(text)) return 'The question contains control characters.';
  const unquoted = text.replace(/"[^"]*"|'[^']*'/g, '');
  const letters = unquoted.match(/\p{L}/gu) ?? [];
  if (letters.length === 0) return 'The question has no words.';
  const latin = letters.filter((l) => /\p{Script=Latin}/u.test(l)).length;
  if (latin < letters.length * 0.7) return 'The question is not in English; questions are read in English only.';
  const words = unquoted.toLowerCase().match(/[\p{L}']+/gu) ?? [];
  const strange = words.filter((w) => otherLanguages.has(w));
  const foreign = strange.length;
  // "Rentals per customer per month" has one such word, twice.
  if (new Set(strange).size >= 2 && foreign * 4 >= words.length && !words.some((w) => english.has(w))) return 'The question does not seem to be in English; questions are read in English only.';
  return undefined;
}

/** Function words that English doesn't share. */
const otherLanguages = new Set(
  'der die das und ist nicht wie viele welche zeige alle mit von für sind gibt es im den dem ein eine einen wieviele los las el cuántos cuantos hay son está qué que cuál muestra todos todas del por para una con le les des combien et est sont dans pour avec montre tous toutes du il y quels quelles il lo gli quanti quante sono tutti della di per het een hoeveel zijn van alle welke quantos quantas são dos mostre todos os hur många finns alla och som'.split(' '),
);
const english = new Set('the of how many what which show list find who where when with and are is count number average all by in each'.split(' ').filter((w) => !['in', 'is', 'all'].includes(w)));
