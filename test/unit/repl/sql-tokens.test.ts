import fc from 'fast-check';
import { expect, test } from 'vitest';
import { painter } from '../../../src/repl/highlight.js';
import { lacks, tokens, statements } from '../../../src/repl/sql-tokens.js';
import { plain } from '../../support/pty.js';

test.each<[string, string | undefined]>([
  ['SELECT 1', undefined],
  ['SELECT (1', 'a closing )'],
  ['SELECT [1, {', 'a closing }'],
  ["SELECT 'a", "a closing '"],
  ["SELECT 'it''s'", undefined],
  ["SELECT 'it''", "a closing '"],
  ["SELECT E'it\\'s'", undefined],
  ["SELECT E'it\\'", "a closing '"],
  ['SELECT "a ""b', 'a closing "'],
  ['SELECT 1 /* open', 'the end of a comment, */'],
  ['SELECT 1 /* ( */ -- (', undefined],
  ["SELECT ')' || $$ ( $$", undefined],
  ['SELECT $tag$ $$ ', 'a closing $tag$'],
  ['SELECT )(', undefined],
])('%s lacks %s', (text, expected) => expect(lacks(text)).toBe(expected));

const sqlish = fc.array(fc.constantFrom("'", '"', "''", '$$', '$a$', '/*', '*/', '--', '\n', '(', ')', '\\', "E'", 'select', ' ', 'é', '👩‍👩‍👧', '1.5e-3', '.', ';'), { maxLength: 40 }).map((parts) => parts.join(''));

test('tokens are the text, whatever it is', () => {
  fc.assert(fc.property(sqlish, (text) => void expect(tokens(text).map((token) => token.text).join('')).toBe(text)), { numRuns: 1000, seed: 1 });
});

test('colour changes no text, however it is cut', () => {
  fc.assert(
    fc.property(sqlish, fc.nat(60), (text, at) => {
      const cut = Math.min(at, text.length);
      const uncolored = painter(text, true, false);
      const colored = painter(text, true, true);
      expect(plain(colored(0, cut) + colored(cut, text.length))).toBe(uncolored(0, cut) + uncolored(cut, text.length));
    }),
    { numRuns: 500, seed: 2 },
  );
});

test('statements end at semicolons that stand in no string, name, comment or bracket', () => {
  expect(statements("SELECT 1; SELECT ';' AS \"a;b\" -- c;\n, 2;\n-- only a comment\n;")).toEqual(['SELECT 1', "SELECT ';' AS \"a;b\" -- c;\n, 2"]);
  expect(statements('SELECT $$;$$')).toEqual(['SELECT $$;$$']);
});

test('a text of a megabyte is cut in one pass', () => {
  expect(tokens(`SELECT ${"'a', ".repeat(200_000)}1`).length).toBeGreaterThan(400_000);
});
