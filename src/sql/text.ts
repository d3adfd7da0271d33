/** The statement as text: just enough lexing to find where a token ends, and to say where an error is. */

/** Past white space and comments. */
export function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text[at]!)) at++;
    if (text.startsWith('--', at)) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end + 1;
    } else if (text.startsWith('/*', at)) {
      at = skipComment(text, at);
    } else {
      return at;
    }
  }
}

/** Comments nest. */
function skipComment(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    if (text.startsWith('/*', at)) {
      depth++;
      at += 2;
    } else if (text.startsWith('*/', at)) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else {
      at++;
    }
  }
  return text.length;
}

const word = /[\p{L}_\u0080-\uffff][\p{L}\p{N}_$\u0080-\uffff]*/uy;

export interface Identifier {
  readonly name: string;
  readonly quoted: boolean;
  readonly end: number;
}

/** The identifier that begins here, if one does. */
export function identifierAt(text: string, at: number): Identifier | undefined {
  if (text[at] === '"') {
    const end = quotedEnd(text, at, '"');
    return { name: text.slice(at + 1, end - 1).replaceAll('""', '"'), quoted: true, end };
  }
  word.lastIndex = at;
  const match = word.exec(text);
  return match === null ? undefined : { name: match[0], quoted: false, end: at + match[0].length };
}

function quotedEnd(text: string, from: number, quote: string, backslash = false): number {
  for (let at = from + 1; at < text.length; at++) {
    if (backslash && text[at] === '\\') at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
}

export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** A bare word; keywords are among them. */
  readonly word: boolean;
}

/** Tokens as coarse as the callers need: words, quoted things, and single characters of anything else. */
export function* tokens(text: string): Generator<Token> {
  for (let at = skipBlank(text, 0); at < text.length; ) {
    const start = at;
    let isWord = false;
    if (/^[eE]'/.test(text.slice(at, at + 2))) {
      at = quotedEnd(text, at + 1, "'", true);
    } else if (text[at] === "'") {
      at = quotedEnd(text, at, "'");
    } else if (text[at] === '"') {
      at = quotedEnd(text, at, '"');
    } else if (text[at] === '$') {
      const tag = /^\$\w*\$/.exec(text.slice(at, at + 70))?.[0];
      const end = tag === undefined ? -1 : text.indexOf(tag, at + tag.length);
      at = tag === undefined ? at + 1 : end === -1 ? text.length : end + tag.length;
    } else {
      const name = identifierAt(text, at);
      isWord = name !== undefined;
      at = name?.end ?? at + 1;
    }
    yield { start, end: at, text: text.slice(start, at), word: isWord };
    at = skipBlank(text, at);
  }
}

/** Without the semicolons and comments behind its last token, so that it can stand inside other SQL. */
export function withoutTail(text: string): string {
  let end = 0;
  for (const token of tokens(text)) if (token.text !== ';') end = token.end;
  return text.slice(0, end);
}

/** DuckDB counts bytes of UTF-8; text is indexed by UTF-16 units. */
export function indexOfByte(text: string, byte: number): number {
  return Buffer.from(text).subarray(0, byte).toString().length;
}

/** Its parser, when it complains, counts code points. */
export function indexOfCodePoint(text: string, count: number): number {
  return [...text].slice(0, count).join('').length;
}

export interface Place {
  readonly line: number;
  readonly column: number;
  /** The line and a caret under the place. */
  readonly excerpt: string;
}

const excerptWidth = 100;

export function placeOf(text: string, index: number): Place {
  const at = Math.min(index, text.length);
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  const nextBreak = text.indexOf('\n', at);
  const column = at - lineStart;
  const from = Math.max(0, column - Math.floor(excerptWidth * 0.7));
  const line = text.slice(lineStart, nextBreak === -1 ? undefined : nextBreak).slice(from, from + excerptWidth);
  const shown = line.replace(/\s/g, ' ');
  return {
    line: before.split('\n').length,
    column: [...text.slice(lineStart, at)].length + 1,
    excerpt: `  ${shown}\n  ${' '.repeat([...shown.slice(0, column - from)].length)}^`,
  };
}

/** One replacement in a text; `end` is the first character that stays. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** Where an index of the edited text lay in the original. */
export function originalIndex(index: number, edits: readonly Edit[]): number {
  let shift = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const start = edit.start + shift;
    if (index < start) break;
    if (index < start + edit.text.length) return edit.start;
    shift += edit.text.length - (edit.end - edit.start);
  }
  return index - shift;
}
