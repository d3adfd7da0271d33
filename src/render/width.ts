/** Display width: how many columns of a terminal a text takes, and cutting and padding by it. */

import { createRequire } from 'node:module';

/** Printable ASCII, Latin, Greek, Cyrillic, common punctuation and box drawing: one column a character, surely. */
const narrow = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u037b-\u03ff\u0400-\u0482\u2010-\u2027\u2400-\u2426\u2500-\u257f]*$/;

let measure: ((text: string) => number) | undefined;
let segmenter: Intl.Segmenter | undefined;

/** Loaded on first need: building its tables costs as much as all else that shows a plain answer. */
function stringWidth(text: string): number {
  measure ??= (createRequire(import.meta.url)('string-width') as { default: (text: string) => number }).default;
  return measure(text);
}

/** The text must be safe already: escape sequences are not looked for. */
export function displayWidth(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text);
}

export const ellipsis = '…';

/** At most `width` columns, whole graphemes, with an ellipsis where something was cut. */
export function cut(text: string, width: number): string {
  // A grapheme of a thousand combining marks is one column wide and fills the screen all the same.
  const bounded = text.length > width * 16 + 64 ? text.slice(0, width * 16 + 64) : text;
  if (bounded.length === text.length && displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  if (narrow.test(bounded)) return bounded.length < width ? bounded + ellipsis : bounded.slice(0, width - 1) + ellipsis;
  segmenter ??= new Intl.Segmenter();
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(bounded)) {
    const next = displayWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return kept + ellipsis;
}

/** The part of a line that a window of `width` columns shows, `from` columns from its beginning; half of a wide character is a space. */
export function windowOf(text: string, from: number, width: number): string {
  if (narrow.test(text)) return text.slice(from, from + width);
  segmenter ??= new Intl.Segmenter();
  let shown = '';
  let at = 0;
  for (const { segment } of segmenter.segment(text)) {
    const next = at + displayWidth(segment);
    if (next > from && at < from + width) shown += at >= from && next <= from + width ? segment : ' '.repeat(Math.min(next, from + width) - Math.max(at, from));
    at = next;
    if (at >= from + width) break;
  }
  return shown;
}

export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** Breaks at spaces into lines of at most `width` columns; a word that is longer stands alone, uncut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Where a long name may be broken. */
const signs = /(?<=[._/,:=-])/;

/** The widest part that has no place to be broken at. */
export function longestPart(text: string): number {
  return Math.max(...text.split(' ').flatMap((word) => word.split(signs)).map(displayWidth));
}

/** What stands before a row of a tree. */
const treeBranches = /^[│ ]*[├└]─ /;

/** Breaks at spaces, a word that is longer behind a sign within it (`orders.`, `customer_`), else where the line is full. Nothing is lost. */
export function wrapNames(text: string, width: number): string[] {
  if (displayWidth(text) <= width) return [text];
  const [branches = ''] = treeBranches.exec(text) ?? [];
  // A twig of a tree keeps its depth, and what passes it goes on beside its further lines.
  if (branches !== '' && branches.length <= width / 2) {
    const passing = branches.replaceAll('├', '│').replace(/[└─]/g, ' ');
    return wrapNames(text.slice(branches.length), width - branches.length).map((line, i) => (i === 0 ? branches : passing) + line);
  }
  const lines: string[] = [];
  let line = '';
  const put = (part: string): void => {
    const space = line === '' || part === '' ? '' : ' ';
    if (displayWidth(line) + space.length + displayWidth(part) <= width) line += space + part;
    else {
      if (line !== '') lines.push(line);
      line = part;
    }
  };
  for (const word of text.split(' ')) {
    if (displayWidth(word) <= width) {
      put(word);
      continue;
    }
    // The parts of one word join without a space.
    for (const [i, part] of word.split(signs).flatMap((piece) => broken(piece, width)).entries()) {
      if (i > 0 && displayWidth(line) + displayWidth(part) <= width) line += part;
      else if (i > 0) {
        lines.push(line);
        line = part;
      } else put(part);
    }
  }
  return [...lines, line];
}

/**
 * Lines of SQL or JSON, broken at a space or behind a comma, where no string is open: what is copied from the screen
 * means the same. Further lines stand deeper. A part without such a place stays longer.
 */
export function wrapCode(lines: readonly string[], width: number): string[] {
  if (!Number.isFinite(width)) return [...lines];
  let quote = '';
  return lines.flatMap((line) => {
    const pieces: string[] = [];
    const inside = quote !== '';
    let from = 0;
    for (let i = 0; i < line.length; i += 1) {
      const sign = line[i]!;
      if (quote !== '') quote = sign === quote ? '' : quote;
      else if (sign === "'" || sign === '"' || sign === '`') quote = sign;
      // The rest is a comment.
      else if (line.startsWith('--', i)) break;
      else if (sign === ' ' || sign === ',') {
        pieces.push(line.slice(from, i + 1));
        from = i + 1;
      }
    }
    pieces.push(line.slice(from));
    if (inside || displayWidth(line) <= width) return [line];
    const deeper = `${/^ */.exec(line)![0].slice(0, width / 2)}  `;
    const wrapped: string[] = [];
    let current = '';
    for (const piece of pieces) {
      if (current.trim() !== '' && displayWidth(current) + displayWidth(piece.trimEnd()) > width) {
        wrapped.push(current.trimEnd());
        current = deeper + piece.trimStart();
      } else current += piece;
    }
    return [...wrapped, current.trimEnd()];
  });
}

/** Prose and drawings of ours whose indentation counts: it stays, on further lines as well. */
export function wrapIndented(line: string, width: number): string[] {
  const indent = /^ */.exec(line)![0];
  if (displayWidth(line) <= width || indent.length > width / 2) return [line];
  return wrapNames(line.slice(indent.length), width - indent.length).map((part) => indent + part);
}

/** Breaks wherever a line is full, between graphemes. Nothing is lost. */
export function broken(text: string, width: number): string[] {
  if (displayWidth(text) <= width || !Number.isFinite(width)) return [text];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(text)) {
    const next = displayWidth(segment);
    if (used + next > width && line !== '') {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += segment;
    used += next;
  }
  return [...lines, line];
}
