/** SQL in colour, at the prompt and in what stays on screen above its answer. */

import { safeText } from '../render/safe.js';
import { keywords } from './complete/sql-words.js';
import { tokens } from './sql-tokens.js';
import type { Token } from './sql-tokens.js';

/** SGR codes of the sixteen colours every terminal has: on, off. */
const shades = { keyword: [35, 39], string: [32, 39], number: [33, 39], comment: [2, 22], command: [36, 39] } as const;

interface Span {
  readonly from: number;
  readonly text: string;
  readonly shade: keyof typeof shades | undefined;
}

export type Painter = (from: number, to: number) => string;

/** Paints parts of this text, given by index: harmless text, in colour where that is wanted. */
export function painter(text: string, isSql: boolean, color: boolean): Painter {
  const spans = color ? spansOf(text, isSql) : [{ from: 0, text, shade: undefined }];
  return (from, to) =>
    spans
      .filter((span) => span.from < to && span.from + span.text.length > from)
      .map(({ from: start, text: whole, shade }) => shaded(safeText(whole.slice(Math.max(0, from - start), to - start)), shade))
      .join('');
}

function shaded(text: string, shade: Span['shade']): string {
  if (shade === undefined || text === '') return text;
  const [on, off] = shades[shade];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** A dot command may have a statement behind it. */
function spansOf(text: string, isSql: boolean): Span[] {
  const command = isSql ? undefined : /^\s*[.\\][\w?+]+/.exec(text)?.[0];
  const rest = text.slice(command?.length ?? 0);
  const first: Span[] = command === undefined ? [] : [{ from: 0, text: command, shade: 'command' }];
  const statement = isSql || (command !== undefined && /^\s*(select|with|from|values)\b/i.test(rest));
  if (!statement) return [...first, { from: text.length - rest.length, text: rest, shade: undefined }];
  return [...first, ...tokens(rest).map((token) => ({ from: token.from + text.length - rest.length, text: token.text, shade: shadeOf(token) }))];
}

function shadeOf({ kind, text }: Token): Span['shade'] {
  if (kind === 'string' || kind === 'number' || kind === 'comment') return kind;
  return kind === 'word' && keywords.has(text.toLowerCase()) ? 'keyword' : undefined;
}
