/** The text that is being typed, as a value: every key makes a new one. The cursor stands between graphemes. */

export interface Editor {
  readonly text: string;
  /** Index into text, always at a grapheme's edge. */
  readonly cursor: number;
  /** What ctrl-k, ctrl-u and ctrl-w cut last, for ctrl-y. */
  readonly killed: string;
}

export type Edit =
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'left' | 'right' | 'wordLeft' | 'wordRight' | 'home' | 'end' }
  | { readonly type: 'backspace' | 'delete' | 'killToEnd' | 'killToStart' | 'killWord' | 'killWordRight' | 'yank' }
  | { readonly type: 'transpose' | 'upper' | 'lower' | 'capitalize' };

export const emptyEditor: Editor = { text: '', cursor: 0, killed: '' };

export const withText = (editor: Editor, text: string): Editor => ({ ...editor, text, cursor: text.length });

let segmenter: Intl.Segmenter | undefined;

/** The grapheme edges around the cursor. Only the current line is looked at: edges never span a line feed. */
function before({ text, cursor }: Editor): number {
  if (cursor === 0) return 0;
  const start = text.lastIndexOf('\n', cursor - 2) + 1;
  let edge = start;
  segmenter ??= new Intl.Segmenter();
  for (const { index } of segmenter.segment(text.slice(start, cursor))) edge = start + index;
  return edge;
}

function after({ text, cursor }: Editor): number {
  if (cursor === text.length) return cursor;
  segmenter ??= new Intl.Segmenter();
  const [first] = segmenter.segment(text.slice(cursor, cursor + 64));
  return cursor + (first?.segment.length ?? 1);
}

const lineStart = ({ text, cursor }: Editor): number => text.lastIndexOf('\n', cursor - 1) + 1;

function lineEnd({ text, cursor }: Editor): number {
  const end = text.indexOf('\n', cursor);
  return end === -1 ? text.length : end;
}

function wordLeft({ text, cursor }: Editor): number {
  const match = /[\p{L}\p{N}_]+[^\p{L}\p{N}_]*$/u.exec(text.slice(0, cursor));
  return match?.index ?? 0;
}

/** As a shell's ctrl-w: back to white space. */
function blankLeft({ text, cursor }: Editor): number {
  const match = /\S+\s*$/.exec(text.slice(0, cursor));
  return match?.index ?? 0;
}

function wordRight({ text, cursor }: Editor): number {
  const match = /^[^\p{L}\p{N}_]*[\p{L}\p{N}_]+/u.exec(text.slice(cursor));
  return match === null ? text.length : cursor + match[0].length;
}

export function edit(editor: Editor, action: Edit): Editor {
  const { text, cursor } = editor;
  const move = (to: number): Editor => ({ ...editor, cursor: to });
  const cutOut = (from: number, to: number, keep: boolean): Editor => ({
    text: text.slice(0, from) + text.slice(to),
    cursor: from,
    killed: keep && to > from ? text.slice(from, to) : editor.killed,
  });
  const insert = (added: string): Editor => ({ ...editor, text: text.slice(0, cursor) + added + text.slice(cursor), cursor: cursor + added.length });
  switch (action.type) {
    case 'insert':
      return insert(action.text);
    case 'left':
      return move(before(editor));
    case 'right':
      return move(after(editor));
    case 'wordLeft':
      return move(wordLeft(editor));
    case 'wordRight':
      return move(wordRight(editor));
    case 'home':
      return move(lineStart(editor));
    case 'end':
      return move(lineEnd(editor));
    case 'backspace':
      return cutOut(before(editor), cursor, false);
    case 'delete':
      return cutOut(cursor, after(editor), false);
    case 'killToEnd':
      return cutOut(cursor, lineEnd(editor), true);
    case 'killToStart':
      return cutOut(lineStart(editor), cursor, true);
    case 'killWord':
      return cutOut(blankLeft(editor), cursor, true);
    case 'killWordRight':
      return cutOut(cursor, wordRight(editor), true);
    case 'yank':
      return insert(editor.killed);
    case 'transpose':
      return transposed(editor);
    case 'upper':
      return cased(editor, (word) => word.toUpperCase());
    case 'lower':
      return cased(editor, (word) => word.toLowerCase());
    case 'capitalize':
      return cased(editor, (word) => word.replace(/\p{L}[\p{L}\p{N}_]*/u, (letters) => letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase()));
  }
}

/** As readline's Ctrl-T: the grapheme before the cursor goes behind the one under it; at a line's end, the last two. */
function transposed(editor: Editor): Editor {
  const middle = editor.cursor === lineEnd(editor) ? before(editor) : editor.cursor;
  const from = before({ ...editor, cursor: middle });
  const to = after({ ...editor, cursor: middle });
  if (from === middle || middle === to || editor.text.slice(from, to).includes('\n')) return editor;
  const { text } = editor;
  return { ...editor, text: text.slice(0, from) + text.slice(middle, to) + text.slice(from, middle) + text.slice(to), cursor: to };
}

/** From the cursor to the end of the word, as readline's Alt-u, Alt-l and Alt-c. */
function cased(editor: Editor, change: (word: string) => string): Editor {
  const to = wordRight(editor);
  const changed = change(editor.text.slice(editor.cursor, to));
  return { ...editor, text: editor.text.slice(0, editor.cursor) + changed + editor.text.slice(to), cursor: editor.cursor + changed.length };
}

/** Moves one line up or down inside a text of several; undefined at its edge, where history begins. */
export function vertical(editor: Editor, by: -1 | 1): Editor | undefined {
  const { text } = editor;
  const start = lineStart(editor);
  const end = lineEnd(editor);
  if (by === -1 ? start === 0 : end === text.length) return undefined;
  const column = editor.cursor - start;
  const target = by === -1 ? lineStart({ ...editor, cursor: start - 1 }) : end + 1;
  const limit = lineEnd({ ...editor, cursor: target });
  return { ...editor, cursor: Math.min(target + column, limit) };
}
