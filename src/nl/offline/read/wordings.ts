/** Short ways to ask over several services, token by token in the words that the readers know: numbers of each thing, decades. */

import { matchColumns } from '../link/match.js';
import type { Schema } from '../link/catalog.js';
import type { Token } from '../text/tokens.js';
import { written } from './idioms.js';
import { isMoneyNoun, opAt, tableBefore } from './measures.js';
import type { Said } from './measures.js';

/** "Customers by number of orders": the number of orders of each, the most first. */
export function rankedByNumber(tokens: readonly Token[], schema: Schema): Said | undefined {
  const at = tokens.findIndex((t, i) => t.lower === 'by' && tokens[i + 1]?.lower === 'number' && tokens[i + 2]?.lower === 'of');
  const noun = at < 1 ? undefined : tableBefore(tokens, at, schema);
  const rest = tokens.slice(at + 3).filter((t) => t.kind !== 'punct');
  const counted = noun === undefined ? undefined : tableBefore(rest, rest.length, schema);
  const leads = tokens.slice(0, noun?.start ?? 0).every((t) => /^(show|me|list|give|find|the|us|display|get|please|our|all|rank|order|sort)$/.test(t.lower));
  if (noun === undefined || counted === undefined || counted.start > 0 || counted.table === noun.table || !leads) return undefined;
  return { tokens: [...written('number of'), ...rest, ...written('per'), ...tokens.slice(noun.start, at), ...written('in descending order')], notes: [] };
}

/** "Total orders per customer": things that are not themselves money are counted. */
export function totalNumber(tokens: readonly Token[], schema: Schema): Said | undefined {
  const at = tokens.findIndex((t) => t.lower === 'total');
  if (at < 0 || tokens[at - 1]?.lower === 'the' || opAt(tokens, at)?.length !== 1) return undefined;
  for (let end = Math.min(tokens.length, at + 4); end > at + 1; end--) {
    const noun = tableBefore(tokens, end, schema);
    if (noun?.start !== at + 1 || !/s$/.test(tokens[end - 1]!.lower) || isMoneyNoun(tokens[end - 1]!.lemma)) continue;
    const after = opAt(tokens, end)?.op;
    const parted = after?.op === 'each' || after?.op === 'everyUnit' || (after?.op === 'preposition' && after.word === 'by');
    if (!parted || matchColumns(schema, tokens.slice(at + 1, end).map((t) => t.lemma), false).some((m) => m.score >= 0.95) || matchColumns(schema, tokens.slice(at, end).map((t) => t.lemma), false).length > 0) return undefined;
    return { tokens: [...tokens.slice(0, at), ...written('number of'), ...tokens.slice(at + 1)], notes: [`"${tokens.slice(at, end).map((t) => t.text).join(' ')}" = their number`] };
  }
  return undefined;
}

/** "Built in the 1990s": from the first year to the last. */
export function decades(tokens: readonly Token[]): Said | undefined {
  const at = tokens.findIndex((t, i) => /^[12]\d\d0s$/.test(t.lower) && tokens[i - 1]?.lower === 'the' && /^(in|during|from|of)$/.test(tokens[i - 2]?.lower ?? ''));
  if (at < 0) return undefined;
  const first = Number(tokens[at]!.lower.slice(0, 4));
  return { tokens: [...tokens.slice(0, at - 2), ...written(`between ${first} and ${first + 9}`), ...tokens.slice(at + 1)], notes: [`"${tokens[at]!.text}" = ${first} to ${first + 9}`] };
}

/** "Bookings made in 2026": that they were made says no more, where no column tells of it. */
export function bareMade(tokens: readonly Token[], schema: Schema): Said | undefined {
  const at = tokens.findIndex((t, i) => t.lower === 'made' && /^(in|on|during|since|last|this|before|after|between)$/.test(tokens[i + 1]?.lower ?? ''));
  if (at < 1 || schema.columnsByWord.has('make') || tableBefore(tokens, at, schema) === undefined) return undefined;
  return { tokens: [...tokens.slice(0, at), ...tokens.slice(at + 1)], notes: [] };
}

const collective = new Set('staff crew personnel aircraft equipment stock inventory cattle livestock sheep fish poultry people children men women police spacecraft'.split(' '));

/** A word for several things, which need not end in -s. */
export function isSeveral(token: Token): boolean {
  return /s$/.test(token.lower) || collective.has(token.lower);
}
