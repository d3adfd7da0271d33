/** A team's own words, a model that lies, and questions that are none, through the program as it is shipped. */

import { readFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvalAnswer, PromptAnswer, QueryAnswer, SchemaAnswer } from '../../src/answer/contract.js';
import { modelServer } from '../support/model-server.js';
import { toldError, withProgram, Workplace } from './support/aishell.js';

withProgram();

let place: Workplace;
const services = 'services:\n  zoo: { kind: files, path: zoo }\n';
beforeAll(async () => {
  place = await Workplace.create();
  await mkdir(join(place.dir, 'zoo'));
  const animals = Array.from({ length: 30 }, (_, i) => `${i + 1},name ${i + 1},${i % 3 === 0 ? 'cat' : 'dog'},chip-${i},2026-01-${String((i % 28) + 1).padStart(2, '0')}`);
  await writeFile(join(place.dir, 'zoo/animals.csv'), `id,name,kind,chip_secret,born\n${animals.join('\n')}\n`);
  await writeFile(join(place.dir, 'zoo/keepers.csv'), 'id,name,"shoe ""size"" 🦶"\n1,Ann,38\n2,Bob,44\n');
  await place.configure(`# ours\n${services}synonyms:\n  zoo.animals: [beast]\nhidden:\n  - zoo.animals.chip_secret\nexamples:\n  - question: how many cats # the first\n    sql: SELECT count(*) AS n FROM zoo.animals WHERE kind = 'cat'\n`);
});
afterAll(() => place.remove());

