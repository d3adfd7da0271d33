/**
 * Ways to ask that say the same as a longer one: their tokens are written out before they are read. "Top 5 owners by
 * weight" is "the 5 owners with the highest weight", "visits per month" is their number, "unchipped" is "not chipped".
 */

import { isFlag, isKey } from '../build/roles.js';
import { matchColumns, matchTables } from '../link/match.js';
import type { Schema } from '../link/catalog.js';
import { plainer, written } from './idioms.js';
import { plural, withMeasures } from './measures.js';
import type { Said } from './measures.js';
import { phraseAt } from './phrases.js';
import { ordinal } from '../text/numbers.js';
import type { Token } from '../text/tokens.js';
import { dimensionOf } from '../text/words.js';
import { usual } from './usual.js';
import { isSeveral } from './wordings.js';

export function rephrased(tokens: readonly Token[], schema: Schema): Said {
  const said = usual(plainer(amounts(placed(tokens, schema), schema)), schema);
  const measured = withMeasures(said.tokens, schema);
  return { notes: [...said.notes, ...measured.notes], tokens: counted(ranked(opposites(flagged(measured.tokens, schema), schema)), schema) };
}

const words = written;

/** "The second floor", where floors are numbers: floor 2. */
function placed(tokens: readonly Token[], schema: Schema): readonly Token[] {
  return tokens.flatMap((token, i) => {
    const [before, next] = [tokens[i - 1], tokens[i + 1]];
    const number = (t: Token | undefined): number | undefined => (t?.kind === 'word' ? ordinal(t.lower) : undefined);
    const told = (t: Token | undefined): boolean => t?.kind === 'word' && tokens.every((o) => o === t || o.lower !== t.lower) && matchColumns(schema, [t.lemma], false).some((m) => m.score >= 0.95 && m.column.type.kind === 'int' && !isKey(m.column)) && matchTables(schema, [t.lemma], false).length === 0;
    if (number(before) !== undefined && told(token)) return [token, { ...before!, kind: 'number' as const, number: number(before)! }];
    return number(token) !== undefined && told(next) ? [] : [token];
  });
}

/** "Total amount of" is a sum, and where a column is called so, of that. */
function amounts(tokens: readonly Token[], schema: Schema): readonly Token[] {
  const at = tokens.findIndex((t, i) => t.lower === 'total' && tokens[i + 1]?.lower === 'amount' && tokens[i + 2]?.lower === 'of');
  if (at === -1 || !matchColumns(schema, ['amount'], false).some((m) => m.score >= 0.95)) return tokens;
  return [...tokens.slice(0, at + 1), ...words('the'), ...tokens.slice(at + 1)];
}

/** "VIPs", where a column says yes or no of that: the rows of which it says yes. */
function flagged(tokens: readonly Token[], schema: Schema): readonly Token[] {
  if (schema.services.length < 2) return tokens;
  return tokens.flatMap((token) => {
    if (token.kind !== 'word' || token.name === true || !token.lower.endsWith('s') || token.lemma === token.lower || schema.values.has(token.lemma) || schema.values.has(token.lower) || matchTables(schema, [token.lemma], false).length > 0) return [token];
    const columns = matchColumns(schema, [token.lemma], false).filter((m) => m.score >= 0.9).map((m) => m.column);
    const [flag] = columns;
    return flag === undefined || columns.length > 1 || !isFlag(flag) ? [token] : [...words(token.lemma), ...plural(flag.table)];
  });
}

/** A flag's opposite, where nothing is called by the word itself. */
function opposites(tokens: readonly Token[], schema: Schema): readonly Token[] {
  const flag = (t: Token): boolean => matchColumns(schema, [t.lemma], false).some((m) => m.score >= 0.9 && isFlag(m.column)) || (t.lower !== t.lemma && matchColumns(schema, [t.lower], false).some((m) => m.score >= 0.9 && isFlag(m.column)));
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const after = tokens[i + 2];
    if (token.lower === 'non' && tokens[i + 1]?.text === '-' && after !== undefined && flag(after)) {
      result.push(...words('not'), after);
      i += 2;
      continue;
    }
    const rest = token.kind === 'word' ? /^(?:un|in|non)([a-z]{4,})$/.exec(token.lower) : null;
    const known = rest === null || matchColumns(schema, [token.lemma], true).length > 0 || schema.values.has(token.lower) || matchTables(schema, [token.lemma], true).length > 0;
    const [plain] = known ? [] : words(rest![1]!);
    if (plain !== undefined && flag(plain)) result.push(...words('not'), plain);
    else result.push(token);
  }
  return result;
}

const leads = new Set(['show', 'me', 'list', 'give', 'find', 'what', 'which', 'who', 'are', 'is', 'the', 'us', 'display', 'get', 'tell', 'please', 'our', 'were']);

/** "[show] [the] top N X by Y" */
function ranked(tokens: readonly Token[]): readonly Token[] {
  let at = 0;
  while (leads.has(tokens[at]?.lower ?? '')) at++;
  const end = tokens[at]?.lower;
  if ((end !== 'top' && end !== 'bottom') || tokens[at + 1]?.number === undefined) return tokens;
  const by = tokens.findIndex((t, i) => i > at + 2 && t.lower === 'by');
  if (by === -1 || tokens.slice(by + 1).some((t) => t.lower === 'by') || by + 1 >= tokens.length) return tokens;
  let measure = tokens.slice(by + 1);
  const counts = ['number', 'count', 'amount'].includes(measure[0]?.lower ?? '') && measure[1]?.lower === 'of';
  if (counts) measure = measure.slice(2);
  const how = end === 'top' ? (counts ? 'with the most' : 'with the highest') : counts ? 'with the fewest' : 'with the lowest';
  return [...tokens.slice(0, at), ...words('the'), ...tokens.slice(at + 1, by), ...words(how), ...measure];
}

/** "X per Y" with nothing else to measure. */
function counted(tokens: readonly Token[], schema: Schema): readonly Token[] {
  let at = 0;
  while (leads.has(tokens[at]?.lower ?? '')) at++;
  const lowers = tokens.map((t) => t.lower);
  const per = lowers.findIndex((w, i) => i > at && (w === 'per' || phraseAt(lowers, i)?.op.op === 'everyUnit'));
  const measures = lowers.some((_, i) => ['count', 'aggregate', 'superlative', 'common', 'top'].includes(phraseAt(lowers, i)?.op.op ?? ''));
  if (per === -1 || measures || lowers.includes('many') || lowers.some((w) => w.endsWith('st') && dimensionOf(w) !== undefined)) return tokens;
  const noun = tokens[per - 1]!;
  const table = matchTables(schema, [noun.lemma], false).some((m) => m.score >= 0.95) && !matchColumns(schema, [noun.lemma], false).some((m) => m.score >= 0.95);
  return table && isSeveral(noun) ? [...tokens.slice(0, at), ...words('number of'), ...tokens.slice(at)] : tokens;
}
