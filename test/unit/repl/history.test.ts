import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rememberSecret } from '../../../src/config/secret.js';
import { History, historyFile } from '../../../src/repl/history.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-history-'));
});
afterAll(() => rm(dir, { recursive: true }));

test('one file a configuration', () => {
  const env = { XDG_STATE_HOME: dir };
  expect(historyFile('/a/aishell.yaml', env)).not.toBe(historyFile('/b/aishell.yaml', env));
  expect(historyFile('/a/aishell.yaml', env)).toBe(historyFile('/a/aishell.yaml', env));
});

test('kept, once each, secrets blanked, for the owner alone', async () => {
  rememberSecret('pa55phrase');
  const file = join(dir, 'x/y.jsonl');
  const history = await History.load(file);
  for (const text of ['one', 'two\nlines', 'one', 'one', '  ', 'with pa55phrase']) await history.add(text);
  const again = await History.load(file);
  expect(again.entries).toEqual(['two\nlines', 'one', 'with ***']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('two prompts at once lose nothing', async () => {
  const file = join(dir, 'shared.jsonl');
  const [a, b] = [await History.load(file), await History.load(file)];
  await Promise.all([a.add('from a'), b.add('from b')]);
  expect([...(await History.load(file)).entries].sort()).toEqual(['from a', 'from b']);
});

test('a damaged file gives what can be read; a long one is shortened', async () => {
  const file = join(dir, 'damaged.jsonl');
  await writeFile(file, '"good"\n{not json\n42\n"also good"\n');
  expect((await History.load(file)).entries).toEqual(['good', 'also good']);
  await writeFile(file, Array.from({ length: 2500 }, (_, i) => `"entry ${i}"\n`).join(''));
  expect((await History.load(file)).entries).toHaveLength(1000);
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(1001);
});

test('a folder that can’t be written to is no failure', async () => {
  await writeFile(join(dir, 'file'), '');
  const history = await History.load(join(dir, 'file/below.jsonl'));
  await history.add('kept for now');
  expect(history.entries).toEqual(['kept for now']);
});
