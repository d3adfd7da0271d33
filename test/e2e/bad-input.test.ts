/** Bad input that needs no store: statements, questions, configurations, outputs. Every refusal is told on stderr alone. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, plain } from '../support/pty.js';
import { toldError, withProgram, Workplace } from './support/aishell.js';

withProgram();

let place: Workplace;
beforeAll(async () => {
  place = await Workplace.create();
  await mkdir(join(place.dir, 'zoo'));
  const names = Array.from({ length: 3000 }, (_, i) => `${i + 1},name ${i + 1},${i % 2 === 0 ? 'cat' : 'dog'}`);
  await writeFile(join(place.dir, 'zoo/animals.csv'), `id,name,kind\n${names.join('\n')}\n`);
  await place.configure('services:\n  zoo: { kind: files, path: zoo }\n');
});
afterAll(() => place.remove());

/** With --format json stdout stays empty and stderr is one JSON object. */
async function refused(args: readonly string[], { stdin = '' }: { stdin?: string } = {}) {
  const { code, stdout, stderr } = await place.run([...args, '--format', 'json'], { stdin });
  expect(stdout).toBe('');
  return { ...toldError(stderr), exit: code };
}

test.each<[number, string[]]>([
  [2, ['sql', 'SELECT * FROM zoo.animls']],
  [3, ['query', 'gronk the flurbs quizzically']],
  [6, ['sql', 'DELETE FROM zoo.animals']],
])('a person reads what happened and what to do; exit %i: %j', async (exit, args) => {
  const { code, stdout, stderr } = await place.run(args);
  expect([code, stdout]).toEqual([exit, '']);
  expect(stderr).toMatch(/^error: .+(\n.+)*\nwhat to do: .+\n$/);
  expect(stderr).not.toMatch(/\n {4}at /);
});

describe('statements', () => {
  test.each<[string, string, RegExp]>([
    ['DELETE FROM zoo.animals', 'sql.refused', /DELETE is not a SELECT/],
    ["COPY zoo.animals TO 'stolen.csv'", 'sql.refused', /COPY is not a SELECT/],
    ['SET threads = 1', 'sql.refused', /SET is not a SELECT/],
    ['SELECT 1; SELECT 2', 'sql.refused', /2 statements/],
    ['SELECT 1; DROP TABLE zoo.animals', 'sql.refused', /2 statements/],
    ["SELECT * FROM read_csv('/etc/passwd')", 'sql.refused', /read_csv is not allowed/],
    ["SELECT name FROM zoo.animals WHERE name = getenv('HOME')", 'sql.refused', /getenv is not allowed/],
    ['SELECT enable_profiling()', 'sql.refused', /enable_profiling is not allowed/],
    ['SELECT * FROM enable_profiling()', 'sql.refused', /enable_profiling is not allowed/],
    ['SELECT pg_sleep(60)', 'sql.refused', /pg_sleep is not allowed/],
    ["SELECT LOAD_FILE('/etc/passwd')", 'sql.refused', /load_file is not allowed/i],
  ])('refused, exit 6: %s', async (sql, code, message) => {
    const error = await refused(['sql', sql]);
    expect(error).toMatchObject({ exit: 6, code });
    expect(error.message).toMatch(message);
  });

  test.each<[string, string, RegExp, RegExp]>([
    ['SELECT * FROM zoo.animls', 'sql.unknown', /no table zoo\.animls/, /zoo\.animals/],
    ['SELECT * FROM zo.animals', 'sql.unknown', /no service zo/, /zoo/],
    ['SELECT nmae FROM zoo.animals', 'sql.unknown', /no column nmae/, /name/],
    ["SELECT * FROM '/etc/passwd'", 'sql.unknown', /no table \/etc\/passwd/, /aishell schema/],
    ['SELECT * FROM zoo.animals WHERE', 'sql.syntax', /syntax error.*line 1, column 32/s, /DuckDB/],
    ['', 'usage', /no SQL was given/, /stdin/],
    [' ; ', 'sql.syntax', /./, /./],
  ])('wrong, exit 2: %s', async (sql, code, message, remedy) => {
    const error = await refused(['sql', sql]);
    expect(error).toMatchObject({ exit: 2, code });
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });
});

test('the schema of a table that there isn’t, exit 2', async () => {
  const error = await refused(['schema', 'zoo.animls']);
  expect(error).toMatchObject({ exit: 2, code: 'sql.unknown' });
  expect(error.remedy).toContain('Did you mean zoo.animals?');
});

describe('questions', () => {
  const megabyte = 'how many animals are there '.repeat(40_000);

  test.each<[string, string[], string]>([
    ['empty', ['query', ''], ''],
    ['only spaces, from stdin', ['query'], ' \n\t\n'],
  ])('%s: exit 2', async (_, args, stdin) => {
    const error = await refused(args, { stdin });
    expect(error).toMatchObject({ exit: 2, code: 'question.empty' });
  });

  test.each<[string, string[], string]>([
    ['as arguments', ['query', ...Array<string>(10).fill(megabyte.slice(0, 100_000))], ''],
    ['from stdin', ['query'], megabyte],
    ['from stdin, without a space', ['query', '-'], 'x'.repeat(1_000_000)],
  ])('1 MB %s: exit 2', async (_, args, stdin) => {
    const error = await refused(args, { stdin });
    expect(error).toMatchObject({ exit: 2 });
    expect(error.message).toMatch(/longer than 10,000/);
  });

  test('the longest that is taken comes to an end', async () => {
    const { code, stdout } = await place.run(['query', '--format', 'json'], { stdin: megabyte.slice(0, 10_000) });
    expect([2, 3]).toContain(code);
    expect(stdout).toBe('');
  });

  test.each(['gronk the flurbs quizzically', '🦄🦄🦄', '?!', "'; DROP TABLE animals; --", 'select'])('without a reading, exit 3: %s', async (question) => {
    const error = await refused(['query', question]);
    expect(error).toMatchObject({ exit: 3, code: 'question.not_understood' });
  });
});

