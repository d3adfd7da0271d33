/** Conditions that are judged without the engine give what it gives, or leave it to the engine. */

import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteText, types } from '../../../src/algebra/index.js';
import type { Expr } from '../../../src/algebra/index.js';
import { plainTest } from '../../../src/engine/plain-test.js';
import { escapedPattern } from '../../../src/trace/escapes.js';

const call = (name: string, part: string): Expr => ({ kind: 'call', name, args: [{ kind: 'column', id: 'c', type: types.text }, { kind: 'literal', value: part, type: types.text }], type: types.boolean });
const texts = ['{"id":"a.b*c"}', '{"id":"\\u0061.b\\u002Ac"}', 'axb*c', '{"id":"\\u00e9\\/1"}', '{"id":"é/1"}', '😀', '\\ud83d\\ude00', 'say \\"x\\"', '', 'a|b', '(a)', '[a]', '^a$', 'A.B*C'];

describe('conditions without the engine', () => {
  let instance: DuckDBInstance;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
  });
  afterAll(() => instance.closeSync());

  it.each(['a.b*c', 'é/1', '😀', '"x"', 'a|b', '(a)', '[a]', '^a$', '\\'].flatMap((part) => [['contains', part], ['regexp_matches', escapedPattern(part)]]))('%s %s', async (name, part) => {
    const test = plainTest(call(name, part), () => 0)!;
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(`SELECT ${name}(t, ${quoteText(part)}) FROM (VALUES ${texts.map((text, i) => `(${i}, ${quoteText(text)})`).join(', ')}) v(i, t) ORDER BY i`);
    connection.closeSync();
    expect(texts.map((text) => test([text]))).toEqual(reader.getRows().map(([is]) => is));
    expect(test([null])).toBe(false);
  });

  it.each(['a.*', 'a{2}', '^a', 'a$', '\\d', '(?i)a', '[^a]', '(a)\\1', 'a+'])('leaves the pattern %s to the engine', (pattern) => {
    expect(plainTest(call('regexp_matches', pattern), () => 0)).toBeUndefined();
  });
});
