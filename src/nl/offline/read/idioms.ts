/** Idioms, token by token, as the plainer words that the readers know: "his or her", "18 years old", "with an E in its name". */

import { tokenize } from '../text/tokens.js';
import type { Token } from '../text/tokens.js';
import { phraseAt } from './phrases.js';

export function written(text: string): Token[] {
  return tokenize(text).map((t) => ({ ...t, capital: false }));
}

export function plainer(tokens: readonly Token[]): readonly Token[] {
  return letters(ages(pronouns(tokens)));
}

const pairs: Readonly<Record<string, string>> = { 'his or her': 'their', 'her or his': 'their', 'he or she': 'they', 'she or he': 'they', 'him or her': 'them' };

function pronouns(tokens: readonly Token[]): readonly Token[] {
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const said = pairs[tokens.slice(i, i + 3).map((t) => t.lower).join(' ')];
    if (said === undefined) result.push(tokens[i]!);
    else {
      result.push(...written(said));
      i += 2;
    }
  }
  return result;
}

/** "are 18 years old", "18 years of age". */
function ages(tokens: readonly Token[]): readonly Token[] {
  const at = tokens.findIndex((t, i) => t.number !== undefined && /^years?$/.test(tokens[i + 1]?.lower ?? '') && (tokens[i + 2]?.lower === 'old' || (tokens[i + 2]?.lower === 'of' && tokens[i + 3]?.lower === 'age')));
  if (at < 0 || phraseAt(tokens.map((t) => t.lower), at - 1)?.op.op === 'compare' || /^(than|least|most|over|under|above|below|or)$/.test(tokens[at - 1]?.lower ?? '')) return tokens;
  const before = /^(is|are|was|were|be)$/.test(tokens[at - 1]?.lower ?? '') ? tokens.slice(0, at - 1) : tokens.slice(0, at);
  const rest = tokens.slice(at + (tokens[at + 2]!.lower === 'old' ? 3 : 4));
  return [...before, ...written('with age'), tokens[at]!, ...rest];
}

const possessives = new Set(['its', 'their', 'his', 'her', 'the']);

/** "with the letter D in its first name": of a name that contains it. */
function letters(tokens: readonly Token[]): readonly Token[] {
  for (let i = 1; i + 2 < tokens.length; i++) {
    const token = tokens[i]!;
    const letter = token.kind === 'quoted' || (token.kind === 'word' && /^[A-Z]$/.test(token.text) && !(token.text === 'A' && tokens[i + 1]!.lower !== 'in') && token.text !== 'I');
    if (!letter || tokens[i + 1]!.lower !== 'in' || !possessives.has(tokens[i + 2]!.lower)) continue;
    let start = i;
    while (start > 0 && /^(the|a|an|letter|letters|word|string|substring|text|character)$/.test(tokens[start - 1]!.lower)) start--;
    const lead = tokens[start - 1]?.lower ?? '';
    if (!/^(with|without|has|have|had|having|contain|contains|containing|include|includes|including)$/.test(lead)) continue;
    const denied = lead === 'without';
    start--;
    while (start > 0 && /^(that|who|which)$/.test(tokens[start - 1]!.lower)) start--;
    const name: Token[] = [];
    for (let k = i + 3; k < tokens.length && tokens[k]!.kind === 'word' && phraseAt(tokens.map((t) => t.lower), k) === undefined; k++) name.push(tokens[k]!);
    if (name.length === 0) continue;
    const quoted: Token = { kind: 'quoted', text: token.text, lower: token.lower, lemma: token.lower, capital: false };
    return [...tokens.slice(0, start), ...written('whose'), ...name, ...written(denied ? 'does not contain' : 'contains'), quoted, ...tokens.slice(i + 3 + name.length)];
  }
  return tokens;
}
