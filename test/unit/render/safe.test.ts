import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeJson, safeLines, safeText } from '../../../src/render/safe.js';
import { cut, displayWidth, pad } from '../../../src/render/width.js';

 
const acting = /[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe('harmless text', () => {
  test('what would act becomes visible', () => {
    expect(safeText('a\u001b[31mb\n\t\u0000\u007f\u009b\u202e\u2028')).toBe('a␛[31mb␊␉␀␡<U+009B><U+202E><U+2028>');
  });

  test('what is text stays: emoji families, combining marks, scripts from right to left', () => {
    for (const text of ['👩‍👩‍👧‍👦', 'é', 'שלום', 'नमस्ते', '日本', '🇩🇪', 'می‌خواهم']) expect(safeText(text)).toBe(text);
  });

  test('text that hides in tag characters, and lone surrogates', () => {
    expect(safeText('x\u{e0041}\ud800')).toBe('x<U+E0041>\ufffd');
  });

  test('lines keep their breaks and lose the rest', () => {
    expect(safeLines('a\r\nb\nc\u001b\td')).toEqual(['a', 'b', 'c␛  d']);
  });

  test('no text whatever gets through', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !acting.test(safeText(text))), { numRuns: 2000, seed: 1 });
  });

  test('JSON stays the same data', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = safeJson(JSON.stringify(value));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(acting.test(text)).toBe(false);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});

describe('width', () => {
  test.each([
    ['abc', 3], ['é', 1], ['e\u0301', 1], ['日本', 4], ['👩‍👩‍👧‍👦', 2], ['🇩🇪', 2], ['ｱ', 1], ['한', 2], ['│─', 2], ['…', 1],
  ])('%s', (text, width) => expect(displayWidth(text)).toBe(width));

  test('cutting never goes beyond the width nor splits a grapheme', () => {
    expect(cut('日本語', 4)).toBe('日…');
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3)).toBe('👩‍👩‍👧‍👦…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => displayWidth(cut(safeText(text), width)) <= width),
      { numRuns: 2000, seed: 1 },
    );
  });

  test('a grapheme of ten thousand combining marks is cut too', () => {
    expect(cut(`a${'\u0301'.repeat(10_000)}`, 5).length).toBeLessThan(200);
  });

  test('padding', () => {
    expect(pad('日', 4, 'left')).toBe('日  ');
    expect(pad('7', 3, 'right')).toBe('  7');
    expect(pad('longer', 3, 'left')).toBe('longer');
  });
});
