import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderAnswer } from '../../../src/render/index.js';
import { broken, displayWidth, windowOf, wrapCode, wrapNames } from '../../../src/render/width.js';
import { query } from './answers.js';

const text = fc.array(fc.constantFrom('a', ' ', '日', '👩‍👩‍👧', 'e\u0301', 'ш', '—'), { maxLength: 60 }).map((parts) => parts.join(''));

test('a window is as wide as it should be, and windows side by side are the text', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (line, width) => {
      const all = displayWidth(line);
      for (let from = 0; from < all; from += width) expect(displayWidth(windowOf(line, from, width))).toBe(Math.min(width, all - from));
      expect(windowOf(line, 0, all)).toBe(line);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('breaking loses nothing and fits', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 20 }), (line, width) => {
      const lines = broken(line, width);
      expect(lines.join('')).toBe(line);
      for (const each of lines) expect(displayWidth(each)).toBeLessThanOrEqual(width);
    }),
    { numRuns: 500, seed: 2 },
  );
});

test('a row of a tree that takes several lines keeps its depth', () => {
  expect(wrapNames('│     ├─ event of a long name', 20)).toEqual(['│     ├─ event of a', '│     │  long name']);
  expect(wrapNames('└─ event of a long name', 12)).toEqual(['└─ event of', '   a long', '   name']);
  // So deep that nothing would have room beside it.
  expect(wrapNames(`${' '.repeat(15)}└─ event of it`, 16).map(displayWidth).every((width) => width <= 16)).toBe(true);
});

const cells = async (values: readonly (string | null)[]) => {
  const shown = await renderAnswer({ ...query, columns: [{ name: 'v', type: 'VARCHAR' }, { name: 'e', type: 'INTEGER' }], rows: values.map((value) => [value, 1]), rowCount: values.length }, { format: 'table', width: 60 });
  return shown.split('\n').slice(2, 2 + values.length).map((line) => line.split('│')[0]!.trimEnd());
};

test('NULL, the word NULL, empty and blank can be told apart, and so can what looks quoted already', async () => {
  const shown = await cells([null, 'NULL', '"NULL"', '', '  ', '"  "', '\u00a0', 'x']);
  expect(new Set(shown).size).toBe(8);
  expect(shown.map((line) => line.trim())).toEqual(['NULL', '"NULL"', '""NULL""', '', '"  "', '""  ""', '"\u00a0"', 'x']);
});

test('where there is no terminal, a value that is longer than all of the first thousand is not cut', async () => {
  const rows = Array.from({ length: 1500 }, (_, i) => [i === 1400 ? 'x'.repeat(60) : 'short', i]);
  const shown = await renderAnswer({ ...query, columns: [{ name: 'v', type: 'VARCHAR' }, { name: 'e', type: 'INTEGER' }], rows, rowCount: rows.length }, { format: 'table' });
  expect(shown).toContain('x'.repeat(60));
});

test('code is broken where its meaning stays', () => {
  const sql = `  SELECT a, b FROM t WHERE name = 'two  words, and more' AND "odd, name" = 1 -- a comment, of several words`;
  expect(wrapCode([sql], 24)).toEqual(['  SELECT a, b FROM t', '    WHERE name =', "    'two  words, and more'", '    AND "odd, name" = 1', '    -- a comment, of several words']);
  expect(wrapCode(['[{"$match":{"a":1}},{"$limit":2}]'], 20)).toEqual(['[{"$match":{"a":1}},', '  {"$limit":2}]']);
  // A text over several lines, and a pipe, which has no width.
  expect(wrapCode(["SELECT 'one two", "three four five six' AS seven"], 12)).toEqual(["SELECT", "  'one two", "three four five six' AS seven"]);
  expect(wrapCode([sql], Infinity)).toEqual([sql]);
});
