import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { withExample } from '../../../src/config/add-example.js';

const example = { question: 'how many: "pets"?', sql: "SELECT count(*)\nFROM zoo.pets WHERE name = 'x: #y'" };
const services = '# ours\nservices:\n  zoo:   { kind: files, path: zoo }  # all of it\n';

describe('an example is added and nothing else changes', () => {
  test.each([
    ['none yet', services],
    ['no line end', services.trimEnd()],
    ['nothing behind the key', `${services}examples:\n\nlimits: { timeout: 5m }   # short\n`],
    ['an empty list', `${services}examples: []  # none\nlimits: { timeout: 5m }\n`],
    ['some', `${services}examples:\n    - question: a # first\n      sql: |\n        SELECT 1\n\n# after\nlimits: { timeout: 5m }\n`],
    ['some without indent, at the end', `${services}examples:\n- { question: a, sql: SELECT 1 }\n- { question: b, sql: SELECT 2 }`],
    ['Windows line ends', `${services}examples:\n  - question: a\n    sql: SELECT 1\n`.replaceAll('\n', '\r\n')],
  ])('%s', (_, text) => {
    const edited = withExample(text, example, 'aishell.yaml');
    expect((parse(edited) as { examples: unknown[] }).examples.at(-1)).toEqual(example);
    const lines = edited.split(/\r?\n/);
    const kept = text.split(/\r?\n/).filter((line) => !/^examples: \[\]/.test(line));
    let at = 0;
    for (const line of kept) at = lines.indexOf(line, at) + 1 || Number.NaN;
    expect(at).not.toBeNaN();
    expect(edited.includes('\r\n')).toBe(text.includes('\r\n'));
  });

  test('a reference to a variable stays text', () => {
    expect(withExample(services, { question: '${HOME}', sql: "SELECT '${X}'" }, 'f')).toContain('$${HOME}');
  });

  test('a list that would have to be rewritten is left alone', () => {
    expect(() => withExample(`${services}examples: [{ question: a, sql: SELECT 1 }]\n`, example, 'f.yaml')).toThrow(/can't be added to/);
    expect(() => withExample(`${services}x-e: &e\n  - { question: a, sql: b }\nexamples: *e\n`, example, 'f.yaml')).toThrow(/can't be added to/);
  });
});
