import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { browse } from '../../../src/repl/browse.js';
import { edit, emptyEditor, vertical, withText } from '../../../src/repl/editor.js';
import type { Edit, Editor } from '../../../src/repl/editor.js';
import { KeyReader } from '../../../src/repl/keys.js';

/** An editor after a text with | for the cursor, and back. */
const at = (marked: string): Editor => ({ ...emptyEditor, text: marked.replace('|', ''), cursor: marked.indexOf('|') });
const mark = ({ text, cursor }: Editor): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;
const after = (marked: string, ...types: Exclude<Edit['type'], 'insert'>[]): string => mark(types.reduce((editor, type) => edit(editor, { type }), at(marked)));

describe('editing', () => {
  test.each<[string, Exclude<Edit['type'], 'insert'>, string]>([
    ['ab|c', 'left', 'a|bc'], ['|abc', 'left', '|abc'], ['ab|c', 'right', 'abc|'], ['abc|', 'right', 'abc|'],
    ['a👩‍👩‍👧|b', 'left', 'a|👩‍👩‍👧b'], ['a|e\u0301b', 'right', 'ae\u0301|b'], ['x🇩🇪|', 'backspace', 'x|'],
    ['one two|', 'wordLeft', 'one |two'], ['one |two', 'wordLeft', '|one two'], ['|one two', 'wordRight', 'one| two'], ['schön größe|', 'wordLeft', 'schön |größe'],
    ['a\nbc|d', 'home', 'a\n|bcd'], ['a|b\ncd', 'end', 'ab|\ncd'],
    ['ab|c', 'backspace', 'a|c'], ['|abc', 'backspace', '|abc'], ['a|bc', 'delete', 'a|c'], ['abc|', 'delete', 'abc|'], ['a\n|b', 'backspace', 'a|b'],
    ['ab|c', 'transpose', 'acb|'], ['abc|', 'transpose', 'acb|'], ['|abc', 'transpose', '|abc'], ['日👩‍👩‍👧|', 'transpose', '👩‍👩‍👧日|'],
    ['|one two', 'upper', 'ONE| two'], ['ON|E TWO', 'lower', 'ONe| TWO'], ['|oNE two', 'capitalize', 'One| two'],
    ['one t.two|', 'killWord', 'one |'], ['on|e\ntwo', 'killToEnd', 'on|\ntwo'], ['one\ntw|o', 'killToStart', 'one\n|o'], ['|one two', 'killWordRight', '| two'],
  ])('%s %s', (before, type, expected) => expect(after(before, type)).toBe(expected));

  test('what was cut comes back', () => expect(after('one two|', 'killWord', 'home', 'yank')).toBe('two|one '));

  test('up and down inside several lines, and out of them', () => {
    expect(mark(vertical(at('abcd\nef|'), -1)!)).toBe('ab|cd\nef');
    expect(mark(vertical(at('abcd|\nef'), 1)!)).toBe('abcd\nef|');
    expect(vertical(at('ab|cd\nef'), -1)).toBeUndefined();
    expect(vertical(at('abcd\nef|'), 1)).toBeUndefined();
  });

  test('no sequence of edits leaves the cursor inside a grapheme or outside the text', () => {
    const types = ['left', 'right', 'wordLeft', 'wordRight', 'home', 'end', 'backspace', 'delete', 'killToEnd', 'killToStart', 'killWord', 'killWordRight', 'yank'] as const;
    const action: fc.Arbitrary<Edit> = fc.oneof(
      fc.constantFrom(...types).map((type): Edit => ({ type })),
      fc.constantFrom('a', ' ', '\n', '日', '👩‍👩‍👧', 'é', 'word').map((text): Edit => ({ type: 'insert', text })),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const { text, cursor } = actions.reduce(edit, emptyEditor);
        const edges = [...[...new Intl.Segmenter().segment(text)].map(({ index }) => index), text.length];
        expect(edges).toContain(cursor);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('keys', () => {
  const read = (...chunks: string[]) => {
    const keys = new KeyReader();
    return chunks.flatMap((chunk) => keys.read(chunk)).map((action) => ('text' in action ? action.text : action.type));
  };

  test('Backspace and Delete differ; Home and End in all their forms', () => {
    expect(read('\u007f', '\u001b[3~', '\u001b[H', '\u001bOH', '\u001b[1~', '\u001b[F', '\u001b[4~')).toEqual(['backspace', 'delete', 'home', 'home', 'home', 'end', 'end']);
  });

  test('words, Ctrl and Alt', () => {
    expect(read('\u001b[1;5D', '\u001bb', '\u001b[1;3C', '\u001bf', '\u0017', '\u001bd', '\u0001', '\u0005', '\u000b', '\u0015', '\u0019')).toEqual([
      'wordLeft', 'wordLeft', 'wordRight', 'wordRight', 'killWord', 'killWordRight', 'home', 'end', 'killToEnd', 'killToStart', 'yank',
    ]);
  });

  test('several keys in one chunk', () => {
    expect(read('ab\u007fc\r')).toEqual(['ab', 'backspace', 'c', 'submit']);
    expect(read('x\r\ny')).toEqual(['x', 'submit', 'y']);
  });

  test('a paste is text, whatever it holds and however it is split', () => {
    expect(read('\u001b[200~', 'a\r\nb', '\tc\u0003', '\u001b[A', 'd\n\n', '\u001b[201~', '\r')).toEqual(['a\nb  c[Ad', 'submit']);
  });

  test('an unknown sequence is nothing', () => expect(read('\u001b[99;9X', '\u0000')).toEqual([]));
  test('Escape, Tab, search, undo, and the chords of Ctrl-X', () => {
    expect(read('\u001b', '\t', '\u001b[Z', '\u0012', '\u001f', '\u0018\u0005', '\u0018', '\u0015', '\u0005')).toEqual([
      'escape', 'next', 'previous', 'search', 'undo', 'editor', 'undo', 'end',
    ]);
  });
  test('Escape and a key with Ctrl in one chunk are two keys', () => expect(read('\u001b\u0015')).toEqual(['escape', 'killToStart']));
  test('Alt-Enter makes a new line', () => expect(read('\u001b\r')).toEqual(['\n']));
});

describe('browsing history', () => {
  const entries = ['alpha', 'beta', 'alpine'];
  test('up, up, down, and back to what was being typed', () => {
    const up = browse(entries, undefined, '', -1)!;
    expect(up.text).toBe('alpine');
    const upper = browse(entries, up.browsing, up.text, -1)!;
    expect(upper.text).toBe('beta');
    expect(browse(entries, upper.browsing, upper.text, 1)!.text).toBe('alpine');
    expect(browse(entries, up.browsing, up.text, 1)!.text).toBe('');
    expect(browse(entries, undefined, '', 1)).toBeUndefined();
  });
  test('only what begins like the line being typed', () => {
    const first = browse(entries, undefined, 'al', -1)!;
    const second = browse(entries, first.browsing, first.text, -1)!;
    expect([first.text, second.text]).toEqual(['alpine', 'alpha']);
    expect(browse(entries, second.browsing, second.text, -1)).toBeUndefined();
  });
});

test('setting a text puts the cursor behind it', () => expect(mark(withText(emptyEditor, 'x'))).toBe('x|'));
