/**
 * What Tab offers at the cursor. The place decides the words, the letters before the cursor choose among them:
 *
 *   vocabulary.ts  the catalogue as words      sql.ts      a place inside a statement
 *   match.ts       which words letters mean    english.ts  a place inside a question
 *   sql-words.ts   the keywords of a SELECT   files.ts  a place inside a path
 *   function-signatures.ts  what functions take and give
 *
 * Pure, and fast enough for every key with thousands of tables: words are filtered, never built, while somebody types.
 */

import { englishPlace } from './english.js';
import { matching } from './match.js';
import type { Place } from './match.js';
import { sqlPlace } from './sql.js';
import type { Vocabulary, Word } from './vocabulary.js';

export type { Vocabulary, Word } from './vocabulary.js';

export interface Completion {
  readonly from: number;
  readonly words: readonly Word[];
}

/** What a dot command says of its argument. */
export type ArgumentKind = 'text' | 'name' | 'service' | 'words' | 'saved' | 'file' | 'command' | 'none';

export interface CommandWords {
  readonly commands: readonly Word[];
  /** Undefined for a command that there is not. `typed` is the word at the cursor. */
  argument(command: string, typed: string): { readonly kind: ArgumentKind; readonly words: readonly Word[] } | undefined;
}

export function complete(text: string, cursor: number, isSql: boolean, vocabulary: Vocabulary, commands: CommandWords): Completion {
  const before = text.slice(0, cursor);
  const { from, typed, words } = place(before, text, isSql, vocabulary, commands);
  return { from, words: matching(words, typed) };
}

function place(before: string, text: string, isSql: boolean, vocabulary: Vocabulary, commands: CommandWords): Place {
  const command = /^\s*([.\\][\w?+]*)(\s+)?/.exec(before);
  if (isSql || command === null) return isSql ? sqlPlace(before, text, vocabulary) : englishPlace(before, vocabulary);
  const [whole, name = '', space] = command;
  if (space === undefined) return { from: before.length - name.length, typed: name, words: commands.commands };
  const argument = commands.argument(name, /\S*$/.exec(before)![0]);
  const shift = (inner: Place): Place => ({ ...inner, from: inner.from + whole.length });
  const rest = before.slice(whole.length);
  switch (argument?.kind) {
    case 'text':
      return shift(/^\s*(select|with|from|values)\b/i.test(rest) ? sqlPlace(rest, text.slice(whole.length), vocabulary) : englishPlace(rest, vocabulary));
    case 'name':
      return lastWord(before, [...vocabulary.services, ...vocabulary.tables.map(({ word }) => word)]);
    case 'service':
      return lastWord(before, vocabulary.services);
    default:
      return lastWord(before, argument?.words ?? []);
  }
}

function lastWord(before: string, words: Iterable<Word>): Place {
  const typed = /\S*$/.exec(before)![0];
  return { from: before.length - typed.length, typed, words };
}
