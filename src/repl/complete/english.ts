/** A place inside a question: names of things, columns and values, as the translator knows them. */

import type { Place } from './match.js';
import type { Vocabulary, Word } from './vocabulary.js';

export function englishPlace(before: string, vocabulary: Vocabulary): Place {
  const typed = /[\p{L}\p{N}_.]*$/u.exec(before)![0];
  return { from: before.length - typed.length, typed, words: words(vocabulary, typed.includes('.')) };
}

function* words({ services, tables }: Vocabulary, dotted: boolean): Generator<Word> {
  for (const { name, word } of tables) yield dotted ? { ...word, insert: word.text } : { ...word, text: name, insert: name, about: `${word.about} in ${word.text.slice(0, -name.length - 1)}` };
  if (dotted) return;
  for (const word of services) yield { ...word, insert: word.text };
  for (const { columns } of tables) for (const { word } of columns) yield { ...word, insert: word.text };
  for (const { word: table, columns } of tables) {
    for (const { name, values } of columns) for (const value of values) yield { text: value, kind: 'value', about: `${name} in ${table.text}` };
  }
}
