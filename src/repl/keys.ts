/**
 * From what a terminal sends to what is meant. One chunk may hold several keys (fast typing, a paste without brackets),
 * and a bracketed paste is text whatever it holds: an Enter inside it runs nothing.
 */

import type { Edit } from './editor.js';

type PromptKey =
  | 'submit' | 'up' | 'down' | 'interrupt' | 'eof' | 'clearScreen' | 'next' | 'previous' | 'escape' | 'search' | 'searchForward' | 'cancelSearch' | 'undo' | 'editor';
export type Action = Edit | { [T in PromptKey]: { readonly type: T } }[PromptKey];
type Bare = Exclude<Action['type'], 'insert'>;

/** By the letter that is held with Ctrl. j is the line feed that some terminals send for Enter. */
const controls: Readonly<Record<string, Bare>> = {
  a: 'home', b: 'left', c: 'interrupt', d: 'eof', e: 'end', f: 'right', h: 'backspace', j: 'submit', k: 'killToEnd', l: 'clearScreen', m: 'submit',
  g: 'cancelSearch', i: 'next', n: 'down', p: 'up', r: 'search', s: 'searchForward', t: 'transpose', u: 'killToStart', w: 'killWord', y: 'yank', _: 'undo',
};

/** What follows Ctrl-X, as in readline and bash. */
const afterX: Readonly<Record<string, Bare>> = { '\u0005': 'editor', '\u0015': 'undo' };

/** What follows an escape, as xterm, rxvt, the Linux console and PuTTY send it. */
const escapes: Readonly<Record<Bare, readonly string[]>> = {
  left: ['[D', 'OD'],
  right: ['[C', 'OC'],
  up: ['[A', 'OA'],
  down: ['[B', 'OB'],
  home: ['[H', 'OH', '[1~', '[7~'],
  end: ['[F', 'OF', '[4~', '[8~'],
  delete: ['[3~'],
  wordLeft: ['b', '[1;5D', '[1;3D', '[5D', 'Od', '\u001b[D'],
  wordRight: ['f', '[1;5C', '[1;3C', '[5C', 'Oc', '\u001b[C'],
  killWord: ['\u007f', '\b'],
  killWordRight: ['d', '[3;5~', '[3;3~'],
  previous: ['[Z'],
  escape: [''],
  upper: ['u'], lower: ['l'], capitalize: ['c'],
  next: [], search: [], searchForward: [], cancelSearch: [], undo: [], editor: [], transpose: [],
  backspace: [], killToEnd: [], killToStart: [], yank: [], submit: [], interrupt: [], eof: [], clearScreen: [],
};

const byEscape = new Map(Object.entries(escapes).flatMap(([type, sequences]) => sequences.map((sequence) => [sequence, type as Bare] as const)));

const bare = (type: Bare): Action => ({ type }) as Action;

/** Alt-Enter, and Shift-Enter where a terminal tells it apart. */
const newlines = new Set(['\r', '\n', '[13;2u', '[27;2;13~']);

export class KeyReader {
  #pasted: string | undefined;
  #afterX = false;

  /** One escape sequence, or a run of characters without an escape. */
  read(chunk: string): Action[] {
    if (chunk === '\u001b[200~') {
      this.#pasted = '';
      return [];
    }
    if (this.#pasted !== undefined) return this.#paste(chunk);
    if (!chunk.startsWith('\u001b')) return this.#typed(chunk);
    this.#afterX = false;
    const sequence = chunk.slice(1);
    if (newlines.has(sequence)) return [{ type: 'insert', text: '\n' }];
    const type = byEscape.get(sequence);
    if (type !== undefined) return [bare(type)];
    // Escape and a key with Ctrl that reach us together, as a slow line delivers them, are two keys.
    return /^\p{Cc}$/u.test(sequence) ? [bare('escape'), ...this.#typed(sequence)] : [];
  }

  #paste(chunk: string): Action[] {
    if (chunk !== '\u001b[201~') {
      this.#pasted += chunk;
      return [];
    }
    const text = pasteable(this.#pasted!);
    this.#pasted = undefined;
    return text === '' ? [] : [{ type: 'insert', text }];
  }

  /** Control characters among what was typed mean their keys. */
  #typed(chunk: string): Action[] {
    const actions: Action[] = [];
    let text = '';
    const flush = (): void => {
      if (text !== '') actions.push({ type: 'insert', text });
      text = '';
    };
    for (const character of chunk.replaceAll('\r\n', '\r')) {
      const code = character.codePointAt(0)!;
      const chord = this.#afterX ? afterX[character] : undefined;
      this.#afterX = character === '\u0018';
      if (chord === undefined && code >= 0x20 && code !== 0x7f && !(code >= 0x80 && code <= 0x9f)) {
        text += character;
        continue;
      }
      flush();
      const type = chord ?? (code === 0x7f ? 'backspace' : code < 0x20 ? controls[String.fromCharCode(code + 0x60)] ?? controls[String.fromCharCode(code + 0x40)] : undefined);
      if (type !== undefined) actions.push(bare(type));
    }
    flush();
    return actions;
  }
}

/** Line ends as line feeds, tabs as spaces, and no escape or other control that came along. */
function pasteable(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', '  ')
    .replace(/[^\P{Cc}\n]/gu, '')
    .replace(/\n+$/, '');
}
