/** A question as tokens: words with their lemmas, numbers, dates, quoted strings, punctuation. */

import { lemma } from './lemma.js';
import { compoundNumber, numberWord } from './numbers.js';

export type TokenKind = 'word' | 'number' | 'date' | 'quoted' | 'punct';

export interface Token {
  readonly kind: TokenKind;
  /** As written; for quoted strings what is between the quotes. */
  readonly text: string;
  readonly lower: string;
  readonly lemma: string;
  readonly number?: number;
  /** Begins with a capital, and not only because the sentence begins there. */
  readonly capital: boolean;
  /** It stands for a name of the catalogue, whatever phrase it is otherwise. */
  readonly name?: true;
}

const months = 'january|february|march|april|may|june|july|august|september|october|november|december';
const pattern = new RegExp(
  [
    String.raw`(?<quoted>"[^"]*"|“[^”]*”|‘[^’]*’|\u0060\u0060.*?''|(?<![\p{L}\p{N}])'(?:[^']|'(?=\p{L}))*'(?![\p{L}\p{N}]))`,
    String.raw`(?<date>\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?Z?)?|\d{1,2}/\d{1,2}/\d{4}|(?:${months})\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:${months}),?\s+\d{4})`,
    String.raw`(?<number>-?\$?\d+(?:\.\d+)?[kKmM](?![\p{L}\d])|-?\$?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}\d_@-])%?)`,
    String.raw`(?<word>[\p{L}\p{N}_]+(?:-[\p{L}\p{N}_]*\d[\p{L}\p{N}_]*)+|[\p{L}\p{N}_@.]+@[\p{L}\p{N}_.-]+|[\p{L}\p{N}_]+(?:[./:][\p{L}\p{N}_]+)*|[\p{L}\p{N}]+)`,
    String.raw`(?<apostrophe>['’]s(?![\p{L}])|['’](?=\s))`,
    String.raw`(?<punct><=|>=|<>|!=|[^\s])`,
  ].join('|'),
  'giu',
);

export function tokenize(question: string): Token[] {
  const tokens: Token[] = [];
  for (const match of question.replace(/(\p{L})[’'](?=(t|s|re|ve|ll|d|m)\b)/gu, "$1'").matchAll(pattern)) {
    const groups = match.groups!;
    const text = match[0];
    const first = tokens.length === 0 || /^[.?!]$/.test(tokens.at(-1)!.text);
    if (groups['quoted'] !== undefined) tokens.push(plain('quoted', text.replace(/^(["“‘']|``)|(["”’']|'')$/gu, '').trim()));
    else if (groups['date'] !== undefined) tokens.push(plain('date', text));
    else if (groups['number'] !== undefined) tokens.push(numeric(text));
    else if (groups['word'] !== undefined) tokens.push(...wordTokens(text, first, question[match.index + text.length] ?? ''));
    else if (groups['apostrophe'] !== undefined) tokens.push(plain('punct', "'s"));
    else tokens.push(plain('punct', text));
  }
  return mergeNumbers(mergeNegations(tokens));
}

function plain(kind: TokenKind, text: string): Token {
  const lower = text.toLowerCase();
  return { kind, text, lower, lemma: lower, capital: false };
}

function numeric(text: string): Token {
  const factor = /k$/i.test(text) ? 1e3 : /m$/i.test(text) ? 1e6 : 1;
  const number = Number(text.replace(/[$,%kKmM]/g, '')) * factor;
  return { kind: 'number', text, lower: text, lemma: text, number, capital: false };
}

function wordTokens(text: string, first: boolean, _next: string): Token[] {
  const parts = /[@]/.test(text) ? [text] : text.split(/_/).filter((p) => p !== '');
  return parts.map((part) => {
    const lower = part.toLowerCase();
    const number = numberWord(lower);
    return {
      kind: 'word',
      text: part,
      lower,
      lemma: lemma(lower),
      capital: !first && /^\p{Lu}/u.test(part),
      ...(number === undefined ? {} : { number }),
    };
  });
}

/** "twenty-five", "two hundred and six": one number. */
function mergeNumbers(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const found = tokens[i]!.kind === 'word' || tokens[i]!.kind === 'number' ? compoundNumber(tokens, i) : undefined;
    if (found === undefined) result.push(tokens[i]!);
    else {
      const text = tokens.slice(i, i + found.length).map((t) => t.text).join(' ');
      result.push({ kind: 'number', text, lower: text.toLowerCase(), lemma: text.toLowerCase(), number: found.value, capital: false });
      i += found.length - 1;
    }
  }
  return result;
}

/** don't, doesn't, isn't, n't -> not. */
function mergeNegations(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const next = tokens[i + 1];
    const afterNext = tokens[i + 2];
    if (/^(do|does|did|is|are|was|were|has|have|had|can|could|would|wo|should)n$/.test(token.lower) && next?.text === "'" && afterNext?.lower === 't') {
      result.push(plain('word', 'not'));
      i += 2;
    } else result.push(token);
  }
  return result;
}