async function answered<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await place.run([...args, '--format', 'json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}
async function refused(args: readonly string[]) {
  const { code, stdout, stderr } = await place.run([...args, '--format', 'json']);
  expect(stdout).toBe('');
  return { ...toldError(stderr), exit: code };
}

describe('what is hidden', () => {
  test('is in no schema, no star, no statement, and not in the cache', async () => {
    const schema = await answered<SchemaAnswer>(['schema']);
    expect(JSON.stringify(schema)).not.toContain('chip');
    const { columns } = await answered<QueryAnswer>(['sql', 'SELECT * FROM zoo.animals']);
    expect(columns.map(({ name }) => name)).toEqual(['id', 'name', 'kind', 'born']);
    expect(await refused(['sql', 'SELECT chip_secret FROM zoo.animals'])).toMatchObject({ exit: 2, code: 'sql.unknown' });
    expect((await refused(['query', 'show the chip secret of all animals'])).exit).toBe(3);
    const { stdout } = await place.run(['sql', 'SELECT 1']);
    expect(stdout).not.toContain('chip');
    const cache = await readFile(join(place.dir, 'cache/aishell', (await import('node:fs')).readdirSync(join(place.dir, 'cache/aishell'))[0]!), 'utf8');
    expect(cache).not.toContain('chip-1');
  });

  test.each(['zoo.animals.chip_secrets', 'zoo.animal', 'zo.animals.chip_secret'])('a slip that would show it is an error: %s', async (entry) => {
    await place.configure(`${services}hidden: [${entry}]\n`, 'slip.yaml');
    expect(await refused(['schema', '--config', 'slip.yaml'])).toMatchObject({ exit: 2, code: 'config' });
  });
});

test('a synonym names its table', async () => {
  expect((await answered<QueryAnswer>(['query', 'how many beasts are there?'])).rows).toEqual([['30']]);
});

describe('examples', () => {
  test('the same question gets the confirmed SQL, another known value its own', async () => {
    expect(await answered<QueryAnswer>(['query', 'How many CATS?'])).toMatchObject({ rows: [['10']], translator: { name: 'confirmed example', confidence: 1 } });
  });

  test('teach adds one, and only lines are added', async () => {
    const before = await readFile(join(place.dir, 'aishell.yaml'), 'utf8');
    const sql = "SELECT name FROM zoo.keepers WHERE id = 2";
    expect(await answered(['teach', 'who is the boss?', sql])).toMatchObject({ kind: 'taught', added: true });
    const after = await readFile(join(place.dir, 'aishell.yaml'), 'utf8');
    expect(after.startsWith(before.trimEnd())).toBe(true);
    expect((await answered<QueryAnswer>(['query', 'Who is the boss'])).rows).toEqual([['Bob']]);
    expect(await answered(['teach', 'who is the boss', sql])).toMatchObject({ added: false });
    expect(await refused(['teach', 'who is the boss', 'SELECT 1'])).toMatchObject({ exit: 2 });
    expect(await refused(['teach', 'who else', 'DROP TABLE zoo.keepers'])).toMatchObject({ exit: 6 });
    expect(await refused(['teach', 'who else', 'SELECT chip_secret FROM zoo.animals'])).toMatchObject({ exit: 2 });
    expect(await readFile(join(place.dir, 'aishell.yaml'), 'utf8')).toBe(after);
  });
});

describe('eval', () => {
  const questions = [
    "- { question: how many animals are there, sql: 'SELECT count(*) FROM zoo.animals' }",
    "- { question: how many cats, sql: 'SELECT 11' }",
    "- { question: gronk the flurbs, sql: 'SELECT count(*) FROM zoo.animals' }",
    '- { question: what is the meaning of life, refuse: true }',
    "- { question: how many animals are there, sql: 'SELECT 1 WHERE false' }",
  ].join('\n');

  test('counts right, wrong, refused and what proves nothing', async () => {
    await writeFile(join(place.dir, 'questions.yaml'), questions);
    const answer = await answered<EvalAnswer>(['eval', 'questions.yaml']);
    expect(answer.cases.map(({ verdict }) => verdict)).toEqual(['right', 'wrong', 'refused', 'right', 'unproven']);
    expect(answer).toMatchObject({ answeredPercent: 66.7, rightPercent: 50, unproven: 1 });
    expect(answer.kinds.at(-1)).toEqual({ kind: 'all', questions: 4, right: 2, wrong: 1, refused: 1 });
  });

  test.each([
    [0, ['--min-right', '50', '--min-answered', '66']],
    [10, ['--min-right', '51']],
    [10, ['--min-answered', '67%']],
    [2, ['--min-right', 'much']],
    [2, ['--min-right', '101']],
  ])('exit %i: %j', async (exit, args) => {
    const { code } = await place.run(['eval', 'questions.yaml', ...args, '--output', 'report.md']);
    expect(code).toBe(exit);
    if (exit !== 2) expect(await readFile(join(place.dir, 'report.md'), 'utf8')).toMatch(/gronk the flurbs[\s\S]*SELECT count/);
  });

  test.each([
    ['missing.yaml', undefined],
    ['empty.yaml', '[]'],
    ['text.yaml', 'just text'],
    ['lacks.yaml', '- question: a'],
    ['gold.yaml', '- { question: a, sql: SELECT nothing FROM nowhere }'],
    ['write.yaml', '- { question: a, sql: DROP TABLE zoo.animals }'],
    ['broken.json', '{'],
    ['nowhere.json', '[{"db_id":"nowhere","question":"a","query":"SELECT 1"}]'],
  ])('%s is told: exit 2', async (name, text) => {
    if (text !== undefined) await writeFile(join(place.dir, name), text);
    expect(await refused(['eval', name])).toMatchObject({ exit: 2, code: 'usage' });
  });

  test('Spider’s layout, over SQLite files of its own and without aishell.yaml', async () => {
    const { default: sqlite } = await import('node-sqlite3-wasm');
    await mkdir(join(place.dir, 'spider/database/farm'), { recursive: true });
    const database = new sqlite.Database(join(place.dir, 'spider/database/farm/farm.sqlite'));
    database.exec("CREATE TABLE cow (id INTEGER PRIMARY KEY, name TEXT, weight REAL); INSERT INTO cow VALUES (1,'Ada',500),(2,'Bea',600)");
    database.close();
    const list = [
      { db_id: 'farm', question: 'How many cows are there?', query: 'SELECT count(*) FROM cow' },
      { db_id: 'farm', question: 'How many pilots are there?', query: 'SELECT count(*) FROM cow' },
    ];
    await writeFile(join(place.dir, 'spider/dev.json'), JSON.stringify(list));
    const { code, stdout } = await place.run(['eval', join(place.dir, 'spider/dev.json'), '--format', 'json']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as EvalAnswer).cases.map(({ verdict, database: of }) => [verdict, of])).toEqual([['right', 'farm'], ['refused', 'farm']]);
  });
});

describe('a model', () => {
  const reply = (sql: string) => JSON.stringify({ kind: 'statement', sql, reading: 'the \u001b[2Jreading \u202e', assumptions: ['\u001b]0;pwned\u0007 all'] });
  const asking = async (sql: string, args: readonly string[], more = '') => {
    const server = await modelServer(reply(sql));
    await place.configure(`${services}model: { name: m, baseUrl: "${server.baseUrl}", apiKey: "sk-secret-key", retries: 0${more} }\n`, 'model.yaml');
    const ran = await place.run([...args, '--config', 'model.yaml']);
    await server.close();
    return { ...ran, sent: JSON.stringify(server.requests) };
  };

  test('--show-prompt shows what would be sent and sends nothing', async () => {
    const { code, stdout, sent } = await asking('SELECT 1', ['query', '--show-prompt', 'gronk the flurbs', '--format', 'json']);
    const { messages, values } = JSON.parse(stdout) as PromptAnswer;
    expect([code, values, sent]).toEqual([0, false, '[]']);
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(messages[0]!.content).toContain('zoo.animals');
    expect(stdout).not.toMatch(/sk-secret|name 7/);
  });

  test('its escapes do nothing to a terminal, its usage is shown, its values stay here', async () => {
    const { code, stdout, sent } = await asking('SELECT count(*) AS n FROM zoo.animals', ['query', 'gronk the flurbs']);
    expect(code).toBe(0);
    expect(stdout).toContain('30');
    expect(stdout).toMatch(/1 request/);
    expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/);
    expect(sent).not.toMatch(/sk-secret|name 7|"cat"/);
  });

  test('values are sent where the configuration says so', async () => {
    expect((await asking('SELECT 1', ['query', 'gronk the flurbs'], ', send_values: true')).sent).toContain('cat');
  });

  test.each(['DELETE FROM zoo.animals', "SELECT * FROM read_csv('/etc/passwd')", "SELECT getenv('HOME')", 'SELECT 1; DROP TABLE zoo.animals', 'SELECT chip FROM zoo.nowhere'])(
    'what the gate refuses is not run, whoever wrote it: %s',
    async (sql) => {
      const { code, stdout } = await asking(sql, ['query', 'gronk the flurbs']);
      expect([code, stdout]).toEqual([3, '']);
    },
  );
});

