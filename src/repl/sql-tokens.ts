/**
 * SQL cut into tokens, for what happens at every key: colour, brackets that are still open, completion. It judges
 * nothing: a text that is no SQL gives tokens too. Lexical rules as DuckDB's and PostgreSQL's scanner has them.
 */

export type TokenKind = 'space' | 'comment' | 'string' | 'quoted' | 'word' | 'number' | 'open' | 'close' | 'other';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Index of its first character. */
  readonly from: number;
  /** A string, a quoted name or a comment that the text ends inside of. */
  readonly unfinished: boolean;
}

/** In the order in which they are tried; each takes as much as it can, to the end of the text where its end is missing. */
const rules: readonly { readonly kind: TokenKind; readonly pattern: RegExp; readonly whole?: RegExp }[] = [
  { kind: 'space', pattern: /\s+/uy },
  { kind: 'comment', pattern: /--[^\n]*/uy },
  { kind: 'comment', pattern: /\/\*[^]*?(?:\*\/|$)/uy, whole: /\*\/$/ },
  { kind: 'string', pattern: /[eE]'(?:[^'\\]|''|\\[^])*(?:'|\\?$)/uy, whole: /^.'(?:[^'\\]|''|\\[^])*'$/ },
  { kind: 'string', pattern: /'(?:[^']|'')*(?:'|$)/uy, whole: /^'(?:[^']|'')*'$/ },
  { kind: 'string', pattern: /\$(\w*)\$[^]*?(?:\$\1\$|$)/uy, whole: /^\$(\w*)\$[^]*\$\1\$$/ },
  { kind: 'quoted', pattern: /"(?:[^"]|"")*(?:"|$)/uy, whole: /^"(?:[^"]|"")*"$/ },
  { kind: 'number', pattern: /(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/uy },
  { kind: 'word', pattern: /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy },
  { kind: 'open', pattern: /[([{]/uy },
  { kind: 'close', pattern: /[)\]}]/uy },
  { kind: 'other', pattern: /[^]/uy },
];

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let from = 0; from < text.length; ) {
    for (const { kind, pattern, whole } of rules) {
      pattern.lastIndex = from;
      const match = pattern.exec(text)?.[0];
      if (match === undefined) continue;
      found.push({ kind, text: match, from, unfinished: whole !== undefined && !whole.test(match) });
      from += match.length;
      break;
    }
  }
  return found;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** What a statement still lacks before it can be run, in words; undefined when it is balanced. */
export function lacks(text: string): string | undefined {
  const open: string[] = [];
  for (const { kind, text: part, unfinished } of tokens(text)) {
    if (unfinished) return kind === 'comment' ? 'the end of a comment, */' : `a closing ${part.startsWith('$') ? /^\$\w*\$/.exec(part)![0] : kind === 'quoted' ? '"' : "'"}`;
    if (kind === 'open') open.push(closing[part]!);
    // One too many is for the parser to refuse: no further line could mend it.
    if (kind === 'close' && open.pop() !== part) return undefined;
  }
  const last = open.at(-1);
  return last === undefined ? undefined : `a closing ${last}`;
}

/** The statements of a text, without the semicolons between them; what holds nothing but comments is none. */
export function statements(text: string): string[] {
  const found: string[] = [];
  let from = 0;
  let depth = 0;
  let solid = false;
  const end = (to: number): void => {
    if (solid) found.push(text.slice(from, to).trim());
    solid = false;
  };
  for (const { kind, text: part, from: at } of tokens(text)) {
    if (kind === 'open') depth += 1;
    if (kind === 'close') depth -= 1;
    if (part === ';' && depth <= 0) {
      end(at);
      from = at + 1;
      depth = 0;
    } else if (kind !== 'space' && kind !== 'comment') solid = true;
  }
  end(text.length);
  return found;
}
