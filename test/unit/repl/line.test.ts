import { expect, test } from 'vitest';
import type { Action } from '../../../src/repl/keys.js';
import { KeyReader } from '../../../src/repl/keys.js';
import { emptyLine, step, suggestionFrom } from '../../../src/repl/line.js';
import type { Around, Effect, Line } from '../../../src/repl/line.js';

const history = ['alpha one', 'beta', 'alpha two', 'multi\nline'];
const words = ['people', 'persons', 'Pets'];
const around: Around = {
  history,
  complete(text, cursor) {
    const typed = /\w*$/.exec(text.slice(0, cursor))![0];
    return { from: cursor - typed.length, words: words.filter((word) => word.toLowerCase().startsWith(typed)).map((text) => ({ text, kind: 'table', about: '' })) };
  },
  suggestion: (text) => suggestionFrom(history, text),
};

/** Types into an empty line. */
function typed(...chunks: string[]): { line: Line; effects: Effect[]; shown: string } {
  const keys = new KeyReader();
  let line = emptyLine;
  const effects: Effect[] = [];
  for (const action of chunks.flatMap((chunk): Action[] => keys.read(chunk))) {
    const next = step(line, action, around);
    line = next.line;
    if (next.effect !== undefined) effects.push(next.effect);
  }
  const { text, cursor } = line.editor;
  return { line, effects, shown: `${text.slice(0, cursor)}|${text.slice(cursor)}` };
}
const [down, escape, right] = ['\u001b[B', '\u001b', '\u001b[C'];

test('Tab puts in the only word, else the common beginning, and opens a menu', () => {
  expect(typed('x peo\t').shown).toBe('x people|');
  const { line, shown } = typed('per\t');
  expect([shown, line.menu]).toEqual(['persons|', undefined]);
  expect(typed('pe\t').line.menu?.words.map(({ text }) => text)).toEqual(words);
  expect(typed('zz\t').line.hint).toContain('Nothing');
});

test('the menu: arrows and Tab walk, Enter takes, Escape closes, typing narrows', () => {
  expect(typed('pe\t', down, '\r').shown).toBe('persons|');
  expect(typed('pe\t', '\t\t\t', '\r').shown).toBe('people|');
  expect(typed('pe\t', '\u001b[Z', '\r').shown).toBe('Pets|');
  expect(typed('pe\t', '\r').effects).toEqual([]);
  expect(typed('pe\t', escape).line.menu).toBeUndefined();
  expect(typed('pe\t', escape).shown).toBe('pe|');
  expect(typed('pe\t', 'r').line.menu?.words.map(({ text }) => text)).toEqual(['persons']);
  expect(typed('pe\t', 'x').line.menu).toBeUndefined();
  expect(typed('pe\t', '\u0003')).toMatchObject({ effects: [], shown: 'pe|' });
});

test('undo takes back one change after another', () => {
  expect(typed('one', ' two', '\u0017', '\u001f').shown).toBe('one two|');
  expect(typed('one', ' two', '\u001f', '\u001f', '\u001f').shown).toBe('|');
});

test('the grey suggestion: all of it, or a word', () => {
  expect(suggestionFrom(history, 'alpha')).toBe(' two');
  expect(suggestionFrom(history, '')).toBe('');
  expect(suggestionFrom(history, 'mul')).toBe('');
  expect(typed('al', right).shown).toBe('alpha two|');
  expect(typed('al', '\u001bf').shown).toBe('alpha|');
  expect(typed('al', '\u001b[D', right).shown).toBe('al|');
});

test('Ctrl-R finds, again finds earlier, Enter runs, Ctrl-G leaves all as it was', () => {
  expect(typed('\u0012alpha', escape).shown).toBe('alpha two|');
  expect(typed('\u0012alpha', '\u0012', escape).shown).toBe('alpha one|');
  expect(typed('\u0012alpha', '\u0012', '\u0013', escape).shown).toBe('alpha two|');
  expect(typed('\u0012ALPHA', '\r')).toMatchObject({ effects: ['submit'], shown: 'alpha two|' });
  expect(typed('draft', '\u0012alpha', '\u0007').shown).toBe('draft|');
  expect(typed('draft', '\u0012gronk', '\r')).toMatchObject({ effects: [], shown: 'draft|' });
  expect(typed('\u0012alphx', '\u007fa', '\u0005!').shown).toBe('alpha two!|');
});

test('what only the shell can do', () => {
  expect(typed('x\r').effects).toEqual(['submit']);
  expect(typed('\u0004').effects).toEqual(['leave']);
  expect(typed('ab', '\u0001\u0004').shown).toBe('|b');
  expect(typed('x\u0018\u0005').effects).toEqual(['editor']);
  expect(typed('x\u0003').effects).toEqual(['interrupt']);
});
