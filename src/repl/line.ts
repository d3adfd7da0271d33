/**
 * The line that is being typed and everything about it, as a value: the text, the menu of completions, the search
 * through history, what can be undone. Every key makes a new one, and may ask for something that only the shell can do.
 */

import { browse } from './browse.js';
import type { Browsing } from './browse.js';
import type { Completion, Word } from './complete/index.js';
import { edit, emptyEditor, vertical, withText } from './editor.js';
import type { Editor } from './editor.js';
import type { Action } from './keys.js';

export interface Line {
  readonly editor: Editor;
  readonly browsing?: Browsing;
  readonly menu?: Menu;
  readonly search?: Search;
  readonly hint?: string;
  /** Earlier texts, the latest last. */
  readonly past: readonly Editor[];
}

export interface Menu extends Completion {
  readonly selected: number;
}

/** Ctrl-R: what was typed to find, and the entry that holds it. */
export interface Search {
  readonly wanted: string;
  /** Index into the entries; undefined: none holds it. */
  readonly at: number | undefined;
  readonly before: Editor;
}

export type Effect = 'submit' | 'leave' | 'interrupt' | 'clearScreen' | 'editor';

/** What surrounds the line. */
export interface Around {
  /** Oldest first. */
  readonly history: readonly string[];
  /** What Tab offers; a text instead where it can't offer anything yet. */
  complete(text: string, cursor: number): Completion | string;
  /** Grey text behind the cursor that Right accepts. */
  suggestion(text: string): string;
}

export const emptyLine: Line = { editor: emptyEditor, past: [] };

/** A line with this text, the cursor behind it; what was cut before can still be pasted. */
export const lineOf = (text: string, before: Line): Line => ({ editor: withText(before.editor, text), past: [] });

const mostPast = 200;

export interface Step {
  readonly line: Line;
  readonly effect?: Effect;
}

export function step(line: Line, action: Action, around: Around): Step {
  const { hint: _, ...calm } = line;
  if (action.type === 'interrupt' && line.search === undefined && line.menu === undefined) return { line: calm, effect: 'interrupt' };
  if (line.search !== undefined) return searching(calm, line.search, action, around);
  if (line.menu !== undefined) return choosing(calm, line.menu, action, around);
  return plain(calm, action, around);
}

function plain(line: Line, action: Action, around: Around): Step {
  const { editor } = line;
  switch (action.type) {
    case 'submit':
    case 'clearScreen':
    case 'interrupt':
    case 'editor':
      return { line, effect: action.type };
    case 'eof':
      return editor.text === '' ? { line, effect: 'leave' } : { line: edited(line, edit(editor, { type: 'delete' })) };
    case 'up':
    case 'down':
      return { line: recall(line, action.type === 'up' ? -1 : 1, around) };
    case 'next':
      return { line: offer(line, around) };
    case 'search':
    case 'searchForward':
      return { line: { ...line, search: { wanted: '', at: undefined, before: editor } } };
    case 'undo': {
      const before = line.past.at(-1);
      return { line: before === undefined ? line : { editor: { ...before, killed: editor.killed }, past: line.past.slice(0, -1) } };
    }
    case 'previous':
    case 'escape':
    case 'cancelSearch':
      return { line };
    default: {
      const grey = editor.cursor === editor.text.length ? around.suggestion(editor.text) : '';
      if (grey !== '' && (action.type === 'right' || action.type === 'end')) return { line: edited(line, edit(editor, { type: 'insert', text: grey })) };
      if (grey !== '' && action.type === 'wordRight') return { line: edited(line, edit(editor, { type: 'insert', text: /^\s*\S+/.exec(grey)?.[0] ?? grey })) };
      return { line: edited(line, edit(editor, action)) };
    }
  }
}

/** A change of text ends the walk through history and can be undone. */
function edited(line: Line, editor: Editor): Line {
  if (editor.text === line.editor.text) return { ...line, editor };
  return { editor, past: [...line.past.slice(1 - mostPast), line.editor] };
}

function recall(line: Line, by: -1 | 1, { history }: Around): Line {
  const moved = line.browsing === undefined ? vertical(line.editor, by) : undefined;
  if (moved !== undefined) return { ...line, editor: moved };
  const found = browse(history, line.browsing, line.editor.text, by);
  return found === undefined ? line : { ...line, browsing: found.browsing, editor: withText(line.editor, found.text) };
}

// Completion

const shownText = ({ insert, text }: Word): string => insert ?? text;