describe('configurations', () => {
  test.each<[string, string, RegExp, RegExp]>([
    ['a syntax error', 'services:\n  a: { kind: files, path: [zoo }\n', /bad\.yaml:2:\d+: this is not valid YAML/, /quotes closed/],
    ['a tab', 'services:\n  a:\n    kind: files\n\tpath: zoo\n', /bad\.yaml:4:1: .*[Tt]abs/, /spaces/],
    ['an unknown kind', 'services:\n  a:\n    kind: postgre\n', /bad\.yaml:3:11: .*unknown kind: postgre/, /Did you mean postgres\?/],
    ['an unknown setting', 'services:\n  a: { kind: files, path: zoo, hots: x }\n', /bad\.yaml:2:32: .*no setting hots/, /./],
    ['a missing variable', 'services:\n  a:\n    kind: postgres\n    url: ${NO_SUCH_VARIABLE}\n', /bad\.yaml:4:10: the variable NO_SUCH_VARIABLE is not set/, /export NO_SUCH_VARIABLE/],
    ['a duplicate service', 'services:\n  a: { kind: files, path: zoo }\n  a: { kind: files, path: zoo }\n', /bad\.yaml:3:3: a is declared twice/, /[Rr]ename/],
    ['the same name but for case', 'services:\n  a: { kind: files, path: zoo }\n  A: { kind: files, path: zoo }\n', /bad\.yaml:2:3: a and A differ in case alone/, /Rename/],
    ['nothing', '', /bad\.yaml:1:1: the file is empty/, /services/],
    ['no services', 'timezone: UTC\n', /bad\.yaml:1:1: .*services/, /services/],
    ['a secret from a file that is not there', 'services:\n  a:\n    kind: postgres\n    password: { file: nowhere.txt }\n', /bad\.yaml:4:15: .*nowhere\.txt can't be read \(ENOENT\)/, /path/],
  ])('%s: file, line, column and the fix; exit 2', async (_, yaml, message, remedy) => {
    await place.configure(yaml, 'bad.yaml');
    const error = await refused(['doctor', '--config', 'bad.yaml']);
    expect(error).toMatchObject({ exit: 2, code: 'config' });
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  test('a folder of files that is not there: exit 5', async () => {
    await place.configure('services:\n  a: { kind: files, path: nowhere }\n', 'bad.yaml');
    const error = await refused(['sql', 'SELECT * FROM a.x', '--config', 'bad.yaml']);
    expect(error).toMatchObject({ exit: 5, code: 'source.unreachable', service: 'a' });
  });
});

describe('outputs', () => {
  test('a file that may not be written: exit 2, and nothing was asked', async () => {
    await writeFile(join(place.dir, 'plain-file'), 'before');
    for (const output of ['no/such/folder/x.csv', '.', 'plain-file/x.csv']) {
      const error = await refused(['sql', 'SELECT * FROM zoo.animals', '--output', output]);
      expect(error).toMatchObject({ exit: 2, code: 'usage' });
      expect(error.message).toContain(output);
    }
    expect(await readFile(join(place.dir, 'plain-file'), 'utf8')).toBe('before');
  });

  test('a full disk: exit 2, and it is said', async () => {
    const error = await refused(['sql', 'SELECT * FROM zoo.animals', '--limit', '0', '--output', '/dev/full']);
    expect(error).toMatchObject({ exit: 2, code: 'usage' });
    expect(error.message).toContain('ENOSPC');
  });

  test.each(['table', 'csv', 'json', 'ndjson', 'markdown'])('a reader that leaves early is no failure: %s', async (format) => {
    const endless = 'SELECT a.id, b.name FROM zoo.animals a, zoo.animals b';
    const { code, stderr } = await place.run(['sql', endless, '--limit', '0', '--format', format], { leaveEarly: true });
    expect([code, stderr]).toEqual([0, '']);
  });

  test('--timeout stops what would run for years: exit 6', async () => {
    const error = await refused(['sql', 'SELECT sum(a.id * b.id % 7 + c.id) AS n FROM zoo.animals a, zoo.animals b, zoo.animals c', '--timeout', '2s']);
    expect(error).toMatchObject({ exit: 6, code: 'budget.time' });
  });
});

describe('a result wider than the terminal', () => {
  const wide = `SELECT ${Array.from({ length: 40 }, (_, i) => `'value ${i} 🦄 is long' AS column_number_${i}`).join(', ')}`;

  test('no line is longer than the terminal is wide, and every column is there', async () => {
    const terminal = openTerminal(place.command(['sql', wide, '--no-color']), { columns: 60, cwd: place.dir, env: place.env });
    expect(await terminal.exited).toBe(0);
    // What told of progress was wiped.
    const shown = plain(terminal.output.replace(/[^\n]*\r\u001b\[K/g, ''));
    expect(shown.split(/\r?\n/).filter((line) => stringWidth(line) > 60)).toEqual([]);
    for (let i = 0; i < 40; i++) expect(shown).toContain(`column_number_${i}`);
  });

  test('a pipe gets whole rows', async () => {
    const { code, stdout } = await place.run(['sql', wide], { env: { COLUMNS: '60' } });
    expect(code).toBe(0);
    expect(stdout).toContain('value 39 🦄 is long');
  });
});