describe('SQL where a question is expected', () => {
  test.each([
    ['SELECT count(*) FROM zoo.animals', 0],
    ['  with a as (select 1) select * from a;', 0],
    ['DELETE FROM zoo.animals', 6],
    ['drop table zoo.animals', 6],
    ["INSERT INTO zoo.animals VALUES (1)", 6],
    ['UPDATE zoo.animals SET name = 1', 6],
    ['SELECT * FROM zoo.animls', 2],
    ['SELECT name, FROM WHERE (', 2],
  ])('%s: exit %i', async (sql, exit) => {
    expect((await place.run(['query', sql])).code).toBe(exit);
  });

  test('"select all animals" is English', async () => {
    const { code, stdout } = await place.run(['query', 'select all animals', '--format', 'json']);
    expect(code === 3 || (JSON.parse(stdout) as QueryAnswer).rowCount === 30).toBe(true);
  });
});

describe('questions that are hard to read', () => {
  test.each([
    ['wie viele Tiere gibt es in dem Zoo', 3],
    ['combien de animaux dans le zoo', 3],
    ['動物は何匹いますか', 3],
    ['сколько животных', 3],
    ["how many animals'; DROP TABLE zoo.animals; --", 3],
    ['animals born on 2026-02-30', 3],
    ['animals born after 2026-13-01', 3],
    ['animals with id above 1e400', 3],
    ['show the salaries of all astronauts', 3],
  ])('%s: exit %i', async (question, exit) => {
    const { code, stdout } = await place.run(['query', question]);
    expect([code, stdout]).toEqual([exit, '']);
  });

  test.each(['how many animls are there?', 'how many animalls are there?', 'how many anmials are there?'])('a slip of the finger is read or refused, never answered otherwise: %s', async (question) => {
    const { code, stdout } = await place.run(['query', question, '--format', 'json']);
    expect(code === 3 ? [['30']] : (JSON.parse(stdout) as QueryAnswer).rows).toEqual([['30']]);
  });

  test('numbers in words', async () => {
    const { code, stdout } = await place.run(['query', 'animals with id below five', '--format', 'json']);
    expect(code === 3 || (JSON.parse(stdout) as QueryAnswer).rowCount === 4).toBe(true);
  });

  test('a name with quotes and an emoji', async () => {
    expect((await answered<QueryAnswer>(['sql', 'SELECT "shoe ""size"" 🦶" FROM zoo.keepers ORDER BY id'])).rows).toEqual([['38'], ['44']]);
    const { code } = await place.run(['query', 'show the "shoe \\"size\\" 🦶" of keepers']);
    expect([0, 3]).toContain(code);
  });
});
