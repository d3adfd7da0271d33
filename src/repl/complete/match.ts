/** Which words a few typed letters may mean, the likeliest first. */

import type { Word } from './vocabulary.js';

/** Words for a place, and where in the text the letters begin that choose among them. */
export interface Place {
  readonly from: number;
  readonly typed: string;
  readonly words: Iterable<Word>;
}

/** More than anybody scrolls through. */
export const mostOffered = 200;

/** 0 begins so, 1 a part of the name begins so, 2 holds it; undefined: none of these. */
function rank(text: string, typed: string): number | undefined {
  const at = text.toLowerCase().indexOf(typed);
  if (at === 0) return 0;
  if (at === -1 || typed.length < 2) return undefined;
  if (/[^\p{L}\p{N}]$/u.test(text.slice(0, at)) || /^\p{Ll}\p{Lu}/u.test(text.slice(at - 1))) return 1;
  return typed.length < 3 ? undefined : 2;
}

/** Words keep their order among equals; what is put in and of one kind comes once. */
export function matching(words: Iterable<Word>, typed: string): Word[] {
  const wanted = typed.toLowerCase();
  const byRank: [Word[], Word[], Word[]] = [[], [], []];
  const seen = new Set<string>();
  for (const word of words) {
    const found = rank(word.text, wanted);
    const key = `${word.kind} ${word.insert ?? word.text}`;
    if (found === undefined || seen.has(key)) continue;
    seen.add(key);
    byRank[found]!.push(word);
    if (byRank[0].length >= mostOffered) break;
  }
  return byRank.flat().slice(0, mostOffered);
}
