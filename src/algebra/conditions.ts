/** Conditions that a store holds its rows to, in the store's own words: what they name, and when two say the same. */

export interface CheckConstraint {
  /** Those that it names. */
  readonly columns: readonly string[];
  /** As the store prints it: `price > (0)::numeric`. */
  readonly condition: string;
}

/** Texts, quoted names, bare words, and single signs. */
const tokens = /'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"|`(?:[^`\\]|``|\\.)*`|[\p{L}_][\p{L}\p{N}_$]*|\d[\w.]*|\s+|./gsu;

/** Words that could be columns, without quotes: functions and keywords among them. */
export function wordsOfCondition(condition: string): Set<string> {
  return new Set([...condition.matchAll(tokens)].flatMap(([token]) => nameIn(token) ?? []));
}

/** @param rename what a word is called instead; itself where it is none of those meant */
export function renamedCondition(condition: string, rename: (word: string) => string): string {
  return condition.replaceAll(tokens, (token: string) => {
    const name = nameIn(token);
    if (name === undefined || rename(name) === name) return token;
    const other = rename(name);
    const quote = /^["`]/.exec(token)?.[0];
    if (quote !== undefined) return `${quote}${other.replaceAll(quote, quote + quote)}${quote}`;
    return /^[a-z_][a-z0-9_]*$/.test(other) ? other : `"${other.replaceAll('"', '""')}"`;
  });
}

/**
 * Equal for conditions that say the same. A store prints literals with the column's type (`(0)::numeric`), which another
 * type of the column changes and nothing else.
 */
export function conditionKey(condition: string): string {
  const parts = [...condition.matchAll(tokens)].map(([token]) => token).filter((token) => token.trim() !== '');
  const plain = parts.map((token) => (/^["`]/.test(token) ? `"${nameIn(token)!}"` : /^[\p{L}_]/u.test(token) ? `"${token}"` : token)).join(' ');
  const cast = / : : "[^"]*"(?: "(?:varying|precision|with|without|time|zone)")*(?: \( \d+(?: , \d+)* \))?(?: \[ \])*/g;
  let [before, after] = ['', plain.replaceAll(cast, '')];
  while (before !== after) [before, after] = [after, after.replaceAll(/(?<!" )\( ("[^"]*"|- \d[\w.]*|\d[\w.]*|'[^']*') \)/g, '$1')];
  return after;
}

/** Without brackets that hold all of it. */
export function withoutBrackets(condition: string): string {
  let depth = 0;
  const all = [...condition.matchAll(tokens)];
  const closes = all.findIndex(([token]) => (depth += token === '(' ? 1 : token === ')' ? -1 : 0) === 0);
  return condition.startsWith('(') && closes === all.length - 1 ? withoutBrackets(condition.slice(1, -1)) : condition;
}

function nameIn(token: string): string | undefined {
  const quote = /^["`]/.exec(token)?.[0];
  if (quote !== undefined) return token.slice(1, -1).replaceAll(quote + quote, quote).replaceAll(/\\(.)/gs, '$1');
  return /^[\p{L}_]/u.test(token) ? token : undefined;
}
