/** A place inside a question: names of things, columns and values, as the translator knows them. */

import type { Place } from './match.js';
import type { Vocabulary, Word } from './vocabulary.js';

export function englishPlace(before: string, vocabulary: Vocabulary): Place {
  const typed = /[\p{L}\p{N}_.]*$/u.exec(before)![0];
  const column = /([\p{L}_][\p{L}\p{N}_]*)(?:\s+(?:is|are|of|in|=|as|like|not))*\s*['"]?$/u.exec(before.slice(0, before.length - typed.length))?.[1];
  return { from: before.length - typed.length, typed, words: words(vocabulary, typed.includes('.'), column?.toLowerCase()) };
}

/** Behind a column's name, its values are the likeliest. */
function* words({ services, tables }: Vocabulary, dotted: boolean, column: string | undefined): Generator<Word> {
  if (column !== undefined && !dotted) {
    for (const { word: table, columns } of tables) {
      for (const { name, values } of columns) if (name.toLowerCase() === column) for (const value of values) yield { text: value, kind: 'value', about: `${name} in ${table.text}` };
    }
  }
  for (const { name, word } of tables) yield dotted ? { ...word, insert: word.text } : { ...word, text: name, insert: name, about: `${word.about} in ${word.text.slice(0, -name.length - 1)}` };
  if (dotted) return;
  for (const word of services) yield { ...word, insert: word.text };
  for (const { columns } of tables) for (const { word } of columns) yield { ...word, insert: word.text };
  for (const { word: table, columns } of tables) {
    for (const { name, values } of columns) for (const value of values) yield { text: value, kind: 'value', about: `${name} in ${table.text}` };
  }
}
