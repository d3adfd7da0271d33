/** Snapshots in a repository, and what the command line says of changes since. */

import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChangesAnswer } from '../../../src/answer/contract.js';
import { writeClinic } from '../../support/clinic/estate.js';
import { runHere } from '../support/in-process.js';

let dir: string;
let config: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-over-time-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  config = await writeClinic(join(dir, 'clinic'), true);
  await git('init', '-q', '-b', 'main');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const git = (...args: string[]) => promisify(execFile)('git', ['-C', join(dir, 'clinic'), '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
const run = (...args: string[]) => runHere([...args, '--config', config], dir);

async function change(service: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(dir, 'clinic', service, `${service}.duckdb`));
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

it('answers in English what a change would break, before anybody makes it', async () => {
  const { code, stdout, stderr } = await run('query', 'Which services keep a copy of the mail of patients?', '--service', 'registry,lab', '--refresh', '--format', 'json');
  expect(code, stderr).toBe(0);
  const answer = JSON.parse(stdout) as ChangesAnswer;
  expect(answer).toMatchObject({ kind: 'changes', hypothesis: expect.stringContaining('who refers to registry.patients.') as string });
  expect(answer.changes.flatMap(({ consumers }) => consumers)).toContain('lab.specimens.patient_mail keeps a copy of it');
  const text = await run('query', 'What would break if the born of patients became text?', '--service', 'registry,lab', '--format', 'json');
  expect((JSON.parse(text.stdout) as ChangesAnswer).changes).toMatchObject([{ change: 'type', column: 'born', readers: 'breaking' }]);
});

it('tells changes since a commit: who is hit, what to do, and an exit code for it', async () => {
  const taken = await run('schema', 'snapshot');
  expect(taken.code, taken.stderr).toBe(0);
  expect(await readFile(join(dir, 'clinic', 'schemas', 'registry.yaml'), 'utf8')).toContain('      - { name: patient_key, type: VARCHAR, native: VARCHAR, required: true }\n');
  await git('add', 'schemas');
  await git('commit', '-qm', 'schemas');
  expect(await run('schema', 'diff', '--against', 'main', '--fail-on', 'any')).toMatchObject({ code: 0, stdout: expect.stringContaining('no changes') as string });

  await change('registry', 'ALTER TABLE patients RENAME mail TO e_mail');
  await change('ledger', 'ALTER TABLE invoices ADD COLUMN currency VARCHAR');
  // In English since the last release, which is git's newest tag.
  expect((await run('query', 'What changed in the schema since last release?')).stderr).toContain('git knows no tag');
  await git('tag', 'v1.0');
  await git('commit', '-q', '--allow-empty', '-m', 'later');
  const released = JSON.parse((await run('query', 'What changed in the schema since last release?', '--format', 'json')).stdout) as ChangesAnswer;
  expect(released.against).toMatch(/^schemas at v1\.0 /);
  expect(released.changes.map(({ change: what, column }) => `${what} ${column}`)).toEqual(['column added currency', 'column renamed e_mail']);
  const since = await run('schema', 'diff', '--against', 'main', '--format', 'json');
  expect(since.code, since.stderr).toBe(0);
  const { against, services, changes } = JSON.parse(since.stdout) as ChangesAnswer;
  expect(against).toMatch(/^schemas at main \([0-9a-f]{10}\)$/);
  expect(services.find(({ name }) => name === 'registry')!.compatibility).toBe('none');
  expect(changes.map(({ service, change: what, column, impact }) => [service, what, column, impact])).toEqual([
    ['ledger', 'column added', 'currency', 'safe'],
    ['registry', 'column renamed', 'e_mail', 'breaking'],
  ]);
  expect(changes.map(({ valuesCompared }) => valuesCompared)).toEqual([null, false]);
  expect(changes[1]).toMatchObject({ before: 'mail', consumers: ['lab.specimens.patient_mail keeps a copy of it'] });

  for (const [failOn, code] of [['breaking', 10], ['any', 10]] as const) expect((await run('schema', 'diff', '--against', join(dir, 'clinic', 'schemas'), '--fail-on', failOn)).code).toBe(code);
  const ledger = await run('schema', 'diff', 'ledger', '--against', 'main', '--fail-on', 'risky', '--format', 'junit');
  expect(ledger).toMatchObject({ code: 0, stdout: expect.stringContaining('<testsuite name="ledger" tests="1" failures="0">') as string });
  const table = await run('schema', 'diff', '--against', 'main');
  expect(table.stdout).toContain('probably renamed from mail (values not compared): the same type (VARCHAR), the same place in the table, names that share a word');
  expect(table.stdout).toContain('1. expand: add e_mail beside mail, and let writers fill both');

  const comment = await run('schema', 'diff', '--against', 'main', '--format', 'markdown');
  expect(comment.stdout).toMatch(/^- \*\*patients\.e\\_mail, instead\*\*: 1\\\. expand: .*\n  - 2\\\. copy what mail holds/m);

  // A second version: nothing changed since, but whoever still writes by the first one breaks.
  expect((await run('schema', 'snapshot')).code).toBe(0);
  await git('commit', '-qam', 'schemas again');
  expect((await run('schema', 'diff', '--against', 'main', '--fail-on', 'breaking')).code).toBe(0);
  const all = await run('schema', 'diff', '--against', 'main', '--transitive', '--fail-on', 'breaking', '--format', 'json');
  expect(all.code, all.stderr).toBe(10);
  const earlier = JSON.parse(all.stdout) as ChangesAnswer;
  expect(earlier.services.find(({ name }) => name === 'registry')).toEqual({ name: 'registry', compatibility: 'full', transitive: 'none' });
  expect(earlier.services.find(({ name }) => name === 'ledger')).toEqual({ name: 'ledger', compatibility: 'full', transitive: 'full' });
  expect(earlier.versions).toHaveLength(2);
  expect(earlier.changes).toMatchObject([{ change: 'column renamed', column: 'e_mail', since: expect.stringMatching(/^schemas at [0-9a-f]{12}/) as unknown }]);
  expect((await run('schema', 'diff', '--against', 'main', '--transitive')).stdout).toContain('fully compatible; with every earlier version neither backward nor forward compatible');
  expect((await run('schema', 'diff', '--transitive')).stderr).toContain('--transitive needs to know which versions');
  expect((await run('schema', 'diff', '--against', join(dir, 'clinic', 'schemas'), '--transitive')).stderr).toContain('holds one version of the snapshots');
}, 240_000);

it('says what is wrong with what it is to compare with', async () => {
  const against = async (what: string) => {
    const { code, stderr } = await run('schema', 'diff', '--against', what);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await against('nowhere')).toContain('nowhere is no file, no folder and no commit with snapshots');
  expect(await against('--upload-pack=x')).toContain('no commit');
  await git('checkout', '-q', 'HEAD~1', '--', 'schemas');
  expect(await against('main:elsewhere')).toContain('no commit with snapshots');
  const path = join(dir, 'clinic', 'schemas', 'ledger.yaml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('kind: table', 'kind: chair'));
  expect(await against(path)).toMatch(/ledger\.yaml:\d+:\d+: /);
  await writeFile(path, text);
  expect((await run('schema', 'diff', 'registry', 'ledger', '--against', 'main')).stderr).toContain('one service with its own past');
  expect((await run('schema', '--format', 'sarif')).code).toBe(2);
  if (process.getuid?.() !== 0) {
    await chmod(join(dir, 'clinic', 'schemas'), 0o500);
    expect((await run('schema', 'snapshot')).stderr).toContain("can't be written");
    await chmod(join(dir, 'clinic', 'schemas'), 0o700);
  }
});