function offer(line: Line, around: Around): Line {
  const { text, cursor } = line.editor;
  const found = around.complete(text, cursor);
  if (typeof found === 'string') return { ...line, hint: found };
  const { from, words } = found;
  const [only] = words;
  if (only === undefined) return { ...line, hint: 'Nothing here begins so.' };
  if (words.length === 1) return edited(line, replaced(line.editor, from, shownText(only)));
  const typed = text.slice(from, cursor);
  const common = commonStart(words.map(shownText));
  const further = common.length > typed.length && common.toLowerCase().startsWith(typed.toLowerCase());
  const next = further ? edited(line, replaced(line.editor, from, common)) : line;
  return { ...next, menu: { from, words, selected: 0 } };
}

function replaced(editor: Editor, from: number, text: string): Editor {
  const rest = editor.text.slice(editor.cursor);
  // A closing quote that is already there is not put twice.
  const quote = /['"]$/.exec(text)?.[0];
  const kept = quote !== undefined && rest.startsWith(quote) ? rest.slice(1) : rest;
  return { ...editor, text: editor.text.slice(0, from) + text + kept, cursor: from + text.length };
}

function commonStart(texts: readonly string[]): string {
  let [common = ''] = texts;
  for (const text of texts) while (!text.startsWith(common)) common = common.slice(0, -1);
  // Never half a character.
  return common.replace(/[\ud800-\udbff]$/, '');
}

function choosing(line: Line, menu: Menu, action: Action, around: Around): Step {
  const { menu: _, ...closed } = line;
  const move = (by: number): Step => ({ line: { ...line, menu: { ...menu, selected: (menu.selected + by + menu.words.length) % menu.words.length } } });
  switch (action.type) {
    case 'next':
    case 'down':
      return move(1);
    case 'previous':
    case 'up':
      return move(-1);
    case 'submit':
    case 'right':
      return { line: edited(closed, replaced(line.editor, menu.from, shownText(menu.words[menu.selected]!))) };
    case 'escape':
    case 'interrupt':
    case 'cancelSearch':
      return { line: closed };
    case 'insert':
    case 'backspace':
      return { line: narrowed(edited(closed, edit(line.editor, action)), menu, around) };
    default:
      return plain(closed, action, around);
  }
}

/** The menu follows what is typed, and closes when it no longer has anything to say. */
function narrowed(line: Line, menu: Menu, around: Around): Line {
  const { text, cursor } = line.editor;
  const found = around.complete(text, cursor);
  if (typeof found === 'string' || found.words.length === 0 || cursor < menu.from || /\s$/.test(text.slice(0, cursor))) return line;
  return { ...line, menu: { ...found, selected: 0 } };
}

// Search

function searching(line: Line, search: Search, action: Action, around: Around): Step {
  const { search: _, ...closed } = line;
  const { history } = around;
  const find = (wanted: string, from: number, by: -1 | 1): number | undefined => {
    if (wanted === '') return undefined;
    const folded = wanted.toLowerCase();
    for (let i = from; i >= 0 && i < history.length; i += by) if (history[i]!.toLowerCase().includes(folded)) return i;
    return undefined;
  };
  const again = (by: -1 | 1): Step => {
    const next = find(search.wanted, (search.at ?? history.length) + by, by);
    return { line: { ...line, search: { ...search, at: next ?? search.at } } };
  };
  const typing = (wanted: string): Step => ({ line: { ...line, search: { ...search, wanted, at: find(wanted, history.length - 1, -1) } } });
  const taken = (): Line => (search.at === undefined ? { ...closed, editor: search.before } : edited({ ...closed, editor: search.before }, withText(search.before, history[search.at]!)));
  switch (action.type) {
    case 'search':
    case 'up':
      return again(-1);
    case 'searchForward':
    case 'down':
      return again(1);
    case 'insert':
      return typing(search.wanted + action.text.replaceAll('\n', ' '));
    case 'backspace':
      return typing(search.wanted.slice(0, -1));
    case 'cancelSearch':
    case 'interrupt':
      return { line: { ...closed, editor: search.before } };
    case 'escape':
    case 'next':
      return { line: taken() };
    case 'submit':
      return search.at === undefined ? { line: taken() } : { line: taken(), effect: 'submit' };
    default:
      return plain(taken(), action, around);
  }
}

/** The latest entry that begins as the text does, without its beginning: what is shown in grey. */
export function suggestionFrom(history: readonly string[], text: string): string {
  if (text.trim() === '' || text.includes('\n')) return '';
  for (let i = history.length - 1; i >= 0; i -= 1) {
    const entry = history[i]!;
    if (entry.length > text.length && entry.startsWith(text) && !entry.includes('\n')) return entry.slice(text.length);
  }
  return '';
}
