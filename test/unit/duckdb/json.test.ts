import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/duckdb/json.js';

describe('JSON without loss', () => {
  test('integers past 2^53 stay what they are', () => {
    expect(parseJson('[9007199254740993, -9223372036854775808, 9007199254740991]')).toEqual([9007199254740993n, -9223372036854775808n, 9007199254740991]);
  });

  test('bare words that JSON does not have', () => {
    expect(parseJson('{"a":NaN,"b":-Infinity,"c":Infinity}')).toEqual({ a: NaN, b: -Infinity, c: Infinity });
  });

  test('escapes', () => {
    expect(parseJson('"\\u00e9\\n\\"\\\\ \\u0000 😀"')).toBe('é\n"\\ \0 😀');
  });

  test('nesting is not bounded by the stack', () => {
    const depth = 200_000;
    let value = parseJson('['.repeat(depth) + ']'.repeat(depth));
    let levels = 0;
    while (Array.isArray(value)) {
      value = value[0]!;
      levels++;
    }
    expect(levels).toBe(depth);
  });

  test.each(['', '{', '[1', '{"a"}', '{"a":1,}', '[1 2]', '1 2', 'tru', '"open', '{a:1}', '[1}'])('%j is malformed', (text) => {
    expect(() => parseJson(text)).toThrow(/malformed/);
  });

  test('agrees with JSON.parse wherever numbers are small', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 2 }), (value, indent) => {
        const text = JSON.stringify(value, (_, v: unknown) => (typeof v === 'number' && Number.isInteger(v) && !Number.isSafeInteger(v) ? 0 : v), indent);
        // Keys such as __proto__ can't come from DuckDB, whose keys are its own.
        fc.pre(!text.includes('__proto__'));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});
