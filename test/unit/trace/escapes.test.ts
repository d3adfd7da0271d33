/** Ids in JSON, however it writes them. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapedPattern, escapeStart } from '../../../src/trace/escapes.js';

const any = fc.string({ unit: fc.constantFrom('a', 'F', '7', '-', '_', '.', '/', '"', '\\', '[', ' ', 'é', '😀', '\u0007', '*'), minLength: 1, maxLength: 12 });
const hex = (char: string, isUpper: boolean) => [...Array(char.length).keys()].map((i) => {
  const digits = char.charCodeAt(i).toString(16).padStart(4, '0');
  return `\\u${isUpper ? digits.toUpperCase() : digits}`;
}).join('');

/** As JSON may write it; each character by the way that stands for it. */
function written(text: string, ways: readonly number[]): string {
  return [...text].map((char, i) => {
    const way = ways[i % ways.length]!;
    const plain = JSON.stringify(char).slice(1, -1);
    return way === 0 || way === 1 ? hex(char, way === 1) : way === 2 && char === '/' ? '\\/' : plain;
  }).join('');
}

it('a text is found in whatever way JSON writes it', () => {
  fc.assert(fc.property(any, fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }), any, (text, ways, before) => {
    const json = `{"n":"${written(before, [3])}","v":"${written(text, ways)}"}`;
    expect((JSON.parse(json) as { v: string }).v).toBe(text);
    // A bell has a way of its own in no JSON, but others of the kind do.
    expect(new RegExp(escapedPattern(text)).test(json), json).toBe(true);
    const isEscaped = written(text, ways) !== text;
    if (isEscaped) expect(json, json).toContain(escapeStart([text]));
  }));
});

it('nothing else is', () => {
  const id = 'evt-5c0d-77';
  const pattern = new RegExp(escapedPattern(id));
  for (const text of ['evt-5c0d-7', 'evt-5c0d\\u002c77', 'evt.5c0d.77', '\\u00e9vt-5c0d-77'.slice(0, 10), 'EVT-5C0D-77', 'evt-5c0d-7\\u0038']) expect(pattern.test(`{"v":"${text}"}`), text).toBe(false);
  expect(escapeStart([id])).toBe('\\u00');
  expect(escapeStart(['a/b'])).toBe('\\');
});
